"""Lead an incident: set the level, record facts and decisions, work off tasks."""

from dataclasses import replace

from command_center.domain.incidents import (
    Decision,
    Fact,
    FactState,
    Incident,
    IncidentState,
    Task,
    TaskState,
    TriageAnswer,
)
from command_center.domain.people import Act, Person
from command_center.domain.response_log import Action
from command_center.domain.triage import least_level
from command_center.errors import BadInput, Conflict
from command_center.use_cases.command import Work, command
from command_center.use_cases.write_statement import require_reason

HIGHEST_LEVEL = 6


def running(work: Work, incident_id: str) -> Incident:
    """Return an incident that is not closed; raises ``Conflict``."""
    incident = work.need(Incident, incident_id)
    if incident.state is IncidentState.CLOSED:
        raise Conflict("incident.closed")
    return incident


@command(Act.LEAD_INCIDENT)
def set_level(work: Work, *, incident_id: str, level: int, reason: str, below_least: bool = False) -> str:
    """Set the storm level, 0 to 6, with a reason.

    Below what the triage answers demand it goes only when somebody says so with ``below_least``; raises ``BadInput``.
    """
    incident = running(work, incident_id)
    require_reason(reason)
    if not 0 <= level <= HIGHEST_LEVEL:
        raise BadInput("incident.no_such_level", level=level)
    plan = work.ctx.plan_from_snapshot(incident.plan)
    answers = {one.question: one.answer for one in work.store.find(TriageAnswer, incident_id=incident.id)}
    least = least_level(plan, answers)
    if level < least and not below_least:
        raise BadInput("incident.level_below_least", level=level, least=least)
    work.store.put(replace(incident, level=level))
    work.log(
        Action.LEVEL_SET,
        incident.id,
        plane=incident.plane,
        incident_id=incident.id,
        before=incident.level,
        level=level,
        reason=reason,
        **({"least": least} if level < least else {}),
    )
    return incident.id


@command(Act.RECORD_FACT)
def record_decision(work: Work, *, incident_id: str, text: str, reason: str) -> str:
    """Keep a decision with its reason; returns its id."""
    incident = running(work, incident_id)
    require_reason(text)
    require_reason(reason)
    decision = Decision(
        id=work.ctx.new_id(),
        incident_id=incident.id,
        plane=incident.plane,
        text=text,
        reason=reason,
        decided_by=work.who.id,
        decided_at=work.now,
    )
    work.store.add(decision)
    work.log(
        Action.DECISION_RECORDED, decision.id, plane=incident.plane, incident_id=incident.id, text=text, reason=reason
    )
    return decision.id


@command(Act.RECORD_FACT)
def record_fact(work: Work, *, incident_id: str, text: str, state: FactState, source: str) -> str:
    """Keep something known or believed, with where it comes from; returns its id."""
    incident = running(work, incident_id)
    require_reason(text)
    if not source.strip():
        raise BadInput("fact.source_needed")
    fact = Fact(
        id=work.ctx.new_id(),
        incident_id=incident.id,
        plane=incident.plane,
        text=text.strip(),
        state=state,
        source=source.strip(),
        recorded_by=work.who.id,
        recorded_at=work.now,
    )
    work.store.add(fact)
    work.log(
        Action.FACT_RECORDED,
        fact.id,
        plane=fact.plane,
        incident_id=incident.id,
        text=fact.text,
        state=state.value,
        source=source,
    )
    return fact.id


@command(Act.RECORD_FACT)
def change_fact(work: Work, *, fact_id: str, state: FactState, source: str) -> str:
    """Change how sure we are of a fact; statements that use it follow at the gate at once."""
    fact = work.need(Fact, fact_id)
    running(work, fact.incident_id)
    if not source.strip():
        raise BadInput("fact.source_needed")
    work.store.put(replace(fact, state=state, source=source.strip()))
    work.log(
        Action.FACT_CHANGED,
        fact.id,
        plane=fact.plane,
        incident_id=fact.incident_id,
        before=fact.state.value,
        state=state.value,
        source=source,
    )
    return fact.id


@command(Act.WORK_TASK)
def finish_task(work: Work, *, task_id: str, evidence: str = "") -> str:
    """Mark a task as done, with its evidence where the plan asks for it."""
    task = work.need(Task, task_id)
    if task.state is not TaskState.OPEN:
        raise Conflict("task.not_open")
    if task.evidence_required and not evidence.strip():
        raise BadInput("task.evidence_needed")
    work.store.put(
        replace(task, state=TaskState.DONE, evidence=evidence.strip(), done_by=work.who.id, done_at=work.now)
    )
    work.log(
        Action.TASK_DONE,
        task.id,
        plane=task.plane,
        incident_id=task.incident_id,
        task=task.plan_task,
        evidence=evidence,
        late=work.now > task.due_at,
    )
    return task.id


@command(Act.LEAD_INCIDENT)
def assign_task(work: Work, *, task_id: str, person_id: str) -> str:
    """Give a task to somebody else."""
    task, person = work.need(Task, task_id), work.need(Person, person_id)
    if task.state is not TaskState.OPEN:
        raise Conflict("task.not_open")
    if not person.active:
        raise BadInput("people.not_active")
    work.store.put(replace(task, person_id=person.id))
    work.log(
        Action.TASK_ASSIGNED,
        task.id,
        plane=task.plane,
        incident_id=task.incident_id,
        task=task.plan_task,
        person=person.id,
        due_at=task.due_at,
    )
    return task.id
