"""The response log in the store: read in order, appended to under the lock on its head."""

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any, Final

import sqlalchemy as sa

from command_center.domain.entry_check import Row
from command_center.domain.merkle import Node, Tree, completed
from command_center.domain.response_log import LogEntry, NewEntry, seal
from command_center.errors import CommandCenterError
from command_center.storage import log_texts
from command_center.storage.log_tables import log_nodes
from command_center.storage.tables import log_entries, log_head
from command_center.storage.values import Mapped, mapped_to, storable

_ENTRIES: Final[Mapped[LogEntry]] = mapped_to(LogEntry, log_entries, but=frozenset({"texts"}))
_AT_ONCE: Final = 500
# In the order of a row's fields.
_WRITTEN: Final[sa.Select[Any]] = (
    sa.select(
        *(log_entries.c[name] for name in ("number", "at", "plane", "action", "actor", "subject", "incident_id")),
        *(log_entries.c[name] for name in ("body", "previous_hash", "hash")),
    )
    .where(log_entries.c.number > sa.bindparam("after"))
    .order_by(log_entries.c.number)
    .limit(2048)
)


def read(
    connection: sa.Connection,
    *,
    after: int,
    before: int | None,
    descending: bool,
    limit: int | None,
    equal: dict[str, object],
) -> Iterator[LogEntry]:
    """Return entries between two numbers; they are fetched in portions, so a long log stays out of memory."""
    query = sa.select(log_entries)
    for name, value in equal.items():
        query = query.where(_condition(name, value))
    return _portions(connection, query, after=after, before=before, descending=descending, limit=limit)


def written(connection: sa.Connection) -> Iterator[Row]:
    """Return all entries in order as they stand in the store, not read: what checks them must see just that."""
    after = 0
    while found := _raw(connection, after):
        texts = log_texts.between(connection, found[0][0], found[-1][0])
        for row in found:
            yield Row._make((*row, texts.get(row[0], ())))
        after = found[-1][0]


def _raw(connection: sa.Connection, after: int) -> Sequence[tuple[Any, ...]]:
    # Rows of the driver itself: a log has millions, and nothing of them is to be turned into anything.
    with closing(connection.execute(_WRITTEN, {"after": after})) as result:
        return result.cursor.fetchall() if result.cursor else ()


def _condition(name: str, value: object) -> sa.ColumnElement[bool]:
    any_of = value if isinstance(value, tuple) else (value,)
    return log_entries.c[name].in_([_ENTRIES.write(name, item) for item in any_of])


def _portions(
    connection: sa.Connection,
    query: sa.Select[Any],
    *,
    after: int,
    before: int | None,
    descending: bool,
    limit: int | None,
) -> Iterator[LogEntry]:
    number = log_entries.c.number
    query = query.order_by(number.desc() if descending else number.asc())
    left = limit
    while left is None or left > 0:
        size = _AT_ONCE if left is None else min(left, _AT_ONCE)
        portion = query.where(number > after)
        if before is not None:
            portion = portion.where(number < before)
        rows = connection.execute(portion.limit(size)).mappings().all()
        yield from log_texts.joined(connection, [_entry(row) for row in rows])
        if len(rows) < size:
            return
        left = None if left is None else left - size
        if descending:
            before = rows[-1]["number"]
        else:
            after = rows[-1]["number"]


def _entry(row: sa.RowMapping) -> LogEntry:
    try:
        return _ENTRIES.record(row)
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        # Only somebody who wrote past this program can have left a column nobody can read.
        raise CommandCenterError("log.entry_unreadable", entry=row["number"]) from wrong


def append(connection: sa.Connection, entry: NewEntry) -> LogEntry:
    """Append to the log in this transaction."""
    head = connection.execute(sa.select(log_head.c.number, log_head.c.hash).with_for_update()).one()
    sealed = seal(_writable(entry), number=head.number + 1, previous_hash=head.hash)
    connection.execute(log_entries.insert(), _ENTRIES.row(sealed))
    connection.execute(log_head.update().values(number=sealed.number, hash=sealed.hash))
    log_texts.keep(connection, sealed)
    grown = [
        {"level": level, "position": position, "hash": hash_.hex()}
        for level, position, hash_ in completed(head.number, bytes.fromhex(sealed.hash), _node(connection))
    ]
    if grown:
        connection.execute(log_nodes.insert(), grown)
    return sealed


def tree(connection: sa.Connection) -> Tree:
    """Return the tree over the entries as they stand in this transaction."""
    return Tree(head(connection)[0], _node(connection))


def _node(connection: sa.Connection) -> Node:
    def node(level: int, position: int) -> bytes:
        if level:
            wanted = sa.select(log_nodes.c.hash).where(log_nodes.c.level == level, log_nodes.c.position == position)
        else:
            wanted = sa.select(log_entries.c.hash).where(log_entries.c.number == position + 1)
        found = connection.execute(wanted).scalar_one_or_none()
        if found is None:
            raise KeyError((level, position))
        return bytes.fromhex(found)

    return node


def head(connection: sa.Connection) -> tuple[int, str]:
    """Return the number and hash of the last entry."""
    row = connection.execute(sa.select(log_head.c.number, log_head.c.hash)).one()
    return row.number, row.hash


def _writable(entry: NewEntry) -> NewEntry:
    return dataclasses.replace(
        entry, actor=storable(entry.actor), subject=storable(entry.subject), incident_id=storable(entry.incident_id)
    )
