"""Activate a crisis plan: look at what it will do, then do it in one transaction.

Story *a spike is detected*: ``use_cases/watch.py`` → ``domain/spikes.py`` → here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from command_center.domain.accounts import STRICTNESS, Account, Lock, Posture, effective_posture, in_scope
from command_center.domain.alerts import Alert, AlertState
from command_center.domain.incidents import Clock, Incident, IncidentState, Task
from command_center.domain.mentions import Plane
from command_center.domain.people import DRILL_PARTNER, Act, Person, Role
from command_center.domain.plan_words import ClockStart, TaskPhase
from command_center.domain.plans import Plan, PlanStatus, PlanTask
from command_center.domain.publications import WAITING, Publication
from command_center.domain.response_log import Action
from command_center.domain.triage import least_level
from command_center.errors import BadInput, Conflict, NotFound
from command_center.ports import Context, Reading
from command_center.use_cases.answer_triage import keep_answers
from command_center.use_cases.command import Work, command, looking
from command_center.use_cases.duty_roster import stop_telling
from command_center.use_cases.follow_clocks import start
from command_center.use_cases.lock import raise_posture
from command_center.use_cases.one_storm import same_storm
from command_center.use_cases.plan_statements import prepare_statements
from command_center.use_cases.write_statement import require_reason


@dataclass(frozen=True, slots=True, kw_only=True)
class LockPreview:
    """One account before and after, and how many waiting posts the lock will hold."""

    account: Account
    before: Posture
    after: Posture
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPreview:
    """One task and who will get it; nobody when no active person has the role."""

    task: PlanTask
    person: Person | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What activating a plan will do, before it does it."""

    plan: Plan
    locks: tuple[LockPreview, ...]
    untouched: tuple[Account, ...]
    tasks: tuple[TaskPreview, ...]


def preview(ctx: Context, person_id: str, *, plan_id: str, plane: Plane, conflicted: Sequence[str] = ()) -> Preview:
    """Show what activation would lock and who would get which tasks, changing nothing."""
    with looking(ctx, person_id, Act.ACTIVATE) as store:
        plan = plan_named(ctx, plan_id)
        accounts = store.find(Account, plane=plane, active=True, order="name")
        covered = accounts_in_scope(plan, accounts, plane)
        locks = []
        for account in covered:
            standing = store.find(Lock, account_id=account.id, lifted_at=None)
            before = effective_posture(account, standing)
            waiting = store.find(Publication, account_id=account.id, state=tuple(WAITING))
            after = max(before, Posture(plan.lock.posture), key=STRICTNESS.__getitem__)
            locks.append(LockPreview(account=account, before=before, after=after, waiting=len(waiting)))
        people = _staff(store, plane, conflicted)
        lead = next((person for person in people if person.id == person_id), None)
    return Preview(
        plan=plan,
        locks=tuple(locks),
        untouched=tuple(account for account in accounts if account not in covered),
        tasks=tuple(
            TaskPreview(task=task, person=whose(plan, task.role, people, lead))
            for task in plan.tasks
            if task.phase is not TaskPhase.POST
        ),
    )


def plan_named(ctx: Context, plan_id: str) -> Plan:
    """Return the approved plan of that id; raises ``NotFound`` or ``BadInput``."""
    plan = next((plan for plan in ctx.plans() if plan.id == plan_id), None)
    if plan is None:
        raise NotFound("plan.not_found", plan=plan_id)
    if plan.status is not PlanStatus.APPROVED:
        raise BadInput("plan.not_yet_approved", plan=plan_id, status=plan.status.value)
    return plan


def accounts_in_scope(plan: Plan, accounts: Sequence[Account], plane: Plane) -> list[Account]:
    """Return the accounts the plan's lock covers."""
    return [
        account
        for account in accounts
        if in_scope(account, tags=plan.lock.account_tags, excluded=plan.lock.exclude_tags, plane=plane)
    ]


def _staff(store: Reading, plane: Plane, conflicted: Sequence[str]) -> list[Person]:
    out = {*conflicted} if plane is Plane.PRACTICE else {*conflicted, DRILL_PARTNER}
    people = [person for person in store.find(Person, active=True, order="name") if person.id not in out]
    return sorted(people, key=lambda person: person.id == DRILL_PARTNER)  # it helps out where nobody else is


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
) -> str:
    """Open the incident with everything the plan says, in this one transaction; returns its id.

    Opens the incident with the plan's snapshot and the triage ``answers``, hands out tasks, starts clocks,
    raises the accounts' posture, holds what was queued, prepares the statements and writes the log.
    """
    require_reason(reason)
    plan = plan_named(work.ctx, plan_id)
    alert = _claim(work, alert_id, plane)
    topic_id = alert.topic_id if alert else topic_id
    _refuse_twice(work, plan, plane, topic_id)
    incident = Incident(
        id=work.ctx.new_id(),
        plane=plane,
        title=title.strip() or plan.title.in_language(work.who.language or "de"),
        plan_id=plan.id,
        plan_version=plan.version,
        plan=work.ctx.plan_snapshot(plan),
        level=max(plan.default_level, level or 0, least_level(plan, answers or {})),
        state=IncidentState.ACTIVE,
        opened_by=work.who.id,
        opened_at=work.now,
        topic_id=topic_id,
        alert_id=alert_id,
        conflicted=conflicted,
    )
    _open(work, incident, alert, reason)
    keep_answers(work, incident, plan, answers or {})
    _lock_scope(work, incident, plan, reason)
    hand_out(work, incident, plan, after_stand_down=False)
    _start_clocks(work, incident, plan)
    prepare_statements(work, incident, plan)
    return incident.id


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
    people = _staff(work.store, incident.plane, incident.conflicted)
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
