"""The closed lists of a crisis plan: which words its fields may use.

The story goes on in ``domain/plans.py``, which builds a plan from them.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LANGUAGES: Final = ("de", "en")
VARIANTS: Final = ("long", "x", "reply")
POSTURES: Final = ("review", "one_voice", "hold")
LEVELS: Final = range(7)
HOUSE_ROLES: Final = (
    "employee",
    "co_manager",
    "analyst",
    "approver",
    "crisis_lead",
    "auditor",
    "administrator",
)


class PlanStatus(StrEnum):
    """Whether a plan may be activated: only an approved one may."""

    DRAFT = "draft"
    APPROVED = "approved"
    RETIRED = "retired"


class ScctCluster(StrEnum):
    """How much responsibility people will see with the organisation (Coombs)."""

    VICTIM = "victim"
    ACCIDENTAL = "accidental"
    PREVENTABLE = "preventable"


class Strategy(StrEnum):
    """The stance a statement takes; ``DENY`` never goes with ``DIMINISH`` or ``REBUILD``."""

    INFORM = "inform"
    DENY = "deny"
    DIMINISH = "diminish"
    REBUILD = "rebuild"
    BOLSTER = "bolster"


class StatementKind(StrEnum):
    """What a statement is for in the course of an incident."""

    HOLDING = "holding"
    UPDATE = "update"
    APOLOGY = "apology"
    CORRECTION = "correction"
    INSTRUCTION = "instruction"
    INTERNAL = "internal"
    QA = "qa"
    CLOSING = "closing"


class SlotType(StrEnum):
    """What may fill a slot; a ``FACT`` slot takes only a confirmed fact."""

    TEXT = "text"
    DATETIME = "datetime"
    NUMBER = "number"
    LINK = "link"
    FACT = "fact"
    CHOICE = "choice"


class MessagePart(StrEnum):
    """What a first message owes its readers (CDC CERC), named in ``must_contain``."""

    EMPATHY = "empathy"
    KNOWN = "known"
    UNKNOWN = "unknown"
    NEXT_STEP = "next_step"
    COMMITMENT = "commitment"
    SOURCE_LINK = "source_link"


class TaskPhase(StrEnum):
    """When a task belongs to an incident; ``POST`` tasks follow the stand-down."""

    FIRST_HOUR = "first_hour"
    FIRST_DAY = "first_day"
    ONGOING = "ongoing"
    POST = "post"


class ClockStart(StrEnum):
    """What sets a clock running; ``MANUAL`` clocks are started by their owner."""

    ACTIVATION = "activation"
    AWARENESS = "awareness"
    FIRST_STATEMENT = "first_statement"
    MANUAL = "manual"


class AnswerType(StrEnum):
    """How a triage question is answered."""

    YES_NO = "yes_no"
    CHOICE = "choice"
    TEXT = "text"


class StandDownCode(StrEnum):
    """What can be required before an incident ends; repeating clocks and ``POST`` tasks do not count."""

    NEGATIVE_BELOW_BASELINE = "negative_below_baseline"
    LEVEL_LOW = "level_low"
    CLOCKS_CLOSED = "clocks_closed"
    TASKS_DONE = "tasks_done"
    RELAPSE_RISK_LOW = "relapse_risk_low"
    PEOPLE_CARED_FOR = "people_cared_for"
    SERVICE_STABLE = "service_stable"
    REVIEW_CONCLUDED = "review_concluded"


class AfterStep(StrEnum):
    """What follows a stand-down."""

    CLOSING_STATEMENT = "closing_statement"
    QUARANTINE_REVIEW = "quarantine_review"
    RESTORE_ADVOCACY = "restore_advocacy"
    DEBRIEF = "debrief"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bilingual:
    """The same sentence in German and English."""

    de: str
    en: str

    def in_language(self, code: str) -> str:
        """Return the German text for ``de`` and its regional forms, the English one otherwise."""
        return self.de if code.lower().replace("_", "-").split("-")[0] == "de" else self.en
