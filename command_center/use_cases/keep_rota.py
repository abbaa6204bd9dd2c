"""Keep the weekly rota: who is on duty when, and who exchanged with whom; and read who is on duty now and next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from command_center.domain.duty import Roster
from command_center.domain.people import Act, Person, may
from command_center.domain.response_log import Action, utc_text
from command_center.domain.rota import Exchange, Shift, Turn, turns
from command_center.errors import BadInput
from command_center.ports import Context
from command_center.use_cases.be_reached import CLOCK
from command_center.use_cases.command import Work, command, looking
from command_center.use_cases.duty_roster import duty_plan, read_roster
from command_center.use_cases.keep_duty import check_people

MOST: Final = 100
KEPT: Final = timedelta(days=1)
LOOKED_AHEAD: Final = timedelta(days=14)


@command(Act.WRITE_DUTY)
def change_rota(work: Work, *, shifts: Sequence[Shift], exchanges: Sequence[Exchange], zone: str) -> str:
    """Say who is on duty when, in clock times of ``zone``, and who exchanged with whom.

    Exchanges that are over are dropped; the log has them. Where no step of the duty plan asks for
    who is on duty, the first one does from now on: a rota nobody calls would be a trap.

    Raises:
        BadInput: ``rota.…`` with the person or value that can't be used.
    """
    _check(work, shifts, exchanges, zone)
    before = duty_plan(work.store)
    steps = before.steps
    if shifts and not any(step.rota for step in steps):
        steps = (replace(steps[0], rota=True), *steps[1:])
    plan = replace(
        before,
        steps=steps,
        shifts=tuple(shifts),
        exchanges=tuple(one for one in exchanges if one.ends > work.now - KEPT),
        zone=zone,
        changed_by=work.who.id,
        changed_at=work.now,
    )
    work.store.put(plan)
    work.log(
        Action.ROTA_CHANGED,
        plan.id,
        zone=zone,
        shifts=[_shift_text(shift) for shift in plan.shifts],
        exchanges=[_exchange_text(exchange) for exchange in plan.exchanges],
    )
    return plan.id


def _shift_text(shift: Shift) -> str:
    return f"{shift.person_id}: {','.join(str(day + 1) for day in shift.days)} {shift.begins}-{shift.ends}"


def _exchange_text(exchange: Exchange) -> str:
    instead = f" ({exchange.instead_of})" if exchange.instead_of else ""
    return f"{exchange.person_id}: {utc_text(exchange.begins)} - {utc_text(exchange.ends)}{instead}"


def _check(work: Work, shifts: Sequence[Shift], exchanges: Sequence[Exchange], zone: str) -> None:
    _check_zone(zone)
    if len(shifts) > MOST or len(exchanges) > MOST:
        raise BadInput("rota.too_many", most=MOST)
    for shift in shifts:
        _check_shift(shift)
    for exchange in exchanges:
        if exchange.begins.tzinfo is None or exchange.ends.tzinfo is None or exchange.begins >= exchange.ends:
            raise BadInput("rota.exchange_ends_first")
        if exchange.person_id == exchange.instead_of:
            raise BadInput("rota.own_exchange")
    people = [*(shift.person_id for shift in shifts), *(exchange.person_id for exchange in exchanges)]
    check_people(work.store, people)
    for person_id in people:
        person = work.need(Person, person_id)
        if not may(person, Act.ACKNOWLEDGE):
            raise BadInput("rota.cannot_take", name=person.name)


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError) as missing:
        raise BadInput("reachability.not_a_zone", value=zone) from missing


def _check_shift(shift: Shift) -> None:
    for value in (shift.begins, shift.ends):
        if not CLOCK.fullmatch(value):
            raise BadInput("reachability.not_a_time", value=value)
    if not shift.days:
        raise BadInput("rota.no_day")
    if not set(shift.days) <= set(range(7)):
        raise BadInput("reachability.not_a_day")


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyView:
    """Who is on duty from now on: the roster as of now, and the turns of the next two weeks without holes."""

    roster: Roster
    turns: tuple[Turn, ...]

    @property
    def gaps(self) -> tuple[Turn, ...]:
        """The stretches in which nobody is there; none while there is no rota at all."""
        return tuple(turn for turn in self.turns if not turn.present)


def duty_view(ctx: Context, person_id: str) -> DutyView:
    """Return who is on duty now and within the next two weeks, absences counted; everybody may know."""
    now = ctx.now()
    with looking(ctx, person_id, Act.READ_PEOPLE) as store:
        roster = read_roster(ctx, store)
    if not roster.plan.shifts and not roster.plan.exchanges:
        return DutyView(roster=roster, turns=())

    def away(one: str, at: datetime) -> bool:
        person, said = roster.people.get(one), roster.reach.get(one)
        return person is None or not may(person, Act.ACKNOWLEDGE) or (said is not None and said.away(at))

    absences = [at for said in roster.reach.values() for at in (said.away_from, said.away_until) if at is not None]
    found = turns(roster.plan.weekly, away, since=now, until=now + LOOKED_AHEAD, absences=absences)
    return DutyView(roster=roster, turns=tuple(found))
