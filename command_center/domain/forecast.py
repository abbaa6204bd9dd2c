"""The forecast: how many mentions the next hours will bring, as a range learnt from its own past errors.

The present surge above the baseline is expected to halve every four hours; how far reality strayed
from that before gives the range. It needs only what a judged bucket holds, and no clock.
"""

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

from command_center.domain.baseline import WEEK
from command_center.errors import BadInput

HOURS: Final = (1, 3, 6)
HELD_SHARE: Final = 0.8  # the share of ranges that shall hold: wide enough to plan by, narrow enough to say something
_HALF_HOUR: Final = 1_800  # baseline's own step; forecasts are checked twice an hour
_SLOTS: Final = WEEK // _HALF_HOUR
_FIRST: Final = 2 * 24  # half hours watched before the first forecast: one of each
_HALF_LIFE: Final = 8.0  # half hours in which a surge is expected to halve; three to six hours hardly differ
_SURGING: Final = (
    2.0  # times the expected within the last half hour from which errors are kept apart: storms stray further
)
_NOISE: Final = 0.1  # squared relative error beyond counting noise, before anything is learnt
_CALM_REACH: Final = 1.3  # first reach in deviations: 80 % of a normal distribution
_SURGE_REACH: Final = 2.5  # rare, so seldom corrected: begins wide
_MOST_REACH: Final = 12.0
_PACE: Final = 0.03  # step of a bound, in deviations: as for adaptive conformal inference
_FIRST_PACE: Final = 0.5
_MOST: Final = 1e12  # counts above are cut, to keep sums finite


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Mentions within the next ``hours``: a range meant to hold 8 times in 10, and the likely number.

    ``held`` of ``tried`` past ranges of this length held, counted apart for surges and calm times.
    """

    hours: int
    low: int
    high: int
    likely: int
    surging: bool
    held: int
    tried: int

    @property
    def hit_rate(self) -> float | None:
        """The share of past ranges that held, or None before there is any."""
        return self.held / self.tried if self.tried else None


@dataclass(slots=True)
class _Record:
    """What is learnt about ranges of one length: bounds in deviations, and how often they held."""

    low: float
    high: float
    held: int = 0
    tried: int = 0

    def learn(self, error: float, *, held: bool) -> None:
        """Move the bounds so that a tenth of all errors falls outside each (Gibbs and Candes 2021)."""
        self.tried += 1
        self.held += held
        outside = (1.0 - HELD_SHARE) / 2
        pace = max(_PACE, _FIRST_PACE / float((self.tried + 1) ** 0.6))
        low = self.low + pace * (outside - (error < self.low))
        high = self.high + pace * (1.0 - outside - (error < self.high))
        self.low, self.high = max(-_MOST_REACH, low), min(_MOST_REACH, high)


@dataclass(frozen=True, slots=True)
class _Pending:
    """A forecast not yet over: when it is, the total when it was made, and what was said."""

    due: int
    total: float
    likely: float
    surging: bool
    low: int
    high: int


class Forecaster:
    """Follows one topic bucket by bucket, in the order of time, and says what may come."""

    def __init__(self, *, bucket_seconds: int = 300) -> None:
        if bucket_seconds < 1 or _HALF_HOUR % bucket_seconds:
            raise BadInput("forecast.bucket_length", seconds=bucket_seconds)
        self.bucket_seconds: Final = bucket_seconds
        self._bucket: Final = timedelta(seconds=bucket_seconds)
        self._step: Final = _HALF_HOUR // bucket_seconds
        self._last: datetime | None = None
        self._seen = 0
        self._total = 0.0
        self._usual: list[float | None] = [None] * _SLOTS
        self._recent: deque[tuple[float, float]] = deque(maxlen=self._step)
        self._pending: dict[int, deque[_Pending]] = {hours: deque() for hours in HOURS}
        self._records: dict[tuple[int, bool], _Record] = {
            (hours, surging): _Record(-reach, reach)
            for hours in HOURS
            for surging, reach in ((False, _CALM_REACH), (True, _SURGE_REACH))
        }

    def learn(self, at: datetime, count: float, expected: float) -> None:
        """Take one judged bucket: its begin, its count and what the baseline expected.

        Past forecasts that end here are checked. Those that a missing bucket falls into are
        dropped, never counted as held or missed.

        Raises:
            BadInput: The bucket is not later than the last one, or a number is not a count.
        """
        at = self._checked(at, count, expected)
        slot = self._slot(at)
        before = self._usual[slot]
        same = before is not None and self._last is not None and self._slot(self._last) == slot
        self._usual[slot] = (before + expected) / 2 if same and before is not None else expected
        self._recent.append((min(count, _MOST), min(expected, _MOST)))
        self._total += min(count, _MOST)
        self._seen += 1
        self._last = at
        self._settle()
        if self._seen % self._step == 0:
            for forecast, likely in self._forecasts():
                self._pending[forecast.hours].append(
                    _Pending(
                        due=self._seen + 2 * forecast.hours * self._step,
                        total=self._total,
                        likely=likely,
                        surging=forecast.surging,
                        low=forecast.low,
                        high=forecast.high,
                    )
                )

    def ahead(self) -> tuple[Forecast, ...]:
        """Return the forecasts from the last bucket on; none before a day has been seen."""
        return tuple(forecast for forecast, _ in self._forecasts())

    def _checked(self, at: datetime, count: float, expected: float) -> datetime:
        for number in (count, expected):
            if not 0.0 <= number < math.inf:
                raise BadInput("spikes.not_a_count", at=at.isoformat(), count=number)
        if at.tzinfo is None:
            raise BadInput("spikes.no_time_zone", at=at.isoformat())
        at = at.astimezone(UTC)
        if self._last is None:
            return at
        if at <= self._last:
            raise BadInput("spikes.not_in_order", at=at.isoformat(), last=self._last.isoformat())
        missing = round((at - self._last) / self._bucket) - 1
        if missing > 0:
            for pending in self._pending.values():
                pending.clear()
            if missing >= self._step:
                self._recent.clear()
        return at

    def _settle(self) -> None:
        """Compare the forecasts that end now with what came, and learn from the difference."""
        for hours, pending in self._pending.items():
            while pending and pending[0].due <= self._seen:
                said = pending.popleft()
                came = self._total - said.total
                error = math.log((came + 1.0) / (said.likely + 1.0)) / _deviation(said.likely)
                self._records[hours, said.surging].learn(error, held=said.low <= came <= said.high)

    def _forecasts(self) -> list[tuple[Forecast, float]]:
        """Return each forecast with its likely number unrounded."""
        if self._last is None or self._seen < _FIRST * self._step:
            return []
        ratio = self._ratio()
        course = self._course(self._last + self._bucket, ratio)
        surging = ratio >= _SURGING
        return [self._forecast(hours, min(sum(course[: 2 * hours]), _MOST), surging=surging) for hours in HOURS]

    def _forecast(self, hours: int, likely: float, *, surging: bool) -> tuple[Forecast, float]:
        record = self._records[hours, surging]
        low, high = _whole(_stray(likely, record.low), _stray(likely, record.high))
        forecast = Forecast(
            hours=hours,
            low=low,
            high=high,
            likely=min(max(round(likely), low), high),
            surging=surging,
            held=record.held,
            tried=record.tried,
        )
        return forecast, likely

    def _ratio(self) -> float:
        """Return seen over expected in the last half hour; the one added keeps a silent topic calm."""
        seen = sum(count for count, _ in self._recent)
        usual = sum(expected for _, expected in self._recent)
        return (seen + 1.0) / (usual + 1.0)

    def _course(self, begin: datetime, ratio: float) -> list[float]:
        """Return the likely mentions per half hour: the expected, and a surge or lull that fades."""
        likely = []
        for step in range(2 * HOURS[-1]):
            usual = self._usually(begin + timedelta(seconds=_HALF_HOUR * (step + 0.5)))
            faded = float(0.5 ** ((step + 0.5) / _HALF_LIFE))
            likely.append(self._step * usual * (1.0 + (ratio - 1.0) * faded))
        return likely

    def _usually(self, at: datetime) -> float:
        """Return what the baseline last expected, per bucket, in this half hour of the week.

        Before a week has been seen, the latest day that knows this half hour stands in.
        """
        slot = self._slot(at)
        days = (self._usual[(slot - 48 * back) % _SLOTS] for back in range(7))
        return next((usual for usual in days if usual is not None), 0.0)

    @staticmethod
    def _slot(at: datetime) -> int:
        return 48 * at.weekday() + 2 * at.hour + at.minute // 30

    def state(self) -> dict[str, Any]:
        """Return everything needed to go on elsewhere, ready for JSON."""
        return {
            "bucket_seconds": self.bucket_seconds,
            "last": self._last.isoformat() if self._last else None,
            "seen": self._seen,
            "total": self._total,
            "usual": list(self._usual),
            "recent": [list(pair) for pair in self._recent],
            "pending": [
                [hours, said.due, said.total, said.likely, said.surging, said.low, said.high]
                for hours, pending in self._pending.items()
                for said in pending
            ],
            "records": [
                [hours, surging, record.low, record.high, record.held, record.tried]
                for (hours, surging), record in self._records.items()
            ],
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> Self:
        """Return a forecaster that goes on exactly where the saved one stopped.

        Raises:
            BadInput: The state is not one that ``state`` returned.
        """
        try:
            forecaster = cls(bucket_seconds=state["bucket_seconds"])
            forecaster._last = datetime.fromisoformat(state["last"]).astimezone(UTC) if state["last"] else None
            forecaster._seen, forecaster._total = state["seen"], state["total"]
            forecaster._usual = list(state["usual"])
            forecaster._recent.extend((count, expected) for count, expected in state["recent"])
            for hours, *said in state["pending"]:
                forecaster._pending[hours].append(_Pending(*said))
            for hours, surging, *record in state["records"]:
                forecaster._records[hours, surging] = _Record(*record)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadInput("forecast.bad_state", reason=repr(error)) from error
        return forecaster


def _deviation(likely: float) -> float:
    """Return how far the log of a sum strays before anything is learnt: counting noise and more."""
    return math.sqrt(1.0 / (likely + 1.0) + _NOISE)


def _stray(likely: float, reach: float) -> float:
    """Return the number of mentions ``reach`` deviations away from the likely one."""
    return max(0.0, (likely + 1.0) * math.exp(reach * _deviation(likely)) - 1.0)


def _whole(one: float, other: float) -> tuple[int, int]:
    """Return the whole numbers within a range, or those around it when there is none."""
    low, high = min(one, other), max(one, other)
    if math.ceil(low) <= math.floor(high):
        return math.ceil(low), math.floor(high)
    return math.floor(low), math.ceil(high)


def growth(counts: Sequence[float], *, bucket_seconds: int = 300) -> float:
    """Return by how much the log of the counts rises an hour (least squares); 0.1 is a tenth more an hour."""
    n = len(counts)
    if n < 3:
        return 0.0
    middle = (n - 1) / 2
    rise = sum((place - middle) * math.log(count + 1.0) for place, count in enumerate(counts))
    return rise / sum((place - middle) ** 2 for place in range(n)) * 3600.0 / bucket_seconds
