"""One open line to X's filtered stream, read by tweepy in a thread of its own.

tweepy would connect again by itself, without a word to anybody; here every end is told and ends the line.
"""

import sys
from collections.abc import Mapping
from queue import Empty, SimpleQueue
from typing import Any, Final

from command_center.errors import NetworkTrouble

Item = bytes | NetworkTrouble

_CONNECT_SECONDS: Final = 20
_AT_ONCE: Final = 200


class OpenLine:
    """A line that is open, or being opened; ``items`` gives what came over it."""

    def __init__(self, bearer: str, base: str, fields: Mapping[str, str]) -> None:
        from command_center.x_api.faults import XTrouble

        self._lost = XTrouble("network.unreachable", why="stream closed")
        self._queue: SimpleQueue[Item] = SimpleQueue()
        self._client, self._line = _client(bearer, base, self._queue)
        self._client.filter(threaded=True, **{name.replace(".", "_"): value for name, value in fields.items()})
        self._connected = False

    def items(self, seconds: float) -> list[Item]:
        """Wait so long for something to come; return all there is, b"" for a sign of life.

        Raises:
            NetworkTrouble: the line never opened.
        """
        try:
            first = self._queue.get(timeout=seconds if self._connected else _CONNECT_SECONDS)
        except Empty:
            if not self._connected:
                raise NetworkTrouble("network.slow", network="X") from None
            if not self._client.running:
                raise self._lost from None
            return []
        self._connected = True
        items = [first]
        while len(items) < _AT_ONCE and not self._queue.empty():
            items.append(self._queue.get())
        return items

    def hang_up(self) -> None:
        """Close the line, so that X doesn't count it as still open."""
        self._client.disconnect()
        self._line.hang_up()


def _client(bearer: str, base: str, queue: "SimpleQueue[Item]") -> tuple[Any, Any]:
    import tweepy

    from command_center.x_api.faults import XTrouble, trouble_of
    from command_center.x_api.line import TWEEPYS_ADDRESS, XLine

    line = XLine(base or TWEEPYS_ADDRESS)

    class Client(tweepy.StreamingClient):  # type: ignore[misc]
        def on_connect(self) -> None:
            queue.put(b"")

        def on_data(self, raw_data: bytes) -> None:
            queue.put(raw_data)

        def on_keep_alive(self) -> None:
            queue.put(b"")

        def on_request_error(self, _status: int) -> None:
            self._end(trouble_of(RuntimeError(), line.answered, [bearer]))

        def on_connection_error(self) -> None:
            self._end(trouble_of(_current(), None, [bearer]))

        def on_closed(self, _response: object) -> None:
            self._end(XTrouble("network.unreachable", why="stream closed"))

        def on_exception(self, exception: Exception) -> None:
            self._end(trouble_of(exception, None, [bearer]))

        def on_disconnect(self) -> None:
            self._end(XTrouble("network.unreachable", why="stream closed"))

        def _end(self, trouble: NetworkTrouble) -> None:
            self.disconnect()
            queue.put(trouble)

    client = Client(bearer, daemon=True, max_retries=0)
    client.session.mount(TWEEPYS_ADDRESS, line)
    client.session.max_redirects = 0
    return client, line


def _current() -> Exception:
    raised = sys.exception()
    return raised if isinstance(raised, Exception) else RuntimeError()
