"""What a server on a real socket is sent: bodies without end, slow ones, lines and heads too long, broken HTTP."""

import socket
from collections.abc import Iterator

import httpx
import pytest

from tests.browser.drive import RunningHouse, open_house, running_house

pytestmark = pytest.mark.sockets
FORM = b"POST /login HTTP/1.1\r\nhost: %s\r\norigin: http://%s\r\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    with running_house(tmp_path_factory.mktemp("house")) as running:
        open_house(running)
        yield running
        log = (running.data / "server.log").read_text()
    assert "Traceback" not in log, log[-3000:]


def test_a_chunked_body_without_end_is_cut_off(house: RunningHouse) -> None:
    chunk = b"ffff\r\n" + b"x" * 0xFFFF + b"\r\n"
    for path in (b"/login", b"/open", b"/logout", b"/api/v1/check", b"/api/v1/mentions", b"/healthz", b"/nowhere"):
        head = b"POST %s HTTP/1.1\r\nhost: %s\r\ntransfer-encoding: chunked\r\n\r\n" % (path, _host(house))
        answer, sent = _send(house, head, *[chunk] * 400)
        assert answer.split(b" ")[1][:1] in {b"3", b"4"}, (path, answer[:200])
        assert b"connection: close" in answer.lower(), path
        assert sent < 400, path
    assert _is_well(house)


@pytest.mark.parametrize("length", [b"99999999", b"9" * 30])
def test_a_body_that_says_it_is_too_large_is_refused_at_once(house: RunningHouse, length: bytes) -> None:
    head = FORM % (_host(house), _host(house)) + b"content-length: %s\r\n\r\n" % length
    answer, _ = _send(house, head)
    assert answer.split(b" ")[1] in {b"413", b"400"}


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"GET /%s HTTP/1.1\r\nhost: @\r\n\r\n" % (b"a" * 9_000), b"414"),
        (b"GET /healthz HTTP/1.1\r\nhost: @\r\nx: %s\r\n\r\n" % (b"a" * 40_000), b"431"),
        (b"GET /healthz HTTP/1.1\r\nhost: @\r\n" + b"a: b\r\n" * 200 + b"\r\n", b"431"),
    ],
    ids=("address", "one", "many"),
)
def test_a_head_that_is_too_long_is_refused(house: RunningHouse, line: bytes, status: bytes) -> None:
    answer, _ = _send(house, line.replace(b"@", _host(house)))
    assert answer.split(b" ")[1] == status


@pytest.mark.parametrize(
    "words",
    [
        b"\x00\x01\x02\x03\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nhost: @\r\n\r\n",
        b"GET /%ff%c0%80 HTTP/1.1\r\nhost: @\r\n\r\n",
        b"GET http://[::1 HTTP/1.1\r\nhost: @\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\nhost: [::1\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nhost: @\r\n\r\n",
        b"CONNECT evil.example:443 HTTP/1.1\r\nhost: @\r\n\r\n",
        b"POST /login HTTP/1.1\r\nhost: @\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /login HTTP/1.1\r\nhost: @\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nabcdef",
        b"POST /login HTTP/1.1\r\nhost: @\r\ncontent-length: -5\r\n\r\n",
        b"POST /login HTTP/1.1\r\nhost: @\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"POST /login HTTP/1.1\r\nhost: @\r\ncontent-length: 500\r\n\r\nlogin=kim",
        b"POST /api/v1/mentions HTTP/1.1\r\nhost: @\r\ncontent-length: 500\r\n\r\n{",
        b"GET /_stcore/stream HTTP/1.1\r\nhost: @\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n",
        (
            b"GET /_stcore/stream HTTP/1.1\r\nhost: @\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
            b"sec-websocket-version: 13\r\nsec-websocket-key: %%%\r\n\r\n"
        ),
        (
            b"GET /_stcore/stream HTTP/1.1\r\nhost: [::1\r\nupgrade: websocket\r\nconnection: upgrade\r\n"
            b"sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        ),
        b"GET /healthz HTTP/1.1\r\nhost: @\r\n\r\n" * 50,
    ],
    ids=range(18),
)
def test_broken_http_ends_in_a_refusal_or_a_closed_line(house: RunningHouse, words: bytes) -> None:
    answer, _ = _send(house, words.replace(b"@", _host(house)), hang_up=True)
    assert not answer or answer.split(b" ")[1][:1] in {b"2", b"3", b"4"}, answer[:300]
    assert _is_well(house)


def test_somebody_who_hangs_up_early_leaves_no_trace(house: RunningHouse) -> None:
    for path in (b"/login", b"/api/v1/mentions"):
        with _line(house) as line:
            line.sendall(b"POST %s HTTP/1.1\r\nhost: %s\r\ncontent-length: 9000\r\n\r\n{" % (path, _host(house)))
    assert _is_well(house)


def _host(house: RunningHouse) -> bytes:
    return house.url.removeprefix("http://").encode()


def _line(house: RunningHouse) -> socket.socket:
    name, port = house.url.removeprefix("http://").split(":")
    return socket.create_connection((name, int(port)), timeout=20)


def _send(house: RunningHouse, *parts: bytes, hang_up: bool = False) -> tuple[bytes, int]:
    """Send until the other side has enough; returns what it said and how many parts it took."""
    sent, heard = 0, b""
    with _line(house) as line:
        try:
            for part in parts:
                line.sendall(part)
                sent += 1
            if hang_up:
                line.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        try:
            while more := line.recv(65_536):
                heard += more
                if b"\r\n\r\n" in heard and not hang_up:
                    break
        except OSError:
            pass
    return heard, sent


def _is_well(house: RunningHouse) -> bool:
    return httpx.get(f"{house.url}/healthz").status_code == 200
