"""A Jetstream of our own on this machine: the documented frames, replayed from a cursor, and every way to go wrong."""

import json
import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve

from command_center.domain.mentions import Plane
from command_center.domain.sources import Source
from command_center.domain.topics import Topic
from command_center.networks import Asked, Monitor
from monitors.bluesky_stream import BlueskyStream

DID = "did:plc:ewvi7nxzyoun6zhxrhs64oiz"
_END = 1 << 60
TOPIC = Topic(id="t", name="Nordwerk", terms=("Nordwerk",))


def time_us(at: datetime | None = None) -> int:
    return int((at or datetime.now(UTC)).timestamp() * 1_000_000)


def commit(
    key: str, *, operation: str = "create", at: int | None = None, did: str = DID, **record: Any
) -> dict[str, Any]:
    """Return the frame of a change to a post, as Jetstream documents it."""
    change: dict[str, Any] = {
        "rev": "3l3qo2vutsw2b",
        "operation": operation,
        "collection": "app.bsky.feed.post",
        "rkey": key,
    }
    if operation != "delete":
        created = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        change["record"] = {"$type": "app.bsky.feed.post", "createdAt": created, "langs": ["de"], **record}
        change["cid"] = "bafyreidwaivazkwu67xztlmuobx35hs2lnfh3kolmgfmucldvhd3sgzcqi"
    return {"did": did, "time_us": at or time_us(), "kind": "commit", "commit": change}


def account(*, active: bool, status: str = "", did: str = DID) -> dict[str, Any]:
    told = {"active": active, "did": did, "seq": 1409753013, "time": "2026-09-05T06:11:04.870Z"}
    return {
        "did": did,
        "time_us": time_us(),
        "kind": "account",
        "account": told | ({"status": status} if status else {}),
    }


def identity(did: str = DID) -> dict[str, Any]:
    told = {"did": did, "handle": "nordwerk.bsky.social", "seq": 1409752997, "time": "2026-09-05T06:11:04.777Z"}
    return {"did": did, "time_us": time_us(), "kind": "identity", "identity": told}


def asked_of(
    address: str, topics: tuple[Topic, ...] = (TOPIC,), *, cursor: Mapping[str, Any] | None = None, failures: int = 0
) -> Asked:
    """Return what a source at this address is asked."""
    now = datetime.now(UTC)
    source = Source(
        id="s",
        name="Bluesky",
        kind="bluesky_stream",
        plane=Plane.REAL,
        topic_id="",
        created_at=now,
        address=address,
        cursor=dict(cursor or {}),
        failures=failures,
    )
    return Asked(source=source, topics=topics, now=now)


class Jetstream:
    """The server; ``queries`` has each connection's query, ``status`` answers the next ones instead of opening."""

    def __init__(self) -> None:
        self.queries: list[Mapping[str, list[str]]] = []
        self.status = 0
        self.keeps_from = 0
        self.monitor: Monitor = BlueskyStream(hand_on_seconds=0.2)
        self._frames: list[tuple[int, str | bytes]] = []
        self._changed = threading.Condition()
        self._lines: set[ServerConnection] = set()
        self._closing = False
        self._number = 0
        self._server = serve(self._talk, "127.0.0.1", 0, process_request=self._admit, compression=None)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        port: int = self._server.socket.getsockname()[1]
        return f"ws://127.0.0.1:{port}/subscribe"

    def asked(
        self, *topics: Topic, cursor: Mapping[str, Any] | None = None, failures: int = 0, address: str | None = None
    ) -> Asked:
        address = self.address if address is None else address
        return asked_of(address, topics or (TOPIC,), cursor=cursor or {}, failures=failures)

    def send(self, *events: Mapping[str, Any] | str | bytes) -> None:
        """Say these frames to whoever listens now or goes on from before."""
        with self._changed:
            for event in events:
                if isinstance(event, (str, bytes)):
                    self._frames.append((time_us(), event))
                else:
                    self._frames.append((int(event["time_us"]), json.dumps(event, ensure_ascii=False)))
            self._changed.notify_all()

    def say(self, text: str, *, at: int | None = None) -> str:
        self._number += 1
        key = f"3l{self._number:011d}"
        self.send(commit(key, text=text, at=at))
        return f"at://{DID}/app.bsky.feed.post/{key}"

    def say_garbage(self) -> None:
        self.send('{"did": "did:plc:x", "time_us": 17')

    def end(self) -> None:
        """Close every line as a server does that stops, after what was said before."""
        with self._changed:
            self._frames.append((_END, ""))
            self._changed.notify_all()

    def cut(self) -> None:
        """Break every line off in the middle of a frame."""
        for line in tuple(self._lines):
            with suppress(OSError):
                line.socket.sendall(b"\x81\x7e\x04\x00half a fr")
                line.socket.shutdown(socket.SHUT_RDWR)

    def limit(self) -> None:
        self._refuse(429)

    def fail(self) -> None:
        self._refuse(502)

    def sign_out(self) -> None:
        self._refuse(403)

    def babble(self) -> None:
        self._refuse(200)

    def heal(self) -> None:
        self.status = 0

    def go_down(self) -> None:
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._server.shutdown()
        self.cut()
        self._thread.join(5)

    def _refuse(self, status: int) -> None:
        self.status = status
        self.cut()

    def _admit(self, line: ServerConnection, request: Request) -> Response | None:
        self.queries.append(parse_qs(urlsplit(request.path).query))
        if not self.status:
            return None
        answer = line.respond(HTTPStatus(self.status), "<html>no</html>")
        answer.headers["Retry-After"] = "60"
        return answer

    def _talk(self, line: ServerConnection) -> None:
        self._lines.add(line)
        query = parse_qs(urlsplit(line.request.path if line.request else "").query)
        with self._changed:
            since = int(query["cursor"][0]) if "cursor" in query else None
            place = len(self._frames) if since is None else 0
        try:
            while True:
                with self._changed:
                    if not self._closing and len(self._frames) == place:
                        self._changed.wait(0.1)
                    if self._closing:
                        return
                    fresh, place = self._frames[place:], len(self._frames)
                for at, frame in fresh:
                    if at == _END:
                        return
                    if at >= max(since or 0, self.keeps_from):
                        line.send(frame)
        except (ConnectionClosed, OSError):
            return
        finally:
            self._lines.discard(line)


@contextmanager
def running() -> Iterator[Jetstream]:
    """Run a Jetstream for a test."""
    server = Jetstream()
    try:
        yield server
    finally:
        server.go_down()
