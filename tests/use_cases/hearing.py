"""Weeks of made-up talk about one topic, told to an office in mentions."""

import math
import random
from datetime import UTC, datetime, timedelta

from command_center.domain.alerts import Alert
from command_center.domain.mentions import Mention, Plane, Sentiment
from command_center.domain.topics import Topic
from command_center.use_cases.watch import LIVE, judge_until
from tests.use_cases.conftest import Office

MONDAY = datetime(2026, 9, 7, tzinfo=UTC)
TOPIC = Topic(id="t", name="Nordwerk", terms=("Nordwerk",))


class Talk:
    """Mentions with a daily rhythm, to which a test adds what it is about."""

    def __init__(self, *, days: float = 14, an_hour: float = 6.0, seed: int = 1) -> None:
        self._chance = random.Random(seed)  # noqa: S311 - made-up mentions, no secrets
        self.mentions: list[Mention] = []
        self.end = MONDAY + timedelta(days=days)
        at = MONDAY
        while at < self.end:
            at += timedelta(hours=self._chance.expovariate(an_hour * (1 + 0.8 * math.sin(at.hour / 24 * math.tau))))
            self.say(at, Sentiment.NEGATIVE if self._chance.random() < 0.2 else Sentiment.NEUTRAL)

    def say(self, at: datetime, mood: Sentiment = Sentiment.NEUTRAL, **more: object) -> Mention:
        """Add one mention."""
        number = len(self.mentions)
        values = {
            "id": f"m{number:06}",
            "topic_id": TOPIC.id,
            "source_id": "s",
            "plane": Plane.REAL,
            "network": "x",
            "native_id": str(number),
            "text": f"Nordwerk, die {number}.",
            "created_at": at,
            "seen_at": at,
            "url": "",
            "author": f"a{number}",
            "author_name": "",
            "reach": 100,
            "reposts": 0,
            "reply_to": "",
            "is_repost": False,
            "language": "de",
            "sentiment": mood,
            "copy_key": f"k{number}",
        }
        said = Mention(**(values | more))  # type: ignore[arg-type]
        self.mentions.append(said)
        return said

    def storm(self, at: datetime, *, count: int = 150, hours: float = 2.0) -> None:
        """Add a storm of angry mentions."""
        for _ in range(count):
            self.say(at + timedelta(hours=hours * self._chance.random()), Sentiment.NEGATIVE)


def hear(office: Office, talk: Talk, *, run: str = LIVE) -> list[Alert]:
    """Let the office hear the talk to its end; returns the alerts, in order."""
    office.add(TOPIC)
    with office.ctx.store.writing() as store:
        store.ingest(talk.mentions)
    judge_until(office.ctx, TOPIC.id, start=MONDAY, until=talk.end, run=run)
    return alerts(office)


def alerts(office: Office) -> list[Alert]:
    """Return every alert in order."""
    with office.ctx.store.reading() as store:
        return store.find(Alert, order="at")
