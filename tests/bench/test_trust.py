"""The bench of the log runs and shows each figure beside what bounds it."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

bench: Any = import_module("bench.trust")
checking: Any = import_module("bench.checking")


def test_appending_is_shown_beside_the_disk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.measure_append("SQLite", f"sqlite:///{tmp_path / 'store.sqlite'}", tmp_path, 0.5)
    told = capsys.readouterr().out
    for part in ("entries/s by 8 writers", "bare fsync", "ratio", "none lost, no fork"):
        assert part in told


def test_checking_is_shown_beside_the_hashes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checking.measure_store("SQLite", f"sqlite:///{tmp_path / 'store.sqlite'}", 10_300)
    told = capsys.readouterr().out
    assert told.count("bare SHA-256") == 2
    assert "its export" in told


def test_the_command_itself_checks_a_long_log(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checking.measure_command(tmp_path, 4_300)
    assert capsys.readouterr().out.count("MB at most") == 2
