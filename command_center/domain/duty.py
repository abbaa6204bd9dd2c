"""Who is told about an alert, in which order, and why others are not: the duty plan and its next step.

``use_cases/tell.py`` asks ``next_step`` until there is nothing left to do; what was done comes back as notices.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from command_center.domain.alerts import REACHED, TRIED, Alert, AlertState, Notice, NoticeOutcome
from command_center.domain.mentions import Plane
from command_center.domain.people import Person, Role
from command_center.domain.reachability import Reachability, Urgency, urgency_of
from command_center.domain.rota import Exchange, Rota, Shift

HOUSE_DUTY: Final = "house"
IN_APP: Final = "app"
# An alert that was told and is older than this is history: nobody is woken for it any more.
LONGEST: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyStep:
    """Whom to tell once nobody has acknowledged for so many minutes since the alert was first told.

    ``rota`` means whoever is on duty then by the weekly rota.
    """

    after_minutes: int
    roles: tuple[Role, ...] = ()
    people: tuple[str, ...] = ()
    rota: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Deputy:
    """Who is told in somebody's place while that person can't be reached."""

    person_id: str
    deputy_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyPlan:
    """Who is told about alerts, step by step; after the last step everybody is told again, some times.

    ``shifts`` and ``exchanges`` are the weekly rota, in clock times of ``zone``, for steps that ask for it.
    """

    id: str = HOUSE_DUTY
    steps: tuple[DutyStep, ...]
    deputies: tuple[Deputy, ...] = ()
    repeat_minutes: int = 30
    repeats: int = 4
    changed_by: str = ""
    changed_at: datetime | None = None
    shifts: tuple[Shift, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    zone: str = "UTC"

    @property
    def weekly(self) -> Rota:
        """The weekly rota of the plan."""
        deputies = {deputy.person_id: deputy.deputy_id for deputy in self.deputies}
        return Rota(shifts=self.shifts, exchanges=self.exchanges, deputies=deputies, zone=self.zone)


DEFAULT_DUTY: Final = DutyPlan(
    steps=(
        DutyStep(after_minutes=0, roles=(Role.CRISIS_LEAD, Role.ANALYST)),
        DutyStep(after_minutes=10, roles=(Role.APPROVER,)),
        DutyStep(after_minutes=30, roles=(Role.ADMINISTRATOR,)),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Everybody who could be told, as things are now.

    ``channels`` are the house's in their order, ``ways`` those on which a person has an address;
    ``on_duty`` are on duty by the weekly rota.
    """

    plan: DutyPlan
    people: Mapping[str, Person]
    reach: Mapping[str, Reachability]
    channels: tuple[str, ...]
    ways: Mapping[str, tuple[str, ...]]
    on_duty: tuple[str, ...] = ()

    def called(self, step: DutyStep) -> tuple[str, ...]:
        """Return whom a step names: people first, then whoever is on duty, then whoever holds its roles now."""
        holders = [
            person for person in self.people.values() if person.active and not set(step.roles).isdisjoint(person.roles)
        ]
        holders.sort(key=lambda person: (person.name.casefold(), person.id))
        on_duty = self.on_duty if step.rota else ()
        return tuple(dict.fromkeys((*step.people, *on_duty, *(person.id for person in holders))))

    def called_before(self, number: int) -> tuple[str, ...]:
        """Return everybody whom the first so many steps name."""
        return tuple(dict.fromkeys(one for step in self.plan.steps[:number] for one in self.called(step)))

    def with_deputies(self, called: Iterable[str], unreachable: Callable[[str], bool]) -> tuple[str, ...]:
        """Add the deputies of whoever can't be reached, and theirs; a circle of deputies ends where it began."""
        deputies = {deputy.person_id: deputy.deputy_id for deputy in self.plan.deputies}
        found = list(dict.fromkeys(called))
        for one in found:  # grows while it is walked
            deputy = deputies.get(one)
            if deputy is not None and deputy not in found and unreachable(one):
                found.append(deputy)
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a person would be told now, or the reason why not.

    ``every`` means on all channels; else one after the other until one works. ``missing`` have no address.
    """

    person_id: str
    channels: tuple[str, ...] = ()
    every: bool = False
    missing: tuple[str, ...] = ()
    reason: NoticeOutcome | None = None


def way_to(roster: Roster, person_id: str, *, urgency: Urgency, now: datetime, plane: Plane = Plane.REAL) -> Way:
    """Return how a person is told about an alert of this urgency; a drill reaches nobody outside the app."""
    person = roster.people.get(person_id)
    if person is None or not person.active:
        return Way(person_id=person_id, reason=NoticeOutcome.DISABLED)
    if plane is Plane.PRACTICE:
        return Way(person_id=person_id, channels=(IN_APP,))
    reach = roster.reach.get(person_id) or Reachability(id=person_id, changed_at=now)
    chosen = reach.chosen(urgency, roster.channels)
    wanted = roster.channels if chosen is None else chosen
    usable = tuple(channel for channel in wanted if channel in roster.ways.get(person_id, ()))
    hindrances = (
        (reach.away(now), NoticeOutcome.OFF_DUTY),
        (not roster.channels, NoticeOutcome.NO_CHANNEL),
        (not wanted, NoticeOutcome.PREFERENCE),
        (not usable, NoticeOutcome.NO_ADDRESS),
        (reach.asleep(urgency, now), NoticeOutcome.QUIET_HOURS),
    )
    reason = next((reason for hinders, reason in hindrances if hinders), None)
    if reason is not None:
        return Way(person_id=person_id, reason=reason)
    missing = tuple(channel for channel in wanted if channel not in usable)
    return Way(person_id=person_id, channels=usable, every=chosen is None, missing=missing)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotTold:
    """Somebody who is not told in a step and why; without a person: the step reaches nobody."""

    person_id: str
    reason: NoticeOutcome
    channel: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What to do about an alert now: whom to tell, and whose not being told is still to be kept."""

    number: int
    tell: tuple[Way, ...]
    not_told: tuple[NotTold, ...]


