"""The detector and the calendar, the clock and the counter at their worst: a rule or a refusal, never a crash."""

import math
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from command_center.domain.spikes import MOST, Detector, Verdict
from command_center.errors import BadInput

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)
BUCKET = timedelta(minutes=5)
DAY = 288
BERLIN = ZoneInfo("Europe/Berlin")


def finite(verdict: Verdict) -> bool:
    numbers = (verdict.expected, verdict.low, verdict.high, verdict.score, verdict.ratio)
    return all(math.isfinite(number) for number in numbers)


def steady(detector: Detector, buckets: int, *, begin: datetime = BEGIN, count: float = 20.0) -> list[Verdict]:
    return [detector.judge(begin + i * BUCKET, count + i % 3) for i in range(buckets)]


@pytest.mark.parametrize("count", [1e9, MOST])
def test_the_largest_counts_are_judged_and_do_not_blind_the_detector_for_the_next_storm(count: float) -> None:
    detector = Detector()
    steady(detector, 10 * DAY)
    huge = detector.judge(BEGIN + 10 * DAY * BUCKET, count)
    assert huge.alert
    assert finite(huge)
    after = steady(detector, 4 * DAY, begin=BEGIN + (10 * DAY + 1) * BUCKET)
    assert not any(verdict.alert for verdict in after)
    assert after[-1].expected < 30
    storm = steady(detector, 12, begin=BEGIN + (14 * DAY + 1) * BUCKET, count=400.0)
    assert any(verdict.alert for verdict in storm)


@pytest.mark.parametrize("count", [MOST * 1.01, 1e308, math.inf, -math.inf, math.nan, -0.5])
def test_what_no_counter_can_have_counted_is_refused_and_leaves_no_trace(count: float) -> None:
    detector = Detector()
    steady(detector, 30)
    before = detector.state()
    with pytest.raises(BadInput) as refused:
        detector.judge(BEGIN + DAY * BUCKET, count)
    assert refused.value.code == "spikes.not_a_count"
    assert detector.state() == before


def test_a_first_bucket_of_a_billion_is_forgotten_within_the_day() -> None:
    detector = Detector()
    assert finite(detector.judge(BEGIN, 1e9))
    verdicts = steady(detector, 7 * DAY, begin=BEGIN + BUCKET)
    assert all(map(finite, verdicts))
    assert not any(verdict.alert for verdict in verdicts)
    assert verdicts[DAY].expected < 30
    storm = steady(detector, 12, begin=BEGIN + (7 * DAY + 1) * BUCKET, count=400.0)
    assert any(verdict.alert for verdict in storm)


def test_fractions_are_counts_like_any_other() -> None:
    halves = Detector()
    verdicts = [halves.judge(BEGIN + i * BUCKET, 0.5 * (i % 3)) for i in range(3 * DAY)]
    assert all(map(finite, verdicts))
    assert verdicts[-1].expected == pytest.approx(0.5, rel=0.2)


def test_a_year_of_zeros_is_silence_and_the_first_real_storm_after_it_is_heard() -> None:
    detector = Detector()
    year = [detector.judge(BEGIN + i * BUCKET, 0.0) for i in range(365 * DAY)]
    assert not any(verdict.alert for verdict in year)
    assert all(finite(verdict) for verdict in year[::997])
    storm = [detector.judge(BEGIN + (365 * DAY + i) * BUCKET, 15.0) for i in range(6)]
    assert [verdict.alert for verdict in storm].count(True) == 1


@pytest.mark.parametrize(
    "gap", [timedelta(minutes=7), timedelta(hours=3), timedelta(days=400), timedelta(days=360_000)]
)
def test_a_clock_that_jumps_ahead_leaves_a_gap_and_no_alert(gap: timedelta) -> None:
    detector = Detector()
    last = steady(detector, 4 * DAY)[-1]
    back = steady(detector, DAY, begin=last.at + gap)
    assert all(map(finite, back))
    assert not any(verdict.alert for verdict in back)


def test_a_clock_that_jumps_back_is_refused_until_time_has_caught_up() -> None:
    detector = Detector()
    steady(detector, DAY)
    for minutes in (0, 5, 60):
        with pytest.raises(BadInput) as refused:
            detector.judge(BEGIN + DAY * BUCKET - BUCKET - timedelta(minutes=minutes), 20.0)
        assert refused.value.code == "spikes.not_in_order"
    assert finite(detector.judge(BEGIN + DAY * BUCKET, 20.0))


def in_utc_and_in_berlin(begin: datetime) -> tuple[list[Verdict], list[Verdict]]:
    times = [begin + i * BUCKET for i in range(2 * DAY)]
    counts = [float(20 + i % 7) for i in range(len(times))]
    plain, local = Detector(), Detector()
    return (
        [plain.judge(at, count) for at, count in zip(times, counts, strict=True)],
        [local.judge(at.astimezone(BERLIN), count) for at, count in zip(times, counts, strict=True)],
    )


@pytest.mark.parametrize("month", [3, 10])
def test_summer_time_with_its_offset_is_the_same_instant_and_the_same_verdict(month: int) -> None:
    plain, local = in_utc_and_in_berlin(datetime(2026, month, 24 if month == 10 else 28, 12, tzinfo=UTC))
    assert plain == local


def test_offsets_may_change_from_row_to_row() -> None:
    plain, travelling = Detector(), Detector()
    for i in range(DAY):
        at = BEGIN + i * BUCKET
        zone = timezone(timedelta(hours=i % 24 - 12))
        assert travelling.judge(at.astimezone(zone), 20.0) == plain.judge(at, 20.0)


@pytest.mark.parametrize(("year", "month", "day", "hours"), [(1, 1, 1, 14), (9999, 12, 31, -12)])
def test_a_time_outside_the_calendar_is_refused(year: int, month: int, day: int, hours: int) -> None:
    at = datetime(year, month, day, 12, tzinfo=timezone(timedelta(hours=hours)))
    with pytest.raises(BadInput) as refused:
        Detector().judge(at, 1.0)
    assert refused.value.code == "spikes.out_of_time"
