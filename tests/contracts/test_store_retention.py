"""Every store finds what is old, deletes what carries no proof, and refuses the rest."""

from datetime import UTC, datetime, timedelta

import pytest

from command_center.domain.people import Person, Session, SignInAttempt
from command_center.ports import Request, Store
from tests.contracts.factories import mention

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def test_old_mentions_are_those_that_came_early_and_are_in_no_busy_topic(store: Store) -> None:
    early, late = NOW - timedelta(days=100), NOW
    with store.writing() as writing:
        writing.ingest(
            [
                mention(1, seen_at=early),
                mention(2, seen_at=late, created_at=early),
                mention(3, seen_at=early, topic_id="flug"),
                mention(4, seen_at=early),
                mention(4, seen_at=early, topic_id="flug"),
                mention(5, seen_at=early, created_at=None),
            ]
        )
        assert sorted(writing.old_mentions(NOW - timedelta(days=90), but_topics=["flug"], limit=9)) == [
            mention(1).id,
            mention(5).id,
        ]
        assert len(writing.old_mentions(NOW - timedelta(days=90), but_topics=[], limit=3)) == 3
        writing.erase([mention(1).id])
        assert writing.old_mentions(NOW - timedelta(days=90), but_topics=["flug"], limit=9) == [mention(5).id]


def test_what_was_last_used_before_a_moment_goes(store: Store) -> None:
    old, new = NOW - timedelta(days=31), NOW
    with store.writing() as writing:
        for number, at in enumerate((old, new)):
            writing.add(SignInAttempt(id=f"a{number}", login="kim", address="desk", at=at, succeeded=False))
            writing.add(Session(id=f"s{number}", person_id="kim", created_at=old, seen_at=at))
            for who in ("kim", "system"):
                writing.add(Request(id=f"{who}{number}", command="x", person_id=who, result="", at=at))
        assert writing.expire(SignInAttempt, NOW - timedelta(days=30)) == 1
        assert writing.expire(Session, NOW - timedelta(days=30)) == 1
        assert writing.expire(Request, NOW - timedelta(days=30), person_id=("kim", "ana")) == 1
        assert [each.id for each in writing.find(Request)] == ["kim1", "system0", "system1"]
    with pytest.raises(KeyError), store.writing() as writing:
        writing.expire(Person, NOW)
