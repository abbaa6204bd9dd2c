"""The tables of who is told about alerts: the duty plan, how people want to be reached, what became of it."""

from typing import Final

from sqlalchemy import BIGINT, TEXT, Column, Index, Table, text

from command_center.storage.tables import METADATA


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, TEXT, nullable=False) for name in names]


notices: Final = Table(
    "notices",
    METADATA,
    Column("id", TEXT, primary_key=True),
    *_texts("alert_id", "plane", "person_id", "channel", "at", "outcome", "detail"),
    # Added to rows that were there already, which is why these two have a default.
    Column("step", BIGINT, nullable=False, server_default=text("0")),
    Column("digest", TEXT, nullable=False, server_default=text("''")),
)
Index(None, notices.c.alert_id)
Index(None, notices.c.person_id)

duty_plans: Final = Table(
    "duty_plans",
    METADATA,
    Column("id", TEXT, primary_key=True),
    *_texts("steps", "deputies", "changed_by"),
    Column("repeat_minutes", BIGINT, nullable=False),
    Column("repeats", BIGINT, nullable=False),
    Column("changed_at", TEXT),
)

reachabilities: Final = Table(
    "reachabilities",
    METADATA,
    Column("id", TEXT, primary_key=True),
    *_texts("channels", "quiet", "disturb_from", "changed_at"),
    Column("away_until", TEXT),
)
