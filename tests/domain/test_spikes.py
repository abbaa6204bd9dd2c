"""The spike detector, told in small made-up curves."""

import json
import math
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from command_center.domain.spikes import SHIPPED, Detector, SpikeConfig, Verdict
from command_center.errors import BadInput

BEGIN = datetime(2026, 1, 5, tzinfo=UTC)  # a Monday
BUCKET = timedelta(minutes=5)
DAY = 288
WEEK = 7 * DAY


def dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - made-up counts, no secrets


def poisson(chance: random.Random, mean: float) -> float:
    if mean > 30:
        return float(max(0, round(chance.gauss(mean, math.sqrt(mean)))))
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return float(count)


def noise(mean: float, buckets: int, *, seed: int = 1) -> list[float]:
    chance = dice(seed)
    return [poisson(chance, mean) for _ in range(buckets)]


def rhythm(buckets: int, *, mean: float = 20.0, seed: int = 1) -> list[float]:
    """Nights at a tenth of the afternoons, weekends at a third of the workdays."""
    chance = dice(seed)
    curve = []
    for i in range(buckets):
        of_day = 1.0 + 0.82 * math.sin(2 * math.pi * (i % DAY / DAY - 0.4))
        of_week = 0.33 if i // DAY % 7 >= 5 else 1.0
        curve.append(poisson(chance, mean * of_day * of_week))
    return curve


def storm(curve: list[float], at: int, *, times: float, mean: float, buckets: int = 36) -> list[float]:
    """Add a storm that has reached ``times`` the mean after half an hour."""
    added = [times * mean * min(1.0, (i + 1) / 6) for i in range(buckets)]
    return [c + (added[i - at] if 0 <= i - at < buckets else 0.0) for i, c in enumerate(curve)]


def judged(curve: Iterable[float], detector: Detector | None = None, *, begin: datetime = BEGIN) -> list[Verdict]:
    detector = detector or Detector()
    return [detector.judge(begin + i * BUCKET, count) for i, count in enumerate(curve)]


def alerts(verdicts: list[Verdict]) -> list[int]:
    return [i for i, verdict in enumerate(verdicts) if verdict.alert]


def test_the_verdicts_on_the_beginning_of_a_curve_do_not_depend_on_its_end() -> None:
    curve = storm(rhythm(2 * WEEK), 10 * DAY, times=10, mean=20)
    assert judged(curve[: 10 * DAY + 20]) == judged(curve)[: 10 * DAY + 20]


def test_a_storm_of_ten_times_the_usual_is_found_within_the_hour_and_alerted_once() -> None:
    at = 2 * WEEK + 150
    verdicts = judged(storm(noise(20, 3 * WEEK), at, times=10, mean=20))
    found = alerts(verdicts)
    assert len(found) == 1
    assert at <= found[0] < at + 12


def test_a_storm_on_a_topic_with_a_rhythm_is_found_within_the_hour_and_alerted_once() -> None:
    at = 2 * WEEK + 200
    found = alerts(judged(storm(rhythm(3 * WEEK), at, times=10, mean=20)))
    assert [at <= i < at + 12 for i in found] == [True]


def test_a_storm_on_a_topic_of_a_few_mentions_an_hour_is_found() -> None:
    at = 2 * WEEK + 100
    found = alerts(judged(storm(noise(0.4, 2 * WEEK + DAY), at, times=15, mean=0.4, buckets=72)))
    assert [at <= i < at + 24 for i in found] == [True]


def test_a_storm_that_comes_back_after_days_of_quiet_is_alerted_again() -> None:
    first, second = 2 * WEEK, 2 * WEEK + 4 * DAY
    curve = storm(noise(20, 3 * WEEK), first, times=12, mean=20)
    found = alerts(judged(storm(curve, second, times=12, mean=20)))
    assert len(found) == 2
    assert found[1] >= second


def test_an_alert_says_how_strong_how_long_and_on_which_time_scale() -> None:
    verdicts = judged(storm(noise(20, 3 * WEEK), 2 * WEEK, times=10, mean=20))
    (at,) = alerts(verdicts)
    alert = verdicts[at]
    assert alert.score >= 0.5
    assert alert.ratio > 2
    assert alert.lasting >= 1
    assert alert.count > alert.high > alert.expected > alert.low >= 0
    assert alert.window_minutes in (5, 15, 60, 180)
    assert verdicts[2 * WEEK + 30].lasting > alert.lasting


