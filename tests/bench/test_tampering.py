"""Every way to tamper with a log is found and named, and a sound log passes."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from command_center.errors import CommandCenterError

bench: Any = import_module("bench.tampering")


@pytest.mark.parametrize("case", bench.CASES)
def test_tampering_is_found_and_named(case: str, tmp_path: Path) -> None:
    assert bench.found(case, tmp_path) >= {bench.CASES[case][1]} - {""}


def test_a_sound_log_has_nothing_broken_or_open(tmp_path: Path) -> None:
    assert bench.found("nothing", tmp_path) == set()


def test_what_cannot_be_read_is_named_with_its_number(tmp_path: Path) -> None:
    scene = bench.scene(tmp_path)
    bench.CASES["a column made unreadable"][0](scene)
    with pytest.raises(CommandCenterError, match=r"log\.entry_unreadable") as error:
        scene.check()
    assert error.value.values["entry"] == 7


def test_a_fork_is_narrowed_down_to_between_two_heads(tmp_path: Path) -> None:
    scene = bench.scene(tmp_path)
    bench.CASES["yesterday's database put back and continued"][0](scene)
    told = [each for each in scene.check().findings if each.code == "verify.rewritten"]
    assert [(each.values["first"], each.values["size"]) for each in told] == [(21, 30)]
