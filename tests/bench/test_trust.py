"""The bench of the log runs and shows each figure beside what bounds it."""

from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

bench: Any = import_module("bench.trust")


def test_appending_is_shown_beside_the_disk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.measure_append("SQLite", f"sqlite:///{tmp_path / 'store.sqlite'}", tmp_path, 0.5)
    told = capsys.readouterr().out
    for part in ("entries/s by 8 writers", "bare fsync", "ratio", "none lost, no fork"):
        assert part in told


def test_verifying_is_shown_beside_the_hashes(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.measure_verify(300, 1)
    assert "bare SHA-256" in capsys.readouterr().out
