"""Blindness: a calm picture counts only if the sources delivered."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from command_center.domain.blindness import Delivery, Sight, Supplier, delivered, sight, with_fetch

NOW = datetime(2026, 3, 3, 14, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=30)
FIVE = timedelta(minutes=5)


def source(*missing: int, name: str = "rss", **changes: object) -> Supplier:
    """Return a source fetched every five minutes for six hours, without some of its fetches."""
    fetches = tuple(NOW - (71 - slot) * FIVE for slot in range(72) if slot not in missing)
    delivery = Delivery(period_seconds=300, fetches=fetches)
    made = Supplier(id=name, name=name, kind="rss", since=LONG_AGO, delivery=delivery)
    return replace(made, **changes)  # type: ignore[arg-type]


def test_sources_that_deliver_make_a_clear_picture() -> None:
    look = sight([source()], NOW)
    assert (look.state, look.share, look.why) == (Sight.CLEAR, 1.0, ())


@pytest.mark.parametrize(
    ("lost", "state"),
    [(14, Sight.CLEAR), (15, Sight.UNCERTAIN), (47, Sight.UNCERTAIN), (49, Sight.BLIND), (72, Sight.BLIND)],
)
def test_below_four_fifths_the_picture_is_uncertain_and_below_a_third_blind(lost: int, state: Sight) -> None:
    look = sight([source(*range(72 - lost, 72))], NOW)
    assert look.state is state
    assert bool(look.why) is (state is not Sight.CLEAR)


def test_one_dead_source_of_two_is_named_whatever_the_other_does() -> None:
    often = source(name="often")
    look = sight([often, source(*range(72), name="dead")], NOW)
    assert (look.state, look.share) == (Sight.UNCERTAIN, 0.5)
    assert [(each.name, each.came, each.expected) for each in look.why] == [("dead", 0, 72)]


def test_a_file_and_a_source_without_a_period_owe_nothing() -> None:
    for free in (source(kind="file"), source(delivery=None)):
        assert delivered(free, NOW) is None
        assert sight([free], NOW).state is Sight.NOTHING_EXPECTED
    assert sight([], NOW).share == 1.0


def test_a_source_that_is_new_owes_only_what_fell_due_since() -> None:
    assert delivered(source(since=NOW - timedelta(minutes=4)), NOW) is None
    young = delivered(source(since=NOW - timedelta(minutes=30)), NOW)
    assert young is not None
    assert (young.expected, young.share) == (6, 1.0)


def test_a_burst_after_an_outage_does_not_make_up_for_it() -> None:
    burst = tuple(NOW - timedelta(seconds=second) for second in range(100))
    found = delivered(source(delivery=Delivery(period_seconds=300, fetches=burst)), NOW)
    assert found is not None
    assert found.came == 1


def test_fetches_a_little_early_or_late_all_count() -> None:
    shaky = tuple(NOW - slot * FIVE + timedelta(seconds=20 * (-1) ** slot) for slot in range(1, 73))
    found = delivered(source(delivery=Delivery(period_seconds=300, fetches=shaky)), NOW)
    assert found is not None
    assert found.share > 0.97


def test_a_source_asked_once_a_day_is_looked_at_over_two() -> None:
    asked = (NOW - timedelta(hours=30), NOW - timedelta(hours=6))
    daily = source(delivery=Delivery(period_seconds=86_400, fetches=asked))
    found = delivered(daily, NOW)
    assert found is not None
    assert (found.expected, found.came) == (2, 2)


def test_fetches_from_the_future_count_for_nothing() -> None:
    ahead = source(delivery=Delivery(period_seconds=300, fetches=tuple(NOW + n * FIVE for n in range(1, 50))))
    assert sight([ahead], NOW).state is Sight.BLIND


def test_what_is_remembered_stays_small_and_in_order() -> None:
    delivery = Delivery(period_seconds=60)
    for minute in range(3000):
        delivery = with_fetch(delivery, LONG_AGO + timedelta(minutes=minute))
    assert len(delivery.fetches) == 361
    assert list(delivery.fetches) == sorted(delivery.fetches)
    again = with_fetch(delivery, delivery.fetches[-1])
    assert again == delivery, "the same fetch counts once"


def test_one_lacking_source_of_many_is_enough_for_doubt() -> None:
    many = [source(name=f"s{number}") for number in range(9)]
    look = sight([*many, source(*range(40, 72), name="dead")], NOW)
    assert (look.state, look.trusted) == (Sight.UNCERTAIN, False)
    assert look.share > 0.9 > look.least


def test_since_when_is_the_last_fetch_before_the_first_gap() -> None:
    last = NOW - (71 - 39) * FIVE
    stopped = source(*range(40, 72), last=last)
    flaky = source(*range(10, 30, 2), *range(10, 30, 3), last=NOW)
    never = source(*range(72), delivery=Delivery(period_seconds=300))
    assert sight([stopped], NOW).since == last
    found = delivered(flaky, NOW)
    assert found is not None
    assert found.missing_since == NOW - (71 - 9) * FIVE
    assert sight([never], NOW).since == LONG_AGO
    assert sight([source(last=NOW)], NOW).since is None
