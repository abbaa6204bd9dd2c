"""The tables of the door: second factors, sign-ins half done, and who people are at an identity provider."""

from typing import Final

from sqlalchemy import BIGINT, Column, Index, Table

from command_center.storage.columns import flags, key, maybe, numbers, texts
from command_center.storage.tables import METADATA

second_factors: Final = Table(
    "second_factors",
    METADATA,
    key(),
    *texts("sealed", "recovery", "added_at"),
    Column("last_step", BIGINT, nullable=False),
)

door_steps: Final = Table(
    "door_steps",
    METADATA,
    key(),
    *texts("kind", "person_id", "at", "carries"),
)
Index(None, door_steps.c.at)

identities: Final = Table(
    "identities",
    METADATA,
    key(),
    *texts("issuer", "subject", "person_id", "linked_at"),
)
Index(None, identities.c.person_id)

passkeys: Final = Table(
    "passkeys",
    METADATA,
    key(),
    *texts("person_id", "public_key", "name", "added_at"),
    *numbers("sign_count"),
    *flags("can_be_copied", "is_copied"),
    *maybe("used_at"),
)
Index(None, passkeys.c.person_id)
