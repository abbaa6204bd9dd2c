"""What goes wrong between the program and its database, in the words people are told."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from command_center.errors import StoreUnavailable
from command_center.storage.engines import SQLITE

_SQLITE_CODES: Final = {
    5: "store.locked",
    6: "store.locked",
    3: "store.unreachable",
    8: "store.read_only",
    10: "store.unreachable",
    11: "store.corrupt",
    13: "store.disk_full",
    14: "store.unreachable",
    26: "store.not_a_database",
}
# pysqlite3 gives no error numbers before Python's own module did: then only its words are left.
_SQLITE_WORDS: Final = {
    "locked": "store.locked",
    "readonly": "store.read_only",
    "read-only": "store.read_only",
    "disk is full": "store.disk_full",
    "malformed": "store.corrupt",
    "not a database": "store.not_a_database",
    "unable to open": "store.unreachable",
    "disk I/O error": "store.unreachable",
}
_POSTGRESQL_CODES: Final = {
    "55P03": "store.locked",
    "57014": "store.locked",
    "40P01": "store.locked",
    "40001": "store.locked",
    "25006": "store.read_only",
    "42501": "store.read_only",
    "53100": "store.disk_full",
    "XX001": "store.corrupt",
    "XX002": "store.corrupt",
}


@contextmanager
def told(where: str) -> Iterator[None]:
    """Turn a driver's error into ``StoreUnavailable`` naming where; mistakes in our SQL stay as they are."""
    try:
        yield
    except PoolTimeout as error:
        raise StoreUnavailable("store.locked", where=where, reason=str(error)) from error
    except (DBAPIError, SQLITE.Error, psycopg.Error) as error:
        code = _code(error)
        if code is None:
            raise
        raise StoreUnavailable(code, where=where, reason=_reason(error)) from error


def _code(error: BaseException) -> str | None:
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(error, IntegrityError) or cause is None:
        return None
    if isinstance(cause, psycopg.Error):
        return _postgresql_code(cause)
    number = getattr(cause, "sqlite_errorcode", None)
    if number is not None:
        return _SQLITE_CODES.get(number & 0xFF)
    return next((code for words, code in _SQLITE_WORDS.items() if words in str(cause)), None)


def _postgresql_code(cause: psycopg.Error) -> str | None:
    if cause.sqlstate in _POSTGRESQL_CODES:
        return _POSTGRESQL_CODES[cause.sqlstate]
    return "store.unreachable" if isinstance(cause, psycopg.OperationalError) else None


def _reason(error: BaseException) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(cause).strip().partition("\n")[0]
