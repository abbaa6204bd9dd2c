"""Mastodon as the contract suites see it: one server that listens, one that speaks."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from command_center.domain.accounts import Account
from command_center.domain.connections import Connection, KeyKind
from command_center.domain.mentions import Plane
from command_center.domain.plain_text import plain_text
from command_center.domain.sources import Source
from command_center.domain.topics import Topic
from command_center.networks import Access, Asked, Monitor, Network
from command_center.publishing.mastodon import Mastodon
from command_center.safe_web import Web
from monitors.mastodon import MastodonSearch, MastodonTags
from monitors.mastodon_stream import MastodonStream
from tests.peers.mastodon_server import OTHER_TOKEN, TOKEN, Front, ask

WEB = Web(["127.0.0.1"])
TOPIC = Topic(id="t", name="Nordwerk", terms=("Nordwerk",))
WHEN = datetime(2026, 11, 21, tzinfo=UTC)


def access(server: str, token: str = TOKEN) -> Access:
    connection = Connection(
        id="c",
        network="mastodon",
        handle="testuser",
        kind=KeyKind.TOKEN,
        connected_by="anna",
        connected_at=WHEN,
        server=server,
        sealed="sealed",
    )
    return Access(connection=connection, secret={"token": token})


def source(kind: str, address: str, query: str) -> Source:
    return Source(
        id="s", name="S", kind=kind, plane=Plane.REAL, topic_id="", created_at=WHEN, address=address, query=query
    )


class Broken:
    """What breaks in a named way."""

    front: Front

    def cut(self) -> None:
        self.front.break_with("cut")

    def limit(self) -> None:
        self.front.break_with("limit")

    def babble(self) -> None:
        self.front.break_with("babble")

    def fail(self) -> None:
        self.front.break_with("fail")

    def sign_out(self) -> None:
        self.front.break_with("sign_out")

    def go_down(self) -> None:
        self.front.close()

    def heal(self) -> None:
        self.front.fault = ""


class Listening(Broken):
    """A server whose posts somebody reads."""

    def __init__(self, monitor: Monitor, kind: str, query: str) -> None:
        self.front = Front()
        self.monitor = monitor
        self._kind, self._query = kind, query
        ask("POST", "/api/v1/_mock/reset")

    def asked(self) -> Asked:
        wanted = source(self._kind, self.front.url, self._query)
        return Asked(source=wanted, topics=(TOPIC,), now=datetime.now(UTC), access=access(self.front.url))

    def say(self, text: str) -> str:
        said = ask("POST", "/api/v1/statuses", token=OTHER_TOKEN, json={"status": f"{text} #Rückruf"})
        return str(said["uri"])

    def say_garbage(self) -> None:
        self.front.garbage.append({"id": "7", "content": 9})


class Speaking(Broken):
    """A server on which somebody posts."""

    def __init__(self, *, knows_keys: bool = True) -> None:
        self.front = Front(knows_keys=knows_keys)
        ask("POST", "/api/v1/_mock/reset")
        self.network: Network = Mastodon(WEB)
        handle = f"testuser@{ask('GET', '/api/v2/instance')['domain']}"
        self.account = Account(id="a", network="mastodon", handle=handle, name="Nordwerk", publisher="mastodon")
        self.access = access(self.front.url)

    def standing(self) -> list[str]:
        me = ask("GET", "/api/v1/accounts/verify_credentials")["id"]
        found = ask("GET", f"/api/v1/accounts/{me}/statuses", params={"limit": 40})
        return [plain_text(each["content"]) for each in reversed(found)]

    def parent_of(self, native_id: str) -> str:
        parent = ask("GET", f"/api/v1/statuses/{native_id}")["in_reply_to_id"]
        return str(ask("GET", f"/api/v1/statuses/{parent}")["uri"]) if parent else ""

    def foreign_post(self) -> str:
        return str(ask("POST", "/api/v1/statuses", token=OTHER_TOKEN, json={"status": "Stimmt das?"})["uri"])

    def lose_answer(self) -> None:
        self.front.lose_next = True


@contextmanager
def hashtag() -> Iterator[Listening]:
    peer = Listening(MastodonTags(WEB), "mastodon_tag", "#Rückruf")
    yield peer
    peer.front.close()


@contextmanager
def search() -> Iterator[Listening]:
    peer = Listening(MastodonSearch(WEB), "mastodon_search", "Nordwerk")
    yield peer
    peer.front.close()


@contextmanager
def stream() -> Iterator[Listening]:
    peer = Listening(MastodonStream(WEB), "mastodon_stream", "public")
    yield peer
    peer.front.close()


@contextmanager
def speaking() -> Iterator[Speaking]:
    peer = Speaking()
    yield peer
    peer.front.close()


@contextmanager
def speaking_without_keys() -> Iterator[Speaking]:
    peer = Speaking(knows_keys=False)
    yield peer
    peer.front.close()
