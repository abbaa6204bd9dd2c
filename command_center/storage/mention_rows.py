"""Mentions in and out of their table, mapped by hand because there are many of them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa

from command_center.domain.folding import fold
from command_center.domain.mentions import Mention, Plane, Sentiment
from command_center.ports import Ingested
from command_center.storage.engines import insert_many, is_sqlite, known
from command_center.storage.tables import judged_buckets, mention_minutes, mentions
from command_center.storage.values import all_storable, read_time, time_text

# No author has more followers than this; a damaged figure must not make a sum overflow.
MOST_REACH: Final = 10**12
_AT_ONCE: Final = 5_000

_TOPIC, _CREATED_AT, _REACH, _SENTIMENT = (
    mentions.columns.keys().index(name) for name in ("topic_id", "created_at", "reach", "sentiment")
)
_SENTIMENT_COLUMN: Final = {Sentiment.NEGATIVE.value: 1, Sentiment.NEUTRAL.value: 2, Sentiment.POSITIVE.value: 3}

_Row = tuple[Any, ...]
_Minute = tuple[str, str]


def ingest(connection: sa.Connection, batch: Sequence[Mention]) -> Ingested:
    """Store the new ones and raise the minute counts with them; a repeat in the batch is a duplicate."""
    stored: list[str] = []
    minutes: dict[_Minute, list[int]] = {}
    for start in range(0, len(batch), _AT_ONCE):
        portion = {(mention.id, mention.topic_id): mention for mention in reversed(batch[start : start + _AT_ONCE])}
        new = _new(connection, portion)
        if new:
            seen_at = lru_cache(maxsize=1)(time_text)  # mostly one moment for all of them
            rows = [_row(mention, seen_at) for mention in new]
            insert_many(connection, mentions, rows)
            _count(rows, minutes)
            stored += [mention.id for mention in new]
    if minutes:
        _raise_minutes(connection, minutes)
    return Ingested(stored=len(stored), duplicate=len(batch) - len(stored), new=frozenset(stored))


_WRITTEN: Final = ("native_id", "text", "folded", "url", "author", "author_name", "reply_to")


def erase(connection: sa.Connection, ids: Sequence[str]) -> list[str]:
    """Empty the mentions of what their authors wrote and are, the text that is searched included; returns their ids."""
    if not ids:
        return []
    wanted = (known(connection, mentions.c.id, ids), mentions.c.native_id != "")
    emptied = mentions.update().where(*wanted).values(dict.fromkeys(_WRITTEN, ""))
    return sorted(connection.execute(emptied.returning(mentions.c.id)).scalars())


def drop_figures(connection: sa.Connection, before: datetime, but_topics: Sequence[str]) -> int:
    """Delete counts and verdicts about times before a moment, and emptied mentions that came before it."""
    old = time_text(before)
    empty = sa.and_(mentions.c.seen_at < old, mentions.c.native_id == "")
    gone = 0
    for table, wanted in (
        (mention_minutes, mention_minutes.c.minute < old),
        (judged_buckets, judged_buckets.c.at < old),
        (mentions, empty),
    ):
        kept = table.c.topic_id.not_in(but_topics)
        gone += connection.execute(table.delete().where(wanted, kept)).rowcount
    return gone


def _new(connection: sa.Connection, portion: Mapping[tuple[str, str], Mention]) -> list[Mention]:
    # Looking first is safe because this is the only write transaction, and quicker than a staging table.
    ids = [mention.id for mention in portion.values()]
    query = sa.select(mentions.c.id, mentions.c.topic_id).where(known(connection, mentions.c.id, ids))
    there = {(row[0], row[1]) for row in connection.execute(query).all()}
    return [mention for key, mention in portion.items() if key not in there]


def _row(mention: Mention, seen_at: Callable[[datetime], str]) -> _Row:
    text, network, native_id, url, author, author_name, reply_to, language, copy_key = all_storable(
        (
            mention.text,
            mention.network,
            mention.native_id,
            mention.url,
            mention.author,
            mention.author_name,
            mention.reply_to,
            mention.language,
            mention.copy_key,
        )
    )
    return (
        mention.id,
        mention.topic_id,
        mention.source_id,
        mention.plane.value,
        network,
        native_id,
        text,
        "" if mention.created_at is None else time_text(mention.created_at),
        seen_at(mention.seen_at),
        url,
        author,
        author_name,
        min(max(mention.reach, 0), MOST_REACH),
        min(max(mention.reposts, 0), MOST_REACH),
        reply_to,
        mention.is_repost,
        language,
        mention.sentiment.value,
        copy_key,
        fold(text),
    )


def _count(new: Sequence[_Row], minutes: dict[_Minute, list[int]]) -> None:
    for row in new:
        created_at = row[_CREATED_AT]
        if not created_at:
            continue
        key = (row[_TOPIC], created_at[:16] + ":00.000000Z")
        counts = minutes.get(key)
        if counts is None:
            counts = minutes[key] = [0, 0, 0, 0, 0]
        counts[0] += 1
        column = _SENTIMENT_COLUMN.get(row[_SENTIMENT])
        if column is not None:
            counts[column] += 1
        counts[4] += row[_REACH]


_RAISE: Final = (
    "INSERT INTO mention_minutes (topic_id, minute, mentions, negative, neutral, positive, reach)"
    " VALUES ({0}, {0}, {0}, {0}, {0}, {0}, {0})"
    " ON CONFLICT (topic_id, minute) DO UPDATE SET"
    " mentions = mention_minutes.mentions + excluded.mentions,"
    " negative = mention_minutes.negative + excluded.negative,"
    " neutral = mention_minutes.neutral + excluded.neutral,"
    " positive = mention_minutes.positive + excluded.positive,"
    " reach = mention_minutes.reach + excluded.reach"
)


def _raise_minutes(connection: sa.Connection, minutes: Mapping[_Minute, Sequence[int]]) -> None:
    rows = [(*key, *counts) for key, counts in sorted(minutes.items())]
    connection.exec_driver_sql(_RAISE.format("?" if is_sqlite(connection) else "%s"), rows)


def mention_of(row: Any) -> Mention:
    """Read a row of the mentions table."""
    return Mention(
        id=row.id,
        topic_id=row.topic_id,
        source_id=row.source_id,
        plane=Plane(row.plane),
        network=row.network,
        native_id=row.native_id,
        text=row.text,
        created_at=moment_of(row.created_at),
        seen_at=read_time(row.seen_at),
        url=row.url,
        author=row.author,
        author_name=row.author_name,
        reach=row.reach,
        reposts=row.reposts,
        reply_to=row.reply_to,
        is_repost=row.is_repost,
        language=row.language,
        sentiment=Sentiment(row.sentiment),
        copy_key=row.copy_key,
    )


def moment_of(text: str | None) -> datetime | None:
    """Read the time of a mention, or None for an undated one."""
    return read_time(text) if text else None
