"""Activate a crisis plan in one transaction; ``preview_plan.py`` shows before what it will do.

Story *a spike is detected*: ``use_cases/watch.py`` → ``domain/spikes.py`` → here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from command_center.domain.accounts import Account, Posture, in_scope
from command_center.domain.alerts import Alert, AlertState
from command_center.domain.four_eyes import Matter, hash_of
from command_center.domain.incidents import Clock, Incident, IncidentState, Task
from command_center.domain.mentions import Plane
from command_center.domain.people import DRILL_PARTNER, Act, Person, Role
from command_center.domain.plan_words import ClockStart, TaskPhase
from command_center.domain.plans import Plan
from command_center.domain.response_log import Action
from command_center.domain.triage import least_level
from command_center.errors import BadInput, Conflict
from command_center.ports import Reading
from command_center.use_cases.answer_triage import keep_answers
from command_center.use_cases.choose_plan import choose_plan
from command_center.use_cases.command import Work, command
from command_center.use_cases.duty_roster import stop_telling
from command_center.use_cases.follow_clocks import start
from command_center.use_cases.lock import raise_posture
from command_center.use_cases.one_storm import same_storm
from command_center.use_cases.plan_statements import prepare_statements
from command_center.use_cases.proposing import done_alone
from command_center.use_cases.stand_in import away_now, people_now
from command_center.use_cases.write_statement import require_reason


def accounts_in_scope(plan: Plan, accounts: Sequence[Account], plane: Plane) -> list[Account]:
    """Return the accounts the plan's lock covers."""
    return [
        account
        for account in accounts
        if in_scope(account, tags=plan.lock.account_tags, excluded=plan.lock.exclude_tags, plane=plane)
    ]


def staff(store: Reading, plane: Plane, conflicted: Sequence[str], now: datetime) -> list[Person]:
    """Return who can take duties; who is away, and a drill's partner, help out where nobody else is."""
    out = {*conflicted} if plane is Plane.PRACTICE else {*conflicted, DRILL_PARTNER}
    away = away_now(store, now)
    people = [person for person in people_now(store, now) if person.active and person.id not in out]
    return sorted(people, key=lambda person: (person.id == DRILL_PARTNER, person.id in away))


def whose(plan: Plan, duty: str, people: Sequence[Person], lead: Person | None) -> Person | None:
    """Return who takes a duty: the activating lead when entitled, else the first by name with its house role."""
    role = plan.house_role_of(duty)
    if role is None:
        return None
    able = [person for person in people if Role(role) in person.roles]
    if lead in able:
        # The lead keeps what only a lead can do; other work goes to others where there are any.
        others = [person for person in able if person != lead]
        return lead if role == Role.CRISIS_LEAD or not others else others[0]
    return able[0] if able else None


@command(Act.ACTIVATE)
def activate(
    work: Work,
    *,
    plan_id: str,
    plane: Plane,
    reason: str,
    title: str = "",
    topic_id: str = "",
    alert_id: str = "",
    level: int | None = None,
    conflicted: tuple[str, ...] = (),
    answers: Mapping[str, str] | None = None,
    as_edited: bool = False,
    break_glass: bool = False,
) -> str:
    """Open the incident with everything the plan says, in this one transaction; returns its id.

    The plan is the content two people agreed on. ``break_glass`` lets a lead use the file ``as_edited``, and a
    lead's deputy act while the lead is not away: loud, and shown until another person confirms it.
    Raises ``Conflict`` ("incident.glass_needed") without it.
    """
    require_reason(reason)
    store, who = work.store, work.who.id
    plan, glass = choose_plan(work.ctx, store, who, plan_id, plane, conflicted=conflicted, as_edited=as_edited)
    if glass and not break_glass:
        raise Conflict("incident.glass_needed", glass=glass[0])
    alert = _claim(work, alert_id, plane)
    topic_id = alert.topic_id if alert else topic_id
    _refuse_twice(work, plan, plane, topic_id)
    least = max(plan.default_level, level or 0, least_level(plan, answers or {}))
    incident = _incident(work, plan, plane, (topic_id, alert_id), title=title, level=least, conflicted=conflicted)
    _open(work, incident, alert, reason)
    _note_glass(work, incident, glass, reason)
    _set_going(work, incident, plan, reason, answers or {})
    return incident.id


def _incident(
    work: Work,
    plan: Plan,
    plane: Plane,
    cause: tuple[str, str],
    *,
    title: str,
    level: int,
    conflicted: tuple[str, ...],
) -> Incident:
    topic_id, alert_id = cause
    return Incident(
        id=work.ctx.new_id(),
        plane=plane,
        title=title.strip() or plan.title.in_language(work.who.language or "de"),
        plan_id=plan.id,
        plan_version=plan.version,
        plan=work.ctx.plan_snapshot(plan),
        level=level,
        state=IncidentState.ACTIVE,
        opened_by=work.who.id,
        opened_at=work.now,
        conflicted=conflicted,
        topic_id=topic_id,
        alert_id=alert_id,
    )


