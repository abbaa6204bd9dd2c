"""The tables of what connects the house with networks: sources that listen, and the keys to accounts."""

from typing import Final

from sqlalchemy import BIGINT, BOOLEAN, Column, Index, Table, text

from command_center.storage.columns import added, key, maybe, numbers, texts
from command_center.storage.tables import METADATA

sources: Final = Table(
    "sources",
    METADATA,
    key(),
    *texts("name", "kind", "plane", "topic_id", "created_at"),
    *maybe("last_success_at"),
    *numbers("fetched", "stored", "duplicate", "filtered", "rejected"),
    *maybe("delivery"),
    *added("address", "query", "connection_id"),
    Column("active", BOOLEAN, nullable=False, server_default=text("true")),
    *added("cursor", "quota", "trouble", default="'{}'"),
    *(Column(name, BIGINT, nullable=False, server_default=text("0")) for name in ("failures", "lost", "deleted")),
    *maybe("next_try_at", "last_try_at"),
)
Index(None, sources.c.topic_id)
Index(None, sources.c.plane)

connections: Final = Table(
    "connections",
    METADATA,
    key(),
    *texts("network", "handle", "kind", "connected_by", "connected_at", "server", "rights", "sealed", "trouble"),
    *maybe("expires_at", "checked_at"),
)
Index(None, connections.c.network)

clients: Final = Table(
    "clients",
    METADATA,
    key(),
    *texts("name", "scopes", "accounts", "created_by", "created_at", "proof", "source_id", "sealed", "revoked_by"),
    *numbers("per_minute"),
    *maybe("revoked_at"),
)
