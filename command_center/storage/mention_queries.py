"""What screens and alert rules ask about mentions."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

import sqlalchemy as sa

from command_center.domain.alerts import TriageState, Window
from command_center.domain.folding import fold
from command_center.domain.mentions import Mention, MinuteCount, Sentiment
from command_center.ports import MentionFilter, MentionPage, Tally, TopicExtent
from command_center.storage.engines import contains, unindexed
from command_center.storage.mention_rows import mention_of, moment_of
from command_center.storage.tables import mention_minutes, mentions, triages
from command_center.storage.values import storable, time_text

_TALLIED: Final = frozenset({"network", "language", "author", "copy_key", "sentiment"})
# Posts without an author are not one busy author, and texts without a key no wave of copies.
_ONLY_KNOWN: Final = frozenset({"author", "copy_key"})
_COLUMNS: Final = [column for column in mentions.columns if column.name != "folded"]
# How much of a time's text to group by in the database: day, hour, ten minutes, minute.
_PREFIXES: Final = ((86_400, 10), (3_600, 13), (600, 15), (60, 16))


def mention(connection: sa.Connection, identity: str) -> Mention | None:
    """Return one mention."""
    row = connection.execute(sa.select(*_COLUMNS).where(mentions.c.id == storable(identity)).limit(1)).first()
    return None if row is None else mention_of(row)


def old(connection: sa.Connection, before: datetime, *, but_topics: Sequence[str], limit: int) -> list[str]:
    """Return ids of mentions that came here before a moment, aren't empty, and are in none of these topics."""
    wanted = [mentions.c.seen_at < time_text(before), mentions.c.native_id != ""]
    if but_topics:
        busy = sa.select(mentions.c.id).where(mentions.c.topic_id.in_(but_topics))
        wanted.append(mentions.c.id.not_in(busy))
    return list(connection.execute(sa.select(mentions.c.id).where(*wanted).distinct().limit(limit)).scalars())


def of_author(connection: sa.Connection, network: str, handle: str, *, naming: bool) -> list[Mention]:
    """Return what an author wrote, and with ``naming`` what names them; ``handle`` is folded, without ``@``."""
    column = mentions.c
    author = sa.func.lower(column.author)
    theirs = [author == handle, author == f"@{handle}", column.native_id.startswith(f"at://{handle}/", autoescape=True)]
    if naming:
        held = (column.folded, *(sa.func.lower(each) for each in (column.url, column.reply_to, column.author_name)))
        theirs += [contains(connection, each, handle) for each in held]
    wanted = [column.native_id != "", sa.or_(*theirs), *([column.network == network] if network else [])]
    return [mention_of(row) for row in connection.execute(sa.select(*_COLUMNS).where(*wanted))]


def page(connection: sa.Connection, wanted: MentionFilter, *, limit: int, offset: int) -> MentionPage:
    """Return a page of mentions, newest first and undated last, and how many there are in all."""
    conditions = list(_conditions(connection, wanted))
    newest: sa.ColumnElement[str] = mentions.c.created_at
    if wanted.author or wanted.copy_key:
        # Few mentions have them: sorting those is quicker than walking the topic in order.
        newest = unindexed(connection, newest)
    order = (newest.desc(), mentions.c.id.desc())
    query = sa.select(*_COLUMNS).where(*conditions).order_by(*order).limit(limit).offset(offset)
    total = connection.execute(sa.select(sa.func.count()).select_from(mentions).where(*conditions)).scalar_one()
    return MentionPage(mentions=tuple(mention_of(row) for row in connection.execute(query)), total=total)


def _conditions(connection: sa.Connection, wanted: MentionFilter) -> Iterator[sa.ColumnElement[bool]]:
    column = mentions.c
    if wanted.topic_id:
        yield column.topic_id == wanted.topic_id
        yield unindexed(connection, column.plane) == wanted.plane.value
    else:
        yield column.plane == wanted.plane.value
    for name, values in (("network", wanted.networks), ("language", wanted.languages)):
        if values:
            yield column[name].in_(values)
    if wanted.sentiments:
        yield column.sentiment.in_([sentiment.value for sentiment in wanted.sentiments])
    yield from _texts(connection, wanted)
    yield from _authors(connection, wanted)
    yield from _between(wanted.since, wanted.until)
    if wanted.triage:
        yield _triaged(wanted.triage)


def _texts(connection: sa.Connection, wanted: MentionFilter) -> Iterator[sa.ColumnElement[bool]]:
    folded = mentions.c.folded
    if wanted.copy_key:
        yield mentions.c.copy_key == storable(wanted.copy_key)
    for word in fold(storable(wanted.words)).split():
        yield contains(connection, folded, word)
    if wanted.any_of:
        yield sa.or_(*(contains(connection, folded, fold(storable(part))) for part in wanted.any_of))


def _authors(connection: sa.Connection, wanted: MentionFilter) -> Iterator[sa.ColumnElement[bool]]:
    if wanted.author:
        yield mentions.c.author == storable(wanted.author)
    if wanted.any_author:
        # A list of watched handles narrows a span of time; it is never where the search begins.
        names = [storable(author) for author in wanted.any_author]
        yield unindexed(connection, mentions.c.author).in_(names)
    if wanted.least_reach:
        yield mentions.c.reach >= wanted.least_reach


def _between(since: datetime | None, until: datetime | None) -> Iterator[sa.ColumnElement[bool]]:
    if since is not None:
        yield mentions.c.created_at >= time_text(since)
    elif until is not None:
        yield mentions.c.created_at > ""
    if until is not None:
        yield mentions.c.created_at < time_text(until)


