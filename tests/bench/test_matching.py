"""The matching bench runs, on the same frames each time, and finds what it planted."""

import random
from importlib import import_module

import pytest

bench = import_module("bench.matching")


def test_the_bench_makes_the_same_frames_each_time() -> None:
    made = []
    for _ in range(2):
        chance = random.Random(bench.SEED)  # noqa: S311 - the same each time is the point
        made.append(bench.frames(50, bench.topics(chance), chance))
    assert made[0] == made[1]


def test_the_bench_shows_both_speeds_and_their_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--posts", "300", "--rounds", "1"]) == 0
    shown = capsys.readouterr().out
    for part in ("300 frames", "500 terms", "unreadable 0", "bare JSON parse", "time matched / parsed"):
        assert part in shown
    assert "found 0 " not in shown
