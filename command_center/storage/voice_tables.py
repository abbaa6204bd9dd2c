"""The tables of what stands on our accounts: off-voice posts, who watches, what is to go, where old wordings stand."""

from typing import Final

from sqlalchemy import BIGINT, BOOLEAN, Column, Index, Table

from command_center.storage.columns import key, maybe, texts
from command_center.storage.tables import METADATA

removals: Final = Table(
    "removals",
    METADATA,
    key(),
    *texts("plane", "account_id", "native_ids", "asked_by", "asked_at", "reason", "publication_id", "off_voice_id"),
    *texts("incident_id", "state", "note"),
    Column("tries", BIGINT, nullable=False),
    *maybe("next_try_at", "ended_at"),
)
Index(None, removals.c.state)
Index(None, removals.c.publication_id)
Index(None, removals.c.off_voice_id)

off_voices: Final = Table(
    "off_voices",
    METADATA,
    key(),
    *texts("plane", "account_id", "native_id", "kind", "text", "created_at", "found_at", "posture", "before", "url"),
    *texts("client", "nearest_version", "incident_id", "state", "handled_by", "note"),
    Column("alarm", BOOLEAN, nullable=False),
    Column("likeness", BIGINT, nullable=False),
    *maybe("handled_at"),
)
Index(None, off_voices.c.account_id, off_voices.c.state)
Index(None, off_voices.c.plane, off_voices.c.state)

account_watches: Final = Table(
    "account_watches",
    METADATA,
    key(),
    *texts("plane", "started_at", "next_at", "note"),
    Column("failures", BIGINT, nullable=False),
    *maybe("read_at", "blind_since", "profile"),
)

leftovers: Final = Table(
    "leftovers",
    METADATA,
    key(),
    *texts("plane", "version_id", "kind", "found_at", "publication_id", "person_id", "incident_id", "state"),
    *texts("reason", "settled_by"),
    *maybe("settled_at"),
)
Index(None, leftovers.c.version_id)
Index(None, leftovers.c.plane, leftovers.c.state)
Index(None, leftovers.c.publication_id)
