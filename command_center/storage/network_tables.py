"""The tables of what connects the house with networks: sources that listen, and the keys to accounts."""

from typing import Final

from sqlalchemy import BIGINT, BOOLEAN, TEXT, Column, Index, Table, text

from command_center.storage.tables import METADATA


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, TEXT, nullable=False) for name in names]


def _maybe(*names: str) -> list[Column[str]]:
    return [Column(name, TEXT) for name in names]


def _added(*names: str, default: str = "''") -> list[Column[str]]:
    """Columns that came to rows which were there already, which is why they have a default."""
    return [Column(name, TEXT, nullable=False, server_default=text(default)) for name in names]


def _numbers(*names: str) -> list[Column[int]]:
    return [Column(name, BIGINT, nullable=False) for name in names]


sources: Final = Table(
    "sources",
    METADATA,
    Column("id", TEXT, primary_key=True),
    *_texts("name", "kind", "plane", "topic_id", "created_at"),
    *_maybe("last_success_at"),
    *_numbers("fetched", "stored", "duplicate", "filtered", "rejected"),
    *_maybe("delivery"),
    *_added("address", "query", "connection_id"),
    Column("active", BOOLEAN, nullable=False, server_default=text("true")),
    *_added("cursor", "quota", "trouble", default="'{}'"),
    *(Column(name, BIGINT, nullable=False, server_default=text("0")) for name in ("failures", "lost", "deleted")),
    *_maybe("next_try_at", "last_try_at"),
)
Index(None, sources.c.topic_id)
Index(None, sources.c.plane)

connections: Final = Table(
    "connections",
    METADATA,
    Column("id", TEXT, primary_key=True),
    *_texts("network", "handle", "kind", "connected_by", "connected_at", "server", "rights", "sealed", "trouble"),
    *_maybe("expires_at", "checked_at"),
)
Index(None, connections.c.network)

clients: Final = Table(
    "clients",
    METADATA,
    Column("id", TEXT, primary_key=True),
    *_texts("name", "scopes", "accounts", "created_by", "created_at", "proof", "source_id", "sealed", "revoked_by"),
    *_numbers("per_minute"),
    *_maybe("revoked_at"),
)
