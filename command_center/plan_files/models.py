"""The shape of a plan file: which keys it has and what each may hold.

Each model names the noun it makes; the keys are the noun's own field names.
"""

from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from command_center.domain import plans
from command_center.plan_files.durations import PATTERN, parse_duration


def _duration(value: object) -> object:
    parsed = parse_duration(value) if isinstance(value, str) else None
    if parsed is None:
        raise PydanticCustomError("bad_duration", "not a duration")
    return parsed


Text = Annotated[str, Field(min_length=1, max_length=5000, pattern=r"\S")]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$", max_length=60)]
SlotName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Level = Annotated[int, Field(ge=0, le=6)]
Quorum = Annotated[int, Field(ge=1, le=9)]
Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    WithJsonSchema({"type": "string", "pattern": PATTERN, "examples": ["PT10M", "PT72H", "P7D"]}),
]
HouseRole = Literal[
    "employee", "co_manager", "analyst", "approver", "crisis_lead", "auditor", "administrator"
]  # plans.HOUSE_ROLES; a test holds the two together


class Part(BaseModel):
    """A part of a plan file; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", strict=True, use_attribute_docstrings=True)
    makes: ClassVar[Any] = dict

    def build(self) -> Any:
        """Return the noun this part describes."""
        values = {name: _built(getattr(self, name)) for name in type(self).model_fields}
        return self.makes(**{name: value for name, value in values.items() if self.makes is not dict or value})


def _built(value: object) -> object:
    if isinstance(value, Part):
        return value.build()
    if isinstance(value, list):
        return tuple(_built(item) for item in value)
    return value


class BilingualText(Part):
    """The same text in German and English."""

    makes = plans.Bilingual
    de: Text
    en: Text


class Sentences(Part):
    """Lists of sentences or words, by language."""

    de: list[Text] = Field(min_length=1)
    en: list[Text] = Field(min_length=1)


class Words(Part):
    """Lists of words by language; either may be left out."""

    de: list[Text] = []
    en: list[Text] = []


class Variants(Part):
    """One statement in one language: the long form, and short forms where they make sense."""

    long: Text
    x: Text | None = None
    reply: Text | None = None


class Texts(Part):
    """A statement's texts in both languages."""

    de: Variants
    en: Variants


class Scct(Part):
    """Situational Crisis Communication Theory: responsibility and stance."""

    makes = plans.PlanScct
    cluster: plans.ScctCluster = Field(strict=False)
    primary: plans.Strategy = Field(strict=False)
    secondary: list[Annotated[plans.Strategy, Field(strict=False)]] = []


class Floor(Part):
    """A triage question whose yes lifts the level."""

    makes = plans.LevelFloor
    when: Id
    level: Level


class Triggers(Part):
    """What lets the system propose the plan."""

    makes = plans.PlanTriggers
    keywords: Words = Words()


class Choice(Part):
    """One answer that can be chosen."""

    makes = plans.PlanChoice
    id: Id
    label: BilingualText


class Question(Part):
    """A triage question."""

    makes = plans.TriageQuestion
    id: Id
    text: BilingualText
    answer: plans.AnswerType = Field(default=plans.AnswerType.YES_NO, strict=False)
    choices: list[Choice] = []
    only_if: Id | None = None


class Lock(Part):
    """What activation locks."""

    makes = plans.PlanLock
    posture: Literal["review", "one_voice", "hold"]
    account_tags: list[Id] = Field(min_length=1)
    exclude_tags: list[Id] = []
    review_by: Duration
    unlock_quorum: Quorum = 2


class Role(Part):
    """A duty and the sign-in role whose people can take it."""

    makes = plans.PlanRole
    id: Id
    title: BilingualText
    house_role: HouseRole
    from_level: Level
    ack_within: Duration
    deputy_required: bool = True


class Stakeholder(Part):
    """A group that hears from us; the order of the list is the order of informing."""

    makes = plans.PlanStakeholder
    id: Id
    title: BilingualText
    channels: list[Id] = Field(min_length=1)
    statement: Id | None = None
    clock: Id | None = None
    confirm: bool = False


class Channels(Part):
    """Where we speak first, where that is repeated, what falls silent."""

    makes = plans.PlanChannels
    lead: Id
    mirror: list[Id] = []
    dark: list[Id] = []


class Clock(Part):
    """A legal or self-set deadline."""

    makes = plans.PlanClock
    id: Id
    title: BilingualText
    basis: Text
    starts: plans.ClockStart = Field(strict=False)
    due: Duration
    repeat: bool = False
    owner: Id


class Task(Part):
    """Work with a due time."""

    makes = plans.PlanTask
    id: Id
    phase: plans.TaskPhase = Field(strict=False)
    due: Duration
    role: Id
    text: BilingualText
    evidence_required: bool = False


class Slot(Part):
    """A typed, bounded gap in a statement."""

    makes = plans.PlanSlot
    name: SlotName
    type: plans.SlotType = Field(strict=False)
    max_length: int = Field(ge=1, le=1000)
    choices: list[Choice] = []
    label: BilingualText


class Statement(Part):
    """Prepared wording with its rules."""

    makes = plans.PlanStatement
    id: Id
    title: BilingualText
    kind: plans.StatementKind = Field(strict=False)
    strategy: plans.Strategy = Field(strict=False)
    audiences: list[Id] = Field(min_length=1)
    slots: list[Slot] = []
    text: Texts
    must_contain: list[Annotated[plans.MessagePart, Field(strict=False)]] = []
    forbidden: Words = Words()
    valid_for: Duration
    quorum: Quorum = 2
    approver_roles: list[Id] = Field(min_length=1)
    supersedes: Id | None = None


class Guidance(Part):
    """The card *What may I say?*."""

    makes = plans.PlanGuidance
    say: Sentences
    dont: Sentences
    private_accounts: BilingualText
    refer_to: Id


class Criterion(Part):
    """One thing that must be true before the incident ends."""

    makes = plans.StandDownCriterion
    code: plans.StandDownCode = Field(strict=False)
    text: BilingualText


class StandDown(Part):
    """How the incident ends."""

    makes = plans.PlanStandDown
    criteria: list[Criterion] = Field(min_length=1)
    quorum: Quorum = 2
    after: list[Annotated[plans.AfterStep, Field(strict=False)]] = []


class PlanFile(Part):
    """A crisis plan."""

    makes = plans.Plan
    format: Literal["crisis-plan/1"] = Field(alias="schema")
    id: Id
    version: int = Field(ge=1, le=100_000)
    status: plans.PlanStatus = Field(strict=False)
    title: BilingualText
    summary: BilingualText
    scct: Scct
    default_level: Level
    min_level_if: list[Floor] = []
    triggers: Triggers
    triage_questions: list[Question] = []
    lock: Lock
    roles: list[Role] = Field(min_length=1)
    stakeholders: list[Stakeholder] = Field(min_length=1)
    channels: Channels
    clocks: list[Clock] = []
    tasks: list[Task] = Field(min_length=1)
    statements: list[Statement] = Field(min_length=1)
    guidance: Guidance
    stand_down: StandDown

    def build(self) -> plans.Plan:
        """Return the plan."""
        values = {name: _built(getattr(self, name)) for name in type(self).model_fields if name != "format"}
        return plans.Plan(**values)  # type: ignore[arg-type]
