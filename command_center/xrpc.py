"""Speaks XRPC, the way of calling servers of the AT protocol (Bluesky), and names everything that can go wrong.

Signed-in sessions are kept in memory only: one per server and key, since signing in is limited to some thirty times in
five minutes. No connection is kept open between calls, so a call that could not be sent was surely not sent.
"""

import hashlib
import ipaddress
import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from command_center.errors import NetworkTrouble, system_words
from command_center.networks import Access

if TYPE_CHECKING:
    import httpx

NETWORK: Final = "Bluesky"
HOME: Final = "https://bsky.social"
_SECONDS: Final = 15.0
_LARGEST: Final = 8 << 20
_LONGEST_WAIT: Final = timedelta(days=1)
_WHY_CHARS: Final = 300
_KEY_ERRORS: Final = frozenset({"ExpiredToken", "InvalidToken", "AuthMissing", "AuthenticationRequired"})


class XrpcTrouble(NetworkTrouble):
    """A call that failed; ``error`` is the server's own name for it, ``sure`` says that surely nothing was done."""

    def __init__(
        self, code: str, /, *, sure: bool, error: str = "", retry_at: datetime | None = None, why: str = ""
    ) -> None:
        super().__init__(code, retry_at=retry_at, network=NETWORK, why=why)
        self.sure: Final = sure
        self.error: Final = error

    @property
    def why(self) -> str:
        """What the server said, or the kind of failure."""
        return str(self.values["why"])

    def told_as(self, *, sure: bool) -> "XrpcTrouble":
        """Return the same trouble, sure or not."""
        return XrpcTrouble(self.code, sure=sure, error=self.error, retry_at=self.retry_at, why=self.why)

    def without(self, secrets: Iterable[str]) -> "XrpcTrouble":
        """Return the same trouble without secrets that a server repeated."""
        why = self.why
        for secret in secrets:
            why = why.replace(secret, "…") if secret else why
        return XrpcTrouble(self.code, sure=self.sure, error=self.error, retry_at=self.retry_at, why=why[:_WHY_CHARS])


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in session; ``did`` is the account's lasting id."""

    did: str
    handle: str
    active: bool
    access: str = field(repr=False)
    refresh: str = field(repr=False)


