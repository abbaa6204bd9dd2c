"""A request may be only so large and so slow."""

import asyncio
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message

from command_center.web.limits import RequestLimits


async def read_all(scope: Any, receive: Any, send: Any) -> None:
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


def ask(parts: list[bytes], *, pause: float = 0, patience: float = 30, **scope: Any) -> tuple[int, dict[bytes, bytes]]:
    pending, answers = list(parts), list[Message]()
    headers = scope.pop("headers", [(b"transfer-encoding", b"chunked")])

    async def receive() -> Message:
        await asyncio.sleep(pause)
        return {"type": "http.request", "body": pending.pop(0), "more_body": bool(pending)}

    async def send(message: Message) -> None:
        answers.append(message)

    asked = {"type": "http", "method": "POST", "path": "/login", "raw_path": b"/login", "query_string": b""}
    app = RequestLimits(read_all, patience=patience)
    asyncio.run(app({**asked, "headers": headers, **scope}, receive, send))
    return answers[0]["status"], dict(answers[0]["headers"])


def test_a_body_within_the_limits_passes() -> None:
    assert ask([b"x" * 1000] * 5)[0] == 200


def test_a_body_is_counted_as_it_comes() -> None:
    status, headers = ask([b"x" * 100_000] * 20)
    assert (status, headers[b"connection"]) == (413, b"close")


@pytest.mark.parametrize("length", [b"1048577", b"9" * 40])
def test_a_body_that_tells_its_size_is_not_even_read(length: bytes) -> None:
    assert ask([], headers=[(b"content-length", length)])[0] == 413


def test_mentions_may_be_larger_and_files_larger_still() -> None:
    assert ask([b"x" * 100_000] * 50, path="/api/v1/mentions")[0] == 200
    assert ask([b"x" * 1_000_000] * 30, path="/_stcore/upload_file/a/b")[0] == 200
    assert ask([b"x" * 100_000] * 100, path="/api/v1/mentions")[0] == 413


def test_a_body_that_trickles_in_is_cut_off() -> None:
    assert ask([b"x"] * 1000, pause=0.01, patience=0.1)[0] == 408


def test_an_address_or_a_head_too_long_is_refused() -> None:
    assert ask([b""], raw_path=b"/" + b"a" * 9000)[0] == 414
    assert ask([b""], headers=[(b"x", b"y")] * 101)[0] == 431
    assert ask([b""], headers=[(b"x", b"y" * 40_000)])[0] == 431


def test_a_websocket_that_speaks_text_is_ended() -> None:
    heard = []

    async def listen(_scope: Any, receive: Any, _send: Any) -> None:
        heard.extend([await receive(), await receive()])

    messages: list[Message] = [{"type": "websocket.receive", "bytes": b"x"}, {"type": "websocket.receive", "text": "x"}]

    async def receive() -> Message:
        return messages.pop(0)

    async def send(_message: Message) -> None:
        """Nobody listens."""

    asyncio.run(RequestLimits(listen)({"type": "websocket"}, receive, send))
    assert [each["type"] for each in heard] == ["websocket.receive", "websocket.disconnect"]
