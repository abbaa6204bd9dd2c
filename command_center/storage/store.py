"""The store behind the port: one SQLite file, or a PostgreSQL that several machines share."""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from command_center.errors import StoreUnavailable
from command_center.storage import case_file, engines
from command_center.storage.faults import told
from command_center.storage.migrate import migrate
from command_center.storage.tables import store_version
from command_center.storage.transactions import SqlReading, SqlWriting

_SCRUB_EVERY: Final = 5.0


class SqlStore:
    """Everything that is kept, on either engine; may be used from many threads."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._where = engines.place(engine)
        # Writers of one process queue here; waiting at the database itself means polling, and is unfair.
        self._turn = threading.Lock()
        # Whatever ran before may have ended between erasing and scrubbing.
        self._unscrubbed, self._scrub_at = True, 0.0

    @contextmanager
    def reading(self) -> Iterator[SqlReading]:
        """Open a read transaction; raises ``StoreUnavailable``."""
        with told(self._where), engines.read_transaction(self.engine) as connection:
            yield SqlReading(connection)

    @contextmanager
    def writing(self) -> Iterator[SqlWriting]:
        """Open the one write transaction; commits at the end, rolls back on any error."""
        if not self._turn.acquire(timeout=engines.WAIT_SECONDS):
            raise StoreUnavailable("store.locked", where=self._where, reason="")
        try:
            with told(self._where), engines.write_transaction(self.engine) as connection:
                writing = SqlWriting(connection)
                yield writing
                writing.finish()
            self._scrub(erased=writing.erased)
        finally:
            self._turn.release()

    def _scrub(self, *, erased: bool) -> None:
        """Leave nothing of what was erased in the files: soon after, again and again until it has worked."""
        self._unscrubbed = self._unscrubbed or erased
        now = time.monotonic()
        if not self._unscrubbed or now < self._scrub_at:
            return
        self._scrub_at = now + _SCRUB_EVERY
        with told(self._where):
            self._unscrubbed = not engines.scrub(self.engine)

    def version(self) -> int:
        """Return a number that rises with every committed change."""
        with told(self._where), engines.read_transaction(self.engine) as connection:
            return int(connection.execute(sa.select(store_version.c.number)).scalar_one())

    def case_file(self, path: Path, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        """Write tables into one new self-contained SQLite database."""
        case_file.write(path, tables)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


def open_store(url: str) -> SqlStore:
    """Open the store at ``sqlite:///path`` or a PostgreSQL URL and bring its schema up to date."""
    engine = engines.create(url)
    try:
        with told(engines.place(engine)):
            migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return SqlStore(engine)
