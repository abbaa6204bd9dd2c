"""Whether a plan would carry today: people, ways to reach them, accounts, links, practice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from command_center.domain.accounts import Account, in_scope
from command_center.domain.incidents import Incident
from command_center.domain.mentions import Plane
from command_center.domain.people import DRILL_PARTNER, Person, Role
from command_center.domain.plan_words import SlotType
from command_center.domain.plans import Plan, PlanRole, PlanStatus

EXERCISED_WITHIN: Final = timedelta(days=180)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """What the house has, as far as plans ask for it."""

    people: Sequence[Person]
    accounts: Sequence[Account]
    incidents: Sequence[Incident]
    link_hosts: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing a plan needs; ``code`` names its sentence, ``values`` are what the sentence needs."""

    code: str
    ready: bool
    values: Mapping[str, object] = field(default_factory=dict)


def holders(role: PlanRole, people: Sequence[Person]) -> list[Person]:
    """Return who can take a duty."""
    return [
        person
        for person in people
        if person.active and person.id != DRILL_PARTNER and Role(role.house_role) in person.roles
    ]


def readiness(plan: Plan, house: Staffing, now: datetime, language: str) -> list[Check]:
    """Return every check of a plan, in the order of what is needed first."""
    return [
        Check(code="approved", ready=plan.status is PlanStatus.APPROVED),
        _people(plan, house, language, code="people", least=1),
        _people(plan, house, language, code="deputies", least=2),
        _reachable(plan, house),
        _accounts(plan, house),
        *_links(plan, house),
        _exercised(plan, house, now),
    ]


def _people(plan: Plan, house: Staffing, language: str, *, code: str, least: int) -> Check:
    roles = [role for role in plan.roles if least == 1 or role.deputy_required]
    missing = [role for role in roles if len(holders(role, house.people)) < least]
    names = ", ".join(dict.fromkeys(role.title.in_language(language) for role in missing))
    return Check(code=code, ready=not missing, values={"count": len(missing), "names": names})


def _reachable(plan: Plan, house: Staffing) -> Check:
    needed = {person.id: person for role in plan.roles for person in holders(role, house.people)}
    silent = [person.name for person in needed.values() if not person.email.strip() and not person.phone.strip()]
    return Check(code="reachable", ready=not silent, values={"count": len(silent), "names": ", ".join(silent)})


def covered(plan: Plan, house: Staffing) -> list[Account]:
    """Return the accounts the plan would lock today."""
    lock = plan.lock
    return [
        account
        for account in house.accounts
        if in_scope(account, tags=lock.account_tags, excluded=lock.exclude_tags, plane=Plane.REAL)
    ]


def _accounts(plan: Plan, house: Staffing) -> Check:
    found = covered(plan, house)
    return Check(
        code="accounts", ready=bool(found), values={"count": len(found), "tags": ", ".join(plan.lock.account_tags)}
    )


def _links(plan: Plan, house: Staffing) -> list[Check]:
    if not any(slot.type is SlotType.LINK for statement in plan.statements for slot in statement.slots):
        return []
    return [Check(code="links", ready=bool(house.link_hosts), values={"hosts": ", ".join(house.link_hosts)})]


def last_exercise(plan: Plan, house: Staffing) -> datetime | None:
    """Return when this version of the plan was last used, in a drill or for real."""
    used = [item for item in house.incidents if item.plan_id == plan.id and item.plan_version == plan.version]
    return max((incident.opened_at for incident in used), default=None)


def _exercised(plan: Plan, house: Staffing, now: datetime) -> Check:
    last = last_exercise(plan, house)
    if last is None:
        return Check(code="never_exercised", ready=False)
    return Check(code="exercised", ready=now - last <= EXERCISED_WITHIN, values={"at": last})
