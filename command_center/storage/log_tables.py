"""The tables beside the log's entries: the nodes of the tree over them, its signed heads, and where those were left."""

from typing import Final

from sqlalchemy import BIGINT, TEXT, Column, Index, Table

from command_center.storage.columns import key, texts
from command_center.storage.tables import METADATA

# Complete inner nodes of the tree over the entries, in hex; level 1 stands above the entries themselves.
log_nodes: Final = Table(
    "log_nodes",
    METADATA,
    Column("level", BIGINT, primary_key=True, autoincrement=False),
    Column("position", BIGINT, primary_key=True, autoincrement=False),
    Column("hash", TEXT, nullable=False),
)

log_checkpoints: Final = Table(
    "log_checkpoints",
    METADATA,
    key(),
    Column("size", BIGINT, nullable=False),
    *texts("note", "made_at", "reason"),
)

log_deposits: Final = Table(
    "log_deposits",
    METADATA,
    key(),
    *texts("place", "head_id", "at", "receipt"),
    Column("size", BIGINT, nullable=False),
    Index("ix_log_deposits_place_size", "place", "size"),
)
