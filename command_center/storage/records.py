"""Records of every kind: looked up, found, added, replaced, removed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from command_center.domain.alerts import Alert, JudgedBucket, Notice, Replay
from command_center.domain.objections import Objection
from command_center.domain.people import DoorStep, Identity, Passkey, Session, SignInAttempt
from command_center.domain.pseudonyms import Unsealing
from command_center.domain.second_factor import SecondFactor
from command_center.domain.sources import Source
from command_center.errors import Conflict
from command_center.ports import R, Record, Request
from command_center.storage.engines import is_taken, sortable
from command_center.storage.values import Mapped, mapped, time_text

_REMOVABLE: Final = frozenset(
    {Session, SignInAttempt, DoorStep, Identity, Passkey, SecondFactor, JudgedBucket, Source, Objection}
)
# When a record was last used, for kinds that go when their time is up.
_EXPIRE: Final[dict[type[Any], str]] = {
    Session: "seen_at",
    SignInAttempt: "at",
    DoorStep: "at",
    Request: "at",
    Notice: "at",
    Alert: "raised_at",
    Replay: "started_at",
    Unsealing: "asked_at",
}


def get(connection: sa.Connection, kind: type[R], identity: str) -> R | None:
    """Return the record with this id, or None."""
    mapping = mapped(kind)
    key = mapping.write("id", identity)
    row = connection.execute(sa.select(mapping.table).where(mapping.table.c.id == key)).mappings().first()
    return None if row is None else mapping.record(row)


def find(
    connection: sa.Connection,
    kind: type[R],
    *,
    order: str,
    descending: bool,
    limit: int | None,
    equal: dict[str, object],
) -> list[R]:
    """Return records whose fields equal the given values; equal ones in ``order`` come by id."""
    mapping = mapped(kind)
    wanted = [_condition(mapping, name, value) for name, value in equal.items()]
    keys = [order] if order == "id" else [order, "id"]
    by = [_by(connection, mapping, key, descending) for key in keys]
    query = sa.select(mapping.table).where(*wanted).order_by(*by)
    return [mapping.record(row) for row in connection.execute(query.limit(limit)).mappings()]


def _by(connection: sa.Connection, mapping: Mapped[R], field: str, descending: bool) -> sa.ColumnElement[Any]:
    if field not in mapping.writers:
        raise KeyError(field)
    column = mapping.table.c[field]
    shown = sortable(connection, column)
    if not column.nullable:
        return shown.desc() if descending else shown.asc()
    # What has no value yet counts as the smallest, on both engines.
    return shown.desc().nulls_last() if descending else shown.asc().nulls_first()


def _condition(mapping: Mapped[R], name: str, value: object) -> sa.ColumnElement[bool]:
    if name not in mapping.writers:
        raise KeyError(name)
    column = mapping.table.c[name]
    if not isinstance(value, tuple):
        return column.is_(None) if value is None else column == mapping.write(name, value)
    any_of = column.in_([mapping.write(name, item) for item in value if item is not None])
    return sa.or_(any_of, column.is_(None)) if None in value else any_of


def add(connection: sa.Connection, record: Record) -> None:
    """Store a new record; raises ``Conflict`` when its id or a unique field is taken."""
    mapping = mapped(type(record))
    with _unless_taken(record):
        connection.execute(mapping.table.insert(), mapping.row(record))


def put(connection: sa.Connection, record: Record) -> None:
    """Store a record, replacing the one with the same id."""
    mapping = mapped(type(record))
    row = mapping.row(record)
    same = mapping.table.c.id == row["id"]
    with _unless_taken(record):
        replaced = connection.execute(mapping.table.update().where(same).values(row))
        if not replaced.rowcount:
            connection.execute(mapping.table.insert(), row)


@contextmanager
def _unless_taken(record: Record) -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        if not is_taken(error):
            raise
        raise Conflict("store.exists", kind=type(record).__name__) from error


def expire(connection: sa.Connection, kind: type[R], before: datetime, equal: dict[str, object]) -> int:
    """Delete records of a kind whose time is up; a kind without a time of its own is a KeyError."""
    mapping = mapped(kind)
    wanted = [_condition(mapping, name, value) for name, value in equal.items()]
    wanted.append(mapping.table.c[_EXPIRE[kind]] < time_text(before))
    return connection.execute(mapping.table.delete().where(*wanted)).rowcount


def remove(connection: sa.Connection, kind: type[R], equal: dict[str, object]) -> int:
    """Delete records of a kind that never carries proof; at least one condition is needed."""
    if kind not in _REMOVABLE or not equal:
        raise TypeError(f"{kind.__name__} can't be removed like this")
    mapping = mapped(kind)
    wanted = [_condition(mapping, name, value) for name, value in equal.items()]
    return connection.execute(mapping.table.delete().where(*wanted)).rowcount
