"""The import bench runs, on the same posts each time."""

from importlib import import_module
from pathlib import Path

import pytest

bench = import_module("bench.import")


def test_the_bench_writes_the_same_posts_each_time(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        bench.write_posts(tmp_path / name, 500)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    assert len((tmp_path / "a.csv").read_text(encoding="utf-8").splitlines()) == 501


def test_the_bench_shows_import_raw_and_their_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--rows", "300", "--rounds", "1"]) == 0
    shown = capsys.readouterr().out
    for part in ("300 rows stored", "import / raw", *bench.PARTS):
        assert part in shown