def _triaged(states: tuple[TriageState, ...]) -> sa.ColumnElement[bool]:
    values = [state.value for state in states]
    if TriageState.NEW not in states:
        return mentions.c.id.in_(sa.select(triages.c.id).where(triages.c.state.in_(values)))
    # Nobody has looked at a mention without a triage: it is new.
    return mentions.c.id.not_in(sa.select(triages.c.id).where(triages.c.state.not_in(values)))


def counts(
    connection: sa.Connection, topic_id: str, *, since: datetime, until: datetime, bucket_seconds: int
) -> list[MinuteCount]:
    """Return counts per bucket; buckets start at multiples of their length since 1970, UTC."""
    if bucket_seconds < 60 or bucket_seconds % 60:
        raise ValueError("buckets are whole minutes")
    buckets: dict[int, list[int]] = {}
    for row in _grouped(connection, topic_id, since, until, bucket_seconds):
        prefix = row[0]
        moment = int(datetime.fromisoformat(f"{prefix}{'1970-01-01T00:00'[len(prefix) :]}+00:00").timestamp())
        sums = buckets.setdefault(moment - moment % bucket_seconds, [0, 0, 0, 0, 0])
        for place in range(5):
            sums[place] += int(row[place + 1])
    return [
        MinuteCount(
            topic_id=topic_id,
            minute=datetime.fromtimestamp(start, UTC),
            mentions=sums[0],
            negative=sums[1],
            neutral=sums[2],
            positive=sums[3],
            reach=sums[4],
        )
        for start, sums in sorted(buckets.items())
    ]


def _grouped(
    connection: sa.Connection, topic_id: str, since: datetime, until: datetime, bucket_seconds: int
) -> sa.CursorResult[Any]:
    minute = mention_minutes.c.minute
    length = next(length for seconds, length in _PREFIXES if bucket_seconds % seconds == 0)
    prefix = sa.func.substr(minute, 1, length)
    names = ("mentions", "negative", "neutral", "positive", "reach")
    query = (
        sa.select(prefix, *(sa.func.sum(mention_minutes.c[name]) for name in names))
        .where(mention_minutes.c.topic_id == topic_id, minute >= time_text(since), minute < time_text(until))
        .group_by(sa.text("1"))
    )
    return connection.execute(query)


def _in_window(topic_id: str, since: datetime, until: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (mentions.c.topic_id == topic_id, *_between(since, until))


def window(connection: sa.Connection, topic_id: str, *, since: datetime, until: datetime) -> Window:
    """Return what alert rules ask about a window; an unknown author is nobody."""
    column = mentions.c
    negative = sa.case((column.sentiment == Sentiment.NEGATIVE.value, 1), else_=0)
    query = sa.select(
        sa.func.count(),
        sa.func.count(column.copy_key.distinct()),
        sa.func.count(sa.func.nullif(column.author, "").distinct()),
        sa.func.sum(negative),
        sa.func.sum(column.reach),
    ).where(*_in_window(topic_id, since, until))
    found = connection.execute(query).one()
    return Window(
        mentions=found[0],
        distinct_texts=found[1],
        authors=found[2],
        negative=int(found[3] or 0),
        reach=int(found[4] or 0),
    )


def authors(
    connection: sa.Connection, topic_id: str, *, since: datetime, until: datetime, bucket_seconds: int
) -> dict[datetime, int]:
    """Return how many distinct known authors spoke in each bucket.

    The database names each author once a minute, reading only the span; people who speak in several
    minutes of a bucket are put together here.
    """
    if bucket_seconds < 60 or bucket_seconds % 60:
        raise ValueError("buckets are whole minutes")
    minute = sa.func.substr(mentions.c.created_at, 1, 16)
    query = (
        sa.select(minute, mentions.c.author)
        .where(*_in_window(topic_id, since, until), unindexed(connection, mentions.c.author) != "")
        .distinct()
    )
    found: dict[int, set[str]] = {}
    for text, author in connection.execute(query):
        moment = int(datetime.fromisoformat(f"{text}+00:00").timestamp())
        found.setdefault(moment - moment % bucket_seconds, set()).add(author)
    return {datetime.fromtimestamp(start, UTC): len(found[start]) for start in sorted(found)}


def tally(
    connection: sa.Connection, topic_id: str, field: str, *, since: datetime, until: datetime, limit: int
) -> list[Tally]:
    """Return the most frequent values of a field; an unknown field is a KeyError."""
    if field not in _TALLIED:
        raise KeyError(field)
    column = mentions.c[field]
    conditions = [*_in_window(topic_id, since, until)]
    if field in _ONLY_KNOWN:
        conditions.append(column != "")
    often = sa.func.count()
    query = (
        sa.select(column, often, sa.func.sum(mentions.c.reach))
        .where(*conditions)
        .group_by(column)
        .order_by(often.desc(), column)
        .limit(limit)
    )
    return [Tally(value=row[0], mentions=row[1], reach=int(row[2])) for row in connection.execute(query)]


def extent(connection: sa.Connection, topic_id: str) -> TopicExtent:
    """Return how much is stored about a topic and over which time."""
    of_topic = mentions.c.topic_id == topic_id
    # The minutes already know how many dated mentions there are, in far fewer rows.
    dated = connection.execute(
        sa.select(sa.func.sum(mention_minutes.c.mentions)).where(mention_minutes.c.topic_id == topic_id)
    ).scalar_one()
    undated = connection.execute(
        sa.select(sa.func.count()).select_from(mentions).where(of_topic, mentions.c.created_at == "")
    ).scalar_one()
    first, last = (
        connection.execute(
            sa.select(end(mentions.c.created_at)).where(of_topic, mentions.c.created_at > "")
        ).scalar_one()
        for end in (sa.func.min, sa.func.max)
    )
    return TopicExtent(total=int(dated or 0) + undated, undated=undated, first=moment_of(first), last=moment_of(last))
