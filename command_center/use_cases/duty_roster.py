"""Read who could be told about alerts now: the duty plan, the people, and the ways to reach them."""

from collections.abc import Mapping

from command_center.domain.alerts import REACHED, Alert, Notice, NoticeOutcome
from command_center.domain.duty import DEFAULT_DUTY, HOUSE_DUTY, DutyPlan, Roster
from command_center.domain.people import DRILL_PARTNER, Act, Person, may
from command_center.domain.reachability import Reachability
from command_center.ports import Context, Reading
from command_center.telling import Teller
from command_center.use_cases.command import Work


def duty_plan(store: Reading) -> DutyPlan:
    """Return the house's duty plan, or the default while nobody has changed it."""
    return store.get(DutyPlan, HOUSE_DUTY) or DEFAULT_DUTY


def channels(ctx: Context) -> Mapping[str, Teller]:
    """Name the house's ways to tell people, in their order; a second one of a kind is numbered."""
    named: dict[str, Teller] = {}
    for teller in ctx.tellers:
        same = sum(other.channel == teller.channel for other in named.values())
        named[f"{teller.channel} {same + 1}" if same else teller.channel] = teller
    return named


def read_roster(ctx: Context, store: Reading) -> Roster:
    """Return everybody who could be told now; the drill partner is nobody."""
    ways, plan = channels(ctx), duty_plan(store)
    people = {person.id: person for person in store.find(Person) if person.id != DRILL_PARTNER}
    return Roster(
        plan=plan,
        people=people,
        reach={reach.id: reach for reach in store.find(Reachability)},
        channels=tuple(ways),
        ways={
            person.id: tuple(name for name, teller in ways.items() if teller.address(person))
            for person in people.values()
        },
        on_duty=plan.weekly.planned(ctx.now()),
    )


def to_call(roster: Roster, person: Person, step: int) -> tuple[Person, ...] | None:
    """Return whom somebody told in a step should call; None when they can acknowledge themselves.

    These are the ones told before who can, else everybody who can.
    """
    if may(person, Act.ACKNOWLEDGE):
        return None
    called = [roster.people[one] for one in roster.called_before(step + 1) if one in roster.people]
    able = [one for one in called if may(one, Act.ACKNOWLEDGE)]
    return tuple(able or (one for one in roster.people.values() if may(one, Act.ACKNOWLEDGE)))


def stop_telling(work: Work, alert: Alert) -> tuple[str, ...]:
    """Keep whom nobody needs to tell about an alert any more, because somebody takes care of it; returns them."""
    roster = read_roster(work.ctx, work.store)
    told = {notice.person_id for notice in work.store.find(Notice, alert_id=alert.id) if notice.outcome in REACHED}
    spared: list[str] = []
    for number, step in enumerate(roster.plan.steps):
        for person_id in roster.with_deputies(roster.called(step), lambda _person: True):
            if person_id in told or person_id in spared or person_id == work.who.id:
                continue
            spared.append(person_id)
            work.store.put(
                Notice(
                    id=f"{alert.id}:{person_id}:{NoticeOutcome.ACKNOWLEDGED}",
                    alert_id=alert.id,
                    plane=alert.plane,
                    person_id=person_id,
                    channel="",
                    at=work.now,
                    outcome=NoticeOutcome.ACKNOWLEDGED,
                    step=number,
                )
            )
    return tuple(spared)
