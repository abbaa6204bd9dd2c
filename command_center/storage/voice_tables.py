"""The tables of what stands on our accounts: off-voice posts, who watches, what is to go, where old wordings stand."""

from typing import Final

from sqlalchemy import BIGINT, BOOLEAN, TEXT, Column, Index, Table

from command_center.storage.tables import METADATA


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, TEXT, nullable=False) for name in names]


def _maybe(*names: str) -> list[Column[str]]:
    return [Column(name, TEXT) for name in names]


removals: Final = Table(
    "removals",
    METADATA,
    Column("id", TEXT, primary_key=True),
    *_texts("plane", "account_id", "native_ids", "asked_by", "asked_at", "reason", "publication_id", "off_voice_id"),
    *_texts("incident_id", "state", "note"),
    Column("tries", BIGINT, nullable=False),
    *_maybe("next_try_at", "ended_at"),
)
Index(None, removals.c.state)
Index(None, removals.c.publication_id)
Index(None, removals.c.off_voice_id)

off_voices: Final = Table(
    "off_voices",
    METADATA,
    Column("id", TEXT, primary_key=True),
    *_texts("plane", "account_id", "native_id", "kind", "text", "created_at", "found_at", "posture", "before", "url"),
    *_texts("client", "nearest_version", "incident_id", "state", "handled_by", "note"),
    Column("alarm", BOOLEAN, nullable=False),
    Column("likeness", BIGINT, nullable=False),
    *_maybe("handled_at"),
)
Index(None, off_voices.c.account_id, off_voices.c.state)
Index(None, off_voices.c.plane, off_voices.c.state)

account_watches: Final = Table(
    "account_watches",
    METADATA,
    Column("id", TEXT, primary_key=True),
    *_texts("plane", "started_at", "next_at", "note"),
    Column("failures", BIGINT, nullable=False),
    *_maybe("read_at", "blind_since", "profile"),
)

leftovers: Final = Table(
    "leftovers",
    METADATA,
    Column("id", TEXT, primary_key=True),
    *_texts("plane", "version_id", "kind", "found_at", "publication_id", "person_id", "incident_id", "state"),
    *_texts("reason", "settled_by"),
    *_maybe("settled_at"),
)
Index(None, leftovers.c.version_id)
Index(None, leftovers.c.plane, leftovers.c.state)
Index(None, leftovers.c.publication_id)
