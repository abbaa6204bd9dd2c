"""Keep who is on duty for alerts, and how one wants to be reached oneself."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from command_center.domain.duty import HOUSE_DUTY, Deputy, DutyPlan, DutyStep
from command_center.domain.people import DRILL_PARTNER, Act, Person
from command_center.domain.reachability import ChannelChoice, QuietHours, Reachability, Urgency
from command_center.domain.response_log import Action
from command_center.errors import BadInput
from command_center.ports import Reading
from command_center.use_cases.command import Work, command
from command_center.use_cases.duty_roster import channels as house_channels

MOST_STEPS: Final = 10
MOST_MINUTES: Final = 24 * 60
LEAST_BETWEEN: Final = 5
MOST_REPEATS: Final = 20
_CLOCK: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


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
    plan = DutyPlan(
        id=HOUSE_DUTY,
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
            f"{step.after_minutes} min: {', '.join((*(role.value for role in step.roles), *step.people))}"
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
        if not step.roles and not step.people:
            raise BadInput("duty.empty_step", step=number)
        if (number == 1 and step.after_minutes != 0) or not before < step.after_minutes <= MOST_MINUTES:
            raise BadInput("duty.not_in_order", step=number, most=MOST_MINUTES)
        before = step.after_minutes
        _check_people(store, step.people)


def _check_deputies(store: Reading, deputies: Sequence[Deputy]) -> None:
    named = [deputy.person_id for deputy in deputies]
    for deputy in deputies:
        _check_people(store, (deputy.person_id, deputy.deputy_id))
        if deputy.person_id == deputy.deputy_id:
            raise BadInput("duty.own_deputy", name=_name(store, deputy.person_id))
        if named.count(deputy.person_id) > 1:
            raise BadInput("duty.two_deputies", name=_name(store, deputy.person_id))


def _check_people(store: Reading, people: Iterable[str]) -> None:
    for person_id in people:
        person = store.get(Person, person_id)
        if person is None or not person.active or person.id == DRILL_PARTNER:
            raise BadInput("duty.not_active", name=person.name if person else person_id)


def _name(store: Reading, person_id: str) -> str:
    person = store.get(Person, person_id)
    return person.name if person else person_id


@command(Act.OWN_SETTINGS)
def set_reachability(
    work: Work,
    *,
    channels: Sequence[ChannelChoice] = (),
    quiet: Sequence[QuietHours] = (),
    disturb_from: Urgency = Urgency.HIGH,
    away_until: datetime | None = None,
) -> str:
    """Say on which channels one is told, in this order, when it is quiet, and until when one is away.

    No channel chosen means every one of the house. Quiet hours hold for alerts less urgent than ``disturb_from``.

    Raises:
        BadInput: ``reachability.…`` with the value that can't be used.
    """
    _check_channels(work, channels)
    for hours in quiet:
        _check_quiet(hours)
    if away_until is not None and away_until <= work.now:
        raise BadInput("reachability.away_is_past")
    wanted = Reachability(
        id=work.who.id,
        changed_at=work.now,
        channels=tuple(channels),
        quiet=tuple(quiet),
        disturb_from=disturb_from,
        away_until=away_until,
    )
    work.store.put(wanted)
    work.log(
        Action.REACHABILITY_CHANGED,
        wanted.id,
        channels=[f"{choice.channel}: {choice.from_urgency.value}" for choice in wanted.channels],
        quiet=[f"{hours.begins}-{hours.ends} {hours.zone}" for hours in wanted.quiet],
        disturb_from=disturb_from.value,
        away_until=away_until,
    )
    return wanted.id


def _check_channels(work: Work, channels: Sequence[ChannelChoice]) -> None:
    known = house_channels(work.ctx)
    for choice in channels:
        if choice.channel not in known:
            raise BadInput("reachability.unknown_channel", channel=choice.channel, known=", ".join(known) or "–")
    if len({choice.channel for choice in channels}) < len(channels):
        raise BadInput("reachability.channel_twice")


def _check_quiet(hours: QuietHours) -> None:
    for value in (hours.begins, hours.ends):
        if not _CLOCK.fullmatch(value):
            raise BadInput("reachability.not_a_time", value=value)
    if hours.begins == hours.ends:
        raise BadInput("reachability.no_span", value=hours.begins)
    if not set(hours.days) <= set(range(7)):
        raise BadInput("reachability.not_a_day")
    try:
        ZoneInfo(hours.zone)
    except (ValueError, OSError, KeyError) as missing:
        raise BadInput("reachability.not_a_zone", value=hours.zone) from missing
