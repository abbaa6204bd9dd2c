"""What log entries only commit to, in a table of its own: joined when entries are read, emptied when erased."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from command_center.domain.log_texts import LogText
from command_center.domain.response_log import LogEntry
from command_center.storage.privacy_tables import log_texts
from command_center.storage.values import read_time, storable, time_text

_AT_ONCE = 500


def keep(connection: sa.Connection, entry: LogEntry) -> None:
    """Store an entry's texts in the transaction that stores the entry."""
    rows = [
        {"number": entry.number, "field": text.field, "salt": text.salt, "value": text.value, "erased_why": ""}
        for text in entry.texts
    ]
    if rows:
        connection.execute(log_texts.insert(), rows)


def joined(connection: sa.Connection, entries: Sequence[LogEntry]) -> Iterator[LogEntry]:
    """Give the entries their texts, in the order they came."""
    if not entries:
        return
    numbers = [entry.number for entry in entries]
    texts = between(connection, min(numbers), max(numbers), log_texts.c.number.in_(numbers))
    for entry in entries:
        found = texts.get(entry.number)
        yield replace(entry, texts=found) if found else entry


def between(
    connection: sa.Connection, first: int, last: int, *wanted: sa.ColumnElement[bool]
) -> dict[int, tuple[LogText, ...]]:
    """Return the texts of the entries from one number to another."""
    query = sa.select(log_texts).where(log_texts.c.number.between(first, last), *wanted)
    texts: dict[int, tuple[LogText, ...]] = {}
    for row in connection.execute(query.order_by(log_texts.c.field)):
        gone = None if row.erased_at is None else read_time(row.erased_at)
        text = LogText(row.field, row.salt, row.value, gone, row.erased_why)
        texts[row.number] = (*texts.get(row.number, ()), text)
    return texts


def erase(connection: sa.Connection, numbers: Sequence[int], *, fields: Sequence[str], at: datetime, why: str) -> int:
    """Empty salt and value of the texts of these entries; returns how many weren't empty yet."""
    emptied = {"salt": "", "value": "", "erased_at": time_text(at), "erased_why": storable(why)}
    gone = 0
    for start in range(0, len(numbers), _AT_ONCE):
        wanted = [log_texts.c.number.in_(numbers[start : start + _AT_ONCE]), log_texts.c.erased_at.is_(None)]
        if fields:
            wanted.append(log_texts.c.field.in_(fields))
        gone += connection.execute(log_texts.update().where(*wanted).values(emptied)).rowcount
    return gone