def _set_going(work: Work, incident: Incident, plan: Plan, reason: str, answers: Mapping[str, str]) -> None:
    """Keep the triage answers, lock, hand out tasks, start clocks and prepare the statements."""
    keep_answers(work, incident, plan, answers)
    _lock_scope(work, incident, plan, reason)
    hand_out(work, incident, plan, after_stand_down=False)
    _start_clocks(work, incident, plan)
    prepare_statements(work, incident, plan)


def _note_glass(work: Work, incident: Incident, glass: tuple[str, ...], reason: str) -> None:
    if not glass:
        return
    content = {"glass": glass, "plan": incident.plan_id, "plan_hash": hash_of(incident.plan)}
    work.log(
        Action.GLASS_BROKEN,
        incident.id,
        plane=incident.plane,
        incident_id=incident.id,
        title=incident.title,
        reason=reason,
        **content,
    )
    done_alone(work, Matter.GLASS, incident.id, title=incident.title, content=content, reason=reason)


def _open(work: Work, incident: Incident, alert: Alert | None, reason: str) -> None:
    work.store.add(incident)
    for one in same_storm(work.store, alert) if alert else ():
        if one.state is AlertState.RAISED:
            stop_telling(work, one)
        work.store.put(replace(one, state=AlertState.IN_INCIDENT, incident_id=incident.id))
    work.log(
        Action.INCIDENT_ACTIVATED,
        incident.id,
        plane=incident.plane,
        incident_id=incident.id,
        title=incident.title,
        plan=incident.plan_id,
        plan_version=incident.plan_version,
        plan_hash=hash_of(incident.plan),
        level=incident.level,
        alert=incident.alert_id,
        reason=reason,
        conflicted=incident.conflicted,
    )


def _claim(work: Work, alert_id: str, plane: Plane) -> Alert | None:
    if not alert_id:
        return None
    alert = work.need(Alert, alert_id)
    if alert.incident_id:
        raise Conflict("incident.alert_taken", incident=alert.incident_id)
    if alert.plane is not plane:
        raise BadInput("plane.mixed")
    return alert


def _refuse_twice(work: Work, plan: Plan, plane: Plane, topic_id: str) -> None:
    running = work.store.find(Incident, plane=plane, plan_id=plan.id, topic_id=topic_id)
    for incident in running:
        if incident.state is not IncidentState.CLOSED:
            raise Conflict("incident.already_active", incident=incident.id, title=incident.title)


def _lock_scope(work: Work, incident: Incident, plan: Plan, reason: str) -> None:
    accounts = work.store.find(Account, plane=incident.plane, active=True, order="name")
    for account in accounts_in_scope(plan, accounts, incident.plane):
        raise_posture(
            work,
            account,
            posture=Posture(plan.lock.posture),
            reason=reason,
            review_by=work.now + plan.lock.review_by,
            incident_id=incident.id,
        )


def hand_out(work: Work, incident: Incident, plan: Plan, *, after_stand_down: bool) -> None:
    """Create the plan's tasks of this phase with their due times and people, logged."""
    people = staff(work.store, incident.plane, incident.conflicted, work.now)
    lead = next((person for person in people if person.id == work.who.id), None)
    for task in plan.tasks:
        if (task.phase is TaskPhase.POST) is not after_stand_down:
            continue
        person = whose(plan, task.role, people, lead)
        made = Task(
            id=work.ctx.new_id(),
            incident_id=incident.id,
            plane=incident.plane,
            plan_task=task.id,
            phase=task.phase.value,
            duty=task.role,
            title={"de": task.text.de, "en": task.text.en},
            due_at=work.now + task.due,
            person_id=person.id if person else "",
            evidence_required=task.evidence_required,
        )
        work.store.add(made)
        work.log(
            Action.TASK_ASSIGNED,
            made.id,
            plane=incident.plane,
            incident_id=incident.id,
            task=task.id,
            person=made.person_id,
            due_at=made.due_at,
        )


def _start_clocks(work: Work, incident: Incident, plan: Plan) -> None:
    for planned in plan.clocks:
        clock = Clock(
            id=work.ctx.new_id(),
            incident_id=incident.id,
            plane=incident.plane,
            plan_clock=planned.id,
            title={"de": planned.title.de, "en": planned.title.en},
            basis=planned.basis,
            duty=planned.owner,
            starts=planned.starts.value,
            seconds=int(planned.due / timedelta(seconds=1)),
            repeats=planned.repeat,
        )
        work.store.add(clock)
        if planned.starts in {ClockStart.ACTIVATION, ClockStart.AWARENESS}:
            start(work, clock)
