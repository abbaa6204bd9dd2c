"""Blindness: whether the sources delivered what they owe, so that calm means calm.

Below four fifths of the expected fetches the picture is uncertain, below a third it is blind.
Files never owe anything.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

LOOKED_BACK: Final = timedelta(hours=6)
ENOUGH: Final = 0.8
BLIND_BELOW: Final = 1 / 3
_MOST_KEPT: Final = 400
_LEAST_PERIOD: Final = 60
_NEARLY: Final = 0.75  # of a period: fetches come a little early or late
_LEAST_APART: Final = timedelta(seconds=55)  # a stream succeeds all the time; six hours of it must fit


class Sight(StrEnum):
    """Whether the picture can be trusted."""

    CLEAR = "clear"
    UNCERTAIN = "uncertain"
    BLIND = "blind"
    NOTHING_EXPECTED = "nothing_expected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What a source owes, one fetch every ``period_seconds``, and when fetches succeeded lately.

    ``since`` is when it began to owe, where that is later than when it was set up: after a pause.
    """

    period_seconds: int
    fetches: tuple[datetime, ...] = ()
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """A source as blindness sees it; ``last`` is its last successful fetch, however long ago."""

    id: str
    name: str
    kind: str
    since: datetime
    last: datetime | None = None
    delivery: Delivery | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """How much of what a source owed within the last hours has come; since when fetches failed to."""

    id: str
    name: str
    expected: int
    came: int
    missing_since: datetime | None = None

    @property
    def share(self) -> float:
        """The share of expected fetches that came, at most all of them."""
        return min(1.0, self.came / self.expected) if self.expected else 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How well the house sees at a moment: its state, the share delivered, and which sources lack."""

    state: Sight
    share: float
    why: tuple[Delivered, ...] = ()

    @property
    def trusted(self) -> bool:
        """Tell whether nothing lacks that should have come."""
        return self.state in {Sight.CLEAR, Sight.NOTHING_EXPECTED}

    @property
    def least(self) -> float:
        """The share of the source that delivers least, which is what a judgement rests on."""
        return min((each.share for each in self.why), default=self.share)

    @property
    def since(self) -> datetime | None:
        """Since when the picture can't be trusted: when the first lacking source began to fail."""
        return min((each.missing_since for each in self.why if each.missing_since is not None), default=None)


def sight(sources: Iterable[Supplier], now: datetime) -> Look:
    """Say how far the picture can be trusted at this moment.

    Every source counts the same, however often it is fetched: one that is asked once an hour may
    be the only one that carries the storm. So the picture is clear only while none of them lacks.
    """
    owed = [found for source in sources if (found := delivered(source, now)) is not None]
    if not owed:
        return Look(state=Sight.NOTHING_EXPECTED, share=1.0)
    share = sum(each.share for each in owed) / len(owed)
    lacking = tuple(sorted((each for each in owed if each.share < ENOUGH), key=lambda each: (each.share, each.name)))
    state = Sight.CLEAR if not lacking else Sight.UNCERTAIN if share >= BLIND_BELOW else Sight.BLIND
    return Look(state=state, share=share, why=lacking)


def delivered(source: Supplier, now: datetime) -> Delivered | None:
    """Compare a source's fetches with what it owed; None where nothing is owed yet."""
    if source.kind == "file" or source.delivery is None:
        return None
    period = timedelta(seconds=max(_LEAST_PERIOD, source.delivery.period_seconds))
    # A source asked once a day is looked at over more than a day, or it would seem silent by noon.
    begin = max(now - max(LOOKED_BACK, 2 * period), source.since, source.delivery.since or source.since)
    expected = (now - begin) // period
    if expected < 1:
        return None
    fetches = [at for at in source.delivery.fetches if begin < at <= now]
    return Delivered(
        id=source.id,
        name=source.name,
        expected=expected,
        came=_apart(fetches, period),
        missing_since=_missing_since(source, fetches, begin, now, period),
    )


def _missing_since(
    source: Supplier, fetches: Iterable[datetime], begin: datetime, now: datetime, period: timedelta
) -> datetime | None:
    """Return the last fetch before the first gap; None without a gap."""
    last = begin if source.last is None or source.last > begin else source.last
    for at in [*sorted(fetches), now]:
        if at - last > (1 + _NEARLY) * period:
            return last if source.last is not None else source.since
        last = at
    return None


def _apart(fetches: Iterable[datetime], period: timedelta) -> int:
    """Count fetches that lie apart: a burst after an outage doesn't make up for it."""
    count, last = 0, None
    for at in sorted(fetches):
        if last is None or at - last >= _NEARLY * period:
            count, last = count + 1, at
    return count


def with_fetch(delivery: Delivery, at: datetime) -> Delivery:
    """Note a successful fetch, unless one stands there from less than a minute ago, and forget old ones."""
    if any(timedelta(0) <= at - each < _LEAST_APART for each in delivery.fetches[-1:]):
        return delivery
    since = at - max(LOOKED_BACK, 2 * timedelta(seconds=delivery.period_seconds))
    kept = sorted({*(each for each in delivery.fetches if since <= each <= at), at})
    return replace(delivery, fetches=tuple(kept[-_MOST_KEPT:]))
