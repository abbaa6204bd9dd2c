"""A case as one file: a self-contained SQLite database that opens in Datasette without any of our code."""

import itertools
from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, Final

import sqlite_utils

from command_center.storage.faults import told
from command_center.storage.new_file import fresh
from command_center.storage.values import storable, time_text

_KEYS: Final = ("id", "number")
_SEARCHED: Final = frozenset({"title", "text", "body", "reason", "note"})


def write(path: Path, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
    """Write the tables into a new file; an existing file is never overwritten."""
    with fresh(path, "case.exists") as draft, told(str(path)):
        database = sqlite_utils.Database(draft, execute_plugins=False)
        try:
            # One transaction, so the disk is waited for once and not for every hundred rows.
            with database.atomic():
                for name, rows in tables.items():
                    _fill(database, name, rows)
                _list_contents(database)
            database.vacuum()
        finally:
            database.close()


def _fill(database: Any, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
    """Create one table; without any row there is nothing to say what its columns are."""
    found = ({key: _plain(value) for key, value in row.items()} for row in rows)
    first = next(found, None)
    if first is None:
        return
    key = next((key for key in _KEYS if key in first), None)
    table = database[name]
    table.insert_all(itertools.chain((first,), found), pk=key, alter=True)
    searched = [column.name for column in table.columns if column.name in _SEARCHED and column.type == "TEXT"]
    if searched:
        table.enable_fts(searched, tokenize="unicode61 remove_diacritics 2")


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return time_text(value)
    return storable(value) if isinstance(value, str) else value


def _list_contents(database: Any) -> None:
    """Add a view that says what is in the file, for whoever opens it first."""
    names = [name for name in database.table_names() if "_fts" not in name]
    if names:
        lines = (f"SELECT {database.quote(name)} AS table_name, count(*) AS row_count FROM [{name}]" for name in names)  # noqa: S608
        database.create_view("contents", " UNION ALL ".join(lines))