def test_weeks_of_quiet_noise_stay_within_the_budget() -> None:
    weeks, means = 6, (0.5, 4.0, 40.0)
    raised = sum(len(alerts(judged(noise(mean, weeks * WEEK)))) for mean in means)
    assert raised <= SHIPPED.alerts_a_week * weeks * len(means)


def test_zero_to_two_mentions_a_bucket_are_never_a_storm() -> None:
    chance = dice(3)
    curve = [float(chance.choice((0, 0, 0, 0, 0, 0, 0, 1, 1, 2))) for _ in range(5 * WEEK)]
    assert alerts(judged(curve)) == []


def test_the_first_mentions_after_silence_are_not_a_storm() -> None:
    assert alerts(judged([0.0] * WEEK + [2.0] + [0.0] * 20 + [2.0, 1.0] + [0.0] * DAY)) == []


def test_the_rhythm_of_day_and_week_is_not_alerted() -> None:
    assert alerts(judged(rhythm(5 * WEEK))) == []


def test_the_expected_count_follows_hour_and_weekday() -> None:
    verdicts = judged(rhythm(6 * WEEK))
    monday_night, monday_noon = verdicts[5 * WEEK + 12], verdicts[5 * WEEK + 180]
    sunday_noon = verdicts[5 * WEEK + 6 * DAY + 180]
    assert monday_noon.expected > 4 * monday_night.expected
    assert monday_noon.expected > 1.5 * sunday_noon.expected


def test_growth_over_weeks_is_followed_and_not_alerted() -> None:
    chance = dice(5)
    curve = [poisson(chance, 10 * 2 ** (i / (4 * WEEK))) for i in range(6 * WEEK)]
    verdicts = judged(curve)
    assert alerts(verdicts) == []
    assert verdicts[-1].expected > 20


def test_a_storm_is_not_learnt_as_normal() -> None:
    quiet = noise(20, 2 * WEEK + 3 * DAY)
    stormy = storm(quiet, 2 * WEEK, times=30, mean=20, buckets=DAY)
    after = 2 * WEEK + 2 * DAY
    undisturbed, disturbed = judged(quiet)[after], judged(stormy)[after]
    assert disturbed.expected < 1.5 * undisturbed.expected


@pytest.mark.parametrize("days", [1, 14])
def test_a_storm_of_a_day_is_one_alert_and_so_is_a_level_that_stays(days: int) -> None:
    verdicts = judged(storm(noise(20, 4 * WEEK), 2 * WEEK, times=5, mean=20, buckets=days * DAY))
    assert len(alerts(verdicts)) == 1
    assert verdicts[-1].lasting == 0


def test_the_first_two_days_are_marked_as_learning_and_have_a_wider_band() -> None:
    verdicts = judged(noise(20, 3 * DAY))
    assert [verdict.learning for verdict in verdicts] == [True] * (2 * DAY) + [False] * DAY
    last_learning, first_known = verdicts[2 * DAY - 1], verdicts[2 * DAY]
    assert last_learning.high / last_learning.expected > first_known.high / first_known.expected


def test_a_rhythm_on_the_first_day_is_not_taken_for_a_storm() -> None:
    assert alerts(judged(rhythm(2 * DAY))) == []


def test_a_violent_storm_is_alerted_even_while_learning() -> None:
    found = alerts(judged(storm(noise(20, 2 * DAY), DAY + 50, times=30, mean=20)))
    assert [DAY + 50 <= i < DAY + 62 for i in found] == [True]


def test_missing_buckets_are_not_learnt_as_zeros() -> None:
    detector = Detector()
    before = judged(noise(20, WEEK), detector)[-1]
    back = judged(noise(20, DAY, seed=2), detector, begin=BEGIN + timedelta(days=10))
    assert back[0].expected == pytest.approx(before.expected, rel=0.2)
    assert alerts(back) == []


def test_a_storm_goes_on_after_a_short_gap_and_is_not_alerted_twice() -> None:
    curve = storm(noise(20, 2 * WEEK + DAY), 2 * WEEK, times=20, mean=20, buckets=72)
    detector = Detector()
    seen = [i for i in range(len(curve)) if not 2 * WEEK + 20 <= i < 2 * WEEK + 32]
    verdicts = [detector.judge(BEGIN + i * BUCKET, curve[i]) for i in seen]
    assert len(alerts(verdicts)) == 1


