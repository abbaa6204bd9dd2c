"""Stand an incident down: by the plan's criteria and by two people; nothing held is sent by itself."""

from dataclasses import replace

from command_center.domain.accounts import Lock
from command_center.domain.incidents import Clock, Incident, IncidentState, Task, TaskState
from command_center.domain.people import Act
from command_center.domain.plan_words import StandDownCode, TaskPhase
from command_center.domain.plans import Plan
from command_center.domain.response_log import Action
from command_center.errors import BadInput, Conflict, NotAllowed
from command_center.ports import Reading
from command_center.use_cases.activate import hand_out
from command_center.use_cases.command import Work, command
from command_center.use_cases.lead import running
from command_center.use_cases.lock import lift
from command_center.use_cases.two_people import be_second, first_counts
from command_center.use_cases.write_statement import require_reason

LOW_LEVEL = 1


def not_yet(store: Reading, incident: Incident, plan: Plan) -> dict[str, str]:
    """Name the plan's criteria that the house itself can see are not met, with the number at fault."""
    found = {}
    open_tasks = [
        task
        for task in store.find(Task, incident_id=incident.id, state=TaskState.OPEN)
        if task.phase != TaskPhase.POST.value
    ]
    running_clocks = [
        clock
        for clock in store.find(Clock, incident_id=incident.id)
        if clock.started_at is not None and clock.stopped_at is None and not clock.repeats
    ]
    seen = {
        StandDownCode.TASKS_DONE: len(open_tasks),
        StandDownCode.CLOCKS_CLOSED: len(running_clocks),
        StandDownCode.LEVEL_LOW: incident.level if incident.level > LOW_LEVEL else 0,
    }
    for criterion in plan.stand_down.criteria:
        number = seen.get(criterion.code, 0)
        if number:
            found[criterion.code.value] = str(number)
    return found


@command(Act.LEAD_INCIDENT)
def propose_stand_down(work: Work, *, incident_id: str, criteria_met: tuple[str, ...], reason: str) -> str:
    """Propose the end: the first of two people vouches for every criterion of the plan."""
    incident = running(work, incident_id)
    if work.who.id in incident.conflicted:
        raise NotAllowed("statement.conflict_of_interest")
    if incident.state is IncidentState.STANDING_DOWN and first_counts(
        work, incident.proposed_by, Act.LEAD_INCIDENT, incident.conflicted
    ):
        raise Conflict("stand_down.proposed_before")
    require_reason(reason)
    plan = work.ctx.plan_from_snapshot(incident.plan)
    missing = [item.code.value for item in plan.stand_down.criteria if item.code.value not in criteria_met]
    if missing:
        raise BadInput("stand_down.criteria_missing", criteria=", ".join(missing))
    unmet = not_yet(work.store, incident, plan)
    if unmet:
        raise Conflict("stand_down.not_yet", criteria=", ".join(f"{name}: {count}" for name, count in unmet.items()))
    work.store.put(
        replace(
            incident,
            state=IncidentState.STANDING_DOWN,
            proposed_by=work.who.id,
            proposed_at=work.now,
            criteria_met=criteria_met,
            proposal_reason=reason,
        )
    )
    work.log(
        Action.STAND_DOWN_PROPOSED,
        incident.id,
        plane=incident.plane,
        incident_id=incident.id,
        criteria=criteria_met,
        reason=reason,
    )
    return incident.id


@command(Act.LEAD_INCIDENT)
def withdraw_stand_down(work: Work, *, incident_id: str, reason: str) -> str:
    """Take the proposal back: the storm is not over."""
    incident = running(work, incident_id)
    if incident.state is not IncidentState.STANDING_DOWN:
        raise Conflict("stand_down.not_proposed")
    require_reason(reason)
    work.store.put(replace(incident, state=IncidentState.ACTIVE, proposed_by="", proposed_at=None, criteria_met=()))
    work.log(Action.STAND_DOWN_WITHDRAWN, incident.id, plane=incident.plane, incident_id=incident.id, reason=reason)
    return incident.id


@command(Act.UNLOCK)
def confirm_stand_down(work: Work, *, incident_id: str) -> str:
    """End the incident as the second person: locks lifted, held posts quarantined, closing tasks handed out."""
    incident = running(work, incident_id)
    if incident.state is not IncidentState.STANDING_DOWN:
        raise Conflict("stand_down.not_proposed")
    first, conflicted = incident.proposed_by, incident.conflicted
    be_second(work, first, Act.LEAD_INCIDENT, same="stand_down.two_people", conflicted=conflicted)
    plan = work.ctx.plan_from_snapshot(incident.plan)
    unmet = not_yet(work.store, incident, plan)
    if unmet:
        raise Conflict("stand_down.not_yet", criteria=", ".join(f"{name}: {count}" for name, count in unmet.items()))
    closed = replace(incident, state=IncidentState.CLOSED, closed_by=work.who.id, closed_at=work.now)
    work.store.put(closed)
    work.log(
        Action.INCIDENT_STOOD_DOWN,
        incident.id,
        plane=incident.plane,
        incident_id=incident.id,
        proposed_by=incident.proposed_by,
    )
    lift(work, work.store.find(Lock, incident_id=incident.id, lifted_at=None))
    hand_out(work, closed, plan, after_stand_down=True)
    return incident.id
