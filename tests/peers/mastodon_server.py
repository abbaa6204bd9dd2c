"""Mastodon for tests: the mock server of PyPI as a process of its own, and a server in front of it that can fail."""

import atexit
import json
import socket
import subprocess
import sys
import tempfile
import threading
import time
from functools import lru_cache
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

TOKEN, OTHER_TOKEN = "mock_token", "other_token"
CONFIG = f"""
[streaming]
heartbeat_seconds = 1.0
[[seed.accounts]]
username = "testuser"
display_name = "Nordwerk"
note = "<p>Offizielles Konto der <a href='https://nordwerk.example'>Nordwerk AG</a></p>"
access_token = "{TOKEN}"
[[seed.accounts]]
username = "other"
access_token = "{OTHER_TOKEN}"
"""


@lru_cache(maxsize=1)
def mock() -> str:
    """Start the mock once and return its address; it ends with the tests."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    folder = tempfile.TemporaryDirectory(prefix="one-voice-mastodon-")
    config = Path(folder.name, "mock.toml")
    config.write_text(CONFIG, encoding="utf-8")
    command = [sys.executable, "-m", "mastodon_mock", "serve", "--in-memory", "--port", str(port)]
    process = subprocess.Popen(
        [*command, "--config", str(config), "--log-level", "critical"],
        cwd=folder.name,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def end() -> None:
        process.terminate()
        process.wait(10)
        folder.cleanup()

    atexit.register(end)
    address = f"http://127.0.0.1:{port}"
    for _ in range(600):
        try:
            httpx.get(f"{address}/health", timeout=2)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return address
    raise AssertionError("the mock doesn't start")


def ask(method: str, path: str, *, token: str = TOKEN, **content: Any) -> Any:
    """Call the mock itself, whatever the server in front does."""
    answer = httpx.request(method, mock() + path, headers={"Authorization": f"Bearer {token}"}, **content)
    answer.raise_for_status()
    return answer.json()


def searched(query: dict[str, str], answer: bytes) -> bytes:
    """Turn the pages of a search, which the mock doesn't: it always shows the first."""
    found: list[dict[str, Any]] = []
    below: dict[str, str] = {}
    while page := ask("GET", "/api/v1/timelines/public", params={"limit": 40, **below}):
        found += [status for status in page if query["q"] in status["content"]]
        below = {"max_id": page[-1]["id"]}
    begin = int(query.get("offset", 0))
    shown = found[begin : begin + int(query.get("limit", 20))]
    return json.dumps({**json.loads(answer), "statuses": shown}).encode()


class Front:
    """Hands every request on to the mock; ``fault`` lasts until it is emptied.

    ``knows_keys`` and ``streams`` make it one of the servers that ignore an idempotency key or don't stream.
    """

    def __init__(self, *, knows_keys: bool = True, streams: bool = True) -> None:
        self.knows_keys = knows_keys
        self.streams = streams
        self.fault = ""
        self.lose_next = False
        self.posts_left = 1_000_000
        self.garbage: list[object] = []
        self.calls: list[tuple[str, str]] = []
        self.lines: list[socket.socket] = []
        front = self

        class Handler(_Handler):
            peer = front

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def break_with(self, fault: str) -> None:
        """Fail from now on; lines that are open end."""
        self.fault = fault
        for line in self.lines:
            try:
                line.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        self.lines.clear()

    def close(self) -> None:
        """Be gone."""
        self.break_with("down")
        self._server.shutdown()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    peer: Front
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has above
        """Say nothing."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        front, path = self.peer, urlsplit(self.path).path
        front.calls.append((self.command, path))
        self.close_connection = True
        is_post = (self.command, path) == ("POST", "/api/v1/statuses")
        front.posts_left -= is_post
        if is_post and front.posts_left < 0:
            self._fail("limit")
        elif front.fault:
            self._fail(front.fault)
        elif path.startswith("/api/v1/streaming/") and not path.endswith("/health"):
            self._stream()
        else:
            self._hand_on(body, path)

    def _fail(self, fault: str) -> None:
        if fault == "cut":
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"[{")
        elif fault == "limit":
            self._say(429, b'{"error": "Too many requests"}', {"Retry-After": "120"})
        elif fault == "babble":
            self._say(200, b"<html><body>Willkommen</body></html>", {"Content-Type": "text/html"})
        elif fault == "fail":
            self._say(502, b"<html><body>Bad gateway</body></html>", {"Content-Type": "text/html"})
        elif fault == "sign_out":
            said = self.headers.get("Authorization", "").removeprefix("Bearer ")
            self._say(401, json.dumps({"error": f"The access token {said} is invalid"}).encode(), {})

    def _say(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _line(self) -> HTTPConnection:
        return HTTPConnection(urlsplit(mock()).netloc, timeout=20)

    def _hand_on(self, body: bytes, path: str) -> None:
        front = self.peer
        headers = {name: value for name, value in self.headers.items() if name.lower() not in {"host", "connection"}}
        if not front.knows_keys:
            headers.pop("Idempotency-Key", None)
        line = self._line()
        try:
            line.request(self.command, self.path, body, headers)
            got = line.getresponse()
            answer = got.read()
        finally:
            line.close()
        if front.lose_next and (self.command, path) == ("POST", "/api/v1/statuses") and got.status == 200:
            front.lose_next = False
            return
        if path == "/api/v2/search":
            answer = searched(dict(parse_qsl(urlsplit(self.path).query)), answer)
        if path.startswith("/api/v1/timelines/") or path == "/api/v2/search":
            answer = self._with_garbage(answer)
        if path.endswith("/instance"):
            answer = answer.replace(mock().encode(), front.url.encode()).replace(
                mock().replace("http", "ws", 1).encode(), front.url.replace("http", "ws", 1).encode()
            )
        self._say(got.status, answer, {"Content-Type": got.headers.get("Content-Type", "")})

    def _with_garbage(self, answer: bytes) -> bytes:
        read = json.loads(answer)
        page = read["statuses"] if isinstance(read, dict) and "statuses" in read else read
        if isinstance(page, list) and page:
            page.extend(self.peer.garbage)
        return json.dumps(read).encode()

    def _stream(self) -> None:
        front = self.peer
        if not front.streams:
            self._say(404, b'{"error": "Not found"}', {})
            return
        line = self._line()
        line.request("GET", self.path, headers={"Authorization": self.headers.get("Authorization", "")})
        got = line.getresponse()
        self.send_response(got.status)
        self.send_header("Content-Type", got.headers.get("Content-Type", ""))
        self.end_headers()
        front.lines.append(self.connection)
        try:
            while piece := got.read1(4096):
                self.wfile.write(piece)
                while front.garbage:
                    self.wfile.write(b"event: update\ndata: " + json.dumps(front.garbage.pop()).encode() + b"\n\n")
        except OSError:
            pass
        finally:
            line.close()
