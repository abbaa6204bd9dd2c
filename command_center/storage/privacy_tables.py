"""The tables of data protection: what log entries only commit to, who may read names, who objects."""

from typing import Final

from sqlalchemy import BIGINT, TEXT, Column, Index, Table

from command_center.storage.columns import key, texts
from command_center.storage.tables import METADATA

# Erased by emptying salt and value, never removed.
log_texts: Final = Table(
    "log_texts",
    METADATA,
    Column("number", BIGINT, primary_key=True, autoincrement=False),
    Column("field", TEXT, primary_key=True),
    *texts("salt", "value", "erased_why"),
    Column("erased_at", TEXT),
)

# Ids only, of what was erased before its time; copied to a place outside the store.
erasures: Final = Table(
    "erasures",
    METADATA,
    key(),
    Column("number", BIGINT, nullable=False),
    *texts("kind", "subjects", "fields", "at"),
    Index("ix_erasures_number", "number"),
)
objections: Final = Table("objections", METADATA, key(), *texts("network", "at"))

unsealings: Final = Table(
    "unsealings",
    METADATA,
    key(),
    *texts("incident_id", "reason", "asked_by", "asked_at", "agreed_by"),
    Column("agreed_at", TEXT),
)
