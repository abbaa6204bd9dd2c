"""A publication: one attempt to let a text leave the house, from intent to outcome."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from command_center.domain.mentions import Plane

# The reason of a refusal that was not the gate's.
BY_NETWORK: Final = "network"


class PublicationState(StrEnum):
    """Where a post stands; intent and outcome are two transactions.

    *Queued* waits for its time or for the worker and may be held by a lock; *intended* is in somebody's hands:
    a person's who posts, or a network's. *Unknown* may be out: it is looked for, never simply sent again.
    """

    AWAITING_REVIEW = "awaiting_review"
    QUEUED = "queued"
    HELD = "held"
    QUARANTINED = "quarantined"
    INTENDED = "intended"
    SENT = "sent"
    VERIFIED = "verified"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DISCARDED = "discarded"


WAITING: Final = frozenset({PublicationState.AWAITING_REVIEW, PublicationState.QUEUED})
IN_FLIGHT: Final = frozenset({PublicationState.INTENDED, PublicationState.UNKNOWN})
# Somebody still has to do something about these, or may ask about them.
AT_WORK: Final = WAITING | IN_FLIGHT | {PublicationState.HELD, PublicationState.QUARANTINED}
OUT: Final = frozenset({PublicationState.SENT, PublicationState.VERIFIED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One text for one account; ``text`` is what was decided on, never edited afterwards.

    ``due_at`` is when it should leave; ``reply_to`` the mention it answers; ``reason`` the gate's code.
    ``attempts`` counts tries to send it, ``attempted_at`` is when the first began, ``native_ids`` what the network
    calls its parts. ``next_try_at`` is when the network may be asked again, ``taken_down_at`` when we deleted it.
    """

    id: str
    plane: Plane
    account_id: str
    text: str
    state: PublicationState
    asked_by: str
    asked_at: datetime
    due_at: datetime
    version_id: str = ""
    incident_id: str = ""
    reply_to: str = ""
    reviewed_by: str = ""
    reason: str = ""
    intended_at: datetime | None = None
    ended_at: datetime | None = None
    url: str = ""
    note: str = ""
    attempts: int = 0
    attempted_at: datetime | None = None
    next_try_at: datetime | None = None
    native_ids: tuple[str, ...] = ()
    taken_down_at: datetime | None = None
