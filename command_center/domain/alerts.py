"""An alert: a spike that people are told about, with the numbers that explain it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from command_center.domain.mentions import Plane


class AlertState(StrEnum):
    """Where an alert stands."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    IN_INCIDENT = "in_incident"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """A storm somebody must look at; ``evidence`` holds what the rule saw, so it can be explained later.

    ``at`` is the moment in the mentions' own time, ``raised_at`` when the house noticed;
    they differ in a replay (``replayed``).
    """

    id: str
    plane: Plane
    topic_id: str
    at: datetime
    raised_at: datetime
    evidence: dict[str, Any]
    replayed: bool = False
    state: AlertState = AlertState.RAISED
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    was_real: bool | None = None
    incident_id: str = ""


class NoticeOutcome(StrEnum):
    """What became of telling one person about one alert; all but the first three say why they were not told."""

    SENT = "sent"
    PRACTICE = "practice"
    FAILED = "failed"
    NO_CHANNEL = "no_channel"
    NO_ADDRESS = "no_address"
    PREFERENCE = "preference"
    OFF_DUTY = "off_duty"
    QUIET_HOURS = "quiet_hours"
    DISABLED = "disabled"
    DIGEST = "digest"
    ACKNOWLEDGED = "acknowledged"
    NOBODY = "nobody"


REACHED: Final = frozenset({NoticeOutcome.SENT, NoticeOutcome.PRACTICE})
TRIED: Final = REACHED | {NoticeOutcome.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One attempt to tell one person about one alert, or why nobody tried.

    ``step`` counts from 0 in the order of the duty plan; ``digest`` is the same for alerts told in one message.
    A step that reached nobody at all has a notice without a person.
    """

    id: str
    alert_id: str
    plane: Plane
    person_id: str
    channel: str
    at: datetime
    outcome: NoticeOutcome
    detail: str = ""
    step: int = 0
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """What was seen in the window the verdict speaks of."""

    mentions: int
    distinct_texts: int
    authors: int
    negative: int
    reach: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Surge:
    """What the ear that heard most says about a bucket in which something rises.

    ``ear`` names what was counted; ``score`` is for all ears together, the rest for this one.
    """

    ear: str
    score: float
    ratio: float
    lasting: int
    minutes: int


class TriageState(StrEnum):
    """What became of a mention."""

    NEW = "new"
    ASSIGNED = "assigned"
    ANSWERED = "answered"
    IGNORED = "ignored"
    ESCALATED = "escalated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Triage:
    """What somebody decided to do about a mention; ``id`` is the mention's."""

    id: str
    plane: Plane
    topic_id: str
    state: TriageState
    person_id: str = ""
    note: str = ""
    changed_by: str
    changed_at: datetime


class ReplayState(StrEnum):
    """Where a replay stands."""

    RUNNING = "running"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """Imported history played as if live; ``speed`` in seconds of history per second, 0 means to the end."""

    id: str
    plane: Plane
    topic_id: str
    speed: int
    first: datetime
    last: datetime
    position: datetime
    started_at: datetime
    started_by: str
    state: ReplayState = ReplayState.RUNNING


@dataclass(frozen=True, slots=True, kw_only=True)
class Ear:
    """A topic's detector with what it has learnt; ``id`` is the topic's.

    ``judged_until`` is the end of the last bucket it judged.
    """

    id: str
    state: dict[str, Any]
    judged_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedBucket:
    """One bucket as the detector saw it at the time; counts per bucket.

    ``surge`` is kept where something rose, for replaying rules; ``delivered`` is the share of
    expected fetches that came from the source that lacked most, where sources were expected to deliver.
    """

    id: str
    topic_id: str
    at: datetime
    count: int
    expected: float
    low: float
    high: float
    score: float
    ratio: float
    lasting: int
    learning: bool
    alert: bool
    surge: Surge | None = None
    delivered: float | None = None
