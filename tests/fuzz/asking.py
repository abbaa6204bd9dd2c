"""Asks the application as a server would hand it over: bytes, in any number of parts, and what comes back."""

import asyncio
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote

from anyio.from_thread import BlockingPortal, start_blocking_portal

from tests.fuzz.house import House

SECONDS: Final = 30
Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request; an address is what stands in its first line, a websocket's ``parts`` are its messages."""

    method: str = "GET"
    address: bytes
    headers: Headers = ()
    parts: tuple[bytes | str, ...] = ()
    kind: str = "http"

    @property
    def path(self) -> str:
        """The path as the application sees it."""
        return unquote(self.address.partition(b"?")[0].decode("latin-1"))


@dataclass(slots=True)
class Answer:
    """What came back; ``closed`` is the code a websocket ended with, -1 while it was open."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    accepted: bool = False
    closed: int = -1
    fault: str = ""


@contextmanager
def asking(house: House) -> Iterator["Asker"]:
    """Keep one loop, in which Streamlit's runtime lives as it does in a server."""
    with start_blocking_portal() as portal:
        asker = Asker(house, portal)
        try:
            yield asker
        finally:
            portal.call(asker.stop)


class Asker:
    """Asks one after the other."""

    def __init__(self, house: House, portal: BlockingPortal) -> None:
        self.house, self.portal, self.count = house, portal, 0

    def ask(self, asked: Asked) -> Answer:
        """Return the answer, with whatever fault got out of the application."""
        self.count += 1
        return self.portal.call(self._ask, asked)

    async def stop(self) -> None:
        """End Streamlit's runtime."""
        runtime = self.house.app._runtime
        if runtime is not None:
            runtime.stop()
            await asyncio.sleep(0)

    async def _ask(self, asked: Asked) -> Answer:
        answer, gone = Answer(), asyncio.Event()
        pending = _messages(asked)

        async def receive() -> dict[str, Any]:
            if pending:
                return pending.pop(0)
            if asked.kind == "http":
                await gone.wait()
            return {"type": f"{asked.kind}.disconnect", "code": 1000}

        async def send(message: MutableMapping[str, Any]) -> None:
            _note(answer, message)
            if answer.headers.get("content-type", "").startswith("text/event-stream") and answer.body:
                gone.set()

        try:
            await asyncio.wait_for(self.house.app(_scope(asked, self.count), receive, send), SECONDS)
        except TimeoutError:
            answer.fault = "no answer"
        except Exception as error:
            answer.fault = repr(error)
        return answer


def _scope(asked: Asked, number: int) -> dict[str, Any]:
    path, _, query = asked.address.partition(b"?")
    scope: dict[str, Any] = {
        "type": asked.kind,
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "scheme": "http" if asked.kind == "http" else "ws",
        "path": unquote(path.decode("latin-1")),
        "raw_path": path,
        "query_string": query,
        "root_path": "",
        "headers": [(name.lower(), value) for name, value in asked.headers],
        "client": (f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", 4000),
        "server": ("127.0.0.1", 8501),
        "state": {},
    }
    if asked.kind == "http":
        return scope | {"method": asked.method}
    protocols = [value for name, value in asked.headers if name.lower() == b"sec-websocket-protocol"]
    return scope | {
        "subprotocols": [each.strip() for value in protocols for each in value.decode("latin-1").split(",")]
    }


def _messages(asked: Asked) -> list[dict[str, Any]]:
    if asked.kind == "websocket":
        texts = [
            {"type": "websocket.receive", "bytes" if isinstance(each, bytes) else "text": each} for each in asked.parts
        ]
        return [{"type": "websocket.connect"}, *texts]
    parts = asked.parts or (b"",)
    return [
        {"type": "http.request", "body": each, "more_body": place < len(parts)} for place, each in enumerate(parts, 1)
    ]


def _note(answer: Answer, message: MutableMapping[str, Any]) -> None:
    match message["type"]:
        case "http.response.start":
            answer.status = message["status"]
            answer.headers = {
                name.decode("latin-1").lower(): value.decode("latin-1") for name, value in message["headers"]
            }
        case "http.response.body":
            answer.body += message.get("body", b"")
        case "websocket.accept":
            answer.accepted = True
        case "websocket.close":
            answer.closed = message.get("code", 1000)
