"""The news that something changed: one thread watches the store's version, every open screen is woken.

Truth stays in the store; a screen that misses the wake-up sees the version with the next one.
"""

import asyncio
import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from command_center.errors import StoreUnavailable

EVERY_SECONDS: Final = 0.5
_log = logging.getLogger(__name__)


@dataclass
class News:
    """The last version seen, and who waits for the next; ``publish`` and ``end`` may come from any thread."""

    version: int = 0
    ended: bool = False
    _waiting: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = field(default_factory=set)
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def publish(self, version: int) -> None:
        """Note a version and wake every waiting screen when it is new."""
        with self._guard:
            if version == self.version:
                return
            self.version = version
        self._wake()

    def end(self) -> None:
        """Let every waiting screen go: a server that stops waits for its last answer."""
        self.ended = True
        self._wake()

    def _wake(self) -> None:
        with self._guard:
            waiting = list(self._waiting)
        for loop, event in waiting:
            if not loop.is_closed():
                loop.call_soon_threadsafe(event.set)

    @contextmanager
    def listening(self) -> Iterator[asyncio.Event]:
        """Give an event that is set whenever the version changes."""
        listener = (asyncio.get_running_loop(), asyncio.Event())
        with self._guard:
            self._waiting.add(listener)
        try:
            yield listener[1]
        finally:
            with self._guard:
                self._waiting.discard(listener)


def watch(news: News, version: Callable[[], int], *, every: float = EVERY_SECONDS) -> Callable[[], None]:
    """Start the one watcher of this process; returns what stops it."""
    stop = threading.Event()

    def run() -> None:
        lost = False
        while not stop.wait(every):
            try:
                news.publish(version())
                lost = False
            except StoreUnavailable as gone:
                if not lost:
                    _log.warning("the store can't be read: %s", gone)
                lost = True

    thread = threading.Thread(target=run, name="news", daemon=True)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join(timeout=5)

    return end


async def wait_for(event: asyncio.Event, seconds: float) -> AsyncIterator[bool]:
    """Yield True whenever the event was set, False after each silent ``seconds``; never ends by itself."""
    while True:
        try:
            await asyncio.wait_for(event.wait(), seconds)
        except TimeoutError:
            yield False
        else:
            event.clear()
            yield True
