"""What waits for a person: alerts, one for each storm, with whom they told, and the incidents that run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from command_center.domain.accounts import Account, Lock
from command_center.domain.alerts import Alert, AlertState, Ear
from command_center.domain.incidents import Clock, Incident, IncidentState, Task, TaskState
from command_center.domain.mentions import Plane
from command_center.domain.people import Person
from command_center.domain.topics import Topic
from command_center.ports import Reading
from command_center.use_cases.acknowledge import taken_together
from command_center.use_cases.one_storm import same_storm

MOST_SHOWN: Final = 3
_EXCERPT: Final = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing:
    """One alert to show; ``excerpt`` is the text it is about, where it is about one.

    ``along`` are the other alerts of its storm that stand as it does: what is done to one is done to all.
    """

    alert: Alert
    topic: str
    excerpt: str
    along: tuple[Alert, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """One incident that runs, with what is due next in it."""

    incident: Incident
    locks: tuple[Lock, ...]
    next_task: Task | None
    open_tasks: int
    clocks: tuple[Clock, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Everything of the house that a person must know before looking at a curve."""

    ringing: tuple[Ringing, ...]
    more: int
    running: tuple[Running, ...]
    accounts: tuple[Account, ...]
    locks: tuple[Lock, ...]
    people: Mapping[str, Person]


def read_duty(store: Reading, plane: Plane) -> Duty:
    """Read alerts, incidents and accounts; a real alert shows in the practice plane too."""
    planes = (Plane.REAL,) if plane is Plane.REAL else (Plane.REAL, Plane.PRACTICE)
    states = (AlertState.RAISED, AlertState.ACKNOWLEDGED)
    alerts = [
        alert
        for alert in store.find(Alert, plane=planes, state=states, order="raised_at", descending=True, limit=50)
        if _still_asks(store, alert, plane)
    ]
    alerts.sort(key=lambda alert: (alert.state is AlertState.RAISED, alert.plane is Plane.REAL), reverse=True)
    storms = _by_storm(store, alerts)
    locks = store.find(Lock, plane=plane, lifted_at=None, order="locked_at")
    incidents = store.find(
        Incident,
        plane=plane,
        state=(IncidentState.ACTIVE, IncidentState.STANDING_DOWN),
        order="opened_at",
        descending=True,
    )
    return Duty(
        ringing=tuple(_ringing(store, storm[0], storm[1:]) for storm in storms[:MOST_SHOWN]),
        more=sum(len(storm) for storm in storms[MOST_SHOWN:]),
        running=tuple(_running(store, incident, locks) for incident in incidents),
        accounts=tuple(store.find(Account, plane=plane, active=True, order="name")),
        locks=tuple(locks),
        people={person.id: person for person in store.find(Person)},
    )


def _still_asks(store: Reading, alert: Alert, plane: Plane) -> bool:
    """Tell whether an alert still wants an answer; one of a replay that was played again does not."""
    if alert.state is AlertState.ACKNOWLEDGED and (alert.was_real is not None or alert.plane is not plane):
        return False
    ear = store.get(Ear, alert.topic_id) if alert.replayed else None
    return ear is None or ear.state.get("run") == alert.evidence.get("run")


def _by_storm(store: Reading, alerts: Sequence[Alert]) -> list[list[Alert]]:
    """Put alerts of one storm together where one click takes or judges them all; the newest leads."""
    storms: list[list[Alert]] = []
    seen: set[str] = set()
    for alert in alerts:
        if alert.id in seen:
            continue
        same = {one.id for one in same_storm(store, alert)}
        storm = [alert, *(one for one in alerts if one.id != alert.id and one.id in same and _stand_alike(alert, one))]
        seen |= {one.id for one in storm}
        storms.append(storm)
    return storms


def _stand_alike(alert: Alert, other: Alert) -> bool:
    waiting = alert.state is AlertState.RAISED and other.state is AlertState.RAISED
    return waiting or taken_together(alert, other)


def _ringing(store: Reading, alert: Alert, along: Sequence[Alert]) -> Ringing:
    topic = store.get(Topic, alert.topic_id)
    mention = store.mention(str(alert.evidence.get("mention", ""))) if alert.evidence.get("mention") else None
    text = mention.text if mention else ""
    return Ringing(
        alert=alert,
        topic=topic.name if topic else "",
        excerpt=text if len(text) <= _EXCERPT else f"{text[:_EXCERPT]}…",
        along=tuple(along),
    )


def _running(store: Reading, incident: Incident, locks: list[Lock]) -> Running:
    tasks = store.find(Task, incident_id=incident.id, state=TaskState.OPEN, order="due_at")
    clocks = store.find(Clock, incident_id=incident.id, stopped_at=None)
    return Running(
        incident=incident,
        locks=tuple(lock for lock in locks if lock.incident_id == incident.id),
        next_task=tasks[0] if tasks else None,
        open_tasks=len(tasks),
        clocks=tuple(sorted((c for c in clocks if c.due_at), key=lambda clock: str(clock.due_at))),
    )
