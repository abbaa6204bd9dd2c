"""Keep who is told about alerts, step by step, and who stands in; the weekly rota is kept in ``keep_rota.py``."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from command_center.domain.duty import Deputy, DutyStep
from command_center.domain.people import DRILL_PARTNER, Act, Person
from command_center.domain.response_log import Action
from command_center.errors import BadInput
from command_center.ports import Reading
from command_center.use_cases.command import Work, command
from command_center.use_cases.duty_roster import duty_plan

MOST_STEPS: Final = 10
MOST_MINUTES: Final = 24 * 60
LEAST_BETWEEN: Final = 5
MOST_REPEATS: Final = 20


@command(Act.WRITE_DUTY)
def change_duty(
    work: Work,
    *,
    steps: Sequence[DutyStep],
    deputies: Sequence[Deputy] = (),
    repeat_minutes: int = 30,
    repeats: int = 4,
) -> str:
    """Say who is told about alerts, step by step, who stands in, and how often everybody is told again.

    Raises:
        BadInput: ``duty.…`` with the step or person that can't be used.
    """
    _check_steps(work.store, steps)
    _check_deputies(work.store, deputies)
    if not (LEAST_BETWEEN <= repeat_minutes <= MOST_MINUTES and 0 <= repeats <= MOST_REPEATS):
        raise BadInput("duty.bad_repeats", least=LEAST_BETWEEN, most=MOST_MINUTES, times=MOST_REPEATS)
    plan = replace(
        duty_plan(work.store),
        steps=tuple(_without_doubles(step) for step in steps),
        deputies=tuple(deputies),
        repeat_minutes=repeat_minutes,
        repeats=repeats,
        changed_by=work.who.id,
        changed_at=work.now,
    )
    work.store.put(plan)
    work.log(
        Action.DUTY_CHANGED,
        plan.id,
        steps=[
            f"{step.after_minutes} min: {', '.join((*(['rota'] if step.rota else []), *step.roles, *step.people))}"
            for step in plan.steps
        ],
        deputies=[f"{deputy.person_id}: {deputy.deputy_id}" for deputy in plan.deputies],
        repeat_minutes=repeat_minutes,
        repeats=repeats,
    )
    return plan.id


def _without_doubles(step: DutyStep) -> DutyStep:
    return replace(step, roles=tuple(dict.fromkeys(step.roles)), people=tuple(dict.fromkeys(step.people)))


def _check_steps(store: Reading, steps: Sequence[DutyStep]) -> None:
    if not 1 <= len(steps) <= MOST_STEPS:
        raise BadInput("duty.step_count", most=MOST_STEPS)
    before = -1
    for number, step in enumerate(steps, start=1):
        if not (step.roles or step.people or step.rota):
            raise BadInput("duty.empty_step", step=number)
        if (number == 1 and step.after_minutes != 0) or not before < step.after_minutes <= MOST_MINUTES:
            raise BadInput("duty.not_in_order", step=number, most=MOST_MINUTES)
        before = step.after_minutes
        check_people(store, step.people)


def _check_deputies(store: Reading, deputies: Sequence[Deputy]) -> None:
    named = [deputy.person_id for deputy in deputies]
    for deputy in deputies:
        check_people(store, (deputy.person_id, deputy.deputy_id))
        if deputy.person_id == deputy.deputy_id:
            raise BadInput("duty.own_deputy", name=_name(store, deputy.person_id))
        if named.count(deputy.person_id) > 1:
            raise BadInput("duty.two_deputies", name=_name(store, deputy.person_id))


def check_people(store: Reading, people: Iterable[str]) -> None:
    """Refuse who can't be told about alerts: unknown, switched off, or the drill partner."""
    for person_id in people:
        person = store.get(Person, person_id)
        if person is None or not person.active or person.id == DRILL_PARTNER:
            raise BadInput("duty.not_active", name=person.name if person else person_id)


def _name(store: Reading, person_id: str) -> str:
    person = store.get(Person, person_id)
    return person.name if person else person_id
