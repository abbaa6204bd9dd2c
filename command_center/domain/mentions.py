"""A mention: one public post or article that matches a topic.

The story goes on in ``use_cases/watch.py``, where mentions become counts and counts are judged.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Plane(StrEnum):
    """Reality or practice: the two never mix in any table, log or connector."""

    REAL = "real"
    PRACTICE = "practice"


class Sentiment(StrEnum):
    """How a mention speaks; ``UNKNOWN`` where the language cannot be judged."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawMention:
    """A post as its source gave it, before topic, language and sentiment are known.

    ``native_id`` is the network's own id, or a content hash where that id is damaged or missing.
    ``created_at`` is aware UTC, or None for a post without a date: such posts are stored,
    never counted in a curve. ``reach`` is the author's followers, where the source says.
    """

    network: str
    native_id: str
    text: str
    created_at: datetime | None
    url: str = ""
    author: str = ""
    author_name: str = ""
    reach: int = 0
    reposts: int = 0
    reply_to: str = ""
    is_repost: bool = False
    language: str = ""
    sentiment: Sentiment | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A post matched to a topic, with language, sentiment, reach and copy cluster.

    ``id`` is stable for (topic, network, native id), so that storing it twice adds nothing.
    ``copy_key`` is equal for texts that differ only in links, handles, counters and spacing.
    """

    id: str
    topic_id: str
    source_id: str
    plane: Plane
    network: str
    native_id: str
    text: str
    created_at: datetime | None
    seen_at: datetime
    url: str
    author: str
    author_name: str
    reach: int
    reposts: int
    reply_to: str
    is_repost: bool
    language: str
    sentiment: Sentiment
    copy_key: str

    @property
    def erased(self) -> bool:
        """Whether its author took it back: it still counts, but nothing of it is kept."""
        return not self.native_id


@dataclass(frozen=True, slots=True, kw_only=True)
class MinuteCount:
    """What was said about a topic in one minute (UTC); mentions per minute and their sentiment."""

    topic_id: str
    minute: datetime
    mentions: int
    negative: int
    neutral: int
    positive: int
    reach: int
