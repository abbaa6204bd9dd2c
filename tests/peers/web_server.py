"""A small web server on this machine for what feeds and hostile servers do."""

import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, Mapping[str, str], bytes]
Told = Callable[["Handler"], Answer | None]


class Handler(BaseHTTPRequestHandler):
    """Answers as it is told; one that is told nothing has written for itself."""

    told: Told
    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has above
        """Say nothing."""

    def do_GET(self) -> None:
        self.close_connection = True
        try:
            answer = type(self).told(self)
            if answer is not None:
                self._say(*answer)
        except OSError:
            self.close_connection = True  # the reader has had enough

    def _say(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    address_family = socket.AF_INET


class Serving:
    """A server that is up; ``requests`` are the headers it was asked with."""

    def __init__(self, told: Told) -> None:
        self.requests: list[dict[str, str]] = []

        def noted(handler: Handler) -> Answer | None:
            self.requests.append({name.casefold(): value for name, value in handler.headers.items()})
            return told(handler)

        handler = type("_Handler", (Handler,), {"told": staticmethod(noted)})
        self._server = _Server(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        self.port = int(self._server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def close(self) -> None:
        """Be gone."""
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def serving(told: Told) -> Iterator[Serving]:
    server = Serving(told)
    try:
        yield server
    finally:
        server.close()
