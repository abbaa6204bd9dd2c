"""How a person wants to be reached: on which channels, from which urgency, and when not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from command_center.domain.alerts import Alert
from command_center.domain.rules import SpikeRule


class Urgency(StrEnum):
    """How much an alert may disturb, rising."""

    USUAL = "usual"
    HIGH = "high"
    HIGHEST = "highest"

    def reaches(self, threshold: "Urgency") -> bool:
        """Tell whether this is at least as urgent as the threshold."""
        order = list(Urgency)
        return order.index(self) >= order.index(threshold)


MOST_SINGLE: Final = 3
DIGEST_MINUTES: Final = 10
_HIGH_LEVEL: Final = 2
_HIGHEST_LEVEL: Final = 4
# Severity is not volume: what a person passed on, or a hard word, disturbs whatever the count.
_BY_KIND: Final = {"escalated": Urgency.HIGH, "keywords": Urgency.HIGHEST}


def urgency_of(alert: Alert) -> Urgency:
    """Judge an alert by what it stands for: its kind, its level where it has one, and how sudden it was."""
    kind = _BY_KIND.get(str(alert.evidence.get("kind", "")), Urgency.USUAL)
    level, ratio = _number(alert, "level"), _number(alert, "ratio")
    if kind is Urgency.HIGHEST or level >= _HIGHEST_LEVEL:
        return Urgency.HIGHEST
    if kind is Urgency.HIGH or level >= _HIGH_LEVEL or ratio >= SpikeRule().sudden:
        return Urgency.HIGH
    return Urgency.USUAL


def _number(alert: Alert, name: str) -> float:
    value = alert.evidence.get(name, 0)
    return value if isinstance(value, int | float) else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelChoice:
    """A channel somebody wants to be told on, for alerts at least this urgent."""

    channel: str
    from_urgency: Urgency = Urgency.USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Hours in which somebody wants to sleep, such as 22:00 to 07:00 in their own zone.

    ``days`` are the weekdays on which they begin, Monday is 0; none means every day.
    """

    begins: str
    ends: str
    zone: str
    days: tuple[int, ...] = ()

    def hold(self, now: datetime) -> bool:
        """Tell whether it is quiet now; a zone this machine doesn't know keeps nobody from being told."""
        try:
            local = now.astimezone(ZoneInfo(self.zone))
        except (ValueError, OSError, KeyError):
            return False
        clock = f"{local:%H:%M}"
        yesterday = (local - timedelta(days=1)).weekday()
        if self.begins <= self.ends:
            return self.begins <= clock < self.ends and self._on(local.weekday())
        return (clock >= self.begins and self._on(local.weekday())) or (clock < self.ends and self._on(yesterday))

    def _on(self, weekday: int) -> bool:
        return not self.days or weekday in self.days


@dataclass(frozen=True, slots=True, kw_only=True)
class Reachability:
    """What a person said about being reached; ``id`` is theirs. Who said nothing is told on every channel, always.

    Being away has an end, so that nobody forgets to come back on duty; without ``away_from`` it has begun.
    More than ``digest_after`` alerts within ``digest_minutes`` come as one message.
    """

    id: str
    changed_at: datetime
    channels: tuple[ChannelChoice, ...] = ()
    quiet: tuple[QuietHours, ...] = ()
    disturb_from: Urgency = Urgency.HIGH
    away_until: datetime | None = None
    away_from: datetime | None = None
    digest_after: int = MOST_SINGLE
    digest_minutes: int = DIGEST_MINUTES

    def away(self, now: datetime) -> bool:
        """Tell whether the person is off duty at this moment."""
        if self.away_until is None or now >= self.away_until:
            return False
        return self.away_from is None or now >= self.away_from

    def asleep(self, urgency: Urgency, now: datetime) -> bool:
        """Tell whether it is too quiet now for an alert of this urgency."""
        return not urgency.reaches(self.disturb_from) and any(quiet.hold(now) for quiet in self.quiet)

    def chosen(self, urgency: Urgency, house: Sequence[str]) -> tuple[str, ...] | None:
        """Return the channels to try one after the other; None when the person has not chosen any the house has."""
        known = [choice for choice in self.channels if choice.channel in house]
        if not known:
            return None
        wanted = (choice.channel for choice in known if urgency.reaches(choice.from_urgency))
        return tuple(dict.fromkeys(wanted))
