"""Waiting after failures, and which dates and buckets count live."""

from datetime import UTC, datetime, timedelta

import pytest

from command_center.domain.backoff import LONGEST, LONGEST_HOPELESS, MOST_OBEYED, next_try, wait
from command_center.domain.hearing_times import PATIENCE, believed, judged_by
from command_center.domain.mentions import Plane
from command_center.domain.sources import Source

NOW = datetime(2026, 3, 3, 14, 7, 40, tzinfo=UTC)


def source(heard_ago: int | None, **changes: object) -> Source:
    heard = None if heard_ago is None else NOW - timedelta(seconds=heard_ago)
    values = {"id": "s", "name": "s", "kind": "feed", "plane": Plane.REAL, "topic_id": "", "created_at": NOW}
    return Source(**{**values, "last_success_at": heard, **changes})  # type: ignore[arg-type]


def test_the_wait_doubles_up_to_a_limit_and_chance_decides_within_it() -> None:
    assert [wait(n, "network.faulty", 1.0).total_seconds() for n in (1, 2, 3)] == [10, 20, 40]
    assert wait(3, "network.faulty", 0.0) == timedelta(0)
    assert wait(10**6, "network.faulty", 1.0) == LONGEST
    assert wait(10**6, "network.signed_out", 1.0) == LONGEST_HOPELESS


@pytest.mark.parametrize(
    ("retry_at", "expected"),
    [
        (None, NOW),
        (NOW - timedelta(days=3), NOW),
        (NOW + timedelta(hours=2), NOW + timedelta(hours=2)),
        (NOW + timedelta(days=400), NOW + MOST_OBEYED),
    ],
)
def test_a_server_is_obeyed_within_reason(retry_at: datetime | None, expected: datetime) -> None:
    assert next_try(NOW, 1, "network.limited", chance=0.0, retry_at=retry_at) == expected


def test_dates_are_believed_when_they_can_be_true() -> None:
    assert believed(None, NOW) is None
    assert believed(NOW + timedelta(minutes=5), NOW) == NOW + timedelta(minutes=5)
    assert believed(NOW + timedelta(minutes=6), NOW) == NOW
    assert believed(datetime(1601, 1, 1, tzinfo=UTC), NOW) is None


def test_a_bucket_waits_for_every_source_that_is_well_but_not_for_ever() -> None:
    five = NOW.replace(minute=5, second=0)
    assert judged_by([source(1), source(20)], NOW) == five
    assert judged_by([source(1), source(200)], NOW) == floor_of(NOW - PATIENCE)
    assert judged_by([source(1), source(9000, trouble={"code": "x"})], NOW) == five
    assert judged_by([source(None)], NOW) == floor_of(NOW - PATIENCE)
    early = NOW.replace(minute=5, second=20)
    assert judged_by([source(0, last_success_at=early)], early) == five - timedelta(minutes=5)


def floor_of(moment: datetime) -> datetime:
    return moment.replace(minute=moment.minute // 5 * 5, second=0)