def next_step(roster: Roster, alert: Alert, notices: Sequence[Notice], now: datetime) -> Step | None:
    """Return what is to be done about an alert now; None while there is nothing to do, or no longer."""
    if alert.state is not AlertState.RAISED or (notices and now - alert.raised_at > LONGEST):
        return None
    case = _Case(roster, alert, tuple(notices), now)
    step = case.step(case.number())
    return step if step.tell or step.not_told else None


def next_due(roster: Roster, alert: Alert, notices: Sequence[Notice]) -> datetime | None:
    """Return when further people are told unless somebody acknowledges; None when nobody is left to be told."""
    if alert.state is not AlertState.RAISED:
        return None
    return _due(roster, notices) if notices else alert.raised_at


def outlook(roster: Roster, *, urgency: Urgency, now: datetime) -> tuple[tuple[DutyStep, tuple[Way, ...]], ...]:
    """Return who would be told at each step if an alert of this urgency came now, deputies included."""

    def way(person_id: str) -> Way:
        return way_to(roster, person_id, urgency=urgency, now=now)

    return tuple(
        (
            step,
            tuple(way(one) for one in roster.with_deputies(roster.called(step), lambda one: bool(way(one).reason))),
        )
        for step in roster.plan.steps
    )


def _due(roster: Roster, notices: Sequence[Notice]) -> datetime | None:
    """Return when the step after the last one is due."""
    plan, last = roster.plan, max(notice.step for notice in notices)
    begun = min(notice.at for notice in notices if notice.step == last)
    if last + 1 < len(plan.steps):
        if _reached_nobody(notices, last):
            return begun
        return min(notice.at for notice in notices) + timedelta(minutes=plan.steps[last + 1].after_minutes)
    # A house without any way out has nobody to remind.
    if last + 1 < len(plan.steps) + plan.repeats and roster.channels:
        return begun + timedelta(minutes=plan.repeat_minutes)
    return None


def _reached_nobody(notices: Iterable[Notice], number: int) -> bool:
    outcomes = {notice.outcome for notice in notices if notice.step == number}
    return NoticeOutcome.NOBODY in outcomes and REACHED.isdisjoint(outcomes)


@dataclass(frozen=True, slots=True)
class _Case:
    """One alert with what was done about it so far."""

    roster: Roster
    alert: Alert
    notices: tuple[Notice, ...]
    now: datetime

    def number(self) -> int:
        """Return the step that counts now."""
        if not self.notices:
            return 0
        last = max(notice.step for notice in self.notices)
        due = _due(self.roster, self.notices)
        return last + 1 if due is not None and due <= self.now else last

    def step(self, number: int) -> Step:
        """Return what is still to be done in a step; whoever could not be told earlier belongs to it."""
        tell, not_told = [], []
        for person_id in self._concerned(number):
            way = self._way(person_id)
            left = self._left(way, number)
            if left:
                tell.append(Way(person_id=person_id, channels=left, every=way.every))
            if way.reason is not None:
                not_told.append(NotTold(person_id=person_id, reason=way.reason))
            not_told += [
                NotTold(person_id=person_id, reason=NoticeOutcome.NO_ADDRESS, channel=channel)
                for channel in way.missing
            ]
        fresh = [one for one in not_told if not self._kept(one)]
        here = {notice.outcome for notice in self.notices if notice.step == number}
        if not tell and here.isdisjoint(REACHED | {NoticeOutcome.NOBODY}):
            fresh.append(NotTold(person_id="", reason=NoticeOutcome.NOBODY))
        return Step(number=number, tell=tuple(tell), not_told=tuple(fresh))

    def _concerned(self, number: int) -> tuple[str, ...]:
        steps = self.roster.plan.steps
        if number >= len(steps):
            return self.roster.with_deputies(self.roster.called_before(number), lambda _person: True)
        earlier = self.roster.with_deputies(self.roster.called_before(number), self._unreachable_at(number))
        named = self.roster.with_deputies(self.roster.called(steps[number]), self._unreachable_at(number))
        told = {notice.person_id for notice in self.notices if notice.outcome in REACHED}
        return tuple(dict.fromkeys((*named, *(one for one in earlier if one not in told))))

    def _unreachable_at(self, number: int) -> Callable[[str], bool]:
        def unreachable(person_id: str) -> bool:
            way = self._way(person_id)
            outcomes = self._tried(person_id, number).values()
            return way.reason is not None or (not self._left(way, number) and REACHED.isdisjoint(outcomes))

        return unreachable

    def _way(self, person_id: str) -> Way:
        urgency = urgency_of(self.alert)
        return way_to(self.roster, person_id, urgency=urgency, now=self.now, plane=self.alert.plane)

    def _tried(self, person_id: str, number: int) -> dict[str, NoticeOutcome]:
        return {
            notice.channel: notice.outcome
            for notice in self.notices
            if notice.step == number and notice.person_id == person_id and notice.outcome in TRIED
        }

    def _left(self, way: Way, number: int) -> tuple[str, ...]:
        tried = self._tried(way.person_id, number)
        if not way.every and not REACHED.isdisjoint(tried.values()):
            return ()
        return tuple(channel for channel in way.channels if channel not in tried)

    def _kept(self, one: NotTold) -> bool:
        return any(
            notice.person_id == one.person_id and notice.outcome is one.reason and notice.channel == one.channel
            for notice in self.notices
        )
