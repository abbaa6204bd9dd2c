"""Sources are set up with what their kind needs, tried before they are kept, paused, and removed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from command_center.domain.blindness import Sight
from command_center.domain.connections import Connection, KeyKind
from command_center.domain.mentions import Plane
from command_center.domain.sources import Source
from command_center.domain.topics import Topic
from command_center.errors import BadInput, CommandCenterError, NetworkTrouble, NotAllowed, NotFound
from command_center.networks import Access, Fetched
from command_center.use_cases.ask_source import try_source
from command_center.use_cases.keep_sources import (
    add_source,
    change_source,
    pause_source,
    remove_source,
    resume_source,
    try_now,
)
from command_center.use_cases.listen import take_in, take_trouble
from command_center.use_cases.watch_sources import sight_of
from tests.fakes.monitors import FakePoll, FakeStream, posts, said
from tests.use_cases.conftest import Office
from tests.use_cases.hearing import TOPIC

MOMENT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def draft(kind: str = "bluesky_stream", **more: object) -> Source:
    values = {"id": "", "name": "Quelle", "kind": kind, "plane": Plane.REAL, "topic_id": "t", **more}
    return Source(**{"created_at": MOMENT, **values})  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def monitors(office: Office) -> dict[str, Any]:
    made: dict[str, Any] = {"bluesky_stream": FakeStream(), "feed": FakePoll()}
    office.ctx = replace(office.ctx, monitors=made)
    office.add(TOPIC)
    return made


def one(office: Office, identity: str) -> Source:
    with office.ctx.store.reading() as store:
        return store.find(Source, id=identity)[0]


def add(office: Office, source: Source) -> Source:
    return one(office, add_source(office.ctx, office.says("analyst"), source=source))


def test_live_bluesky_needs_nothing_but_a_name(office: Office) -> None:
    made = add(office, draft(topic_id=""))
    assert made.active
    assert made.delivery is not None
    assert made.delivery.period_seconds == 60
    assert office.actions()[-1] == "source.added"


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ({"kind": "teletext"}, "source.unknown_kind"),
        ({"name": "  "}, "source.name_needed"),
        ({"plane": Plane.PRACTICE}, "source.not_in_practice"),
        ({"kind": "feed"}, "source.address_needed"),
        ({"kind": "feed", "address": "javascript:alert(1)"}, "source.bad_address"),
        ({"kind": "feed", "address": "https://a.example/ rss"}, "source.bad_address"),
        ({"kind": "bluesky_stream", "address": "https://a.example"}, "source.bad_address"),
        ({"kind": "mastodon_tag", "query": "#nordwerk"}, "source.address_needed"),
        ({"kind": "x_search"}, "source.key_needed"),
        ({"kind": "x_search", "connection_id": "bsky"}, "source.key_needed"),
        ({"kind": "mastodon_tag", "address": "https://a.example"}, "source.words_needed"),
        ({"kind": "x_search", "query": "x" * 1001, "connection_id": "x"}, "source.words_needed"),
        ({"topic_id": "gone"}, "source.nothing_to_match"),
        ({"topic_id": "empty"}, "source.nothing_to_match"),
    ],
)
def test_what_is_missing_is_named(office: Office, source: dict[str, Any], code: str) -> None:
    office.add(
        Topic(id="empty", name="Leer"),
        Connection(
            id="bsky",
            network="bluesky",
            handle="n",
            kind=KeyKind.APP_PASSWORD,
            connected_by="a",
            connected_at=office.moment,
            sealed="x",
        ),
    )
    with office.ctx.store.writing() as store:
        store.put(replace(store.find(Connection)[0], id="x", network="x"))
    with pytest.raises(BadInput) as refused:
        add(office, draft(**source))
    assert refused.value.code == code


def test_a_folder_is_looked_for_where_it_is_read(office: Office) -> None:
    assert add(office, draft("folder", address="presse")).address == "presse"
    assert add(office, draft("folder")).address == ""


def test_who_may_not_keep_sources_is_refused(office: Office) -> None:
    with pytest.raises(NotAllowed):
        add_source(office.ctx, office.says("co_manager"), source=draft())


def test_a_change_of_what_is_asked_begins_anew_but_keeps_the_figures(office: Office) -> None:
    made = add(office, draft("feed", address="https://a.example/feed"))
    take_in(office.ctx, made.id, Fetched(mentions=posts([1], office.moment), cursor={"etag": "x"}))
    take_trouble(office.ctx, made.id, NetworkTrouble("network.slow", network="a"))
    change_source(office.ctx, office.says("analyst"), source=replace(made, name="Presse", fetched=0))
    renamed = one(office, made.id)
    assert (renamed.name, renamed.fetched, renamed.cursor, renamed.trouble) == ("Presse", 1, {"etag": "x"}, {})
    change_source(office.ctx, office.says("analyst"), source=replace(made, address="https://b.example/feed"))
    assert (one(office, made.id).cursor, one(office, made.id).stored) == ({}, 1)


def test_after_a_pause_a_source_owes_from_then_on(office: Office) -> None:
    made = add(office, draft())
    pause_source(office.ctx, office.says("analyst"), source_id=made.id)
    office.later(hours=5)
    assert sight_of(office.ctx, "analyst", "t").state is Sight.NOTHING_EXPECTED
    resume_source(office.ctx, office.says("analyst"), source_id=made.id)
    office.later(minutes=1)
    take_in(office.ctx, made.id, Fetched())
    office.later(minutes=1)
    take_in(office.ctx, made.id, Fetched())
    assert sight_of(office.ctx, "analyst", "t").state is Sight.CLEAR


def test_try_now_ends_the_waiting(office: Office) -> None:
    made = add(office, draft("feed", address="https://a.example/feed"))
    office.add(replace(made, next_try_at=office.moment + timedelta(hours=1)))
    try_now(office.ctx, office.says("analyst"), source_id=made.id)
    assert one(office, made.id).next_try_at is None


def test_a_removed_source_leaves_its_figures_in_the_log(office: Office) -> None:
    made = add(office, draft())
    take_in(office.ctx, made.id, Fetched(mentions=posts([1], office.moment)))
    remove_source(office.ctx, office.says("analyst"), source_id=made.id)
    with office.ctx.store.reading() as store:
        assert store.find(Source) == []
        entry = next(iter(store.log(descending=True)))
    assert (entry.action.value, entry.details["stored"]) == ("source.removed", 1)
    with pytest.raises(NotFound):
        take_in(office.ctx, made.id, Fetched())


@pytest.mark.parametrize(("kind", "code"), [("file", "source.not_live"), ("webhook", "source.belongs_to_program")])
def test_files_and_programs_are_not_kept_here(office: Office, kind: str, code: str) -> None:
    office.add(draft(kind, id="f"))
    with pytest.raises(BadInput) as refused:
        remove_source(office.ctx, office.says("analyst"), source_id="f")
    assert refused.value.code == code


# Hearing what would come, before it is kept.


def test_a_try_of_a_feed_shows_what_would_come_and_stores_nothing(office: Office, monitors: dict[str, Any]) -> None:
    dates = [office.moment - timedelta(minutes=30 * number) for number in range(5)]
    mentions = (*(said(number, at=at) for number, at in enumerate(dates)), said(9, "Wetter", at=office.moment))
    monitors["feed"].answers = [Fetched(mentions=mentions)]
    feed = draft("feed", address="https://a.example/feed", cursor={"etag": "old"})
    trial = try_source(office.ctx, "analyst", source=feed)
    assert (trial.seen, trial.kept, trial.an_hour) == (6, 5, 2.5)
    assert not trial.too_much
    assert monitors["feed"].asked[0].source.cursor == {}
    with office.ctx.store.reading() as store:
        assert store.extent("t").total == 0
        assert store.find(Source) == []


def test_a_try_of_a_stream_warns_when_nearly_everything_matches(office: Office, monitors: dict[str, Any]) -> None:
    monitors["bluesky_stream"].tell(Fetched(mentions=posts(range(90), office.moment), seen=100))
    trial = try_source(office.ctx, "analyst", source=draft())
    assert (trial.seen, trial.kept) == (100, 90)
    assert trial.too_much
    assert trial.an_hour == pytest.approx(64_800)


@pytest.mark.parametrize("wrong", [NetworkTrouble("network.signed_out", network="x"), BadInput("x.query_too_long")])
def test_what_the_network_says_is_told(office: Office, monitors: dict[str, Any], wrong: CommandCenterError) -> None:
    monitors["feed"].answers = [wrong]
    with pytest.raises(CommandCenterError) as refused:
        try_source(office.ctx, "analyst", source=draft("feed", address="https://a.example/feed"))
    assert refused.value is wrong


class CountingPoll(FakePoll):
    """Counts without being read."""

    def baseline_counts(self, access: Access, topic: Topic) -> list[tuple[datetime, int]]:
        """Count three an hour."""
        if access.secret["bearer"] == "none":
            raise NetworkTrouble("network.refused", network="X", why="403")
        return [(MOMENT - timedelta(hours=number), 3) for number in range(10)]


@pytest.mark.parametrize(("bearer", "counted"), [("b", True), ("none", False)])
def test_a_network_that_counts_is_not_read(
    office: Office, monitors: dict[str, Any], bearer: str, counted: bool
) -> None:
    monitors["x_search"] = CountingPoll(network="x")
    office.add(
        Connection(
            id="x",
            network="x",
            handle="",
            kind=KeyKind.TOKEN,
            connected_by="a",
            connected_at=MOMENT,
            sealed=office.ctx.vault.seal("x", {"bearer": bearer}),
        )
    )
    trial = try_source(office.ctx, "analyst", source=draft("x_search", connection_id="x"))
    assert trial.counted is counted
    assert bool(monitors["x_search"].asked) is not counted
    if counted:
        assert (trial.kept, trial.an_hour) == (30, 3.0)


def test_a_webhook_cannot_be_tried(office: Office) -> None:
    with pytest.raises(BadInput) as refused:
        try_source(office.ctx, "analyst", source=draft("webhook"))
    assert refused.value.code == "source.cannot_listen"
