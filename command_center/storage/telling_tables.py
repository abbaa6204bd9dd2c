"""The tables of when and whom to tell: alert rules, the duty plan, how people want to be reached, what became of it."""

from typing import Final

from sqlalchemy import BIGINT, BOOLEAN, TEXT, Column, Index, Table, text

from command_center.storage.columns import key, texts
from command_center.storage.tables import METADATA

rule_sets: Final = Table(
    "rule_sets",
    METADATA,
    key(),
    *texts("rules", "changed_by", "changed_at"),
    Column("version", BIGINT, nullable=False),
    # What was added to rows that were there already has a default, here and below.
    Column("follows_house", BOOLEAN, nullable=False, server_default=text("FALSE")),
)

notices: Final = Table(
    "notices",
    METADATA,
    key(),
    *texts("alert_id", "plane", "person_id", "channel", "at", "outcome", "detail"),
    Column("step", BIGINT, nullable=False, server_default=text("0")),
    Column("digest", TEXT, nullable=False, server_default=text("''")),
)
Index(None, notices.c.alert_id)
Index(None, notices.c.person_id)

duty_plans: Final = Table(
    "duty_plans",
    METADATA,
    key(),
    *texts("steps", "deputies", "changed_by"),
    Column("repeat_minutes", BIGINT, nullable=False),
    Column("repeats", BIGINT, nullable=False),
    Column("changed_at", TEXT),
    Column("shifts", TEXT, nullable=False, server_default=text("'[]'")),
    Column("exchanges", TEXT, nullable=False, server_default=text("'[]'")),
    Column("zone", TEXT, nullable=False, server_default=text("'UTC'")),
)

reachabilities: Final = Table(
    "reachabilities",
    METADATA,
    key(),
    *texts("channels", "quiet", "disturb_from", "changed_at"),
    Column("away_until", TEXT),
    Column("away_from", TEXT),
    Column("digest_after", BIGINT, nullable=False, server_default=text("3")),
    Column("digest_minutes", BIGINT, nullable=False, server_default=text("10")),
)
