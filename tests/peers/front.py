"""A server in front of another one, or of a function, that breaks in named ways; on this machine's loopback."""

import json
import threading
import time
from collections.abc import Callable, Mapping
from email.message import Message
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

Answer = tuple[int, Mapping[str, str], bytes]
Behind = Callable[[str, str, Mapping[str, str], bytes], Answer]
HTML = b"<html><body>Bad gateway</body></html>"


def passed_on(url: str) -> Behind:
    """Return what hands every request on to a real server."""

    def hand_on(verb: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        line = HTTPConnection(urlsplit(url).netloc, timeout=20)
        try:
            line.request(verb, path, body, dict(headers))
            got = line.getresponse()
            return got.status, dict(got.getheaders()), got.read()
        finally:
            line.close()

    return hand_on


class Front:
    """The server; ``fault`` lasts until it is emptied, ``lose_next`` is for one writing call."""

    def __init__(self, behind: Behind) -> None:
        self.behind = behind
        self.fault = ""
        self.lose_next = False
        self.calls: list[str] = []
        front = self

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has above
                """Say nothing."""

            def do_GET(self) -> None:
                front.answer(self)

            def do_POST(self) -> None:
                front.answer(self)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def answer(self, line: BaseHTTPRequestHandler) -> None:
        body = line.rfile.read(int(line.headers.get("Content-Length") or 0))
        method = urlsplit(line.path).path.rpartition("/")[2]
        self.calls.append(method)
        if self.fault == "cut":
            line.wfile.write(b'HTTP/1.0 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"a": "')
            return
        status, headers, content = self._faulty(body) or self.behind(line.command, line.path, _kept(line.headers), body)
        if self.lose_next and line.command == "POST":
            self.lose_next = False
            return
        line.send_response(status)
        for name, value in headers.items():
            if name.lower() in {"content-type", "ratelimit-reset", "retry-after"}:
                line.send_header(name, value)
        line.send_header("Content-Length", str(len(content)))
        line.end_headers()
        line.wfile.write(content)

    def _faulty(self, body: bytes) -> Answer | None:
        if self.fault == "limit":
            again = {"ratelimit-reset": str(int(time.time()) + 90)}
            return told(429, "RateLimitExceeded", "Rate Limit Exceeded", again)
        if self.fault == "fail":
            return 502, {"Content-Type": "text/html"}, HTML
        if self.fault == "babble":
            return 200, {"Content-Type": "text/html"}, HTML
        if self.fault == "sign_out":
            repeated = body.decode(errors="replace")
            return told(401, "AuthenticationRequired", f"Invalid identifier or password: {repeated}")
        return None


def told(status: int, error: str, message: str, headers: Mapping[str, str] | None = None) -> Answer:
    """Return an error as XRPC servers tell it."""
    content = json.dumps({"error": error, "message": message}).encode()
    return status, {"Content-Type": "application/json", **(headers or {})}, content


def _kept(headers: Message) -> dict[str, str]:
    wanted = ("authorization", "content-type")
    return {name: value for name in wanted if (value := headers.get(name))}
