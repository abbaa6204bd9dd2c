"""The weekly rota: who is on duty when, who exchanged with whom, who stands in for somebody away, and where it gapes.

Clock times are those of the plan's zone; what ``use_cases/tell.py`` asks is only who is on duty now.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

Away = Callable[[str, datetime], bool]
"""Tells whether a person can't do duty at a moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """Somebody is on duty from one clock time to another on these weekdays (Monday is 0).

    One that ends at or before its beginning ends on the next day; so 08:00 to 08:00 is a whole day.
    """

    person_id: str
    days: tuple[int, ...]
    begins: str
    ends: str

    def holds(self, local: datetime) -> bool:
        """Tell whether somebody is on duty by this shift at a local time."""
        clock = f"{local:%H:%M}"
        today, yesterday = local.weekday() in self.days, (local.weekday() - 1) % 7 in self.days
        if self.begins < self.ends:
            return today and self.begins <= clock < self.ends
        return (today and clock >= self.begins) or (yesterday and clock < self.ends)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """For a while somebody is on duty in another person's place; without one, in addition."""

    person_id: str
    begins: datetime
    ends: datetime
    instead_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rota:
    """Everything that decides who is on duty at a moment."""

    shifts: Sequence[Shift] = ()
    exchanges: Sequence[Exchange] = ()
    deputies: Mapping[str, str]
    zone: str

    def planned(self, at: datetime) -> tuple[str, ...]:
        """Return who is on duty at a moment, exchanges counted, absences not."""
        local = at.astimezone(ZoneInfo(self.zone))
        swaps = [one for one in self.exchanges if one.begins <= at < one.ends]
        instead = {one.instead_of: one.person_id for one in swaps if one.instead_of}
        by_shift = [shift.person_id for shift in self.shifts if shift.holds(local)]
        extra = [one.person_id for one in swaps if not one.instead_of]
        return tuple(dict.fromkeys((*(instead.get(one, one) for one in by_shift), *extra)))

    def present(self, at: datetime, away: Away) -> tuple[str, ...]:
        """Return who is really there: for somebody away, the deputy, or theirs."""
        return tuple(
            dict.fromkeys(one for planned in self.planned(at) if (one := self._stand_in(planned, at, away)) is not None)
        )

    def _stand_in(self, person_id: str, at: datetime, away: Away) -> str | None:
        asked: set[str] = set()
        one: str | None = person_id
        while one is not None and one not in asked:
            if not away(one, at):
                return one
            asked.add(one)
            one = self.deputies.get(one)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A stretch in which the same people are on duty; ``present`` are those there, nobody means a gap."""

    begins: datetime
    ends: datetime
    planned: tuple[str, ...]
    present: tuple[str, ...]


def turns(rota: Rota, away: Away, *, since: datetime, until: datetime, absences: Iterable[datetime] = ()) -> list[Turn]:
    """Return who is on duty from one moment to another, without holes; ``absences`` are where one begins or ends."""
    swaps = (moment for one in rota.exchanges for moment in (one.begins, one.ends))
    borders = {since, *_borders(rota, since, until), *swaps, *absences}
    inside = sorted(border for border in borders if since <= border < until)
    found: list[Turn] = []
    for begins, ends in zip(inside, [*inside[1:], until], strict=True):
        planned, present = rota.planned(begins), rota.present(begins, away)
        if found and (found[-1].planned, found[-1].present) == (planned, present):
            found[-1] = Turn(begins=found[-1].begins, ends=ends, planned=planned, present=present)
        else:
            found.append(Turn(begins=begins, ends=ends, planned=planned, present=present))
    return found


def _borders(rota: Rota, since: datetime, until: datetime) -> Iterable[datetime]:
    zone = ZoneInfo(rota.zone)
    day = (since - timedelta(days=1)).astimezone(zone).date()
    while day <= until.astimezone(zone).date():
        yield datetime.combine(day, time(), zone).astimezone(since.tzinfo)
        for shift in rota.shifts:
            for clock in (shift.begins, shift.ends):
                yield datetime.combine(day, time.fromisoformat(clock), zone).astimezone(since.tzinfo)
        day += timedelta(days=1)
