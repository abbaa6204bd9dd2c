"""Start, meet and stop the countdowns of an incident."""

from dataclasses import replace
from datetime import timedelta

from command_center.domain.incidents import Clock
from command_center.domain.people import Act
from command_center.domain.plan_words import ClockStart
from command_center.domain.response_log import Action
from command_center.errors import Conflict
from command_center.use_cases.command import Work, command


def start(work: Work, clock: Clock) -> None:
    """Set a clock running from now, logged."""
    due = work.now + timedelta(seconds=clock.seconds)
    work.store.put(replace(clock, started_at=work.now, due_at=due, stopped_at=None, stopped_by=""))
    work.log(
        Action.CLOCK_STARTED,
        clock.id,
        plane=clock.plane,
        incident_id=clock.incident_id,
        clock=clock.plan_clock,
        due_at=due,
    )


def first_statement_is_valid(work: Work, incident_id: str) -> None:
    """Start the clocks that wait for the incident's first valid statement."""
    if not incident_id:
        return
    for clock in work.store.find(Clock, incident_id=incident_id, starts=ClockStart.FIRST_STATEMENT.value):
        if clock.started_at is None:
            start(work, clock)


@command(Act.WORK_TASK)
def start_clock(work: Work, *, clock_id: str) -> str:
    """Start a clock by hand."""
    clock = work.need(Clock, clock_id)
    if clock.started_at is not None and clock.stopped_at is None:
        raise Conflict("clock.already_running")
    start(work, clock)
    return clock.id


@command(Act.WORK_TASK)
def meet_clock(work: Work, *, clock_id: str, note: str = "") -> str:
    """Record that what the clock demanded was done; a repeating clock starts again."""
    clock = work.need(Clock, clock_id)
    if clock.started_at is None or clock.stopped_at is not None:
        raise Conflict("clock.not_running")
    late = clock.due_at is not None and work.now > clock.due_at
    work.store.put(replace(clock, stopped_at=work.now, stopped_by=work.who.id))
    work.log(
        Action.CLOCK_STOPPED,
        clock.id,
        plane=clock.plane,
        incident_id=clock.incident_id,
        clock=clock.plan_clock,
        late=late,
        note=note,
    )
    if clock.repeats:
        start(work, clock)
    return clock.id
