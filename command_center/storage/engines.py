"""The two engines, and everything in which they differ."""

import json
import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, IntegrityError

from command_center.errors import BadInput
from command_center.storage.tables import log_head

WAIT_SECONDS: float = 10
_CONNECT_SECONDS: Final = 10
# Where there is another address to try, one that doesn't answer is left sooner.
_CONNECT_SECONDS_EACH: Final = 3
# A machine that is gone without a word is noticed after about 20 seconds, not after a quarter of an hour.
_ALIVE: Final = {"keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 2, "tcp_user_timeout": 20_000}
_MANY_HOSTS: Final = re.compile(r"(postgres(?:ql)?(?:\+psycopg)?://(?:[^@/?]*@)?)([^/?]*,[^/?]*)(/[^?]*)?(?:\?(.*))?")
_BEGIN: Final = "one_voice_begin"
_MIGRATION_LOCK: Final = 7_310_582_114
# Who empties the write-ahead log keeps writers waiting meanwhile.
_SCRUB_MILLISECONDS: Final = 200


def _driver() -> Any:
    """Pick the newer SQLite: Debian's own has a fault that can damage a file two processes write."""
    try:
        import pysqlite3
    except ImportError:
        return sqlite3
    newer = pysqlite3.sqlite_version_info > sqlite3.sqlite_version_info
    return pysqlite3 if newer else sqlite3


SQLITE: Final = _driver()


@dataclass(frozen=True, slots=True)
class SqliteInfo:
    """Which SQLite is in use, and whether it may damage a WAL file that two processes write."""

    version: str
    wal_reset_fault: bool


def sqlite_info(version: str = "") -> SqliteInfo:
    """Describe the SQLite in use; the WAL-reset fault is in 3.7.0 to 3.51.2, except 3.50.7+ and 3.44.6+."""
    shown = version or str(SQLITE.sqlite_version)
    number = tuple(int(part) for part in shown.split("."))
    repaired = number >= (3, 51, 3) or (3, 50, 7) <= number < (3, 51) or (3, 44, 6) <= number < (3, 45)
    return SqliteInfo(version=shown, wal_reset_fault=number >= (3, 7) and not repaired)


def create(url: str) -> sa.Engine:
    """Return an engine for ``sqlite:///path`` or a PostgreSQL URL; nothing is opened yet."""
    parsed = _parse(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed)
    return sa.create_engine(
        parsed, pool_pre_ping=True, pool_size=10, max_overflow=20, connect_args=_connect_args(parsed)
    )


def _connect_args(url: URL) -> dict[str, object]:
    """Return how to connect, but for what the URL says itself; of several servers the one that can be written."""
    hosts = url.query.get("host", url.host or "")
    several = not isinstance(hosts, str) or "," in hosts
    wanted: dict[str, object] = {
        "connect_timeout": _CONNECT_SECONDS_EACH if several else _CONNECT_SECONDS,
        "options": f"-c lock_timeout={_wait_milliseconds()}",
        **_ALIVE,
    }
    if several:
        wanted["target_session_attrs"] = "read-write"
    return {name: value for name, value in wanted.items() if name not in url.query}


def _wait_milliseconds() -> int:
    return int(WAIT_SECONDS * 1000)


def _parse(url: str) -> URL:
    try:
        parsed = make_url(_MANY_HOSTS.sub(_each_host, url))
    except (ArgumentError, ValueError) as error:
        raise BadInput("store.url_unknown", url=url.partition(":")[0]) from error
    if parsed.drivername in {"postgres", "postgresql"}:
        return parsed.set(drivername="postgresql+psycopg")
    memory = parsed.drivername == "sqlite" and parsed.database in {None, "", ":memory:"}
    if memory or parsed.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise BadInput("store.url_unknown", url=parsed.render_as_string(hide_password=True))
    return parsed


def _each_host(url: re.Match[str]) -> str:
    """Write ``a:1,b:2``, as PostgreSQL's own tools take it, in the way of the library: ``?host=a:1&host=b:2``."""
    asked = [f"host={host}" for host in url[2].split(",")]
    return f"{url[1]}{url[3] or '/'}?{'&'.join([*asked, *filter(None, [url[4]])])}"


def _sqlite_engine(url: URL) -> sa.Engine:
    engine = sa.create_engine(url, module=SQLITE, pool_size=10, max_overflow=20, connect_args={"timeout": WAIT_SECONDS})

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_wait_milliseconds()}")
        # Asking first keeps a file that may not be written readable.
        if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        # What is erased is overwritten in the file, not only forgotten.
        cursor.execute("PRAGMA secure_delete=ON")
        # Room for the indexes of mentions, and fewer but larger moves from the WAL into the file.
        cursor.execute("PRAGMA cache_size=-32000")
        cursor.execute("PRAGMA wal_autocheckpoint=4000")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))

    return engine


