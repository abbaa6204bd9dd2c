"""What takes two people: who may be the second, whose word counts, and what waits for another's.

The same rule holds for unlocking, standing down, ending safe mode, releasing, unsealing names, plans and keys.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from command_center.domain.clients import CLIENT, Client
from command_center.domain.connections import Connection
from command_center.domain.people import DRILL_PARTNER, SHELL, SYSTEM, Act, Person, may
from command_center.domain.response_log import canonical


class Matter(StrEnum):
    """What a proposal is about."""

    PLAN = "plan"
    GLASS = "glass"
    CONNECTION = "connection"
    CLIENT = "client"
    LOG_KEY = "log_key"
    SEALING = "sealing"


# What somebody must be entitled to for their word to count.
NEEDS: Final[Mapping[Matter, Act]] = {
    Matter.PLAN: Act.AGREE_PLAN,
    Matter.GLASS: Act.AGREE_PLAN,
    Matter.CONNECTION: Act.WRITE_ACCOUNT,
    Matter.CLIENT: Act.WRITE_ACCOUNT,
    Matter.LOG_KEY: Act.WRITE_ACCOUNT,
    Matter.SEALING: Act.WRITE_ACCOUNT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Exactly this content, proposed by one person and agreed to by another.

    ``subject`` is the id of the plan, incident, connection or client. Keys take effect with the second word and wait in
    ``connection`` or ``client`` until then; what the shell did, or a broken glass, took effect at ``done_at``
    already and is shown until another person confirms it. ``plan`` is the snapshot of an agreed plan.
    """

    id: str
    matter: Matter
    subject: str
    title: str
    content_hash: str
    asked_by: str
    asked_at: datetime
    reason: str = ""
    plan: dict[str, Any] = field(default_factory=dict)
    connection: Connection | None = None
    client: Client | None = None
    done_at: datetime | None = None
    agreed_by: str = ""
    agreed_at: datetime | None = None
    ended_by: str = ""
    ended_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Whether it waits for a second person's word."""
        return self.agreed_at is None and self.ended_at is None


def hash_of(content: Mapping[str, Any]) -> str:
    """Hash what both people agree on: SHA-256 of its canonical JSON."""
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def is_a_person(identity: str) -> bool:
    """Tell whether this is somebody: neither the house, nor its shell, nor a program, nor a drill's partner."""
    return identity not in {"", SYSTEM, SHELL, DRILL_PARTNER} and not identity.startswith(CLIENT)


def why_not_second(first: str, second: str, *, conflicted: Collection[str] = ()) -> str:
    """Name what keeps somebody from being the second of two; empty when nothing does."""
    if second == first:
        return "four_eyes.other_person"
    return "statement.conflict_of_interest" if second in conflicted else ""


def still_counts(first: Person | None, act: Act, *, conflicted: Collection[str] = ()) -> bool:
    """Tell whether the first word still stands: who gave it is still here, entitled, and not who the case is about."""
    return first is not None and may(first, act) and first.id not in conflicted


def agreed_plan(
    proposals: Iterable[Proposal], plan_id: str, *, content_hash: str = "", conflicted: Sequence[str] = ()
) -> Proposal | None:
    """Return the newest agreement on a plan, on exactly this content where its hash is given.

    Agreements of people the case is about don't count; those of people who have left since then do.
    """
    found = [
        one
        for one in proposals
        if one.matter is Matter.PLAN
        and one.subject == plan_id
        and one.agreed_at is not None
        and content_hash in {"", one.content_hash}
        and hash_of(one.plan) == one.content_hash
        and not {one.asked_by, one.agreed_by} & {*conflicted}
    ]
    return max(found, key=lambda one: (one.agreed_at, one.id), default=None)
