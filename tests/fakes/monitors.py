"""Monitors without a network: a test says what they bring, or what is wrong with them."""

import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from command_center.domain.mentions import RawMention
from command_center.networks import Asked, Fetched

Answer = Fetched | Exception


def said(number: int, text: str = "Nordwerk qualmt", at: datetime | None = None, **more: object) -> RawMention:
    """Return one post on Bluesky."""
    values: dict[str, object] = {
        "network": "bluesky",
        "native_id": f"at://did:plc:x/app.bsky.feed.post/{number}",
        "text": f"{text} {number}",
        "created_at": at,
        "author": f"a{number}.example",
        "language": "de",
    }
    return RawMention(**{**values, **more})  # type: ignore[arg-type]


@dataclass
class FakePoll:
    """A poll that answers in order and then with nothing new; it remembers what it was asked."""

    answers: list[Answer] = field(default_factory=list)
    network: str = "news"
    period_seconds: int = 60
    asked: list[Asked] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    def fetch(self, asked: Asked) -> Fetched:
        """Give the next answer."""
        self.asked.append(asked)
        self.before()
        answer = self.answers.pop(0) if self.answers else Fetched()
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class FakeStream:
    """A stream fed by the test through ``tell``; an exception breaks the line."""

    network: str = "bluesky"
    period_seconds: int = 60
    asked: list[Asked] = field(default_factory=list)
    line: "queue.Queue[Answer]" = field(default_factory=queue.Queue)
    listening: threading.Event = field(default_factory=threading.Event)

    def tell(self, *answers: Answer) -> None:
        """Let the stream say something."""
        for answer in answers:
            self.line.put(answer)

    def listen(self, asked: Asked, stop: threading.Event) -> Iterator[Fetched]:
        """Yield what was told, and often nothing."""
        self.asked.append(asked)
        self.listening.set()
        while not stop.is_set():
            try:
                answer = self.line.get(timeout=0.02)
            except queue.Empty:
                yield Fetched()
                continue
            if isinstance(answer, Exception):
                raise answer
            yield answer


def posts(numbers: Sequence[int], at: datetime) -> tuple[RawMention, ...]:
    """Return posts of one moment."""
    return tuple(said(number, at=at) for number in numbers)