def open_file(path: Path) -> Any:
    """Open a SQLite file for reading only, with the bare driver."""
    return SQLITE.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)


def read_only(path: Path) -> sa.Engine:
    """Return an engine that only reads a SQLite file, leaving its journal mode alone."""
    return sa.create_engine("sqlite://", creator=lambda: open_file(path), module=SQLITE)


def place(engine: sa.Engine) -> str:
    """Name where the store is, without a password."""
    if is_sqlite(engine):
        return str(engine.url.database)
    return engine.url.render_as_string(hide_password=True)


def plain_url(engine: sa.Engine) -> str:
    """Return the address as PostgreSQL's own tools take it, without a password."""
    url, hosts = engine.url, engine.url.query.get("host", ())
    several = () if isinstance(hosts, str) else hosts
    query = url.difference_update_query(["host"] if several else []).query
    plain = URL.create("postgresql", url.username, None, url.host, url.port, url.database, query)
    start = f"postgresql://{url.username}@" if url.username else "postgresql://"
    return str(plain).replace(start, start + ",".join(several), 1)


def is_sqlite(engine: sa.Engine | sa.Connection) -> bool:
    """Tell whether the store is the embedded file."""
    return engine.dialect.name == "sqlite"


def sqlite_path(engine: sa.Engine) -> Path:
    """Return the path of the embedded file."""
    return Path(str(engine.url.database))


@contextmanager
def read_transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a transaction that sees one state of the store."""
    options = {} if is_sqlite(engine) else {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with engine.connect() as connection, connection.execution_options(**options).begin():
        yield connection


@contextmanager
def write_transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open the one write transaction: SQLite takes the file's lock at once, PostgreSQL the log's head."""
    with _immediately(engine) as connection:
        if not is_sqlite(engine):
            connection.execute(sa.select(log_head.c.number).with_for_update())
        yield connection


@contextmanager
def migration_transaction(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Open a transaction that changes the schema while no other program does."""
    with _immediately(engine) as connection:
        if not is_sqlite(engine):
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION_LOCK)))
        yield connection


@contextmanager
def _immediately(engine: sa.Engine) -> Iterator[sa.Connection]:
    # A deferred BEGIN fails as soon as two processes append, because both have read the old head.
    options = {_BEGIN: "BEGIN IMMEDIATE"}
    with engine.connect() as connection, connection.execution_options(**options).begin():
        yield connection


def scrub(engine: sa.Engine) -> bool:
    """Overwrite what was erased wherever the engine's files still hold it; false while somebody reads an old state.

    SQLite overwrites in the file at once (``secure_delete``); the write-ahead log keeps old pages until it is emptied.
    PostgreSQL keeps them until VACUUM, which is its administrator's.
    """
    if not is_sqlite(engine):
        return True
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={_SCRUB_MILLISECONDS}")
        busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout={_wait_milliseconds()}")
        return not busy
    finally:
        connection.close()


def is_taken(error: IntegrityError) -> bool:
    """Tell whether an id or a unique field was taken, and not some other rule broken."""
    # pysqlite3 gives only the general number of a broken rule, so its words must tell.
    return isinstance(error.orig, psycopg.errors.UniqueViolation) or "UNIQUE constraint" in str(error.orig)


def insert_many(connection: sa.Connection, table: sa.Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows, given in the order of the table's columns, as fast as the driver can."""
    names = ", ".join(column.name for column in table.columns)
    if is_sqlite(connection):
        marks = ", ".join("?" for _ in table.columns)
        connection.exec_driver_sql(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", list(rows))  # noqa: S608
        return
    driver: Any = connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)


def known(connection: sa.Connection, column: sa.ColumnElement[str], values: Sequence[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a column is one of many values, without a parameter for each."""
    if is_sqlite(connection):
        each = sa.func.json_each(json.dumps(values)).table_valued("value")
        return column.in_(sa.select(each.c.value))
    return column == sa.any_(sa.literal(list(values), sa.ARRAY(sa.TEXT)))


def contains(connection: sa.Connection, column: sa.ColumnElement[str], part: str) -> sa.ColumnElement[bool]:
    """Return the condition that a text contains another, letter for letter."""
    find = sa.func.instr if is_sqlite(connection) else sa.func.strpos
    return find(column, part) > 0


def unindexed(connection: sa.Connection, column: sa.ColumnElement[str]) -> sa.ColumnElement[str]:
    """Return the column in a form for which SQLite takes no index, because another condition's is better.

    SQLite knows no statistics here and would guess; PostgreSQL has them and must not be misled.
    """
    return column.concat("") if is_sqlite(connection) else column


def sortable(connection: sa.Connection, column: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return what to sort by so that texts come in the same order everywhere: by code point."""
    if is_sqlite(connection) or not isinstance(column.type, sa.TEXT):
        return column
    return sa.collate(column, "C")
