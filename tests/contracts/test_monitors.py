"""What every monitor promises, proven against a real server on this machine.

A network joins by a context manager that yields a ``ListeningPeer`` (``tests/peers``) and a line below.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event
from typing import Final

import pytest

from command_center.errors import NetworkTrouble
from command_center.networks import Asked, Fetched
from tests.peers import feed, mastodon
from tests.peers.bluesky import bluesky_search
from tests.peers.jetstream import running as bluesky_stream
from tests.peers.peer import ListeningPeer
from tests.peers.x import renamed, x_mentions, x_search, x_stream

pytestmark = pytest.mark.sockets

Start = Callable[[], AbstractContextManager[ListeningPeer]]
POLLS: Final[dict[str, Start]] = {
    "mastodon_tag": mastodon.hashtag,
    "mastodon_search": mastodon.search,
    "feed": feed.feed,
    "bluesky_search": bluesky_search,
    "x_search": x_search,
    "x_search_renamed": renamed(x_search),
    "x_mentions": x_mentions,
}
STREAMS: Final[dict[str, Start]] = {
    "mastodon_stream": mastodon.stream,
    "bluesky_stream": bluesky_stream,
    "x_stream": x_stream,
    "x_stream_renamed": renamed(x_stream),
}
MOST_ROUNDS = 20


@pytest.fixture(params=list(POLLS.values()), ids=list(POLLS))
def peer(request: pytest.FixtureRequest) -> Iterator[ListeningPeer]:
    start: Start = request.param
    with start() as running:
        yield running


@pytest.fixture(params=list(STREAMS.values()), ids=list(STREAMS))
def line(request: pytest.FixtureRequest) -> Iterator[ListeningPeer]:
    start: Start = request.param
    with start() as running:
        yield running


def going_on(asked: Asked, fetched: Fetched) -> Asked:
    """What is asked next, once the fetch was kept; an empty cursor leaves the former one."""
    source = replace(
        asked.source,
        cursor=dict(fetched.cursor) or asked.source.cursor,
        quota=dict(fetched.quota) or asked.source.quota,
    )
    return replace(asked, source=source, now=datetime.now(UTC))


def look(peer: ListeningPeer, asked: Asked) -> tuple[list[Fetched], Asked]:
    """Fetch until the monitor has nothing more to say."""
    brought = []
    for _ in range(MOST_ROUNDS):
        fetched = peer.monitor.fetch(asked)  # type: ignore[union-attr]
        brought.append(fetched)
        asked = going_on(asked, fetched)
        if not fetched.more:
            return brought, asked
    raise AssertionError("it never ends")


def ids(brought: list[Fetched]) -> list[str]:
    return [mention.native_id for fetched in brought for mention in fetched.mentions]


def trouble(peer: ListeningPeer, asked: Asked) -> NetworkTrouble:
    with pytest.raises(NetworkTrouble) as caught:
        look(peer, asked)
    return caught.value


def test_what_is_said_is_brought_with_author_address_and_time(peer: ListeningPeer) -> None:
    said = peer.say("Nordwerk ruft zurück – Grüße 🧊 & <b>mehr</b>")
    (fetched, *_), _asked = look(peer, peer.asked())
    (mention,) = fetched.mentions
    assert mention.native_id == said
    assert "Nordwerk ruft zurück – Grüße 🧊 & <b>mehr</b>" in mention.text
    assert mention.url.startswith("http")
    assert mention.created_at is not None
    assert mention.created_at.tzinfo is not None


def test_a_second_look_brings_nothing_twice(peer: ListeningPeer) -> None:
    said = {peer.say(f"Nordwerk {number}") for number in range(3)}
    brought, asked = look(peer, peer.asked())
    assert set(ids(brought)) == said
    again, asked = look(peer, asked)
    assert ids(again) == []
    new = peer.say("Nordwerk, noch etwas")
    third, _ = look(peer, asked)
    assert ids(third) == [new]


def test_many_posts_come_whole_and_each_once(peer: ListeningPeer) -> None:
    first = peer.say("Nordwerk, der erste")
    _, asked = look(peer, peer.asked())
    said = [peer.say(f"Nordwerk Nummer {number}") for number in range(130)]
    brought, _ = look(peer, asked)
    assert sorted(ids(brought)) == sorted(said)
    assert first not in said


@pytest.mark.parametrize(
    ("fault", "codes"),
    [
        ("cut", {"network.unreachable", "network.not_understood", "network.slow"}),
        ("limit", {"network.limited"}),
        ("babble", {"network.not_understood"}),
        ("fail", {"network.faulty"}),
        ("sign_out", {"network.signed_out", "network.refused"}),
        ("go_down", {"network.unreachable"}),
    ],
)
def test_every_fault_has_a_name_and_loses_nothing(peer: ListeningPeer, fault: str, codes: set[str]) -> None:
    peer.say("Nordwerk vorher")
    _, asked = look(peer, peer.asked())
    missed = peer.say("Nordwerk währenddessen")
    getattr(peer, fault)()
    raised = trouble(peer, asked)
    assert raised.code in codes
    assert raised.values.get("network")
    for secret in asked.access.secret.values() if asked.access else ():
        assert secret not in str(raised)
    if fault != "go_down":
        peer.heal()
        brought, _ = look(peer, asked)
        assert ids(brought) == [missed]


def test_a_limit_says_when_to_ask_again(peer: ListeningPeer) -> None:
    peer.limit()
    raised = trouble(peer, peer.asked())
    assert raised.retry_at is not None
    assert raised.retry_at > datetime.now(UTC)


def test_garbage_among_posts_is_counted_and_stops_nobody(peer: ListeningPeer) -> None:
    before = peer.say("Nordwerk vor dem Unfug")
    peer.say_garbage()
    after = peer.say("Nordwerk nach dem Unfug")
    brought, asked = look(peer, peer.asked())
    assert set(ids(brought)) == {before, after}
    assert sum(fetched.rejected for fetched in brought) == 1
    again, _ = look(peer, asked)
    assert ids(again) == []


def hear(line: ListeningPeer, asked: Asked, *, enough: Callable[[list[Fetched]], bool]) -> list[Fetched]:
    """Listen until what was heard is enough, then stop; a line that goes on regardless fails the test."""
    stop = Event()
    heard: list[Fetched] = []
    for rounds, fetched in enumerate(line.monitor.listen(asked, stop)):  # type: ignore[union-attr]
        heard.append(fetched)
        if enough(heard):
            stop.set()
        assert rounds < 1000
    assert stop.is_set(), "the line ended by itself without a word"
    return heard


def test_a_line_brings_what_is_said_while_it_is_open(line: ListeningPeer) -> None:
    said: list[str] = []

    def enough(heard: list[Fetched]) -> bool:
        if not said:
            said.append(line.say("Nordwerk, gerade eben"))
        return said[0] in ids(heard)

    heard = hear(line, line.asked(), enough=enough)
    assert ids(heard).count(said[0]) == 1


def test_garbage_on_a_line_is_counted_and_does_not_end_it(line: ListeningPeer) -> None:
    said: list[str] = []

    def enough(heard: list[Fetched]) -> bool:
        if not said:
            line.say_garbage()
            said.append(line.say("Nordwerk nach dem Unfug"))
        return said[0] in ids(heard)

    heard = hear(line, line.asked(), enough=enough)
    assert sum(fetched.rejected for fetched in heard) == 1


def hear_until_lost(line: ListeningPeer, fault: str) -> None:
    for rounds, _fetched in enumerate(line.monitor.listen(line.asked(), Event())):  # type: ignore[union-attr]
        if rounds == 0:
            getattr(line, fault)()
        assert rounds < 1000


@pytest.mark.parametrize("fault", ["cut", "limit", "fail", "sign_out", "go_down"])
def test_a_line_that_is_lost_says_so(line: ListeningPeer, fault: str) -> None:
    with pytest.raises(NetworkTrouble) as caught:
        hear_until_lost(line, fault)
    assert caught.value.code.startswith("network.")
    assert caught.value.values.get("network")


def test_what_was_said_while_the_line_was_down_is_brought_afterwards(line: ListeningPeer) -> None:
    first: list[str] = []

    def enough(heard: list[Fetched]) -> bool:
        if not first:
            first.append(line.say("Nordwerk, das erste"))
        return first[0] in ids(heard)

    asked = line.asked()
    for fetched in hear(line, asked, enough=enough):
        asked = going_on(asked, fetched)
    missed = line.say("Nordwerk, als niemand zuhörte")
    heard = hear(line, asked, enough=lambda heard: missed in ids(heard))
    assert ids(heard).count(missed) == 1
