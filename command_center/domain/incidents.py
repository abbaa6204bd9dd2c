"""An incident: one crisis from activation to stand-down, with its tasks, clocks, facts and decisions."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from command_center.domain.mentions import Plane


class IncidentState(StrEnum):
    """Where an incident stands."""

    ACTIVE = "active"
    STANDING_DOWN = "standing_down"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One crisis, real or practised, with the plan's snapshot it was activated with.

    ``level`` is 0 to 6 (Graf/Schwede). ``proposed_by`` is the first of the two who stand it down.
    ``conflicted`` are people the case is about: they drop out of every approval.
    """

    id: str
    plane: Plane
    title: str
    plan_id: str
    plan_version: int
    plan: dict[str, Any]
    level: int
    state: IncidentState
    opened_by: str
    opened_at: datetime
    topic_id: str = ""
    alert_id: str = ""
    proposed_by: str = ""
    proposed_at: datetime | None = None
    criteria_met: tuple[str, ...] = ()
    proposal_reason: str = ""
    conflicted: tuple[str, ...] = ()
    closed_by: str = ""
    closed_at: datetime | None = None


class TaskState(StrEnum):
    """Where a task stands; late is not a state, it follows from the due time."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Planned work with a due time; ``title`` maps a language to its text."""

    id: str
    incident_id: str
    plane: Plane
    plan_task: str
    phase: str
    duty: str
    title: dict[str, str]
    due_at: datetime
    person_id: str = ""
    evidence_required: bool = False
    state: TaskState = TaskState.OPEN
    evidence: str = ""
    done_by: str = ""
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """A legal or self-set countdown of ``seconds``; a repeating one starts again when it is met.

    ``starts`` says what sets it running: activation, awareness, first_statement or manual.
    """

    id: str
    incident_id: str
    plane: Plane
    plan_clock: str
    title: dict[str, str]
    basis: str
    duty: str
    starts: str
    seconds: int
    repeats: bool = False
    started_at: datetime | None = None
    due_at: datetime | None = None
    stopped_at: datetime | None = None
    stopped_by: str = ""


class FactState(StrEnum):
    """How sure we are; only a confirmed fact may enter a statement."""

    CONFIRMED = "confirmed"
    UNCONFIRMED = "unconfirmed"
    REFUTED = "refuted"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing known or believed about the incident, and where it comes from."""

    id: str
    incident_id: str
    plane: Plane
    text: str
    state: FactState
    source: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision with its reason, as staff work demands (facts, options, risks, decision, execution, check)."""

    id: str
    incident_id: str
    plane: Plane
    text: str
    reason: str
    decided_by: str
    decided_at: datetime


YES: Final = "yes"
NO: Final = "no"
UNKNOWN: Final = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageAnswer:
    """What somebody answered to a question that sorts the case; ``id`` is made of incident and question.

    ``answer`` is ``yes``, ``no``, the id of a choice or a text; empty means that nobody knows (any more).
    """

    id: str
    incident_id: str
    plane: Plane
    question: str
    answer: str
    answered_by: str
    answered_at: datetime
