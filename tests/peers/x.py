"""X for the contract suites: the little server of ``x_server.py`` with our monitors and our way out pointed at it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from command_center.domain.accounts import Account
from command_center.domain.connections import Connection, KeyKind
from command_center.domain.mentions import Plane
from command_center.domain.sources import Source
from command_center.domain.topics import Topic
from command_center.networks import Access, Asked, Monitor, Network
from command_center.publishing.x import X
from monitors.x import XMentions, XSearch
from monitors.x_stream import XStream
from tests.peers.x_server import CLIENT, OAUTH1, SCOPES, XServer

TOPIC = Topic(id="nordwerk", name="Nordwerk", terms=("Nordwerk",), handles=("nordwerk",))
MADE = datetime(2026, 11, 1, tzinfo=UTC)
BEARER = {"bearer": "bearer-of-the-app"}
OAUTH2 = {
    "access": "access-of-nordwerk",
    "refresh": "refresh-of-nordwerk",
    "client_id": CLIENT,
    "scope": SCOPES,
}
FAULTS = {"cut": "cut", "limit": "limit", "babble": "html", "fail": "fail", "sign_out": "expired"}


def access(secret: dict[str, str], kind: KeyKind = KeyKind.TOKEN) -> Access:
    connection = Connection(
        id="c1", network="x", handle="nordwerk", kind=kind, connected_by="anna", connected_at=MADE, sealed="…"
    )
    return Access(connection=connection, secret=secret)


@dataclass
class _Peer:
    server: XServer

    def _break(self, fault: str) -> None:
        self.server.faults.add(FAULTS[fault])
        self.server.drop_lines()

    def cut(self) -> None:
        self._break("cut")

    def limit(self) -> None:
        self._break("limit")

    def babble(self) -> None:
        self._break("babble")

    def fail(self) -> None:
        self._break("fail")

    def sign_out(self) -> None:
        self._break("sign_out")

    def go_down(self) -> None:
        self.server.go_down()

    def heal(self) -> None:
        self.server.faults.clear()


@dataclass
class Listening(_Peer):
    """A ``ListeningPeer``."""

    monitor: Monitor
    kind: str
    secret: dict[str, str] = field(default_factory=lambda: dict(BEARER))

    def asked(self) -> Asked:
        source = Source(
            id="s1",
            name="X",
            kind=self.kind,
            plane=Plane.REAL,
            topic_id=TOPIC.id if self.kind == "x_search" else "",
            created_at=MADE,
            connection_id="c1",
        )
        return Asked(source=source, topics=(TOPIC,), now=datetime.now(UTC), access=access(self.secret))

    def say(self, text: str) -> str:
        named = f"{text} @nordwerk" if self.kind == "x_mentions" else text
        return self.server.posts.put("2002", named).id

    def say_garbage(self) -> None:
        post = self.server.posts.put("2002", "Nordwerk @nordwerk")
        post.raw = {"id": post.id, "text": None, "author_id": ["2002"]}


@dataclass
class Speaking(_Peer):
    """A ``SpeakingPeer``."""

    network: Network
    access: Access
    account: Account = field(
        default_factory=lambda: Account(id="a1", network="x", handle="nordwerk", name="Nordwerk", publisher="x")
    )

    def standing(self) -> list[str]:
        return [post.text for post in reversed(self.server.posts.newest_first()) if post.author.id == "1001"]

    def parent_of(self, native_id: str) -> str:
        return self.server.posts.standing[native_id].parent

    def foreign_post(self) -> str:
        return self.server.posts.put("2002", "Was ist mit euren Öfen los?").id

    def lose_answer(self) -> None:
        self.server.script.append("lost")


Start = Callable[[], AbstractContextManager[Listening]]


@contextmanager
def x_search(names: str = "tweet") -> Iterator[Listening]:
    with XServer(names) as server:
        yield Listening(server, XSearch(server.base), "x_search")


@contextmanager
def x_mentions(names: str = "tweet") -> Iterator[Listening]:
    with XServer(names) as server:
        yield Listening(server, XMentions(server.base), "x_mentions", dict(OAUTH2))


@contextmanager
def x_stream(names: str = "tweet") -> Iterator[Listening]:
    with XServer(names) as server:
        yield Listening(server, XStream(server.base, every_seconds=0.2), "x_stream")


@contextmanager
def x_by_oauth2(names: str = "tweet") -> Iterator[Speaking]:
    with XServer(names) as server:
        yield Speaking(server, X(server.base), access(dict(OAUTH2), KeyKind.OAUTH2))


@contextmanager
def x_by_oauth1(names: str = "post") -> Iterator[Speaking]:
    with XServer(names) as server:
        yield Speaking(server, X(server.base), access(dict(OAUTH1), KeyKind.OAUTH1))


def renamed(start: Callable[[str], AbstractContextManager[Listening]]) -> Start:
    """The same against a server that speaks X's new names."""
    return lambda: start("post")
