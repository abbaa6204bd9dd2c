"""Processes race on each real engine: a few rounds here, a thousand by ``python -m bench.races --rounds 1000``."""

from pathlib import Path

import pytest

from bench.races import RACES, run


def test_what_processes_do_at_the_same_moment(url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(tmp_path, url, rounds=6) == 0
    assert capsys.readouterr().out.count("6 passed, 0 failed") == len(RACES)
