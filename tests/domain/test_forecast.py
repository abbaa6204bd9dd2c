"""The forecast: ranges that hold as often as they promise, learnt from the past only."""

import json
import math
import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from command_center.domain.forecast import HOURS, Forecast, Forecaster, growth
from command_center.errors import BadInput

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
BUCKET = timedelta(minutes=15)
HOUR = 4
DAY = 24 * HOUR
Bucket = tuple[float, float]


def noisy(buckets: int, *, mean: float = 20.0, storms: bool = False, seed: int = 1) -> list[Bucket]:
    """Days with a rhythm, hours that stray from it, and, if asked for, a fading storm every other day."""
    chance = random.Random(seed)  # noqa: S311 - made-up counts, no secrets
    curve, mood, storm = [], 0.0, 0.0
    for i in range(buckets):
        expected = mean * (1.0 + 0.8 * math.sin(2 * math.pi * i / DAY))
        mood = 0.95 * mood + chance.gauss(0.0, 0.1)
        storm *= 0.97
        if storms and chance.random() < 0.5 / DAY:
            storm = chance.uniform(1.0, 2.5)
        lifted = expected * math.exp(mood + storm)
        curve.append((float(max(0, round(chance.gauss(lifted, math.sqrt(lifted))))), expected))
    return curve


def told(curve: Iterable[Bucket], forecaster: Forecaster | None = None, *, begin: datetime = BEGIN) -> Forecaster:
    forecaster = forecaster or Forecaster(bucket_seconds=900)
    for i, (count, expected) in enumerate(curve):
        forecaster.learn(begin + i * BUCKET, count, expected)
    return forecaster


def within(hours: int, forecaster: Forecaster) -> Forecast:
    return next(forecast for forecast in forecaster.ahead() if forecast.hours == hours)


@pytest.mark.parametrize("hours", HOURS)
@pytest.mark.parametrize("mean", [3.0, 20.0, 400.0])
def test_eight_of_ten_ranges_hold(hours: int, mean: float) -> None:
    forecast = within(hours, told(noisy(50 * DAY, mean=mean)))
    assert forecast.tried > 2000
    assert forecast.hit_rate == pytest.approx(0.8, abs=0.05)


@pytest.mark.parametrize("hours", HOURS)
def test_ranges_said_during_storms_begin_wide_hold_at_least_as_often_and_are_counted_apart(hours: int) -> None:
    curve = [*noisy(60 * DAY, storms=True), *[(100.0, 20.0)] * HOUR]
    forecast = within(hours, told(curve))
    assert forecast.surging
    assert forecast.tried > 100
    assert forecast.hit_rate is not None
    assert 0.75 <= forecast.hit_rate <= 0.95


def test_the_hit_rate_counts_what_was_really_said() -> None:
    curve = noisy(4 * DAY)
    forecaster, said = Forecaster(bucket_seconds=900), []
    for i, (count, expected) in enumerate(curve):
        forecaster.learn(BEGIN + i * BUCKET, count, expected)
        if forecaster.ahead() and (i + 1) % 2 == 0:
            said.append((i + 1, within(1, forecaster)))
    due = [(at, forecast) for at, forecast in said if at + HOUR <= len(curve) and not forecast.surging]
    held = sum(
        forecast.low <= sum(count for count, _ in curve[at : at + HOUR]) <= forecast.high for at, forecast in due
    )
    last = within(1, forecaster)
    assert (last.held, last.tried) == (held, len(due))


def test_the_forecasts_on_the_beginning_of_a_curve_do_not_depend_on_its_end() -> None:
    curve = noisy(6 * DAY, storms=True)
    whole, seen = Forecaster(bucket_seconds=900), []
    for i, (count, expected) in enumerate(curve):
        whole.learn(BEGIN + i * BUCKET, count, expected)
        seen.append(whole.ahead())
    for end in (DAY + 1, 2 * DAY + 7, 5 * DAY):
        assert told(curve[:end]).ahead() == seen[end - 1]


def test_a_saved_forecaster_goes_on_exactly_where_it_stopped() -> None:
    curve = noisy(4 * DAY, storms=True)
    half = told(curve[: 2 * DAY])
    moved = Forecaster.restore(json.loads(json.dumps(half.state())))
    for forecaster in (half, moved):
        told(curve[2 * DAY :], forecaster, begin=BEGIN + 2 * DAY * BUCKET)
    assert moved.ahead() == half.ahead()
    assert moved.state() == half.state()


