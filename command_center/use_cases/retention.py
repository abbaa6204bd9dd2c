"""Erase what is no longer to be kept: once a day, in small transactions, each with its count in the log.

Proof is never touched: log entries, statements, approvals and publications stay; of closed incidents only the free
text goes. Continues in ``use_cases/personal_data.py``: what is stored about one person.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from command_center.domain.accounts import Lock
from command_center.domain.alerts import Alert, AlertState, Notice, Replay
from command_center.domain.incidents import Decision, Fact, Incident, IncidentState, Task
from command_center.domain.leftovers import Leftover
from command_center.domain.mentions import Plane
from command_center.domain.off_voice import OffVoice
from command_center.domain.people import Act, DoorStep, Person, Session, SignInAttempt
from command_center.domain.pseudonyms import Unsealing
from command_center.domain.publications import Publication
from command_center.domain.removals import Removal
from command_center.domain.response_log import Action
from command_center.domain.retention import Data, check_days, days_kept
from command_center.domain.sources import Source
from command_center.ports import Context, Reading, Request, Setting
from command_center.use_cases.command import Work, command, housework
from command_center.use_cases.objections import forget_mentions

CHOSEN: Final = "retention"
DONE: Final = "retention.done"
EVERY: Final = timedelta(days=1)
AT_ONCE: Final = 2_000
# What stands where a text was; a fact without any text would look like a fault.
GONE: Final = "…"
# Why a text went, as the log says it: a code whose sentence the screens know.
WHY: Final = "privacy.time_was_up"
_REACHED: Final = "retention.log_texts"
_HOUSE_LONGER: Final = timedelta(days=1065)
# When a record was done with, and what people wrote into it.
_OLD_WORDS: Final[dict[type[Any], tuple[str, ...]]] = {
    Leftover: ("settled_at", "reason"),
    Lock: ("lifted_at", "reason"),
    OffVoice: ("handled_at", "note"),
    Publication: ("ended_at", "note"),
    Removal: ("ended_at", "reason", "note"),
}
_WRITTEN_IN_INCIDENTS: Final = ("detail", "evidence", "note", "reason", "source", "text", "why")


def kept_for(store: Reading) -> dict[Data, int]:
    """Return for how many days each kind is kept here."""
    chosen = store.get(Setting, CHOSEN)
    return days_kept(chosen.value if chosen else {})


def last_run(store: Reading) -> datetime | None:
    """Return when the worker last erased everything whose time was up."""
    done = store.get(Setting, DONE)
    return datetime.fromisoformat(done.value["at"]) if done else None


@command(Act.PROTECT_DATA)
def change_retention(work: Work, *, data: Data, days: int) -> str:
    """Choose for how many days a kind of data is kept; raises ``BadInput`` outside its limits."""
    check_days(data, days)
    chosen = work.store.get(Setting, CHOSEN)
    before = kept_for(work.store)[data]
    work.store.put(Setting(id=CHOSEN, value={**(chosen.value if chosen else {}), data.value: days}))
    work.log(Action.RETENTION_CHANGED, data.value, data=data.value, before=before, days=days)
    return data.value


def keep_to_retention(ctx: Context) -> None:
    """Erase what is older than it may be, once a day; a run that was cut off is taken up again."""
    now = ctx.now()
    with ctx.store.reading() as store:
        last, days = last_run(store), kept_for(store)
    # A run in the future was written before the clock was set back.
    if last is not None and timedelta(0) <= now - last < EVERY:
        return
    for data, erase in _ERASERS.items():
        before = now - timedelta(days=days[data])
        while int(erase_old(ctx, f"retention:{ctx.new_id()}", data=data, before=before, erase=erase)) >= AT_ONCE:
            pass
    with ctx.store.writing() as writing:
        writing.put(Setting(id=DONE, value={"at": now.isoformat()}))


Eraser = Callable[[Work, datetime], int]


@housework
def erase_old(work: Work, *, data: Data, before: datetime, erase: Eraser) -> str:
    """Erase one portion of what came before a moment and log how much; returns the count."""
    gone = erase(work, before)
    if gone:
        work.log(Action.RETENTION_DONE, data.value, data=data.value, until=before, records=gone)
    return str(gone)


def _mentions(work: Work, before: datetime) -> int:
    busy = tuple({one.topic_id for one in work.store.find(Incident) if one.state is not IncidentState.CLOSED})
    ids = work.store.old_mentions(before, but_topics=busy, limit=AT_ONCE)
    if not ids:
        return 0
    return len(forget_mentions(work, tuple(ids), why=WHY))


def _figures(work: Work, before: datetime) -> int:
    # Figures carry the time they are about: of an imported topic they may be old from the first day.
    imported = [source.topic_id for source in work.store.find(Source, kind="file")]
    return work.store.drop_figures(before, but_topics=imported) + work.store.expire(Replay, before)


def _alerts(work: Work, before: datetime) -> int:
    return work.store.expire(Alert, before)


def _attempts(work: Work, before: datetime) -> int:
    return work.store.expire(SignInAttempt, before) + work.store.expire(DoorStep, before)


def _sessions(work: Work, before: datetime) -> int:
    return work.store.expire(Session, before)


def _requests(work: Work, before: datetime) -> int:
    # What the house itself did stays known for years, so that it never does it twice.
    people = tuple(person.id for person in work.store.find(Person))
    return work.store.expire(Request, before, person_id=people) + work.store.expire(Request, before - _HOUSE_LONGER)


def _notices(work: Work, before: datetime) -> int:
    waiting = {alert.id for alert in work.store.find(Alert, state=AlertState.RAISED)}
    old = {notice.alert_id for notice in work.store.find(Notice, order="at", limit=AT_ONCE) if notice.at < before}
    settled = tuple(sorted(old - waiting))
    return work.store.expire(Notice, before, alert_id=settled) if settled else 0


def _incidents(plane: Plane) -> Eraser:
    def erase(work: Work, before: datetime) -> int:
        closed = work.store.find(Incident, plane=plane, state=IncidentState.CLOSED, order="closed_at")
        old = [incident for incident in closed if incident.closed_at is not None and incident.closed_at < before]
        return sum(_empty_incident(work, incident) for incident in old)

    return erase


def _empty_incident(work: Work, incident: Incident) -> int:
    gone = 0
    for fact in work.store.find(Fact, incident_id=incident.id):
        if fact.text != GONE:
            work.store.put(replace(fact, text=GONE, source=""))
            gone += 1
    for decision in work.store.find(Decision, incident_id=incident.id):
        if decision.text != GONE:
            work.store.put(replace(decision, text=GONE, reason=GONE))
            gone += 1
    for task in work.store.find(Task, incident_id=incident.id):
        if task.evidence not in ("", GONE):
            work.store.put(replace(task, evidence=GONE))
            gone += 1
    for lock in work.store.find(Lock, incident_id=incident.id):
        if lock.lifted_at is not None and lock.reason not in ("", GONE):
            work.store.put(replace(lock, reason=GONE))
            gone += 1
    if incident.proposal_reason not in ("", GONE):
        work.store.put(replace(incident, proposal_reason=GONE))
        gone += 1
    numbers = (entry.number for entry in work.store.log(incident_id=incident.id))
    return gone + _forget(work, numbers, _WRITTEN_IN_INCIDENTS)


def _log_texts(work: Work, before: datetime) -> int:
    reached = work.store.get(Setting, _REACHED)
    after = reached.value["number"] if reached else 0
    numbers = []
    for entry in work.store.log(after=after, limit=AT_ONCE):
        if entry.at >= before:
            break
        numbers.append(entry.number)
    gone = _forget(work, numbers, ())
    if numbers:
        work.store.put(Setting(id=_REACHED, value={"number": numbers[-1]}))
    for kind, (ended, *words) in _OLD_WORDS.items():
        for record in work.store.find(kind):
            at, written = getattr(record, ended), [word for word in words if getattr(record, word)]
            if at is not None and at < before and written:
                work.store.put(replace(record, **dict.fromkeys(written, "")))
                gone += 1
    # A full portion is counted as one, so that the next follows.
    return max(gone, AT_ONCE if len(numbers) == AT_ONCE else 0) + work.store.expire(Unsealing, before)


def _forget(work: Work, numbers: Iterable[int], fields: tuple[str, ...]) -> int:
    return work.store.erase_texts(list(numbers), fields=fields, at=work.now, why=WHY)


_ERASERS: Final[dict[Data, Eraser]] = {
    Data.MENTIONS: _mentions,
    Data.FIGURES: _figures,
    Data.ALERTS: _alerts,
    Data.SIGN_IN_ATTEMPTS: _attempts,
    Data.SESSIONS: _sessions,
    Data.REQUESTS: _requests,
    Data.NOTICES: _notices,
    Data.DRILLS: _incidents(Plane.PRACTICE),
    Data.INCIDENTS: _incidents(Plane.REAL),
    Data.LOG_TEXTS: _log_texts,
}
