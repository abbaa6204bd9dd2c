"""A crisis plan: what an organisation decided in quiet times about who does and says what in a storm.

Plans are files in ``crisis_plans/``; an incident keeps the snapshot it was activated with.
The story goes on in ``domain/plan_rules.py``, which says what is wrong with a plan.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from command_center.domain.plan_words import (
    HOUSE_ROLES,
    LANGUAGES,
    LEVELS,
    POSTURES,
    VARIANTS,
    AfterStep,
    AnswerType,
    Bilingual,
    ClockStart,
    MessagePart,
    PlanStatus,
    ScctCluster,
    SlotType,
    StandDownCode,
    StatementKind,
    Strategy,
    TaskPhase,
)

__all__ = [
    "HOUSE_ROLES",
    "LANGUAGES",
    "LEVELS",
    "POSTURES",
    "VARIANTS",
    "AfterStep",
    "AnswerType",
    "Bilingual",
    "ClockStart",
    "LevelFloor",
    "MessagePart",
    "Plan",
    "PlanChannels",
    "PlanChoice",
    "PlanClock",
    "PlanGuidance",
    "PlanLock",
    "PlanRole",
    "PlanScct",
    "PlanSlot",
    "PlanStakeholder",
    "PlanStandDown",
    "PlanStatement",
    "PlanStatus",
    "PlanTask",
    "PlanTriggers",
    "ScctCluster",
    "SlotType",
    "StandDownCode",
    "StandDownCriterion",
    "StatementKind",
    "Strategy",
    "TaskPhase",
    "TriageQuestion",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanScct:
    """The Situational Crisis Communication Theory's reading of the case."""

    cluster: ScctCluster
    primary: Strategy
    secondary: tuple[Strategy, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelFloor:
    """A yes to the triage question ``when`` lifts the incident to at least ``level``."""

    when: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTriggers:
    """What lets the system propose the plan: keywords by language. It never activates by itself."""

    keywords: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanLock:
    """What activation locks: the posture, for which accounts, and until when it is looked at again.

    An account is locked when it has one of ``account_tags`` and none of ``exclude_tags``.
    ``posture`` is one of ``POSTURES``. A passed ``review_by`` nags; it never unlocks.
    """

    posture: str
    account_tags: tuple[str, ...]
    exclude_tags: tuple[str, ...] = ()
    review_by: timedelta
    unlock_quorum: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRole:
    """A duty in the crisis, and the house role (sign-in role) whose people can take it."""

    id: str
    title: Bilingual
    house_role: str
    from_level: int
    ack_within: timedelta
    deputy_required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStakeholder:
    """A group that hears from us; the order of the plan's list is the order of informing."""

    id: str
    title: Bilingual
    channels: tuple[str, ...]
    statement: str | None = None
    clock: str | None = None
    confirm: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChannels:
    """Where we speak first, where that is repeated, and what falls silent."""

    lead: str
    mirror: tuple[str, ...] = ()
    dark: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanClock:
    """A legal or self-set deadline; ``owner`` is a duty or house role."""

    id: str
    title: Bilingual
    basis: str
    starts: ClockStart
    due: timedelta
    repeat: bool = False
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTask:
    """Work that is due some time after activation (``POST`` tasks: after stand-down)."""

    id: str
    phase: TaskPhase
    due: timedelta
    role: str
    text: Bilingual
    evidence_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanChoice:
    """One answer that can be chosen for a slot or a triage question."""

    id: str
    label: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanSlot:
    """A typed, bounded gap in a statement, written ``{name}`` in its texts.

    ``max_length`` is measured with ``text_length.x_length``, the strictest of our counts, so a value
    that keeps it fits on every network; for links it bounds the characters of the address.
    ``choices`` are used by choice slots only.
    """

    name: str
    type: SlotType
    max_length: int
    choices: tuple[PlanChoice, ...] = ()
    label: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStatement:
    """Prepared wording: ``text[language][variant]`` is a template with ``{slot}`` placeholders.

    ``long`` exists in each language; ``x`` fits X, ``reply`` is a short answer to a mention.
    ``quorum`` counts persons; ``approver_roles`` are duties or house roles.
    """

    id: str
    title: Bilingual
    kind: StatementKind
    strategy: Strategy
    audiences: tuple[str, ...]
    slots: tuple[PlanSlot, ...] = ()
    text: Mapping[str, Mapping[str, str]]
    must_contain: tuple[MessagePart, ...] = ()
    forbidden: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    valid_for: timedelta
    quorum: int = 2
    approver_roles: tuple[str, ...]
    supersedes: str | None = None

    def slot(self, name: str) -> PlanSlot | None:
        """Return the slot of that name, or None."""
        return next((slot for slot in self.slots if slot.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanGuidance:
    """The card *What may I say?*: ``say`` and ``dont`` are sentences by language."""

    say: Mapping[str, tuple[str, ...]]
    dont: Mapping[str, tuple[str, ...]]
    private_accounts: Bilingual
    refer_to: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandDownCriterion:
    """One thing that must be true before the incident ends."""

    code: StandDownCode
    text: Bilingual


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStandDown:
    """How the incident ends: by criteria, by ``quorum`` people, and with what afterwards."""

    criteria: tuple[StandDownCriterion, ...]
    quorum: int = 2
    after: tuple[AfterStep, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TriageQuestion:
    """A question that sorts the case; asked only after a yes to ``only_if``, where that is set."""

    id: str
    text: Bilingual
    answer: AnswerType = AnswerType.YES_NO
    choices: tuple[PlanChoice, ...] = ()
    only_if: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One crisis plan at one version. Values compare by content; plans cannot be dictionary keys."""

    id: str
    version: int
    status: PlanStatus
    title: Bilingual
    summary: Bilingual
    scct: PlanScct
    default_level: int
    min_level_if: tuple[LevelFloor, ...] = ()
    triggers: PlanTriggers
    triage_questions: tuple[TriageQuestion, ...] = ()
    lock: PlanLock
    roles: tuple[PlanRole, ...]
    stakeholders: tuple[PlanStakeholder, ...]
    channels: PlanChannels
    clocks: tuple[PlanClock, ...] = ()
    tasks: tuple[PlanTask, ...]
    statements: tuple[PlanStatement, ...]
    guidance: PlanGuidance
    stand_down: PlanStandDown

    def statement(self, statement_id: str) -> PlanStatement | None:
        """Return the statement of that id, or None."""
        return next((item for item in self.statements if item.id == statement_id), None)

    def role(self, role_id: str) -> PlanRole | None:
        """Return the duty of that id, or None."""
        return next((role for role in self.roles if role.id == role_id), None)

    def house_role_of(self, reference: str) -> str | None:
        """Return the sign-in role behind a duty or house role named in the plan, or None if unknown."""
        duty = self.role(reference)
        if duty is not None:
            return duty.house_role
        return reference if reference in HOUSE_ROLES else None
