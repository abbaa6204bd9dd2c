"""A feed as the contract suite sees it."""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from html import escape

from command_center.domain.mentions import Plane
from command_center.domain.sources import Source
from command_center.networks import Asked, Monitor
from command_center.safe_web import Web
from monitors.feeds import Feeds
from tests.peers.web_server import Answer, Handler, Serving

FAULTS: dict[str, Answer] = {
    "limit": (429, {"Retry-After": "120"}, b""),
    "babble": (200, {"Content-Type": "text/html"}, b"<!doctype html><html><body>Willkommen</body></html>"),
    "fail": (502, {"Content-Type": "text/html"}, b"<html>Bad gateway</html>"),
    "sign_out": (401, {}, b""),
}


class FeedPeer:
    """An Atom feed that grows."""

    def __init__(self) -> None:
        self.monitor: Monitor = Feeds(Web(["127.0.0.1"]))
        self._entries: list[str] = []
        self._numbers = itertools.count(1)
        self._fault = ""
        self._server = Serving(self._answer)

    def _answer(self, handler: Handler) -> Answer | None:
        if self._fault == "cut":
            handler.send_response(200)
            handler.send_header("Content-Length", "100000")
            handler.end_headers()
            handler.wfile.write(b"<feed")
            return None
        if self._fault:
            return FAULTS[self._fault]
        body = "".join(reversed(self._entries))
        page = f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Tagblatt</title>{body}</feed>'
        return 200, {"Content-Type": "application/atom+xml; charset=utf-8"}, page.encode()

    def asked(self) -> Asked:
        source = Source(
            id="s",
            name="Tagblatt",
            kind="feed",
            plane=Plane.REAL,
            topic_id="",
            created_at=datetime.now(UTC),
            address=f"{self._server.url}/feed",
        )
        return Asked(source=source, topics=(), now=datetime.now(UTC))

    def say(self, text: str) -> str:
        link = f"https://tagblatt.example/artikel/{next(self._numbers)}"
        self._entries.append(
            f'<entry><title type="text">{escape(text)}</title><link href="{link}"/><id>{link}</id>'
            f"<published>{datetime.now(UTC).isoformat()}</published></entry>"
        )
        return link

    def say_garbage(self) -> None:
        self._entries.append("<entry><category term='x'/></entry>")

    def cut(self) -> None:
        self._fault = "cut"

    def limit(self) -> None:
        self._fault = "limit"

    def babble(self) -> None:
        self._fault = "babble"

    def fail(self) -> None:
        self._fault = "fail"

    def sign_out(self) -> None:
        self._fault = "sign_out"

    def go_down(self) -> None:
        self._server.close()

    def heal(self) -> None:
        self._fault = ""

    def close(self) -> None:
        self._server.close()


@contextmanager
def feed() -> Iterator[FeedPeer]:
    peer = FeedPeer()
    yield peer
    peer.close()
