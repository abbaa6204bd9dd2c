"""The table of what takes two people."""

from typing import Final

from sqlalchemy import Index, Table

from command_center.storage.columns import key, maybe, texts
from command_center.storage.tables import METADATA

proposals: Final = Table(
    "proposals",
    METADATA,
    key(),
    *texts("matter", "subject", "title", "content_hash", "asked_by", "asked_at", "reason", "plan"),
    *maybe("connection", "client", "done_at"),
    *texts("agreed_by"),
    *maybe("agreed_at"),
    *texts("ended_by"),
    *maybe("ended_at"),
)
Index(None, proposals.c.subject)
