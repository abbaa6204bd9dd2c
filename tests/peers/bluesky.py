"""Bluesky for tests: the AT protocol's reference server (``make peers`` installs it), and a search of our own.

The reference server has no search: that is the app's, which needs a cluster of services. Ours answers as it does.
"""

import atexit
import itertools
import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from command_center.domain.accounts import Account
from command_center.domain.connections import Connection, KeyKind
from command_center.domain.mentions import Plane
from command_center.domain.sources import Source
from command_center.domain.topics import Topic
from command_center.networks import Access, Asked, Monitor, Network
from command_center.publishing.bluesky import Bluesky
from monitors.bluesky_search import BlueskySearch
from tests.peers.front import Answer, Front, passed_on, told

ROOT = Path(__file__).resolve().parents[2]
INSTALLED = ROOT / ".peers" / "bluesky"
SERVER = Path(__file__).with_name("bluesky_pds") / "serve.cjs"
TOPIC = Topic(id="t", name="Nordwerk", terms=("Nordwerk",))
PASSWORD = "korrekt-pferd-batterie"
_numbers = itertools.count(1)


@lru_cache(maxsize=1)
def reference_server() -> str:
    """Start the reference server once and return its address; skips the test where it isn't installed."""
    node = shutil.which("node")
    built = INSTALLED / "node_modules" / "better-sqlite3" / "build" / "Release" / "better_sqlite3.node"
    if node is None or not built.exists():
        pytest.skip("the AT protocol's reference server isn't installed: make peers (needs Node 20 and npm)")
    folder = tempfile.TemporaryDirectory(prefix="one-voice-pds-")
    process = subprocess.Popen(
        [node, str(SERVER), str(INSTALLED), folder.name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PATH": "/usr/bin:/bin", "LOG_ENABLED": "false", "HOME": folder.name},
        text=True,
    )

    def end() -> None:
        process.terminate()
        process.wait(10)
        folder.cleanup()

    atexit.register(end)
    assert process.stdout is not None
    return str(json.loads(process.stdout.readline())["url"])


class Repository:
    """An account on the reference server, reached past everything of ours."""

    def __init__(self, name: str) -> None:
        self.server = reference_server()
        self.handle = f"{name}{next(_numbers)}.test"
        made = self.call(
            "com.atproto.server.createAccount",
            {"handle": self.handle, "email": f"{self.handle}@example.org", "password": PASSWORD},
        )
        self.did, self._token = str(made["did"]), str(made["accessJwt"])

    def call(self, method: str, data: Mapping[str, Any] | None = None, **params: str | int) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}"} if hasattr(self, "_token") else {}
        url = f"{self.server}/xrpc/{method}"
        answer = (
            httpx.get(url, params=params, headers=headers, timeout=20)
            if data is None
            else httpx.post(url, json=data, headers=headers, timeout=20)
        )
        answer.raise_for_status()
        read: dict[str, Any] = answer.json() if answer.content else {}
        return read

    def app_password(self) -> str:
        return str(self.call("com.atproto.server.createAppPassword", {"name": "one voice"})["password"])

    def record(self, uri: str) -> dict[str, Any]:
        did, collection, key = uri.removeprefix("at://").split("/")
        value = self.call("com.atproto.repo.getRecord", repo=did, collection=collection, rkey=key)["value"]
        assert isinstance(value, dict)
        return value

    def records(self, collection: str = "app.bsky.feed.post") -> list[dict[str, Any]]:
        listed = self.call(
            "com.atproto.repo.listRecords", repo=self.did, collection=collection, limit=100, reverse="true"
        )
        records = listed["records"]
        assert isinstance(records, list)
        return records

    def create(self, collection: str, record: Mapping[str, Any], *, rkey: str = "") -> str:
        wanted = {"repo": self.did, "collection": collection, "record": {"$type": collection, **record}}
        return str(self.call("com.atproto.repo.createRecord", wanted | ({"rkey": rkey} if rkey else {}))["uri"])

    def post(self, text: str, *, rkey: str = "", **more: Any) -> str:
        created = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return self.create("app.bsky.feed.post", {"text": text, "createdAt": created, **more}, rkey=rkey)


class SpeakingBluesky:
    """The way out, pointed at an account of its own on the reference server, through a front that breaks on demand."""

    def __init__(self) -> None:
        self.home = Repository("nordwerk")
        self.others = Repository("jemand")
        self.front = Front(passed_on(self.home.server))
        self.network: Network = Bluesky()
        self.account = Account(
            id="a", network="bluesky", handle=self.home.handle, name="Nordwerk", publisher="bluesky", connection_id="c"
        )
        self.access = access(self.front.url, self.home.handle, self.home.app_password())
        self.network.check(self.access)  # signed in, as it is in daily work when a fault comes

    def standing(self) -> list[str]:
        return [str(record["value"]["text"]) for record in self.home.records()]

    def parent_of(self, native_id: str) -> str:
        return str(self.home.record(native_id).get("reply", {}).get("parent", {}).get("uri", ""))

    def foreign_post(self) -> str:
        return self.others.post("Was ist mit meinem Nordwerk los?")

    def lose_answer(self) -> None:
        self.front.lose_next = True

    def limit(self) -> None:
        self.front.fault = "limit"

    def fail(self) -> None:
        self.front.fault = "fail"

    def babble(self) -> None:
        self.front.fault = "babble"

    def sign_out(self) -> None:
        self.front.fault = "sign_out"

    def heal(self) -> None:
        self.front.fault = ""

    def go_down(self) -> None:
        self.front.stop()


