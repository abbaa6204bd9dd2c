"""Read who could be told about alerts now: the duty plan, the people, and the ways to reach them."""

from collections.abc import Mapping

from command_center.domain.alerts import REACHED, Alert, Notice, NoticeOutcome
from command_center.domain.duty import DEFAULT_DUTY, HOUSE_DUTY, DutyPlan, Roster
from command_center.domain.people import DRILL_PARTNER, Person
from command_center.domain.reachability import Reachability
from command_center.ports import Context, Reading, Teller
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
    ways = channels(ctx)
    people = {person.id: person for person in store.find(Person) if person.id != DRILL_PARTNER}
    return Roster(
        plan=duty_plan(store),
        people=people,
        reach={reach.id: reach for reach in store.find(Reachability)},
        channels=tuple(ways),
        ways={
            person.id: tuple(name for name, teller in ways.items() if teller.address(person))
            for person in people.values()
        },
    )


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
