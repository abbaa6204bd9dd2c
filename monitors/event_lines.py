"""Server-sent events from an open line: read by a thread, handed over within a time, so that nobody waits for ever."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from queue import Empty, Full, Queue
from threading import Event as Flag
from threading import Thread
from typing import Final

import httpx

_LONGEST_LINE: Final = 1 << 20
_WAITING: Final = 2_000


@dataclass(frozen=True, slots=True)
class Sent:
    """One event; a heartbeat has no name."""

    name: str
    data: str


class Ended(Exception):
    """The server has closed the line."""


class LineTooLong(Exception):
    """A line without end: no server sends such."""


class EventLines:
    """The events of one answer, in a queue; a full one lets the server wait."""

    def __init__(self, response: httpx.Response) -> None:
        self._response = response
        self._queue: Queue[Sent | Exception] = Queue(_WAITING)
        self._closed = Flag()
        self._thread = Thread(target=self._read, name="event-lines", daemon=True)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Read while the block lasts."""
        self._thread.start()
        try:
            yield
        finally:
            self._closed.set()
            with suppress(OSError, KeyError):
                self._response.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
            self._thread.join(5)

    def waiting(self, seconds: float, most: int) -> list[Sent]:
        """Return what has come, waiting so long for the first; raises what ended the line, once all is read."""
        found: list[Sent] = []
        with suppress(Empty):
            while len(found) < most:
                each = self._queue.get_nowait() if found else self._queue.get(timeout=seconds)
                if isinstance(each, Exception):
                    if not found:
                        raise each
                    self._queue.put_nowait(each)
                    break
                found.append(each)
        return found

    def _read(self) -> None:
        try:
            for sent in sent_events(self._response.iter_bytes()):
                self._put(sent)
                if self._closed.is_set():
                    return
            self._put(Ended("end of stream"))
        except (httpx.HTTPError, httpx.StreamError, LineTooLong, OSError) as error:
            self._put(error)

    def _put(self, each: Sent | Exception) -> None:
        while not self._closed.is_set():
            with suppress(Full):
                self._queue.put(each, timeout=1)
                return


def sent_events(pieces: Iterator[bytes]) -> Iterator[Sent]:
    """Read events out of bytes, however they are cut; a comment is a heartbeat. Raises LineTooLong."""
    rest, name = b"", ""
    data: list[str] = []
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        if len(rest) > _LONGEST_LINE:
            raise LineTooLong("> 1 MB")
        for line in lines:
            text = line.rstrip(b"\r").decode("utf-8", "replace")
            field, _, value = text.partition(":")
            value = value.removeprefix(" ")
            if not text:
                if data or name:
                    yield Sent(name or "message", "\n".join(data))
                name, data = "", []
            elif not field:
                yield Sent("", value)
            elif field == "event":
                name = value
            elif field == "data":
                data.append(value)
