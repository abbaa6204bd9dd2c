"""Brings a store's schema up to date: numbered SQL files, each applied and recorded in one transaction.

A statement ends with ``;`` before an empty line. Statements between ``-- only sqlite:`` (or
``-- only postgresql:``) and ``-- end`` are for that engine alone.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.resources import files
from typing import Final

import sqlalchemy as sa

from command_center.errors import StoreUnavailable
from command_center.storage.engines import migration_transaction, place, read_transaction
from command_center.storage.tables import schema_migrations
from command_center.storage.values import time_text

_NAME: Final = re.compile(r"(\d{4})_(\w+)\.sql")
_ONLY: Final = re.compile(r"^-- only (\w+):\n(.*?)^-- end\n", re.DOTALL | re.MULTILINE)
_END: Final = re.compile(r";[ \t]*\n(?:[ \t]*\n|\Z)")


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema."""

    number: int
    name: str
    text: str

    @property
    def checksum(self) -> str:
        """Return the SHA-256 of the file's text."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    def statements(self, dialect: str) -> Iterator[str]:
        """Yield the statements for one engine."""
        text = _ONLY.sub(lambda found: found[2] if found[1] == dialect else "", self.text)
        for part in _END.split(text):
            lines = [line for line in part.splitlines() if not line.startswith("--")]
            statement = "\n".join(lines).strip()
            if statement:
                yield statement


def shipped() -> tuple[Migration, ...]:
    """Return the migrations of this program, first to last."""
    found = []
    for file in files("command_center.storage").joinpath("migrations").iterdir():
        match = _NAME.fullmatch(file.name)
        if match:
            found.append(Migration(int(match[1]), match[2], file.read_text(encoding="utf-8")))
    return tuple(sorted(found, key=lambda migration: migration.number))


def migrate(engine: sa.Engine, migrations: Sequence[Migration] | None = None) -> tuple[int, ...]:
    """Apply what is missing and return its numbers; raises ``StoreUnavailable`` when the store doesn't fit."""
    known = shipped() if migrations is None else tuple(migrations)
    with read_transaction(engine) as connection:
        missing = _missing(connection, known)
    applied = []
    while missing:
        with migration_transaction(engine) as connection:
            # Asked again under the lock: another program may have started at the same moment.
            missing = _missing(connection, known)
            if missing:
                _apply(connection, missing[0])
                applied.append(missing[0].number)
    return tuple(applied)


def pending(engine: sa.Engine) -> tuple[str, ...]:
    """Name the migrations that have not been applied yet, without applying them."""
    with read_transaction(engine) as connection:
        return tuple(f"{migration.number:04}_{migration.name}" for migration in _missing(connection, shipped()))


def _missing(connection: sa.Connection, known: Sequence[Migration]) -> list[Migration]:
    where = place(connection.engine)
    applied = _applied(connection)
    newest = max((migration.number for migration in known), default=0)
    if applied and max(applied) > newest:
        raise StoreUnavailable("store.newer_than_program", where=where, store=max(applied), program=newest)
    for migration in known:
        if applied.get(migration.number, migration.checksum) != migration.checksum:
            raise StoreUnavailable(
                "store.migration_changed", where=where, migration=f"{migration.number:04}_{migration.name}"
            )
    return [migration for migration in known if migration.number not in applied]


def _applied(connection: sa.Connection) -> dict[int, str]:
    if not sa.inspect(connection).has_table(schema_migrations.name):
        return {}
    rows = connection.execute(sa.select(schema_migrations.c.number, schema_migrations.c.checksum))
    return {row.number: row.checksum for row in rows}


def _apply(connection: sa.Connection, migration: Migration) -> None:
    for statement in migration.statements(connection.dialect.name):
        connection.exec_driver_sql(statement)
    record = {
        "number": migration.number,
        "name": migration.name,
        "checksum": migration.checksum,
        "applied_at": time_text(datetime.now(UTC)),
    }
    connection.execute(schema_migrations.insert(), record)
