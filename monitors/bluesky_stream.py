"""Bluesky's stream: every public post, as it is written, from a Jetstream.

It needs no key. The cursor is the ``time_us`` heard last; going on starts a few seconds before it, since servers
number on their own clocks, and posts that come again are known by their id. A server keeps about a day: when it
begins later than asked, ``quota`` says how many seconds are missing, for how many posts these were nobody knows.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode, urlsplit

from command_center.domain.matching import Matcher
from command_center.errors import NetworkTrouble, system_words
from command_center.networks import Asked, Fetched
from command_center.xrpc import again_at
from monitors.bluesky_posts import COLLECTION
from monitors.jetstream import Catch, microseconds

if TYPE_CHECKING:
    from websockets.exceptions import ConnectionClosed
    from websockets.sync.client import ClientConnection

NETWORK: Final = "Bluesky"
PUBLIC: Final = (
    "wss://jetstream1.us-east.bsky.network/subscribe",
    "wss://jetstream2.us-west.bsky.network/subscribe",
    "wss://jetstream.us-east.bsky.network/subscribe",
    "wss://jetstream2.us-east.bsky.network/subscribe",
    "wss://jetstream1.us-west.bsky.network/subscribe",
    "wss://jetstream.us-west.bsky.network/subscribe",
)
_REWIND: Final = 5_000_000  # microseconds, as is the next
_SKIP: Final = 1_000_000
_GAP_SECONDS: Final = 60
_OPEN_SECONDS: Final = 15.0
_PING_SECONDS: Final = 20.0
_WAIT_SECONDS: Final = 0.5
_MOST_AT_ONCE: Final = 2_000
_LARGEST: Final = 1 << 20
_TOO_LARGE: Final = 1009  # the code of a line that is closed for it


class BlueskyStream:
    """Listens to one Jetstream at a time; after a failure to the next of the public ones.

    ``silence_seconds`` is how long a public one may say nothing before it is taken for stuck: somewhere somebody
    always posts. A server of one's own may be quiet.
    """

    network = "bluesky"
    period_seconds = 60

    def __init__(
        self,
        *,
        servers: tuple[str, ...] = PUBLIC,
        hand_on_seconds: float = 2.0,
        silence_seconds: float = 60.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._servers = servers
        self._hand_on_seconds = hand_on_seconds
        self._silence_seconds = silence_seconds
        self._clock = clock

    def listen(self, asked: Asked, stop: Event) -> Iterator[Fetched]:
        """Yield what comes, at least every few seconds; raises ``NetworkTrouble`` when the line is lost."""
        matches = Matcher(asked.topics).matching
        start = _cursor_of(asked.source.cursor)
        catch = Catch(newest=start, clock=self._clock)
        server = _server_of(asked.source.address) or self._servers[asked.source.failures % len(self._servers)]
        patience = float("inf") if asked.source.address else self._silence_seconds
        with _opened(_with_cursor(server, start)) as line:
            begun = start or microseconds(self._clock())
            heard_at = time.monotonic()
            while not stop.is_set():
                try:
                    self._gather(line, catch, matches, stop)
                except NetworkTrouble:
                    yield self._handed_on(catch, server, begun)  # what was read before the line was lost
                    raise
                heard_at = time.monotonic() if catch.heard else heard_at
                yield self._handed_on(catch, server, begun)
                if time.monotonic() - heard_at > patience:
                    raise NetworkTrouble("network.slow", network=NETWORK)

    def _gather(self, line: "ClientConnection", catch: Catch, matches: Callable[[str], object], stop: Event) -> None:
        """Read until it is time to hand on: soon after something was found."""
        from websockets.exceptions import ConnectionClosed, WebSocketException

        until = time.monotonic() + self._hand_on_seconds
        while not stop.is_set() and catch.heard < _MOST_AT_ONCE and (left := until - time.monotonic()) > 0:
            try:
                catch.take(line.recv(timeout=min(left, _WAIT_SECONDS), decode=False), matches)
            except TimeoutError:
                if catch.mentions or catch.deleted:
                    return
            except ConnectionClosed as closed:
                if closed.sent is not None and closed.sent.code == _TOO_LARGE:
                    # It would come again for ever, and when it was written it doesn't say.
                    catch.leave_out(_REWIND + _SKIP)
                    raise NetworkTrouble("network.not_understood", network=NETWORK, why=_TOO_LARGE) from None
                raise NetworkTrouble("network.unreachable", network=NETWORK, why=_code_of(closed)) from None
            except (WebSocketException, OSError) as broken:
                raise NetworkTrouble("network.unreachable", network=NETWORK, why=system_words(broken)) from None

    def _handed_on(self, catch: Catch, server: str, begun: int) -> Fetched:
        quota: dict[str, Any] = {"server": urlsplit(server).hostname}
        if catch.newest and catch.heard:  # where nothing was said, nothing is behind
            quota["seconds_behind"] = max(0, (microseconds(self._clock()) - catch.newest) // 1_000_000)
        if catch.first and (gap := (catch.first - begun) // 1_000_000) > _GAP_SECONDS:
            quota["seconds_missing"] = gap
        fetched = Fetched(
            mentions=tuple(catch.mentions),
            cursor={"time_us": catch.newest or begun},
            quota=quota,
            deleted=tuple(catch.deleted),
            seen=catch.seen,
            rejected=catch.rejected,
        )
        catch.clear()
        return fetched


def _cursor_of(cursor: Mapping[str, Any]) -> int:
    kept = cursor.get("time_us")
    return kept if type(kept) is int and kept > 0 else 0


def _server_of(address: str) -> str:
    """Return the address of a Jetstream; a bare host name means its secure one."""
    address = address.strip()
    if not address:
        return ""
    try:
        parts = urlsplit(address if "://" in address else f"wss://{address}")
        scheme = {"https": "wss", "http": "ws"}.get(parts.scheme, parts.scheme)
        fits = scheme in {"ws", "wss"} and bool(parts.hostname)
    except ValueError:
        fits = False
    if not fits:
        raise NetworkTrouble("network.unreachable", network=NETWORK, why=address)
    return f"{scheme}://{parts.netloc}{parts.path if parts.path.strip('/') else '/subscribe'}"


def _with_cursor(server: str, start: int) -> str:
    asked = {"wantedCollections": COLLECTION, "maxMessageSizeBytes": _LARGEST}
    return f"{server}?{urlencode(asked | ({'cursor': max(1, start - _REWIND)} if start else {}))}"


def _opened(address: str) -> "ClientConnection":
    from websockets.exceptions import InvalidStatus, WebSocketException
    from websockets.sync.client import connect

    try:
        return connect(
            address,
            open_timeout=_OPEN_SECONDS,
            close_timeout=2,
            ping_interval=_PING_SECONDS,
            ping_timeout=_PING_SECONDS,
            max_size=_LARGEST,
            max_queue=1_024,
            compression=None,
        )
    except InvalidStatus as refused:
        raise _trouble_of_status(refused.response.status_code, refused.response.headers) from None
    except TimeoutError:
        raise NetworkTrouble("network.slow", network=NETWORK) from None
    except (OSError, ValueError) as failed:
        raise NetworkTrouble("network.unreachable", network=NETWORK, why=system_words(failed)) from None
    except (WebSocketException, EOFError) as strange:
        raise NetworkTrouble("network.not_understood", network=NETWORK, why=type(strange).__name__) from None


def _code_of(closed: "ConnectionClosed") -> str:
    return str(closed.rcvd.code) if closed.rcvd is not None else "1006"


def _trouble_of_status(status: int, headers: Mapping[str, str]) -> NetworkTrouble:
    if status == 429:
        return NetworkTrouble("network.limited", network=NETWORK, retry_at=again_at(headers))
    code = "network.faulty" if status >= 500 else "network.refused"
    return NetworkTrouble(code, network=NETWORK, why=f"HTTP {status}")
