"""Write down that somebody was refused an act: in a transaction of its own, since the act's is rolled back.

One entry a minute for each person, act and reason, with a count; the worker writes the rest of what was counted. Only
who wants to change something gets here: looking at a page that one may not see is no entry.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from command_center.domain.clients import CLIENT, Client
from command_center.domain.incidents import Incident
from command_center.domain.mentions import Plane
from command_center.domain.people import SHELL, Act, Person
from command_center.domain.refusals import ONE_ENTRY_A, Tries, after, why_refused
from command_center.domain.response_log import Action, NewEntry
from command_center.errors import NotAllowed, StoreUnavailable
from command_center.ports import Caller, Context, Reading, Setting, Writing

_TRIES: Final = "refusals"
_LONGEST: Final = 80
_FORGOTTEN_AFTER: Final = timedelta(hours=1)
_log = logging.getLogger(__name__)


def note_refusal(ctx: Context, caller: Caller, act: Act, refused: NotAllowed, about: Mapping[str, object]) -> None:
    """Log who was refused what, and why; the refusal stands even where that can't be written."""
    subject = next((str(value) for name, value in about.items() if name.endswith("_id") and value), "house")
    try:
        with ctx.store.writing() as store:
            if not _is_known(store, caller.person_id):
                return
            key, now = f"{caller.person_id} {act.value} {refused.code}", ctx.now()
            tries = _read(store)
            tries[key], count = after(tries.get(key), caller.request_id, now)
            _keep(store, tries, now)
            if count:
                incident = store.get(Incident, str(about.get("incident_id", "")))
                _append(store, key, now, caller.request_id, count=count, subject=subject[:_LONGEST], incident=incident)
    except StoreUnavailable:
        _log.warning("a refusal could not be logged: %s %s", act.value, refused.code)


def log_counted_refusals(ctx: Context) -> int:
    """Write what was counted after an entry and has not been written yet; returns how many entries."""
    with ctx.store.reading() as store:
        if not _due(_read(store), ctx.now()):
            return 0
    with ctx.store.writing() as store:
        now, tries = ctx.now(), _read(store)
        due = _due(tries, now)
        for key in due:
            _append(store, key, now, f"refused:{ctx.new_id()}", count=tries[key].more)
            tries[key] = Tries(since=now, more=0, last=tries[key].last)
        _keep(store, tries, now)
    return len(due)


def _due(tries: Mapping[str, Tries], now: datetime) -> list[str]:
    return [key for key, one in tries.items() if one.more and not timedelta(0) <= now - one.since < ONE_ENTRY_A]


def _is_known(store: Reading, person_id: str) -> bool:
    if person_id == SHELL:
        return True
    if person_id.startswith(CLIENT):
        return store.get(Client, person_id.removeprefix(CLIENT)) is not None
    return store.get(Person, person_id) is not None


def _read(store: Reading) -> dict[str, Tries]:
    setting = store.get(Setting, _TRIES)
    found: Mapping[str, Any] = setting.value if setting else {}
    return {
        key: Tries(since=datetime.fromisoformat(since), more=more, last=last)
        for key, (since, more, last) in found.items()
    }


def _keep(store: Writing, tries: Mapping[str, Tries], now: datetime) -> None:
    kept = {
        key: [one.since.isoformat(), one.more, one.last]
        for key, one in tries.items()
        if one.more or now - one.since < _FORGOTTEN_AFTER
    }
    store.put(Setting(id=_TRIES, value=kept))


def _append(
    store: Writing,
    key: str,
    now: datetime,
    request_id: str,
    *,
    count: int,
    subject: str = "house",
    incident: Incident | None = None,
) -> None:
    person_id, act, code = key.split(" ")
    store.append(
        NewEntry(
            action=Action.ACT_REFUSED,
            actor=person_id,
            plane=incident.plane if incident else Plane.REAL,
            subject=subject,
            at=now,
            incident_id=incident.id if incident else "",
            request_id=request_id,
            details={"act": act, "refused": why_refused(code).value, "code": code, "count": count},
        )
    )
