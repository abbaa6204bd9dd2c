"""The measuring sticks: every baseline sees the past only and survives being frozen and thawed."""

import pickle
import random
from datetime import UTC, datetime, timedelta

import pytest

from bench import baselines
from bench.baselines import BASELINES, runnable

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
CHANCE = random.Random(11)  # noqa: S311 - made-up counts, no secrets
CURVE = [float(CHANCE.randint(5, 25)) for _ in range(2400)]


def times(rows: int) -> list[datetime]:
    return [BEGIN + i * timedelta(minutes=5) for i in range(rows)]


@pytest.mark.parametrize("name", BASELINES)
def test_a_storm_scores_higher_than_nearly_everything_before_it(name: str) -> None:
    contender = BASELINES[name]()
    usual = [contender.step(at, count) for at, count in zip(times(2400), CURVE, strict=True)]
    storm = [contender.step(BEGIN + (2400 + i) * timedelta(minutes=5), 400.0) for i in range(12)]
    assert max(storm) > sorted(usual)[-24]


@pytest.mark.parametrize("name", BASELINES)
def test_a_thawed_baseline_goes_on_as_if_never_frozen(name: str) -> None:
    whole = BASELINES[name]()
    at = times(2400)
    for row in range(2100):
        whole.step(at[row], CURVE[row])
    thawed = pickle.loads(pickle.dumps(whole))  # noqa: S301 - frozen on this very line
    rows = range(2100, 2400)
    assert [thawed.step(at[i], CURVE[i]) for i in rows] == [whole.step(at[i], CURVE[i]) for i in rows]


def test_without_river_the_others_run_and_one_line_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(baselines, "find_spec", lambda _name: None)
    assert set(BASELINES) - set(runnable()) == {"half-space trees (river)"}
    assert capsys.readouterr().out.count("\n") == 1
