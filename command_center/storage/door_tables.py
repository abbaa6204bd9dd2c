"""The tables of the door: second factors, sign-ins half done, and who people are at an identity provider."""

from typing import Final

from sqlalchemy import BIGINT, TEXT, Column, Index, Table

from command_center.storage.tables import METADATA


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, TEXT, nullable=False) for name in names]


second_factors: Final = Table(
    "second_factors",
    METADATA,
    Column("id", TEXT, primary_key=True),
    *_texts("sealed", "recovery", "added_at"),
    Column("last_step", BIGINT, nullable=False),
)

door_steps: Final = Table(
    "door_steps",
    METADATA,
    Column("id", TEXT, primary_key=True),
    *_texts("kind", "person_id", "at", "carries"),
)
Index(None, door_steps.c.at)

identities: Final = Table(
    "identities",
    METADATA,
    Column("id", TEXT, primary_key=True),
    *_texts("issuer", "subject", "person_id", "linked_at"),
)
Index(None, identities.c.person_id)
