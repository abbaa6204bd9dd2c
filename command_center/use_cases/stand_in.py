"""Read who stands in for whom now, so that a deputy may act while somebody is away."""

from collections.abc import Collection
from datetime import datetime

from command_center.domain.deputies import StandIn, stands_in
from command_center.domain.duty import HOUSE_DUTY, DutyPlan
from command_center.domain.people import Act, Person, may
from command_center.domain.reachability import Reachability
from command_center.ports import Reading


def stand_in(store: Reading, person_id: str, now: datetime) -> StandIn:
    """Return what somebody may do for others at this moment."""
    deputies = _deputies(store)
    if person_id not in deputies.values():
        return StandIn()
    people = {person.id: person for person in store.find(Person)}
    return stands_in(person_id, deputies, people, away_now(store, now))


def may_now(store: Reading, person: Person, act: Act, now: datetime) -> bool:
    """Tell whether an active person may do the act: by a role of theirs, or as somebody's deputy."""
    return may(person, act) or (person.active and stand_in(store, person.id, now).may(act))


def people_now(store: Reading, now: datetime) -> list[Person]:
    """Return everybody by name, with the roles they hold at this moment; for counting, never to be stored."""
    deputies, people = _deputies(store), store.find(Person, order="name")
    if not deputies:
        return people
    known, away = {person.id: person for person in people}, away_now(store, now)
    return [stands_in(person.id, deputies, known, away).as_now(person) for person in people]


def away_now(store: Reading, now: datetime) -> Collection[str]:
    """Name who is away at this moment."""
    return frozenset(reach.id for reach in store.find(Reachability) if reach.away(now))


def _deputies(store: Reading) -> dict[str, str]:
    plan = store.get(DutyPlan, HOUSE_DUTY)
    return {deputy.person_id: deputy.deputy_id for deputy in plan.deputies} if plan else {}
