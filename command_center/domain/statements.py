"""A statement: approved wording with versions, variants and typed slots.

A version never changes: any edit is a new version with its own hash, and approvals name that hash.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from command_center.domain.mentions import Plane
from command_center.domain.people import DRILL_PARTNER, Act, Person, Role, may
from command_center.domain.plan_words import SlotType
from command_center.domain.response_log import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A gap in a statement; ``choices`` are the allowed values, or for a link the allowed hosts."""

    name: str
    type: SlotType
    label: dict[str, str]
    max_length: int = 80
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One wording for a language, network and audience; an empty network or audience means any."""

    language: str
    text: str
    network: str = ""
    audience: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Everything an approval covers."""

    title: str
    kind: str
    variants: tuple[Variant, ...]
    slots: tuple[Slot, ...] = ()
    strategy: str = ""


class StatementState(StrEnum):
    """Where a version stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    VALID = "valid"
    RETURNED = "returned"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


# Somebody still writes or judges these, and may have to ask whoever wrote them.
AT_WORK: Final = frozenset({StatementState.DRAFT, StatementState.SUBMITTED, StatementState.RETURNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What is said about one matter, over all its versions.

    ``supersedes`` names the plan statement of the same incident that this one replaces once valid.
    """

    id: str
    plane: Plane
    title: str
    created_by: str
    created_at: datetime
    incident_id: str = ""
    plan_statement: str = ""
    supersedes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementVersion:
    """One immutable wording of a statement; ``valid_for`` in seconds, 0 for no end.

    ``approver_roles`` are the house roles whose holders may approve; empty means any approver.
    """

    id: str
    statement_id: str
    plane: Plane
    number: int
    content: Content
    content_hash: str
    author_id: str
    created_at: datetime
    quorum: int
    approver_roles: tuple[Role, ...]
    valid_for: int
    incident_id: str = ""
    state: StatementState = StatementState.DRAFT
    submitted_at: datetime | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """One person's word for exactly this content."""

    id: str
    version_id: str
    person_id: str
    content_hash: str
    at: datetime


def content_hash(content: Content) -> str:
    """Hash everything an approval covers: SHA-256 of its canonical JSON."""
    return hashlib.sha256(canonical(asdict(content)).encode()).hexdigest()


def is_current(version: StatementVersion, now: datetime) -> bool:
    """Tell whether the version may be used at this moment."""
    if version.state is not StatementState.VALID or version.content_hash != content_hash(version.content):
        return False
    return version.valid_until is None or now < version.valid_until


def may_approve(version: StatementVersion, person: Person, *, conflicted: Sequence[str] = ()) -> str:
    """Name what keeps the person from approving this version; empty when nothing does."""
    if person.id == version.author_id:
        return "statement.author_never_alone"
    if person.id in conflicted:
        return "statement.conflict_of_interest"
    if version.approver_roles and not set(version.approver_roles).intersection(person.roles):
        return "statement.role_may_not_approve"
    return ""


def approvals_that_count(
    version: StatementVersion, approvals: Iterable[Approval], people: Iterable[Person], conflicted: Sequence[str] = ()
) -> frozenset[str]:
    """Return the persons whose approval of exactly this content counts: persons, not accounts or clicks.

    Until the quorum is met only people who are still here and still entitled count; once valid, a version stays so.
    """
    given = {
        approval.person_id
        for approval in approvals
        if approval.version_id == version.id and approval.content_hash == version.content_hash
    }
    return frozenset(given & _able(version, people, conflicted))


def approvals_needed(version: StatementVersion, people: Sequence[Person], conflicted: Sequence[str] = ()) -> int:
    """Return how many approvals make the version valid: its quorum, or everybody there is where the house is smaller.

    Never fewer than make two people with the author; a plan is nobody, so its wording takes two approvals.
    """
    able = _able(version, people, conflicted)
    if version.plane is Plane.REAL:
        able -= {DRILL_PARTNER}
    written = any(person.id == version.author_id and person.active for person in people)
    least = 1 if written and version.author_id not in conflicted else 2
    return max(least, min(version.quorum, len(able)))


def _able(version: StatementVersion, people: Iterable[Person], conflicted: Sequence[str]) -> set[str]:
    return {
        person.id
        for person in people
        if may(person, Act.APPROVE) and not may_approve(version, person, conflicted=conflicted)
    }
