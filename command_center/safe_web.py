"""The web as the house may use it: public addresses only, with limits on time and size.

Addresses come from people and from other people's servers. A name is resolved once, every address it answers is
checked, and the connection goes to one of these very addresses, at the first request and at every redirect.
"""

import socket
import ssl
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Final

import httpcore
import httpx

from command_center import __version__
from command_center.errors import NetworkTrouble, system_words

LIMIT_BYTES: Final = 10 << 20
SECONDS: Final = 20.0
NOT_SENT: Final = frozenset({"network.unreachable", "network.forbidden_address", "network.not_an_address"})
_CONNECT_SECONDS: Final = 6.0
_SILENT_SECONDS: Final = 90.0  # a stream without a sign of life for so long is lost
_REDIRECTS: Final = 5
_WHY_CHARS: Final = 200
_NAT64: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("64:ff9b:1::/48"))

Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered, unpacked; ``address`` is where the redirects ended."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    address: str


def resolve(host: str, port: int) -> Sequence[str]:
    """Return every address of a host; odd spellings such as 0x7f.1 become what the system makes of them."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(place[0]) for *_, place in found))


def is_public(address: str) -> bool:
    """Tell whether an IP address is out in the internet, also where IPv6 wraps an IPv4 address."""
    try:
        parsed = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return _is_public(parsed)


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        if address.teredo or address.is_site_local:
            return False
        wrapped = address.ipv4_mapped or address.sixtofour
        if wrapped is None and any(address in network for network in _NAT64):
            wrapped = IPv4Address(int(address) & 0xFFFF_FFFF)
        if wrapped is not None:
            return _is_public(wrapped)
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_loopback or address.is_link_local
    )


def checked_url(address: str, network: str = "") -> httpx.URL:
    """Return a web address that may be asked at all; raises ``network.not_an_address``."""
    try:
        url = httpx.URL(address.strip())
        is_one_word = len(address.split()) == 1
        if url.scheme in {"http", "https"} and url.host and not url.userinfo and is_one_word:
            return url
        shown = f"{url.scheme}://{url.host}"
    except (httpx.InvalidURL, ValueError):
        shown = address[:60].rpartition("@")[2]
    raise NetworkTrouble("network.not_an_address", network=network or shown, address=shown)


class _Timed(httpcore.NetworkStream):
    """A connection on which no wait goes on past the deadline, however slowly the bytes drip."""

    def __init__(self, inner: httpcore.NetworkStream, deadline: float) -> None:
        self._inner = inner
        self._deadline = deadline

    def _left(self, timeout: float | None, error: type[Exception]) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise error
        return left if timeout is None else min(left, timeout)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._left(timeout, httpcore.ConnectTimeout)
        return _Timed(self._inner.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)


class _Guard(httpcore.NetworkBackend):
    """Opens connections, only to addresses that were checked."""

    def __init__(self, internal: frozenset[str], resolve_host: Resolve, deadline: float) -> None:
        self._internal = internal
        self._resolve = resolve_host
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        last: Exception = httpcore.ConnectError("no address")
        for address in self._checked(host, port):
            try:
                left = min(timeout or _CONNECT_SECONDS, max(0.1, self._deadline - time.monotonic()))
                opened = httpcore.SyncBackend().connect_tcp(address, port, left, local_address, socket_options)
                return _Timed(opened, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        raise last

    def _checked(self, host: str, port: int) -> Sequence[str]:
        try:
            addresses = self._resolve(host, port)
        except (OSError, UnicodeError, OverflowError) as error:
            raise httpcore.ConnectError(str(error)) from error
        if host.strip("[]").casefold() not in self._internal and not all(map(is_public, addresses)):
            raise NetworkTrouble("network.forbidden_address", network=host, address=host)
        return addresses


class _Transport(httpx.HTTPTransport):
    """HTTP whose connections the guard opens; proxies of the environment are left alone, they would go around it."""

    def __init__(self, guard: _Guard) -> None:
        super().__init__(verify=_ssl_context(), trust_env=False)
        # A line is used once: each redirect is looked at anew, and none fails on one the server has just closed.
        self._pool = httpcore.ConnectionPool(
            ssl_context=_ssl_context(), network_backend=guard, max_keepalive_connections=0
        )


@cache
def _ssl_context() -> ssl.SSLContext:
    return httpx.create_ssl_context()


def _check_request(request: httpx.Request) -> None:
    checked_url(str(request.url))


class Web:
    """The public web, and the few hosts inside the house that the administrator named."""

    def __init__(self, internal_hosts: Iterable[str] = (), *, resolve_host: Resolve = resolve) -> None:
        self._internal = frozenset(host.strip("[]").casefold() for host in internal_hosts)
        self._resolve = resolve_host

    def fetch(
        self,
        address: str,
        *,
        network: str,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        seconds: float = SECONDS,
        limit: int = LIMIT_BYTES,
        **content: Any,
    ) -> Answer:
        """Ask once, following at most five redirects of a GET, and read the whole answer, whatever its status.

        Args:
            network: Who is asked, for the message when it fails.
            seconds: For everything together; the system's own name look-up is not counted.
            limit: Bytes after unpacking.
            content: ``params``, ``json``, ``data`` or ``files`` as httpx takes them.

        Raises:
            NetworkTrouble: ``network.unreachable``, ``network.forbidden_address`` and ``network.not_an_address``
                mean that nothing was sent (``NOT_SENT``); ``network.slow``, ``network.too_big`` and
                ``network.not_understood`` that it may have been.
        """
        url = checked_url(address, network)
        with _named(network), self._client(time.monotonic() + seconds, read=seconds) as client:
            follow = method == "GET"
            with client.stream(method, url, headers=headers, follow_redirects=follow, **content) as response:
                body = _unpacked(response, network, limit)
                return Answer(
                    status=response.status_code, headers=response.headers, body=body, address=str(response.url)
                )

    @contextmanager
    def stream(
        self, address: str, *, network: str, headers: Mapping[str, str], params: Mapping[str, str]
    ) -> Iterator[httpx.Response]:
        """Open a line that stays open; raises like ``fetch``, also while it is read inside the block."""
        url = checked_url(address, network)
        with _named(network), self._client(float("inf"), read=_SILENT_SECONDS) as client:
            own = {**headers, "Accept-Encoding": "identity"}
            with client.stream("GET", url, headers=own, params=params, follow_redirects=True) as response:
                yield response

    def _client(self, deadline: float, *, read: float) -> httpx.Client:
        return httpx.Client(
            transport=_Transport(_Guard(self._internal, self._resolve, deadline)),
            timeout=httpx.Timeout(read, connect=_CONNECT_SECONDS),
            headers={"User-Agent": f"OneVoice/{__version__}", "Accept-Encoding": "gzip"},
            max_redirects=_REDIRECTS,
            event_hooks={"request": [_check_request]},
            trust_env=False,
        )


def _unpacked(response: httpx.Response, network: str, limit: int) -> bytes:
    """Read a body and unpack it piece by piece, so that a small bomb never becomes a large one."""
    encoding = response.headers.get("content-encoding", "").strip().casefold()
    if encoding not in {"", "identity", "gzip", "x-gzip"}:
        raise NetworkTrouble("network.not_understood", network=network, why=f"Content-Encoding: {encoding[:40]}")
    unpacker = zlib.decompressobj(wbits=31) if "gzip" in encoding else None
    body = bytearray()
    try:
        for piece in response.iter_raw():
            body += unpacker.decompress(piece, limit + 1 - len(body)) if unpacker else piece
            if len(body) > limit:
                raise NetworkTrouble("network.too_big", network=network, megabytes=limit >> 20)
    except zlib.error as error:
        raise NetworkTrouble("network.not_understood", network=network, why="gzip") from error
    if unpacker and body and not unpacker.eof:
        raise NetworkTrouble("network.not_understood", network=network, why="gzip")
    return bytes(body)


@contextmanager
def _named(network: str) -> Iterator[None]:
    """Give each way a connection fails the name people see."""
    try:
        yield
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
        raise NetworkTrouble("network.unreachable", network=network, why=system_words(error)[:_WHY_CHARS]) from error
    except httpx.TimeoutException as error:
        raise NetworkTrouble("network.slow", network=network) from error
    except httpx.TooManyRedirects as error:
        raise NetworkTrouble("network.not_understood", network=network, why=f"> {_REDIRECTS} redirects") from error
    except (httpx.RequestError, httpx.StreamError) as error:
        raise NetworkTrouble("network.not_understood", network=network, why=_why(error)) from error


def _why(error: Exception) -> str:
    return (str(error) or type(error).__name__)[:_WHY_CHARS]