@contextmanager
def bluesky() -> Iterator[SpeakingBluesky]:
    """Run the way out against a fresh account."""
    peer = SpeakingBluesky()
    try:
        yield peer
    finally:
        peer.front.stop()


class SearchingBluesky:
    """A server that signs anybody in and searches what was said to it, as the network's own search answers."""

    def __init__(self) -> None:
        self.posts: list[dict[str, Any]] = []
        self.asked_for: list[Mapping[str, list[str]]] = []
        self.front = Front(self._answer)
        self.monitor: Monitor = BlueskySearch()
        self.access = access(self.front.url, "nordwerk.example", PASSWORD)
        self._tokens = itertools.count(1)
        self.token = ""

    def asked(self, *, query: str = "Nordwerk", topics: tuple[Topic, ...] = (TOPIC,)) -> Asked:
        now = datetime.now(UTC)
        source = Source(
            id="s", name="Suche", kind="bluesky_search", plane=Plane.REAL, topic_id="t", created_at=now, query=query
        )
        return Asked(source=source, topics=topics, now=now, access=self.access)

    def say(self, text: str, *, at: datetime | None = None, **record: Any) -> str:
        written = (at or datetime.now(UTC)).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        uri = f"at://did:plc:author/app.bsky.feed.post/3l{len(self.posts):011d}"
        author = {"did": "did:plc:author", "handle": "anna.example", "displayName": "Anna"}
        value = {"$type": "app.bsky.feed.post", "text": text, "createdAt": written, **record}
        self.posts.append({"uri": uri, "author": author, "record": value, "indexedAt": written, "repostCount": 2})
        return uri

    def say_garbage(self) -> None:
        self.say("Nordwerk")
        self.posts[-1]["record"] = {"text": 17}

    def cut(self) -> None:
        self.front.fault = "cut"

    def limit(self) -> None:
        self.front.fault = "limit"

    def babble(self) -> None:
        self.front.fault = "babble"

    def fail(self) -> None:
        self.front.fault = "fail"

    def sign_out(self) -> None:
        self.front.fault = "sign_out"

    def go_down(self) -> None:
        self.front.stop()

    def heal(self) -> None:
        self.front.fault = ""

    def _answer(self, _verb: str, path: str, headers: Mapping[str, str], _body: bytes) -> Answer:
        method, params = urlsplit(path).path.rpartition("/")[2], parse_qs(urlsplit(path).query)
        if method in {"com.atproto.server.createSession", "com.atproto.server.refreshSession"}:
            self.token = f"token{next(self._tokens)}"
            session = {"did": "did:plc:us", "handle": "nordwerk.example", "refreshJwt": "r", "accessJwt": self.token}
            return _json(session)
        if headers.get("authorization") != f"Bearer {self.token}":
            return told(400, "ExpiredToken", "Token has expired")
        self.asked_for.append(params)
        first, limit = int(params.get("cursor", ["0"])[0]), int(params["limit"][0])
        fitting = [post for post in reversed(self.posts) if self._fits(post, params)]
        page = fitting[first : first + limit]
        following = {"cursor": str(first + limit)} if first + limit < len(fitting) else {}
        return _json({"posts": page, "hitsTotal": len(fitting), **following})

    def _fits(self, post: Mapping[str, Any], params: Mapping[str, list[str]]) -> bool:
        text = str(post["record"].get("text", "")).lower()
        word = params["q"][0].strip('"').lower()
        since = params.get("since", [""])[0]
        return (word in text or not isinstance(post["record"]["text"], str)) and str(post["indexedAt"]) >= since


@contextmanager
def bluesky_search() -> Iterator[SearchingBluesky]:
    """Run the search."""
    peer = SearchingBluesky()
    try:
        yield peer
    finally:
        peer.front.stop()


def access(server: str, identifier: str, password: str) -> Access:
    """Return a key to an account on a server."""
    connection = Connection(
        id="c",
        network="bluesky",
        handle=identifier,
        kind=KeyKind.APP_PASSWORD,
        connected_by="anna",
        connected_at=datetime.now(UTC),
        server=server,
    )
    return Access(connection=connection, secret={"identifier": identifier, "password": password})


def _json(value: Mapping[str, Any]) -> Answer:
    return 200, {"Content-Type": "application/json"}, json.dumps(value).encode()
