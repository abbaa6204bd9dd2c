"""The kinds of source: what each needs to be set up, and what it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final


class Need(StrEnum):
    """Whether a kind asks for something."""

    NO = "no"
    MAYBE = "maybe"
    YES = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceKind:
    """One kind; ``words`` is what the network is asked, made from the topics where it may be empty.

    ``key`` is a connection to ``network``; it names the server too where no address does.
    ``replays`` is how far back a stream's server goes on from a cursor.
    """

    code: str
    network: str
    icon: str
    address: Need = Need.NO
    words: Need = Need.NO
    key: Need = Need.NO
    stream: bool = False
    replays: timedelta = timedelta(0)


_ALL: Final = (
    SourceKind(
        code="bluesky_stream",
        network="bluesky",
        icon="podcasts",
        address=Need.MAYBE,
        stream=True,
        replays=timedelta(hours=24),
    ),
    SourceKind(code="feed", network="news", icon="rss_feed", address=Need.YES),
    SourceKind(code="mastodon_tag", network="mastodon", icon="tag", address=Need.MAYBE, words=Need.YES, key=Need.MAYBE),
    SourceKind(
        code="mastodon_stream",
        network="mastodon",
        icon="podcasts",
        address=Need.MAYBE,
        words=Need.YES,
        key=Need.MAYBE,
        stream=True,
    ),
    SourceKind(
        code="mastodon_search", network="mastodon", icon="search", address=Need.MAYBE, words=Need.YES, key=Need.YES
    ),
    SourceKind(code="bluesky_search", network="bluesky", icon="search", words=Need.MAYBE, key=Need.YES),
    SourceKind(code="x_search", network="x", icon="search", words=Need.MAYBE, key=Need.YES),
    SourceKind(code="x_stream", network="x", icon="podcasts", words=Need.MAYBE, key=Need.YES, stream=True),
    SourceKind(code="x_mentions", network="x", icon="alternate_email", words=Need.MAYBE, key=Need.YES),
    SourceKind(code="folder", network="", icon="folder", address=Need.MAYBE),
    SourceKind(code="webhook", network="", icon="webhook"),
)
KINDS: Final[Mapping[str, SourceKind]] = {kind.code: kind for kind in _ALL}
