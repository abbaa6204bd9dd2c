"""Calls to servers of the AT protocol: what a broken server answers has a name, and a key never leaves by it."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from command_center.xrpc import Xrpc, XrpcTrouble, again_at, home
from tests.peers.bluesky import access
from tests.peers.front import Answer, Front

PASSWORD = "korrekt-pferd-batterie"


class Odd:
    """Signs in, then answers as it is told."""

    def __init__(self) -> None:
        self.answer: Answer = (200, {}, b"{}")

    def __call__(self, _verb: str, path: str, _headers: Mapping[str, str], _body: bytes) -> Answer:
        if "Session" in path:
            session = {"did": "did:plc:us", "handle": "us.example", "accessJwt": "jwt-one", "refreshJwt": "jwt-two"}
            return 200, {"Content-Type": "application/json"}, json.dumps(session).encode()
        return self.answer


@pytest.fixture
def odd() -> Odd:
    return Odd()


@pytest.fixture
def front(odd: Odd) -> Iterator[Front]:
    running = Front(odd)
    yield running
    running.stop()


def trouble(front: Front) -> XrpcTrouble:
    with pytest.raises(XrpcTrouble) as caught:
        Xrpc(seconds=2).do(access(front.url, "us.example", PASSWORD), "com.atproto.repo.putRecord", {})
    return caught.value


@pytest.mark.sockets
@pytest.mark.parametrize(
    ("answer", "code", "sure"),
    [
        ((302, {"Location": "https://elsewhere.example"}, b""), "network.not_understood", True),
        ((400, {}, b'{"error": "InvalidRequest", "message": "no"}'), "network.refused", True),
        ((403, {}, b"<html>"), "network.refused", True),
        ((401, {}, b""), "network.signed_out", True),
        ((400, {}, b'{"error": "ExpiredToken"}'), "network.signed_out", True),
        ((429, {}, b"slow down"), "network.limited", True),
        ((408, {}, b""), "network.faulty", False),
        ((500, {}, b'{"error": "InternalServerError", "message": "Internal Server Error"}'), "network.faulty", False),
        ((200, {}, b"[]"), "network.not_understood", False),
        ((200, {}, b"[" * 100_000), "network.not_understood", False),
        ((200, {}, b"\xff\xfe"), "network.not_understood", False),
        ((200, {}, b"x" * (9 << 20)), "network.not_understood", False),
    ],
)
def test_every_odd_answer_has_a_name(front: Front, odd: Odd, answer: Answer, code: str, sure: bool) -> None:
    odd.answer = answer
    raised = trouble(front)
    assert (raised.code, raised.sure) == (code, sure)
    assert raised.values["network"] == "Bluesky"


@pytest.mark.sockets
def test_a_key_that_a_server_repeats_is_not_told(front: Front, odd: Odd) -> None:
    told = f"{'x' * 290} {PASSWORD} jwt-one us.example"
    odd.answer = (400, {}, json.dumps({"error": "InvalidRequest", "message": told}).encode())
    raised = trouble(front)
    for secret in (PASSWORD, "jwt-one", "us.example", PASSWORD[:6]):
        assert secret not in str(raised)


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("", "https://bsky.social"),
        ("pds.example", "https://pds.example"),
        ("http://pds.example/", "https://pds.example"),
        ("http://127.0.0.1:2583", "http://127.0.0.1:2583"),
        ("http://localhost:1", "http://localhost:1"),
        ("https://user:word@pds.example", "https://pds.example"),
    ],
)
def test_a_password_travels_in_the_clear_only_within_this_machine(server: str, expected: str) -> None:
    assert home(server) == expected


@pytest.mark.parametrize("server", ["ftp://x.example", "https://", "http://[::1"])
def test_what_is_no_server_is_unreachable(server: str) -> None:
    with pytest.raises(XrpcTrouble) as caught:
        home(server)
    assert (caught.value.code, caught.value.sure) == ("network.unreachable", True)


def test_when_to_ask_again_is_read_from_either_header_and_believed_for_a_day() -> None:
    now = datetime.now(UTC)
    soon = again_at({"ratelimit-reset": str(int((now + timedelta(minutes=5)).timestamp()))})
    assert soon is not None
    assert timedelta(minutes=4) < soon - now < timedelta(minutes=6)
    assert again_at({"ratelimit-reset": "99999999999999999999"}) is None
    far = again_at({"ratelimit-reset": "9999999999"})
    assert far is not None
    assert far - now < timedelta(days=2)
    assert again_at({"retry-after": "60"}) is not None
    assert again_at({"retry-after": "Sat, 21 Nov 2099 12:00:00 GMT"}) is not None
    assert again_at({"retry-after": "bald"}) is None
    assert again_at({}) is None