def test_the_last_time_a_count_was_this_high_lies_before_the_storm() -> None:
    first, second = 2 * WEEK, 3 * WEEK
    curve = storm(noise(20, 4 * WEEK), first, times=12, mean=20)
    verdicts = judged(storm(curve, second, times=10, mean=20))
    assert verdicts[first + 12].last_seen_high is None
    seen = verdicts[second + 12].last_seen_high
    assert seen is not None
    assert BEGIN + first * BUCKET <= seen < BEGIN + (first + 36) * BUCKET


def test_a_detector_saved_and_restored_goes_on_with_equal_verdicts() -> None:
    curve = storm(rhythm(2 * WEEK), WEEK + 100, times=10, mean=20)
    for cut in (0, 1, 30, WEEK + 105, WEEK + 400):
        whole, first = Detector(), Detector()
        expected = judged(curve, whole)[cut:]
        judged(curve[:cut], first)
        second = Detector.restore(json.loads(json.dumps(first.state())))
        assert judged(curve[cut:], second, begin=BEGIN + cut * BUCKET) == expected
        assert second.state() == whole.state()


def test_the_state_does_not_grow_with_the_time_watched() -> None:
    detector = Detector()
    judged(noise(5, WEEK), detector)
    size = len(json.dumps(detector.state()))
    judged(noise(5, 3 * WEEK), detector, begin=BEGIN + timedelta(days=7))
    assert len(json.dumps(detector.state())) < size + 1000


def test_a_smaller_budget_never_raises_more_alerts() -> None:
    curve = noise(8, 6 * WEEK)
    for day in range(8, 40, 4):
        curve = storm(curve, day * DAY, times=2 + day / 10, mean=8)
    seldom, often = (Detector(replace(SHIPPED, alerts_a_week=budget)) for budget in (0.25, 2.0))
    assert len(alerts(judged(curve, seldom))) <= len(alerts(judged(curve, often)))


def test_buckets_of_an_hour_are_judged_like_buckets_of_five_minutes() -> None:
    at = 3 * 7 * 24 + 10
    curve = [count + (2000.0 if at <= i < at + 3 else 0.0) for i, count in enumerate(noise(240, 4 * 7 * 24))]
    detector = Detector(bucket_seconds=3600)
    verdicts = [detector.judge(BEGIN + timedelta(hours=i), count) for i, count in enumerate(curve)]
    assert alerts(verdicts) == [at]


def test_times_with_another_zone_are_read_as_the_same_instant() -> None:
    berlin = timezone(timedelta(hours=1))
    detector = Detector()
    verdict = detector.judge(BEGIN.astimezone(berlin), 3.0)
    assert verdict == Detector().judge(BEGIN, 3.0)
    assert verdict.at.tzinfo is UTC


@pytest.mark.parametrize("late", [timedelta(0), timedelta(minutes=-5), timedelta(days=-1)])
def test_a_bucket_that_is_late_or_comes_twice_is_refused(late: timedelta) -> None:
    detector = Detector()
    detector.judge(BEGIN, 1.0)
    with pytest.raises(BadInput) as refused:
        detector.judge(BEGIN + late, 1.0)
    assert refused.value.code == "spikes.not_in_order"


@pytest.mark.parametrize("count", [math.nan, math.inf, -1.0, -0.001])
def test_what_is_not_a_count_is_refused(count: float) -> None:
    with pytest.raises(BadInput) as refused:
        Detector().judge(BEGIN, count)
    assert refused.value.code == "spikes.not_a_count"


def test_a_refused_bucket_leaves_no_trace() -> None:
    detector = Detector()
    judged(noise(5, 20), detector)
    before = detector.state()
    for at, count in ((BEGIN, 1.0), (BEGIN + 40 * BUCKET, math.nan)):
        with pytest.raises(BadInput):
            detector.judge(at, count)
    assert detector.state() == before


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        Detector().judge(datetime(2026, 1, 5), 1.0)  # noqa: DTZ001
    assert refused.value.code == "spikes.no_time_zone"


@pytest.mark.parametrize("seconds", [0, -300, 86_401])
def test_a_bucket_length_out_of_reach_is_refused(seconds: int) -> None:
    with pytest.raises(BadInput) as refused:
        Detector(bucket_seconds=seconds)
    assert refused.value.code == "spikes.bucket_length"


def test_a_setting_that_is_not_positive_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        SpikeConfig(alerts_a_week=0.0)
    assert refused.value.code == "spikes.setting"


def test_a_state_that_is_not_ours_is_refused() -> None:
    with pytest.raises(BadInput) as refused:
        Detector.restore({"config": {"unknown": 1}})
    assert refused.value.code == "spikes.bad_state"
