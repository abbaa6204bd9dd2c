"""Bluesky's stream: from the bytes of a frame to a mention, and what a line that breaks leaves behind."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest

from command_center.domain.matching import Matcher
from command_center.domain.topics import Topic
from command_center.errors import NetworkTrouble
from command_center.networks import Asked, Fetched
from monitors.bluesky_stream import BlueskyStream
from monitors.jetstream import Catch, moment
from tests.peers.jetstream import DID, Jetstream, account, asked_of, commit, identity, running, time_us

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
TOPICS = [
    Topic(id="n", name="Nordwerk", terms=("Nordwerk", "Müller & Söhne"), exclusions=("Wetter",)),
    Topic(id="a", name="AirCrisp", terms=("AirCrisp 2",), hashtags=("brandgefahr",), handles=("nordwerk.example",)),
]
TEXTS = [
    "Nordwerk ruft zurück",
    "nordwerk",
    "Nordwerkstatt",
    "Das Wetter bei Nordwerk",
    "𝐍𝐨𝐫𝐝𝐰𝐞𝐫𝐤 🔥",
    "Nord\u00adwerk",
    "MUELLER & SÖHNE",
    "Mu\u0308ller & So\u0308hne <3",
    "Müller und Söhne",
    "die AirCrisp-2 qualmt",
    "AirCrisp 20",
    "#BRANDGEFAHR",
    "brandgefahr",
    "@nordwerk.example hilft",
    "mail@nordwerk.example",
    "東京の天気",
    "",
]


def catch() -> Catch:
    return Catch(newest=0, clock=lambda: NOW)


def frame(text: str, **more: Any) -> dict[str, Any]:
    return commit("3lkey", at=time_us(NOW), text=text, **more)


def as_go(event: dict[str, Any]) -> bytes:
    plain = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    return plain.replace("&", r"\u0026").replace("<", r"\u003c").replace(">", r"\u003e").encode()


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("written", [as_go, lambda event: json.dumps(event).encode()], ids=["go", "escaped"])
def test_only_what_a_topic_is_about_becomes_a_mention(text: str, written: Callable[[dict[str, Any]], bytes]) -> None:
    matcher, caught = Matcher(TOPICS), catch()
    caught.take(written(frame(text)), matcher.matching)
    assert caught.seen == 1
    assert caught.rejected == 0
    assert [mention.text for mention in caught.mentions] == ([text] if matcher.matching(text) else [])


def test_what_is_found_among_many_is_what_one_by_one_is_found() -> None:
    caught = catch()
    for text in TEXTS:
        caught.take(as_go(frame(text)), Matcher(TOPICS).matching)
    found = [mention.text for mention in caught.mentions]
    assert found == [text for text in TEXTS if Matcher(TOPICS).matching(text)]
    assert len(found) == 10
    assert caught.seen == len(TEXTS)


def test_a_post_keeps_its_address_author_language_and_what_it_answers() -> None:
    caught = catch()
    parent = {"uri": "at://did:plc:x/app.bsky.feed.post/3lparent", "cid": "c"}
    written = (NOW - timedelta(seconds=3)).isoformat()
    caught.take(
        as_go(frame("Nordwerk", langs=["de-DE"], reply={"parent": parent, "root": parent}, createdAt=written)),
        Matcher(TOPICS).matching,
    )
    (mention,) = caught.mentions
    assert mention.network == "bluesky"
    assert mention.native_id == f"at://{DID}/app.bsky.feed.post/3lkey"
    assert mention.url == f"https://bsky.app/profile/{DID}/post/3lkey"
    assert (mention.author, mention.language, mention.reply_to) == (DID, "de", parent["uri"])
    assert mention.created_at == NOW - timedelta(seconds=3)


@pytest.mark.parametrize(
    "written",
    [
        "2031-01-01T00:00:00Z",
        "2015-01-01T00:00:00Z",
        "2026-11-21T12:00:00",
        "gestern",
        None,
        17,
        "0001-01-01T00:00:00+23:59",
    ],
)
def test_a_date_that_cannot_be_right_is_the_moment_the_network_saw_it(written: object) -> None:
    caught = catch()
    caught.take(as_go(frame("Nordwerk", createdAt=written)), Matcher(TOPICS).matching)
    (mention,) = caught.mentions
    assert mention.created_at == NOW


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"\xff\xfe\xfa",
        b'{"did":',
        b"[" * 100_000,
        json.dumps({"time_us": "1", "kind": "commit"}).encode(),
        json.dumps({"time_us": True, "kind": "commit"}).encode(),
        json.dumps({"time_us": 10**30, "kind": "commit"}).encode(),
        json.dumps({"time_us": 5, "kind": "commit", "commit": None}).encode(),
        json.dumps(frame("Nordwerk") | {"did": "nobody"}).encode(),
        json.dumps(frame("Nordwerk") | {"did": None}).encode(),
        json.dumps(commit("../../etc", at=5, text="Nordwerk")).encode(),
        json.dumps(commit("k", at=5, text=None)).encode(),
        json.dumps(commit("k", at=5, text="Nordwerk " * 1_000)).encode(),
        json.dumps(commit("k", operation="delete", at=5) | {"did": 3}).encode(),
    ],
)
def test_what_cannot_be_read_is_counted_and_nothing_else(broken: bytes) -> None:
    caught = catch()
    caught.take(broken, Matcher(TOPICS).matching)
    assert (caught.rejected, caught.mentions, caught.deleted) == (1, [], [])


def test_lone_halves_of_characters_do_no_harm() -> None:
    caught = catch()
    half = json.dumps(frame("Nordwerk \ud83d\0!"))
    assert "\\ud83d" in half
    caught.take(half, Matcher(TOPICS).matching)
    (mention,) = caught.mentions
    assert mention.text.encode()
    assert "\0" not in mention.text


def test_deleted_posts_and_accounts_are_told_and_other_news_is_not_counted() -> None:
    caught = catch()
    for event in (
        commit("3lgone", operation="delete"),
        account(active=False, status="deleted"),
        account(active=False, status="deactivated"),
        account(active=True),
        identity(),
    ):
        caught.take(json.dumps(event), Matcher(TOPICS).matching)
    assert caught.deleted == [f"at://{DID}/app.bsky.feed.post/3lgone", f"at://{DID}"]
    assert (caught.seen, caught.rejected) == (1, 0)


def test_a_changed_post_is_found_by_its_new_text_under_its_old_id() -> None:
    caught = catch()
    for text in ("Heute schön", "Heute bei Nordwerk"):
        caught.take(json.dumps(commit("3lkey", operation="update", text=text)), Matcher(TOPICS).matching)
    assert [mention.native_id for mention in caught.mentions] == [f"at://{DID}/app.bsky.feed.post/3lkey"]


def test_time_that_runs_back_or_ahead_does_not_move_the_place_to_go_on_from() -> None:
    caught = catch()
    for at in (NOW, NOW - timedelta(hours=3), NOW + timedelta(days=300)):
        caught.take(json.dumps(commit("k", at=time_us(at), text="Nordwerk")), Matcher(TOPICS).matching)
    assert NOW <= moment(caught.newest) <= NOW + timedelta(minutes=5)
    assert max(mention.created_at for mention in caught.mentions if mention.created_at) == NOW


@pytest.fixture
def server() -> Iterator[Jetstream]:
    with running() as started:
        yield started


def listen(monitor: BlueskyStream, asked: Asked, *, until: Callable[[list[Fetched]], bool]) -> list[Fetched]:
    stop, heard = Event(), []
    for fetched in monitor.listen(asked, stop):
        heard.append(fetched)
        if until(heard):
            stop.set()
        assert len(heard) < 200
    return heard


def until_lost(
    monitor: BlueskyStream, asked: Asked, speak: Callable[[], object]
) -> tuple[list[Fetched], NetworkTrouble]:
    """Listen until the line is lost; ``speak`` is called once it stands."""
    heard: list[Fetched] = []
    try:
        for fetched in monitor.listen(asked, Event()):
            heard.append(fetched)
            if len(heard) == 1:
                speak()
            assert len(heard) < 200
    except NetworkTrouble as trouble:
        return heard, trouble
    raise AssertionError("it ended without a word")


def ids(heard: list[Fetched]) -> list[str]:
    return [mention.native_id for fetched in heard for mention in fetched.mentions]


def quick() -> BlueskyStream:
    return BlueskyStream(hand_on_seconds=0.2)


@pytest.mark.sockets
def test_it_asks_for_posts_only_and_goes_on_a_few_seconds_before(server: Jetstream) -> None:
    kept = time_us() - 3_600_000_000
    listen(quick(), server.asked(cursor={"time_us": kept}), until=bool)
    (query,) = server.queries
    assert query["wantedCollections"] == ["app.bsky.feed.post"]
    assert int(query["cursor"][0]) == kept - 5_000_000
    assert "cursor" not in query or int(query["maxMessageSizeBytes"][0]) > 0


@pytest.mark.sockets
def test_quiet_is_told_as_well_and_keeps_the_place(server: Jetstream) -> None:
    heard = listen(quick(), server.asked(), until=lambda heard: len(heard) == 3)
    assert all(fetched.seen == 0 and fetched.cursor["time_us"] > 0 for fetched in heard)


@pytest.mark.sockets
def test_what_came_before_the_line_broke_is_handed_on_first(server: Jetstream) -> None:
    said: list[str] = []

    def speak() -> None:
        said.append(server.say("Nordwerk eben"))
        server.say("nichts davon")
        server.end()

    asked = server.asked(cursor={"time_us": time_us()})
    heard, trouble = until_lost(BlueskyStream(hand_on_seconds=0.5), asked, speak)
    assert trouble.code == "network.unreachable"
    assert ids(heard) == said
    assert sum(fetched.seen for fetched in heard) == 2


@pytest.mark.sockets
def test_a_gap_longer_than_the_server_keeps_is_said(server: Jetstream) -> None:
    server.keeps_from = time_us() - 60_000_000
    server.say("Nordwerk")
    asked = server.asked(cursor={"time_us": time_us() - 7_200_000_000})
    heard = listen(quick(), asked, until=lambda heard: bool(ids(heard)))
    assert heard[-1].quota["seconds_missing"] > 7_000
    assert heard[-1].quota["seconds_behind"] < 60
    assert heard[-1].lost == 0


@pytest.mark.sockets
def test_a_frame_too_large_ends_the_line_once_and_is_gone_past(server: Jetstream) -> None:
    asked = server.asked(cursor={"time_us": time_us()})
    heard, trouble = until_lost(quick(), asked, lambda: server.send(commit("3lhuge", text="x" * 2_000_000)))
    assert trouble.code == "network.not_understood"
    assert sum(fetched.rejected for fetched in heard) == 1
    later = server.say("Nordwerk danach", at=time_us() + 3_000_000)
    heard = listen(quick(), server.asked(cursor=heard[-1].cursor), until=lambda heard: bool(ids(heard)))
    assert ids(heard) == [later]


@pytest.mark.sockets
def test_a_public_server_that_falls_silent_is_left_for_the_next() -> None:
    with running() as silent, running() as lively:
        lively.say("Nordwerk")
        monitor = BlueskyStream(servers=(silent.address, lively.address), hand_on_seconds=0.1, silence_seconds=0.3)
        asked = silent.asked(address="", cursor={"time_us": time_us() - 1_000_000})
        with pytest.raises(NetworkTrouble) as caught:
            list(monitor.listen(asked, Event()))
        assert caught.value.code == "network.slow"
        again = silent.asked(address="", cursor={"time_us": time_us() - 1_000_000}, failures=1)
        assert len(ids(listen(monitor, again, until=lambda heard: bool(ids(heard))))) == 1


@pytest.mark.sockets
@pytest.mark.parametrize(
    ("status", "code"),
    [(429, "network.limited"), (503, "network.faulty"), (400, "network.refused"), (200, "network.refused")],
)
def test_a_server_that_does_not_open_is_named(server: Jetstream, status: int, code: str) -> None:
    server.status = status
    with pytest.raises(NetworkTrouble) as caught:
        next(iter(quick().listen(server.asked(), Event())))
    assert caught.value.code == code
    assert (caught.value.retry_at is not None) == (status == 429)


@pytest.mark.parametrize("address", ["ftp://example.org", "wss://", "https:///x", "ws://[::1"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    asked = asked_of(address)
    with pytest.raises(NetworkTrouble) as caught:
        next(iter(quick().listen(asked, Event())))
    assert caught.value.code == "network.unreachable"


@pytest.mark.sockets
def test_a_flood_is_handed_on_in_portions_and_whole(server: Jetstream) -> None:
    asked = server.asked(cursor={"time_us": time_us()})
    server.send(*(commit(f"3l{number:011d}", text=f"Nordwerk {number}") for number in range(5_000)))
    heard = listen(quick(), asked, until=lambda heard: sum(fetched.seen for fetched in heard) >= 5_000)
    assert len(ids(heard)) == len(set(ids(heard))) == 5_000
    assert max(fetched.seen for fetched in heard) <= 2_000
