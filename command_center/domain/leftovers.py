"""A leftover: a place where an old wording still stands after its statement was replaced or withdrawn."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from command_center.domain.mentions import Plane


class LeftoverKind(StrEnum):
    """Where an old wording stands: published, still waiting to go out, or in the head of somebody who speaks."""

    POST = "post"
    SCHEDULED = "scheduled"
    CARD = "card"


class LeftoverState(StrEnum):
    """What became of it; every way but *open* has somebody's name and a time."""

    OPEN = "open"
    TAKEN_DOWN = "taken_down"
    REPLACED = "replaced"
    STAYS = "stays"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """One place of one old version: a ``publication_id``, or the ``person_id`` who has not confirmed the change."""

    id: str
    plane: Plane
    version_id: str
    kind: LeftoverKind
    found_at: datetime
    publication_id: str = ""
    person_id: str = ""
    incident_id: str = ""
    state: LeftoverState = LeftoverState.OPEN
    reason: str = ""
    settled_by: str = ""
    settled_at: datetime | None = None
