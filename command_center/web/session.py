"""Who is behind a request: the session cookie, checked before anything of Streamlit is reached.

The page then reads the identity from ``st.user``, which Streamlit fills from the headers set here.
"""

import ipaddress
from functools import partial
from typing import Final
from urllib.parse import quote, urlsplit

from anyio.to_thread import run_sync
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from command_center.domain.people import Person
from command_center.errors import StoreUnavailable
from command_center.use_cases.sign_in import session_id, who_is
from command_center.web.process import current

COOKIE: Final = "one_voice_session"
PERSON_HEADER: Final = b"x-cc-sub"
SESSION_HEADER: Final = b"x-cc-sid"
_STEPS: Final = frozenset({"/login/code", "/login/factor", "/login/provider", "/login/provider/back", "/login/passkey"})
_OPEN: Final = _STEPS | {
    "/login",
    "/open",
    "/invited",
    "/logout",
    "/healthz",
    "/sign-in.css",
    "/passkey.js",
    "/_stcore/health",
}
# The addresses below the last one ask for a client's key instead of a session.
_OPEN_FOLDERS: Final = ("/static/", "/app/static/", "/api/v1/")


def cookie_name(name: str, *, secure: bool) -> str:
    """Return what a cookie is called: over TLS so that no other host of the same domain can set it."""
    return f"__Host-{name}" if secure else name


def token_in(conn: HTTPConnection, name: str = COOKIE) -> str:
    """Return what a cookie of ours holds; empty when the browser brought none."""
    return conn.cookies.get(cookie_name(name, secure=is_secure(conn.scope)), "")


def set_cookie(response: Response, token: str, *, secure: bool, seconds: int, name: str = COOKIE) -> None:
    """Give the browser its session, or the key to a step: out of reach of scripts and of other sites."""
    called = cookie_name(name, secure=secure)
    response.set_cookie(called, token, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure)


def drop_cookie(response: Response, *, secure: bool, name: str = COOKIE) -> None:
    """Take it from the browser."""
    called = cookie_name(name, secure=secure)
    response.delete_cookie(called, path="/", httponly=True, samesite="lax", secure=secure)


def is_secure(scope: Scope) -> bool:
    """Tell whether the browser came over TLS, itself or through a proxy on this machine (uvicorn's rule)."""
    return scope["scheme"] in {"https", "wss"}


def only_this_machine(address: str) -> bool:
    """Tell whether a server at this address can be reached from this machine only."""
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address.strip("[]")).is_loopback
    except ValueError:
        return False


def same_origin(conn: HTTPConnection, *, public_url: str) -> bool:
    """Tell whether the request was made by a page of ours; browsers always name the origin of a POST."""
    origin = conn.headers.get("origin", "")
    scheme = "https" if is_secure(conn.scope) else "http"
    return origin in {f"{scheme}://{conn.headers.get('host', '')}", public_url.rstrip("/")} - {""}


class SessionGate:
    """Pure ASGI middleware, so that it sees websockets too; strips identities a client brings along."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a signed-in browser through, everybody else only to the sign-in pages."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        headers = [(name, value) for name, value in scope["headers"] if not _claims_identity(name)]
        scope = dict(scope, headers=headers)
        conn, path = HTTPConnection(scope), str(scope["path"])
        if not _addressed_to_us(conn) or _in_the_clear(scope):
            await self._elsewhere(scope, receive, send)
            return
        if scope["type"] == "http" and (path in _OPEN or path.startswith(_OPEN_FOLDERS)):
            await self.app(scope, receive, send)
            return
        if scope["type"] == "websocket" and not _own_page(conn):
            await _close(receive, send, 4403)
            return
        token = token_in(conn)
        try:
            person = await run_sync(partial(_look_up, token))
        except StoreUnavailable:
            await self._unavailable(scope, receive, send)
            return
        if person is None:
            await self._turn_away(scope, receive, send)
            return
        identity = [(PERSON_HEADER, person.id.encode()), (SESSION_HEADER, session_id(token).encode())]
        scope.setdefault("state", {})["language"] = person.language
        await self.app(dict(scope, headers=[*headers, *identity]), receive, send)

    async def _turn_away(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await _close(receive, send, 4401)
        elif "text/html" in Headers(scope=scope).get("accept", ""):
            path = str(scope["path"])
            wanted = "" if path == "/" else f"?next={quote(path, safe='/')}"
            await RedirectResponse(f"/login{wanted}", status_code=303)(scope, receive, send)
        else:
            await JSONResponse({"error": "sign_in.needed"}, status_code=401)(scope, receive, send)

    async def _elsewhere(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await _close(receive, send, 4403)
        else:
            await JSONResponse({"error": "other_host"}, status_code=421)(scope, receive, send)

    async def _unavailable(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await _close(receive, send, 1013)
        else:
            await JSONResponse({"error": "store.unavailable"}, status_code=503)(scope, receive, send)


def _claims_identity(name: bytes) -> bool:
    return name.lower().replace(b"_", b"-").startswith(b"x-cc-")


def _addressed_to_us(conn: HTTPConnection) -> bool:
    """Refuse foreign host names while only this machine may come in: they are how other sites reach it."""
    hosts = current().hosts
    try:
        named = urlsplit(f"//{conn.headers.get('host', '')}").hostname or ""
    except ValueError:  # such as [::1 without its end
        return False
    return not hosts or named in hosts


def _in_the_clear(scope: Scope) -> bool:
    """Tell whether a request came over the network although nobody said that TLS is in front.

    The start refuses that address; a server that was started another way listens where it was told, unasked.
    """
    address, port = scope.get("server") or ("", None)
    from_outside = port is not None and not only_this_machine(address)
    return from_outside and not current().settings.public_url.startswith("https://")


def _own_page(conn: HTTPConnection) -> bool:
    """A browser names the page that opens a socket; tools without a page name none and still need the cookie."""
    return "origin" not in conn.headers or same_origin(conn, public_url=current().settings.public_url)


def _look_up(token: str) -> Person | None:
    process = current()
    return who_is(process.ctx, token, limits=process.limits, touch=False) if token else None


async def _close(receive: Receive, send: Send, code: int) -> None:
    await receive()
    await send({"type": "websocket.close", "code": code})
