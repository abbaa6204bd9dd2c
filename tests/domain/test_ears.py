"""The ears: what one cannot hear another can, and together they keep to one budget."""

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest

from command_center.domain.ears import MENTIONS, SHARES, Ears, Heard
from command_center.domain.spikes import SHIPPED, Detector
from command_center.errors import BadInput
from tests.domain.test_spikes import BEGIN, BUCKET, DAY, WEEK, dice, rhythm

Counts = dict[str, float]


def talk(curve: Sequence[float], *, negative: float = 0.2, seed: int = 3) -> list[Counts]:
    """Give a curve moods and authors."""
    chance = dice(seed)
    buckets = []
    for count in curve:
        bad = float(sum(chance.random() < negative for _ in range(int(count))))
        buckets.append({MENTIONS: count, "negative": bad, "authors": float(round(0.8 * count))})
    return buckets


def heard(buckets: Sequence[Counts], ears: Ears | None = None, *, first: int = 0) -> list[Heard]:
    ears = ears or Ears()
    return [ears.judge(BEGIN + i * BUCKET, counts) for i, counts in enumerate(buckets, first)]


def alarms(found: Sequence[Heard]) -> list[int]:
    """Return the buckets that begin a storm: rare enough, after six quiet hours."""
    rows: list[int] = []
    last = -DAY
    for i, each in enumerate(found):
        if each.surge and each.surge.score >= 0.5:
            if i - last >= 72:
                rows.append(i)
            last = i
    return rows


def test_the_verdict_on_mentions_is_the_detectors_own() -> None:
    curve = rhythm(2 * WEEK)
    config = Ears().shares[MENTIONS] * SHIPPED.alerts_a_week
    detector = Detector(type(SHIPPED)(alerts_a_week=config))
    alone = [detector.judge(BEGIN + i * BUCKET, count) for i, count in enumerate(curve)]
    assert [each.verdict for each in heard(talk(curve))] == alone


def test_a_turn_of_mood_is_heard_though_the_mentions_hardly_rise() -> None:
    buckets = talk(rhythm(4 * WEEK))
    begin = 3 * WEEK + 3 * DAY + 150
    for counts in buckets[begin : begin + 24]:
        counts["negative"] += 12.0
        counts[MENTIONS] += 12.0
    found = heard(buckets)
    storm = [i for i in alarms(found) if begin <= i < begin + 24]
    assert storm
    surge = found[storm[0]].surge
    assert surge is not None
    assert surge.ear == "negative"
    assert surge.ratio > 2 * found[storm[0]].verdict.ratio
    alone = heard([{MENTIONS: counts[MENTIONS]} for counts in buckets], Ears(shares={MENTIONS: 1.0}))
    assert [i for i in alarms(alone) if begin <= i <= storm[0]] == [], "mentions alone had not heard it by then"


@pytest.mark.parametrize("seed", range(3))
def test_on_quiet_curves_the_union_keeps_to_the_budget(seed: int) -> None:
    weeks = 12
    found = heard(talk(rhythm(weeks * WEEK, seed=seed), seed=seed + 10))
    assert len([i for i in alarms(found) if i > WEEK]) <= (weeks - 1) * SHIPPED.alerts_a_week * 1.2


def test_the_common_score_says_how_rare_it_is_for_all_ears() -> None:
    ears = Ears()
    found = heard(talk(rhythm(2 * WEEK)), ears)
    surges = [each for each in found if each.surge and each.surge.ear == MENTIONS]
    assert surges
    for each in surges:
        assert each.surge is not None
        own = (1 / each.verdict.score - 1) / SHARES[MENTIONS]
        assert each.surge.score == pytest.approx(1 / (1 + own))
        assert each.surge.score < each.verdict.score


def test_ears_go_on_where_they_stopped() -> None:
    buckets = talk(rhythm(WEEK))
    whole = heard(buckets)
    ears = Ears()
    before = heard(buckets[:1000], ears)
    moved = Ears.restore(json.loads(json.dumps(ears.state())))
    assert before + heard(buckets[1000:], moved, first=1000) == whole


def test_an_ear_that_is_new_learns_while_the_old_one_goes_on() -> None:
    old = Ears(shares={MENTIONS: 1.0})
    heard([{MENTIONS: 5.0}] * 600, old)
    ears = Ears.restore(old.state())
    one = ears.judge(BEGIN + 600 * BUCKET + timedelta(0), {MENTIONS: 5.0, "negative": 1.0})
    assert not one.verdict.learning
    assert ears.state()["detectors"]["negative"]["seen"] == 1
    assert ears.state()["detectors"][MENTIONS]["config"]["alerts_a_week"] == SHARES[MENTIONS]


@pytest.mark.parametrize("shares", [{"negative": 1.0}, {MENTIONS: 0.6, "negative": 0.5}, {MENTIONS: 0.0}])
def test_shares_that_would_break_the_budget_are_refused(shares: dict[str, float]) -> None:
    with pytest.raises(BadInput):
        Ears(shares=shares)


def test_an_ear_that_never_heard_anything_leaves_its_share_to_the_mentions() -> None:
    curve = rhythm(2 * WEEK)
    ears = Ears()
    for each in heard([{MENTIONS: count} for count in curve], ears):
        if each.surge:
            assert each.surge.score == pytest.approx(each.verdict.score)
    assert ears.state()["deaf"] == sorted(set(SHARES) - {MENTIONS})
    assert Ears.restore(ears.state()).state() == ears.state()
    ears.judge(BEGIN + len(curve) * BUCKET, {MENTIONS: 5.0, "negative": 1.0})
    assert ears.state()["deaf"] == ["authors"]
