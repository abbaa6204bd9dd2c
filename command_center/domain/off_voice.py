"""An off-voice post: something found on one of our accounts that the gate did not let out, and who watches for it.

Story *our own accounts are read back*: ``use_cases/tripwire.py`` → ``domain/tripwire.py`` → here.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from command_center.domain.accounts import Posture
from command_center.domain.mentions import Plane


class OffVoiceKind(StrEnum):
    """What was found: something new, or something of ours that was changed."""

    POST = "post"
    REPLY = "reply"
    REPOST = "repost"
    EDIT = "edit"
    PROFILE = "profile"


class OffVoiceState(StrEnum):
    """What became of it; *gone* was taken down by somebody outside this house."""

    OPEN = "open"
    REMOVED = "removed"
    GONE = "gone"
    KEPT = "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class OffVoice:
    """One find on an own account; an ``alarm`` where the account was not open, else for information.

    ``before`` is what stood there earlier, of an edit or a profile. ``nearest_version`` is the approved statement
    most like it, ``likeness`` in percent. ``created_at`` is the network's time, ``found_at`` ours.
    """

    id: str
    plane: Plane
    account_id: str
    native_id: str
    kind: OffVoiceKind
    text: str
    created_at: datetime
    found_at: datetime
    alarm: bool
    posture: Posture
    before: str = ""
    url: str = ""
    client: str = ""
    nearest_version: str = ""
    likeness: int = 0
    incident_id: str = ""
    state: OffVoiceState = OffVoiceState.OPEN
    handled_by: str = ""
    handled_at: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountWatch:
    """How the reading back of one account goes; ``id`` is the account's.

    ``read_at`` is when it was last read in full, ``blind_since`` when reading began to fail, ``note`` why.
    ``profile`` is the profile as last seen, None before the first reading.
    """

    id: str
    plane: Plane
    started_at: datetime
    next_at: datetime
    read_at: datetime | None = None
    blind_since: datetime | None = None
    failures: int = 0
    profile: str | None = None
    note: str = ""