def test_nothing_is_said_before_a_day_has_been_seen() -> None:
    assert told(noisy(DAY - 1)).ahead() == ()
    assert [forecast.hours for forecast in told(noisy(DAY)).ahead()] == list(HOURS)


def test_a_first_forecast_has_no_hit_rate() -> None:
    assert within(1, told(noisy(DAY))).hit_rate is None


def test_a_surge_is_expected_to_fade_not_to_stop() -> None:
    calm = [(20.0, 20.0)] * (2 * DAY)
    storm = told([*calm, *[(200.0, 20.0)] * HOUR])
    assert within(1, storm).surging
    assert 4 * 100 < within(1, storm).likely < 4 * 200
    assert within(6, storm).likely < 6 * within(1, storm).likely
    assert within(1, told(calm)).likely == 80


def test_the_night_ahead_is_expected_to_be_quiet() -> None:
    curve = [(expected, expected) for _, expected in noisy(3 * DAY + DAY // 2)]
    assert within(6, told(curve)).likely < 0.7 * sum(count for count, _ in curve[-6 * HOUR :])


def test_a_forecast_with_a_gap_in_it_neither_holds_nor_misses() -> None:
    forecaster = told(noisy(DAY))
    told(noisy(HOUR - 1), forecaster, begin=BEGIN + (DAY + 1) * BUCKET)
    assert [forecast.tried for forecast in forecaster.ahead()] == [0, 0, 0]


def test_a_year_of_zeros_then_a_flood_breaks_nothing() -> None:
    forecaster = told([(0.0, 0.05)] * (9 * DAY))
    assert within(6, forecaster).low == 0
    told([(1e9, 0.05), (1e300, 1e300)], forecaster, begin=BEGIN + 9 * DAY * BUCKET)
    assert all(math.isfinite(forecast.high) for forecast in forecaster.ahead())


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 10**9), st.floats(0, 1e9)), min_size=1, max_size=40), st.integers(0, 3))
def test_any_counts_give_a_range_around_the_likely_number(counts: list[tuple[int, float]], gap: int) -> None:
    forecaster = told([(1.0, 1.0)] * DAY)
    told(counts, forecaster, begin=BEGIN + (DAY + gap) * BUCKET)
    for forecast in forecaster.ahead():
        assert 0 <= forecast.low <= forecast.likely <= forecast.high


@pytest.mark.parametrize("count", [-1.0, math.nan, math.inf])
def test_what_is_not_a_count_is_refused(count: float) -> None:
    with pytest.raises(BadInput, match=r"spikes\.not_a_count"):
        Forecaster().learn(BEGIN, count, 1.0)
    with pytest.raises(BadInput, match=r"spikes\.not_a_count"):
        Forecaster().learn(BEGIN, 1.0, count)


def test_time_goes_forward_in_any_zone() -> None:
    forecaster = told([(1.0, 1.0)])
    with pytest.raises(BadInput, match=r"spikes\.not_in_order"):
        forecaster.learn(BEGIN.astimezone(timezone(timedelta(hours=2))), 1.0, 1.0)
    with pytest.raises(BadInput, match=r"spikes\.no_time_zone"):
        forecaster.learn(datetime(2027, 1, 1), 1.0, 1.0)  # noqa: DTZ001 - a time without a zone is the point


@pytest.mark.parametrize("seconds", [0, 7, 3600])
def test_a_bucket_divides_half_an_hour(seconds: int) -> None:
    with pytest.raises(BadInput, match=r"forecast\.bucket_length"):
        Forecaster(bucket_seconds=seconds)


def test_a_state_that_is_none_is_refused() -> None:
    with pytest.raises(BadInput, match=r"forecast\.bad_state"):
        Forecaster.restore({"bucket_seconds": 300, "last": "yesterday"})


def test_growth_is_the_slope_of_the_logarithm_an_hour() -> None:
    doubling = [100.0 * 2 ** (i / 12) - 1 for i in range(12)]
    assert growth(doubling) == pytest.approx(math.log(2))
    assert growth(doubling[::-1]) == pytest.approx(-math.log(2))
    assert growth([5.0] * 12) == pytest.approx(0.0)
    assert growth([1.0, 9.0]) == 0.0
