"""Read off the store what the level proposal asks about a storm that goes on."""

from datetime import datetime, timedelta
from typing import Final

from command_center.domain.alert_rules import Hit
from command_center.domain.alerts import Surge
from command_center.domain.buckets import BUCKET
from command_center.domain.levels import propose
from command_center.domain.mentions import Sentiment
from command_center.domain.rules import RuleKind
from command_center.domain.signs import Channel, Signs
from command_center.ports import Reading, Tally

_TWO_HOURS: Final = timedelta(hours=2)
_DAY: Final = timedelta(days=1)
_NETWORKS: Final = 50
_MEDIA: Final = frozenset({"news", "rss"})
LEAST: Final = 1
"""Somebody is told, so it is more than nothing."""


def level_of(store: Reading, topic_id: str, end: datetime, surge: Surge | None, hits: tuple[Hit, ...]) -> int:
    """Propose the level a storm has reached at the end of a bucket."""
    return max(LEAST, propose(signs_of(store, topic_id, end, surge, hits)).level)


def signs_of(store: Reading, topic_id: str, end: datetime, surge: Surge | None, hits: tuple[Hit, ...]) -> Signs:
    """Return what was seen since the surge began, at least two hours and at most a day."""
    lasting = surge.lasting if surge else 0
    begin = end - min(_DAY, max(_TWO_HOURS, lasting * BUCKET))
    window = store.window(topic_id, since=begin, until=end)
    moods = {each.value: each.mentions for each in _tally(store, topic_id, "sentiment", begin, end)}
    negative, positive = moods.get(Sentiment.NEGATIVE, 0), moods.get(Sentiment.POSITIVE, 0)
    late = _tally(store, topic_id, "network", end - _TWO_HOURS, end)
    early = {each.value for each in _tally(store, topic_id, "network", begin, end - _TWO_HOURS)}
    usual = {
        each.value: each.mentions for each in _tally(store, topic_id, "network", end - _TWO_HOURS - _DAY, end - _DAY)
    }
    hours = (end - begin) / timedelta(hours=1)
    return Signs(
        score=surge.score if surge else 0.0,
        ratio=surge.ratio if surge else 0.0,
        lasting=lasting,
        authors=window.authors,
        channels=tuple(
            Channel(
                network=each.value,
                mentions=each.mentions,
                hours=hours if each.value in early else 0.0,
                usual=float(usual.get(each.value, 0)),
            )
            for each in late
        ),
        media=sum(each.mentions for each in late if each.value in _MEDIA),
        usual_media=float(sum(count for network, count in usual.items() if network in _MEDIA)),
        negative_share=negative / (negative + positive) if negative + positive else 0.0,
        judged=negative + positive,
        hard_words=sum(hit.kind is RuleKind.KEYWORDS for hit in hits),
        severity=frozenset(hit.severity for hit in hits if hit.severity is not None),
    )


def _tally(store: Reading, topic_id: str, field: str, since: datetime, until: datetime) -> list[Tally]:
    return store.tally(topic_id, field, since=since, until=until, limit=_NETWORKS) if since < until else []
