"""The response log in the store: read in order, appended to under the lock on its head."""

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from command_center.domain.entry_check import Row
from command_center.domain.merkle import Node, Tree, completed
from command_center.domain.response_log import LogEntry, NewEntry, seal
from command_center.errors import CommandCenterError, StoreUnavailable
from command_center.storage import log_texts
from command_center.storage.log_tables import log_nodes
from command_center.storage.tables import log_entries, log_head
from command_center.storage.values import Mapped, mapped_to, storable

_ENTRIES: Final[Mapped[LogEntry]] = mapped_to(LogEntry, log_entries, but=frozenset({"texts"}))
_AT_ONCE: Final = 500
# Made once: to build a statement costs more than the database needs to carry it out.
_HEAD: Final = sa.select(log_head.c.number, log_head.c.hash)
_LOCKED_HEAD: Final = _HEAD.with_for_update()
_MOVE_HEAD: Final = log_head.update().values(number=sa.bindparam("new_number"), hash=sa.bindparam("new_hash"))
_ADD_ENTRY: Final = log_entries.insert()
_ADD_NODES: Final = log_nodes.insert()
_LEAF: Final = sa.select(log_entries.c.hash).where(log_entries.c.number == sa.bindparam("number"))
_INNER: Final = sa.select(log_nodes.c.hash).where(
    log_nodes.c.level == sa.bindparam("level"), log_nodes.c.position == sa.bindparam("position")
)
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
    """Append to the log in this transaction; raises ``StoreUnavailable`` ("store.log_broken").

    That is said when the last entries are not there any more, or others stand in the way.
    """
    last = connection.execute(_LOCKED_HEAD).one()
    sealed = seal(_writable(entry), number=last.number + 1, previous_hash=last.hash)
    try:
        _insert(connection, sealed)
    except (IntegrityError, KeyError) as wrong:
        # Only somebody who wrote past this program can have made room, or taken it away, at the log's end.
        raise StoreUnavailable("store.log_broken", entry=last.number) from wrong
    return sealed


def _insert(connection: sa.Connection, sealed: LogEntry) -> None:
    node = _node(connection)
    if sealed.number > 1 and node(0, sealed.number - 2).hex() != sealed.previous_hash:
        raise KeyError(sealed.number - 1)
    connection.execute(_ADD_ENTRY, _ENTRIES.row(sealed))
    connection.execute(_MOVE_HEAD, {"new_number": sealed.number, "new_hash": sealed.hash})
    log_texts.keep(connection, sealed)
    grown = [
        {"level": level, "position": position, "hash": hash_.hex()}
        for level, position, hash_ in completed(sealed.number - 1, bytes.fromhex(sealed.hash), node)
    ]
    if grown:
        connection.execute(_ADD_NODES, grown)


def tree(connection: sa.Connection) -> Tree:
    """Return the tree over the entries as they stand in this transaction."""
    return Tree(head(connection)[0], _node(connection))


def _node(connection: sa.Connection) -> Node:
    def node(level: int, position: int) -> bytes:
        if level:
            found = connection.execute(_INNER, {"level": level, "position": position}).scalar_one_or_none()
        else:
            found = connection.execute(_LEAF, {"number": position + 1}).scalar_one_or_none()
        if found is None:
            raise KeyError((level, position))
        return bytes.fromhex(found)

    return node


def head(connection: sa.Connection) -> tuple[int, str]:
    """Return the number and hash of the last entry."""
    row = connection.execute(_HEAD).one()
    return row.number, row.hash


def _writable(entry: NewEntry) -> NewEntry:
    return dataclasses.replace(
        entry, actor=storable(entry.actor), subject=storable(entry.subject), incident_id=storable(entry.incident_id)
    )
