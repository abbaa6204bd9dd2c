"""The store: the only place that speaks SQL."""

from command_center.storage.engines import SqliteInfo, sqlite_info
from command_center.storage.store import SqlStore, open_store

__all__ = ["SqlStore", "SqliteInfo", "open_store", "sqlite_info"]
