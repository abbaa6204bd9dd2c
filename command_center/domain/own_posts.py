"""What stands on our own accounts, as the network shows it when it is read back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class OwnKind(StrEnum):
    """What was found on one of our accounts."""

    POST = "post"
    REPLY = "reply"
    REPOST = "repost"
    PROFILE = "profile"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPost:
    """One post, reply, repost or the profile of an own account; ``created_at`` is aware UTC.

    ``native_id`` is the network's id (Bluesky: the record's ``at://`` address); a profile has the account's id.
    ``edited_at`` says when the network says its text was changed last, ``client`` with which program it was written,
    where the network says so.
    """

    native_id: str
    kind: OwnKind
    text: str
    created_at: datetime
    url: str = ""
    reply_to: str = ""
    edited_at: datetime | None = None
    client: str = ""
