"""How large and how slow a request may be, whatever it asks for; what goes beyond is refused before it is kept."""

import asyncio
from typing import Any, Final

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

KIB: Final = 1024
LONGEST_ADDRESS: Final = 8 * KIB
MOST_HEADERS: Final = 100
LARGEST_HEADERS: Final = 32 * KIB
# The first that fits counts: files people import, what programs bring, and the door's forms.
LARGEST_BODIES: Final = (("/_stcore/upload_file/", 201 * KIB * KIB), ("/api/v1/", 9 * KIB * KIB), ("/", KIB * KIB))
# A body may take half a minute, and longer as long as this much of it arrives in a second.
PATIENCE_SECONDS: Final = 30
SLOWEST_PER_SECOND: Final = 10 * KIB


class _Refused(Exception):
    def __init__(self, status: int, code: str) -> None:
        self.status, self.code = status, code


class RequestLimits:
    """Pure ASGI middleware, before anything of the house is asked."""

    def __init__(self, app: ASGIApp, patience: float = PATIENCE_SECONDS) -> None:
        self.app, self.patience = app, patience

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is within the limits; refuse the rest with 408, 413, 414 or 431."""
        if scope["type"] == "websocket":
            await self.app(scope, _only_bytes(receive), send)
        elif scope["type"] != "http":
            await self.app(scope, receive, send)
        else:
            await self._answer(scope, _Body(scope, receive, self.patience), send)

    async def _answer(self, scope: Scope, body: "_Body", send: Send) -> None:
        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                if not body.whole:  # nobody waits for the rest of what was refused
                    MutableHeaders(scope=message)["connection"] = "close"
            await _send(send, message)

        try:
            _check_head(scope)
            body.check_declared()
            await self.app(scope, body.receive, answer)
        except _Refused as refused:
            if not begun:
                await JSONResponse({"error": refused.code}, refused.status)(scope, body.receive, answer)
        except ClientDisconnect:
            return  # nobody is there to be told


class _Body:
    """The body of one request as it comes in, counted and timed."""

    def __init__(self, scope: Scope, receive: Receive, patience: float) -> None:
        self._receive, self._patience = receive, patience
        self._most = next(most for start, most in LARGEST_BODIES if scope["path"].startswith(start) or start == "/")
        told = {name: value for name, value in scope["headers"] if name in {b"content-length", b"transfer-encoding"}}
        self._declared = told.get(b"content-length", b"0")
        self.whole = b"transfer-encoding" not in told and self._declared.strip(b"0") == b""
        self._got, self._spent = 0, 0.0

    def check_declared(self) -> None:
        """Refuse what says of itself that it is too large."""
        if self._declared.isdigit() and (len(self._declared) > len("999999999999") or int(self._declared) > self._most):
            raise _Refused(413, "request.too_large")

    async def receive(self) -> Message:
        """Return the next part; only the time spent waiting for it counts."""
        if self.whole:
            return await self._receive()
        loop = asyncio.get_running_loop()
        began, left = loop.time(), self._patience + self._got / SLOWEST_PER_SECOND - self._spent
        try:
            message = await asyncio.wait_for(self._receive(), max(left, 0.001))
        except TimeoutError:
            raise _Refused(408, "request.too_slow") from None
        self._spent += loop.time() - began
        self._got += len(message.get("body", b""))
        self.whole = not message.get("more_body", False)
        if self._got > self._most:
            self.whole = False
            raise _Refused(413, "request.too_large")
        return message


async def _send(send: Send, message: Message) -> None:
    try:
        await send(message)
    except RuntimeError as gone:
        if "handler is closed" in str(gone):  # uvloop, where a browser has left in the meantime
            raise ClientDisconnect from gone
        raise


def _check_head(scope: Scope) -> None:
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > LONGEST_ADDRESS:
        raise _Refused(414, "request.address_too_long")
    size = sum(len(name) + len(value) for name, value in scope["headers"])
    if len(scope["headers"]) > MOST_HEADERS or size > LARGEST_HEADERS:
        raise _Refused(431, "request.headers_too_large")


def _only_bytes(receive: Receive) -> Receive:
    """End a websocket that speaks text: Streamlit's pages never do, and its server fails over it."""

    async def receive_bytes() -> Any:
        message = await receive()
        if message["type"] == "websocket.receive" and message.get("bytes") is None:
            return {"type": "websocket.disconnect", "code": 1003, "reason": ""}
        return message

    return receive_bytes
