"""Copies of the embedded store: made while it runs, and looked through before they are put back."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from command_center.domain.verifying import Verification, verify_rows
from command_center.errors import BadInput, CommandCenterError
from command_center.storage import engines, log_entries
from command_center.storage.faults import told
from command_center.storage.new_file import fresh

_BESIDE: Final = ("-wal", "-shm", "-journal")


def backup(engine: sa.Engine, out: Path) -> Verification:
    """Copy the running store into a new file and look through the copy; raises ``BadInput`` on PostgreSQL."""
    if not engines.is_sqlite(engine):
        command = f"pg_dump --format=custom --file={out} '{engines.plain_url(engine)}'"
        raise BadInput("backup.use_pg_dump", command=command)
    with fresh(out, "backup.exists") as draft, told(engines.place(engine)):
        with engine.connect() as connection:
            _copy(connection.connection.driver_connection, draft)
        return _inspected(draft, out)


def restore(file: Path, target: Path) -> Verification:
    """Put a copy back where no store is yet; its integrity and log are checked before it gets its name."""
    if not file.is_file():
        raise BadInput("restore.no_file", path=str(file))
    _refuse_target(file, target)
    with told(str(file)), closing(engines.open_file(file)) as source:
        _refuse_damage(source, file)
        # An empty file is only a place held: it makes way for the copy.
        target.unlink(missing_ok=True)
        with fresh(target, "restore.target_not_empty") as draft:
            _copy(source, draft)
            return _inspected(draft, file)


def _refuse_target(file: Path, target: Path) -> None:
    for path in (target, *(target.with_name(target.name + end) for end in _BESIDE)):
        if path.is_dir() or (path.exists() and path.stat().st_size):
            raise _lost_by(file, target) or BadInput("restore.target_not_empty", path=str(path))


def _lost_by(file: Path, target: Path) -> BadInput | None:
    """Say what the store that is there would lose by the backup; None where that can't be said, or is nothing."""
    try:
        with _reading(file) as reading:
            number, hash_ = log_entries.head(reading)
        with _reading(target) as reading:
            size, _ = log_entries.head(reading)
            entries = log_entries.read(
                reading, after=max(number - 1, 0), before=None, descending=False, limit=2, equal={}
            )
            found = {entry.number: entry for entry in entries}
            newest = next(log_entries.read(reading, after=0, before=None, descending=True, limit=1, equal={}), None)
    except (sa.exc.DBAPIError, CommandCenterError):
        return None
    if number and (number not in found or found[number].hash != hash_):
        return BadInput("restore.other_history", path=str(target), backup=number, entries=size)
    if newest is None or size <= number:
        return None
    first = found[number + 1]
    return BadInput(
        "restore.would_lose",
        path=str(target),
        count=size - number,
        first=first.number,
        last=size,
        since=_utc(first.at),
        until=_utc(newest.at),
    )


def _utc(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _copy(source: Any, draft: Path) -> None:
    with closing(engines.SQLITE.connect(draft)) as copy:
        source.backup(copy)
        # The copy is one file: its pages are all in it, none in a log beside it.
        copy.execute("PRAGMA journal_mode=DELETE")


def _inspected(copy: Path, file: Path) -> Verification:
    with closing(engines.open_file(copy)) as connection:
        _refuse_damage(connection, file)
    with _reading(copy) as reading:
        number, hash_ = log_entries.head(reading)
        found = verify_rows(log_entries.written(reading))
    if not found.intact:
        raise BadInput("restore.log_broken", path=str(file), entry=found.broken_at, reason=found.reason)
    if (found.entries, found.head) != (number, hash_):
        raise BadInput("restore.log_broken", path=str(file), entry=found.entries + 1, reason="log.head_differs")
    return found


@contextmanager
def _reading(file: Path) -> Iterator[sa.Connection]:
    engine = engines.read_only(file)
    try:
        with engines.read_transaction(engine) as connection:
            yield connection
    finally:
        engine.dispose()


def _refuse_damage(connection: Any, file: Path) -> None:
    found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    if found != "ok":
        raise BadInput("restore.damaged", path=str(file), reason=str(found))
    ours = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'log_head'").fetchone()[0]
    if not ours:
        raise BadInput("restore.not_ours", path=str(file))