class Xrpc:
    """Calls servers with the keys of connections; may be shared by threads."""

    def __init__(self, *, seconds: float = _SECONDS) -> None:
        self._seconds = seconds
        self._sessions: dict[str, Session] = {}
        self._lock = Lock()

    def sign_in(self, access: Access) -> Session:
        """Sign in anew; raises ``XrpcTrouble``, always sure: signing in changes nothing."""
        key = {"identifier": access.secret.get("identifier", ""), "password": access.secret.get("password", "")}
        return self._opened(access, "com.atproto.server.createSession", data=key)

    def session(self, access: Access) -> Session:
        """Return the session that is open, or sign in."""
        with self._lock:
            known = self._sessions.get(_place(access))
        return known or self.sign_in(access)

    def ask(self, access: Access, method: str, **params: str | int) -> dict[str, Any]:
        """Call a query; raises ``XrpcTrouble``."""
        return self._signed(access, method, params=params)

    def do(self, access: Access, method: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """Call a procedure; raises ``XrpcTrouble``."""
        return self._signed(access, method, data=data)

    def upload(self, access: Access, method: str, body: bytes, media_type: str) -> dict[str, Any]:
        """Call a procedure with a file; raises ``XrpcTrouble``."""
        return self._signed(access, method, body=body, media_type=media_type)

    def _signed(self, access: Access, method: str, **call: Any) -> dict[str, Any]:
        session = self.session(access)
        try:
            return self._call(access, method, token=session.access, **call)
        except XrpcTrouble as trouble:
            if trouble.code != "network.signed_out":
                raise
        return self._call(access, method, token=self._renewed(access, session).access, **call)

    def _renewed(self, access: Access, session: Session) -> Session:
        """Return a session that goes on from an expired one, or a new one."""
        try:
            return self._opened(access, "com.atproto.server.refreshSession", token=session.refresh)
        except XrpcTrouble as trouble:
            if trouble.code not in {"network.signed_out", "network.refused"}:
                raise
        return self.sign_in(access)

    def _opened(self, access: Access, method: str, **call: Any) -> Session:
        try:
            session = _session_of(self._call(access, method, **call))
        except XrpcTrouble as trouble:
            raise trouble.told_as(sure=True) from None
        with self._lock:
            self._sessions[_place(access)] = session
        return session

    def _call(self, access: Access, method: str, *, token: str = "", **call: Any) -> dict[str, Any]:
        try:
            return self._send(access.connection.server, method, token=token, **call)
        except XrpcTrouble as trouble:
            raise trouble.without([token, *access.secret.values()]) from None

    @cached_property
    def _client(self) -> "httpx.Client":
        import httpx  # slow to load

        limits = httpx.Limits(max_keepalive_connections=0)
        return httpx.Client(timeout=self._seconds, limits=limits, headers={"User-Agent": "one-voice"})

    def _send(
        self,
        server: str,
        method: str,
        *,
        token: str = "",
        params: Mapping[str, str | int] | None = None,
        data: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        media_type: str = "",
    ) -> dict[str, Any]:
        import httpx  # slow to load

        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if data is not None:
            body, media_type = json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"), "application/json"
        if body is not None:
            headers["Content-Type"] = media_type
        verb = "GET" if params is not None else "POST"
        begun = time.monotonic()
        try:
            with self._client.stream(
                verb, f"{home(server)}/xrpc/{method}", params=params, headers=headers, content=body
            ) as response:
                content = _read(response.iter_bytes(), until=begun + 2 * self._seconds)
        except (httpx.ConnectError, httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.ProxyError) as failed:
            raise XrpcTrouble("network.unreachable", sure=True, why=system_words(failed)) from None
        except (httpx.ConnectTimeout, httpx.PoolTimeout):
            raise XrpcTrouble("network.slow", sure=True) from None
        except httpx.TimeoutException:
            raise XrpcTrouble("network.slow", sure=False) from None
        except (httpx.HTTPError, httpx.StreamError, OSError, ValueError) as broken:
            raise XrpcTrouble("network.unreachable", sure=False, why=system_words(broken)) from None
        return _understood(response.status_code, response.headers, content)


def home(server: str) -> str:
    """Return the base address of a server; a password travels in the clear only within this machine."""
    server = server.strip() or HOME
    try:
        parts = urlsplit(server if "://" in server else f"https://{server}")
        host = parts.hostname or ""
    except ValueError:
        raise XrpcTrouble("network.unreachable", sure=True, why=server) from None
    if parts.scheme not in {"http", "https"} or not host:
        raise XrpcTrouble("network.unreachable", sure=True, why=server)
    scheme = "http" if parts.scheme == "http" and _is_loopback(host) else "https"
    return f"{scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"


def again_at(headers: Mapping[str, str]) -> datetime | None:
    """Return when a server that answered 429 may be asked again, from its headers; at most a day from now."""
    now = datetime.now(UTC)
    reset, after = headers.get("ratelimit-reset", ""), headers.get("retry-after", "")
    try:
        if reset.isascii() and reset.isdigit():
            at = datetime.fromtimestamp(int(reset), UTC)
        elif after.isascii() and after.isdigit():
            at = now + timedelta(seconds=int(after))
        else:
            at = parsedate_to_datetime(after).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return min(max(at, now + timedelta(seconds=1)), now + _LONGEST_WAIT)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _read(chunks: Iterator[bytes], *, until: float) -> bytes:
    content = bytearray()
    for chunk in chunks:
        content += chunk
        if len(content) > _LARGEST:
            raise XrpcTrouble("network.not_understood", sure=False, why=f"> {_LARGEST} bytes")
        if time.monotonic() > until:
            raise XrpcTrouble("network.slow", sure=False)
    return bytes(content)


def _understood(status: int, headers: Mapping[str, str], content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content) if content else {}
    except (ValueError, RecursionError):
        answer = None
    if 200 <= status < 300:
        if isinstance(answer, dict):
            return answer
        raise XrpcTrouble("network.not_understood", sure=False, why=f"HTTP {status}")
    told = answer if isinstance(answer, dict) else {}
    error, message = str(told.get("error", "")), str(told.get("message", ""))
    why = ": ".join(part for part in (error, message) if part) or f"HTTP {status}"
    if status == 429:
        raise XrpcTrouble("network.limited", sure=True, error=error, retry_at=again_at(headers), why=why)
    if status == 401 or error in _KEY_ERRORS:
        raise XrpcTrouble("network.signed_out", sure=True, error=error, why=why)
    if status >= 500 or status == 408:
        raise XrpcTrouble("network.faulty", sure=False, error=error, why=why)
    code = "network.refused" if status >= 400 else "network.not_understood"
    raise XrpcTrouble(code, sure=True, error=error, why=why)


def _session_of(answer: Mapping[str, Any]) -> Session:
    did, handle = answer.get("did"), answer.get("handle")
    access, refresh = answer.get("accessJwt"), answer.get("refreshJwt")
    if not (isinstance(did, str) and isinstance(handle, str) and isinstance(access, str) and isinstance(refresh, str)):
        raise XrpcTrouble("network.not_understood", sure=True, why="session")
    return Session(did=did, handle=handle, active=answer.get("active") is not False, access=access, refresh=refresh)


def _place(access: Access) -> str:
    parts = [access.connection.server, access.secret.get("identifier", ""), access.secret.get("password", "")]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
