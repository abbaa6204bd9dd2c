"""Every store finds what is old, deletes what carries no proof, and refuses the rest."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from command_center.domain.alerts import JudgedBucket
from command_center.domain.people import Person, Session, SignInAttempt
from command_center.ports import Request, Store
from tests.contracts.factories import example, mention

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


def test_old_figures_go_and_with_them_what_was_emptied_but_not_those_of_a_topic_that_is_kept(store: Store) -> None:
    old = NOW - timedelta(days=1100)
    given = {"created_at": old, "seen_at": old}
    with store.writing() as writing:
        writing.ingest([mention(1, **given), mention(2, **given), mention(3, topic_id="flug", **given)])
        writing.ingest([mention(4, created_at=NOW, seen_at=NOW)])
        writing.erase([mention(1).id, mention(3, topic_id="flug").id])
        for topic in ("flug", mention(1).topic_id):
            for at in (old, NOW):
                verdict = example(JudgedBucket, only_required=True, topic_id=topic, at=at)
                writing.put(replace(verdict, id=f"{topic}{at}"))
        # One minute, one verdict, one emptied mention.
        assert writing.drop_figures(NOW - timedelta(days=1000), but_topics=["flug"]) == 3
        assert sorted((one.topic_id, one.at) for one in writing.find(JudgedBucket)) == sorted(
            [("flug", old), ("flug", NOW), (mention(1).topic_id, NOW)]
        )
        assert writing.mention(mention(1).id) is None
        assert writing.mention(mention(2).id) is not None
        assert writing.extent("flug").total == 1


def test_an_author_is_found_by_handle_whatever_its_case_by_lasting_id_and_where_others_name_them(store: Store) -> None:
    lasting = {"native_id": "at://did:plc:x/app.bsky.feed.post/1", "network": "bluesky"}
    with store.writing() as writing:
        writing.ingest(
            [
                mention(1, author="Kundin", network="x"),
                mention(2, author="@kundin", network="mastodon"),
                mention(3, author="kundin.example", **lasting),
                mention(4, author="andere", text="Was sagt @KUNDIN dazu?", network="x"),
                mention(5, author="kund_in", network="x"),
            ]
        )

        def found(network: str, handle: str, *, naming: bool = False) -> list[str]:
            return sorted(each.id for each in writing.mentions_of(network, handle, naming=naming))

        ids = {number: mention(number).id for number in range(1, 6)}
        assert found("x", "kundin") == [ids[1]]
        assert found("", "kundin") == sorted([ids[1], ids[2]])
        assert found("bluesky", "did:plc:x") == [ids[3]]
        assert found("x", "kundin", naming=True) == sorted([ids[1], ids[4]])
        assert found("x", "kund%") == []
