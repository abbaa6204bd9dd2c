"""A removal: the wish to take a post down from one of our accounts, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from command_center.domain.mentions import Plane


class RemovalState(StrEnum):
    """Where a removal stands."""

    ASKED = "asked"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """One post to take down: a ``publication_id`` of ours or an ``off_voice_id`` that the gate never saw.

    ``native_ids`` are the network's own; deleting one that is gone already is well, so it may be tried again
    at ``next_try_at`` without looking first. ``note`` says what was in the way.
    """

    id: str
    plane: Plane
    account_id: str
    native_ids: tuple[str, ...]
    asked_by: str
    asked_at: datetime
    reason: str
    publication_id: str = ""
    off_voice_id: str = ""
    incident_id: str = ""
    state: RemovalState = RemovalState.ASKED
    tries: int = 0
    next_try_at: datetime | None = None
    ended_at: datetime | None = None
    note: str = ""
