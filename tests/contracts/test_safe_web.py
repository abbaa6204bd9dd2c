"""The web as the house may use it: nothing inside is reached, nothing outside takes for ever."""

import gzip
import socket
import time
import zlib
from collections.abc import Sequence

import pytest

from command_center.errors import NetworkTrouble
from command_center.safe_web import NOT_SENT, Web, checked_url, is_public
from tests.peers.web_server import Answer, Handler, serving

WEB = Web(["127.0.0.1"])
INSIDE = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "0.0.0.0",  # noqa: S104 - nobody listens here
    "100.64.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.0.1",
    "198.18.0.1",
    "::1",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fec0::1",
    "ff02::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2001:0:1::1",
    "not an address",
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_the_house_or_of_nobody_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_an_address_out_there_is_public(address: str) -> None:
    assert is_public(address)


def refused(address: str, web: Web | None = None) -> NetworkTrouble:
    with pytest.raises(NetworkTrouble) as caught:
        (web or Web()).fetch(address, network="test")
    return caught.value


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/",
        "http://127.1:9/",
        "http://2130706433:9/",
        "http://0x7f000001:9/",
        "http://0177.0.0.1:9/",
        "http://0:9/",
        "http://[::1]:9/",
        "http://[::ffff:127.0.0.1]:9/",
        "https://localhost:9/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[fe80::1]:9/",
    ],
)
@pytest.mark.sockets
def test_no_spelling_of_an_inner_address_is_asked(address: str) -> None:
    assert refused(address).code in {"network.forbidden_address", "network.not_an_address"}


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://example.org/",
        "javascript:alert(1)",
        "http://",
        "example.org",
        "http://u:p@example.org/",
        "http://exa mple.org/",
        "",
    ],
)
def test_only_web_addresses_without_a_password_are_asked(address: str) -> None:
    trouble = refused(address)
    assert trouble.code == "network.not_an_address"
    assert "u:p" not in str(trouble)


def test_a_name_that_answers_several_addresses_is_refused_if_one_leads_inside() -> None:
    web = Web(resolve_host=lambda _host, _port: ["93.184.215.14", "127.0.0.1"])
    assert refused("http://two-faced.example/", web).code == "network.forbidden_address"


@pytest.mark.sockets
def test_a_name_is_asked_once_and_the_checked_address_is_the_one_connected_to() -> None:
    asked: list[str] = []

    def resolve(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    with serving(lambda handler: (200, {}, handler.headers["Host"].encode())) as server:
        web = Web(["rebinding.example"], resolve_host=resolve)
        answer = web.fetch(f"http://rebinding.example:{server.port}/", network="test")
    assert answer.body == f"rebinding.example:{server.port}".encode()
    assert asked == ["rebinding.example"]


@pytest.mark.sockets
@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("http://localhost:9/", "network.forbidden_address"),
        ("http://169.254.169.254/", "network.forbidden_address"),
        ("file:///etc/passwd", "network.not_an_address"),
        ("http://user:secret@127.0.0.1/", "network.not_an_address"),
        ("/again", "network.not_understood"),
    ],
)
def test_every_redirect_is_checked_and_five_are_enough(target: str, code: str) -> None:
    with serving(lambda _handler: (302, {"Location": target}, b"")) as server:
        trouble = refused(f"{server.url}/", WEB)
        assert trouble.code == code
        assert "secret" not in str(trouble)
        assert len(server.requests) <= 6


@pytest.mark.sockets
def test_a_redirect_is_followed_and_said_where_it_ended() -> None:
    def told(handler: Handler) -> Answer:
        return (200, {}, b"here") if handler.path == "/new" else (301, {"Location": "/new"}, b"")

    with serving(told) as server:
        answer = WEB.fetch(f"{server.url}/old", network="test")
    assert (answer.status, answer.body, answer.address) == (200, b"here", f"{server.url}/new")


@pytest.mark.sockets
@pytest.mark.parametrize(
    "body",
    [gzip.compress(b"\0" * (40 << 20)), zlib.compress(b"x") + b"\0" * 10],
    ids=["bomb", "no gzip"],
)
def test_a_packed_answer_is_unpacked_within_the_limit_only(body: bytes) -> None:
    with serving(lambda _handler: (200, {"Content-Encoding": "gzip"}, body)) as server:
        assert refused(server.url, WEB).code in {"network.too_big", "network.not_understood"}


@pytest.mark.sockets
def test_a_packed_answer_is_read() -> None:
    with serving(lambda _handler: (200, {"Content-Encoding": "gzip"}, gzip.compress(b"gut" * 9_000))) as server:
        assert WEB.fetch(server.url, network="test").body == b"gut" * 9_000


@pytest.mark.sockets
def test_an_unknown_packing_is_named() -> None:
    with serving(lambda _handler: (200, {"Content-Encoding": "br"}, b"\x8b")) as server:
        assert refused(server.url, WEB).values["why"] == "Content-Encoding: br"


def dripping(handler: Handler) -> None:
    for _ in range(200):
        handler.wfile.write(b"X-Drip: 1\r\n" if handler.path == "/head" else b"x")
        handler.wfile.flush()
        time.sleep(0.05)


@pytest.mark.sockets
@pytest.mark.parametrize("path", ["/head", "/body"])
def test_a_server_that_drips_is_left_when_the_time_is_up(path: str) -> None:
    def told(handler: Handler) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        if handler.path == "/body":
            handler.wfile.write(b"Content-Length: 100000000\r\n\r\n")
        dripping(handler)

    with serving(told) as server, pytest.raises(NetworkTrouble) as caught:
        WEB.fetch(server.url + path, network="test", seconds=0.5)
    assert caught.value.code == "network.slow"


@pytest.mark.sockets
def test_a_hundred_megabytes_are_not_read() -> None:
    sent = 0

    def told(handler: Handler) -> None:
        nonlocal sent
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n")
        for _ in range(1600):
            handler.wfile.write(b"x" * 65536)
            sent += 65536

    with serving(told) as server:
        assert refused(server.url, WEB).code == "network.too_big"
    assert sent < 50 << 20


@pytest.mark.sockets
def test_a_server_that_is_gone_was_surely_not_sent_anything() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    trouble = refused(f"http://127.0.0.1:{port}/", WEB)
    assert trouble.code == "network.unreachable"
    assert trouble.code in NOT_SENT


def test_a_usual_address_passes() -> None:
    assert checked_url(" https://example.org/feed?a=1 ").host == "example.org"
