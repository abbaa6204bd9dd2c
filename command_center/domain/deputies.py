"""Who stands in for whom: a named deputy holds the crisis roles of somebody who is away, for as long as they are.

A crisis lead's deputy may look and switch a plan on even when the lead is not marked as away, by breaking the glass:
nobody plans to be out of reach.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from command_center.domain.people import RIGHTS, Act, Person, Role

# What is handed on in absence: leading and speaking in a crisis, never administering the house.
HANDED_ON: Final = frozenset({Role.CRISIS_LEAD, Role.APPROVER, Role.ANALYST})
BEHIND_GLASS: Final = frozenset({Act.ACTIVATE, Act.READ_PICTURE, Act.READ_PLANS})


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """The roles somebody holds for others who are ``away``, and those of everybody who ``named`` them, away or not."""

    away: frozenset[Role] = frozenset()
    named: frozenset[Role] = frozenset()

    def may(self, act: Act) -> bool:
        """Tell whether the act is open to them as a deputy."""
        return bool(RIGHTS[act] & self.away) or (act in BEHIND_GLASS and Role.CRISIS_LEAD in self.named)

    def as_now(self, person: Person) -> Person:
        """Return the person with the roles they hold now; never to be stored."""
        return replace(person, roles=tuple(role for role in Role if role in {*person.roles, *self.away}))


def stands_in(
    person_id: str, deputies: Mapping[str, str], people: Mapping[str, Person], away: Collection[str]
) -> StandIn:
    """Return what somebody may do for others; ``deputies`` maps a person to theirs.

    Whoever stands in for a deputy who is away too stands in for both; a circle ends where it began.
    """
    named = {one for one, deputy in deputies.items() if deputy == person_id and one != person_id}
    covered = [one for one in named if one in away]
    for one in covered:  # grows while it is walked
        covered += [
            other
            for other, deputy in deputies.items()
            if deputy == one and other in away and other not in covered and other != person_id
        ]
    return StandIn(away=_handed_on(covered, people), named=_handed_on(named, people))


def _handed_on(whose: Collection[str], people: Mapping[str, Person]) -> frozenset[Role]:
    active = (people[one] for one in whose if one in people and people[one].active)
    return frozenset(role for person in active for role in person.roles) & HANDED_ON
