"""The store behind the port: one SQLite file, or a PostgreSQL that several machines share."""

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from command_center.errors import StoreUnavailable
from command_center.storage import case_file, engines
from command_center.storage.faults import told
from command_center.storage.migrate import migrate
from command_center.storage.tables import store_version
from command_center.storage.transactions import SqlReading, SqlWriting


class SqlStore:
    """Everything that is kept, on either engine; may be used from many threads."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._where = engines.place(engine)
        # Writers of one process queue here; waiting at the database itself means polling, and is unfair.
        self._turn = threading.Lock()

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
        finally:
            self._turn.release()

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
