"""The baseline: what a topic's count should be in this bucket, and how far it may stray.

A slow level times a day profile times a weekday correction, fed only with counts cut at
the upper edge of what is plausible, so that a storm cannot teach the baseline that storms
are normal. The next file is ``rarity.py``: how rare a surge above the baseline is.
"""

import math
from datetime import datetime
from typing import Any, Final

DAY: Final = 86_400
WEEK: Final = 7 * DAY
_SLOTS: Final = 48  # half hours: short enough for a news bulletin, long enough to be learnt in a week
_LEAST_LEVEL: Final = 0.02  # mentions a bucket; keeps divisions finite on a silent topic
_LEAST_FACTOR: Final = 0.05  # an hour of silence must not make one mention infinitely surprising
_LEAST_SPREAD: Final = 0.02
_MOST_SPREAD: Final = 16.0
_FIRST_SPREAD: Final = 0.5
_FIRST_BUCKETS: Final = 12
_TOO_HIGH: Final = 10.0
_PROFILE_PRIOR: Final = 6.0  # buckets of "as the average": one half hour


def _keep(half_life_days: float, steps_a_day: float) -> float:
    """Return the learning rate whose memory halves in the given days."""
    return 1.0 - float(0.5 ** (1.0 / (half_life_days * steps_a_day)))


class Baseline:
    """The expected count of a topic by time of day and weekday, with its over-dispersion.

    Counts are mentions per bucket; variance is ``m + spread * m**2`` (negative binomial,
    Hilbe 2011). Memory is fixed: 48 half hours and 168 hours of the week.
    """

    __slots__ = (
        "_day",
        "_day_seen",
        "_expected",
        "_half_hour",
        "_hour",
        "_level",
        "_rates",
        "_seen",
        "_week",
        "_week_prior",
        "_week_seen",
        "floor",
        "spread",
    )

    def __init__(
        self,
        bucket_seconds: int,
        *,
        level_days: float,
        profile_days: float,
        week_prior: float,
        spread_days: float,
        floor: float,
    ) -> None:
        a_day = DAY / bucket_seconds
        self._rates: Final = (
            _keep(level_days, a_day),
            _keep(profile_days, max(1.0, a_day / _SLOTS)),
            _keep(profile_days, max(1.0, a_day / 24) / 7),
            _keep(spread_days, a_day),
        )
        self._week_prior: Final = week_prior
        self.floor: Final = floor
        self.spread = _FIRST_SPREAD
        self._level = 0.0
        self._seen = 0
        self._day = [1.0] * _SLOTS
        self._day_seen = [0] * _SLOTS
        self._week = [1.0] * 168
        self._week_seen = [0] * 168
        self._half_hour = self._hour = 0
        self._expected = floor

    def expect(self, at: datetime, count: float) -> float:
        """Return the expected mentions in the bucket that begins at ``at``.

        ``count`` is used for the very first bucket only, which has nothing else to go by.
        """
        if not self._seen:
            self._level = count
        hour = at.hour
        self._half_hour = half_hour = 2 * hour + at.minute // 30
        self._hour = hour_of_week = 24 * at.weekday() + hour
        self._expected = expected = max(self._level * self._day[half_hour] * self._week[hour_of_week], self.floor)
        return expected

    def learn(self, count: float, clip: float) -> None:
        """Take the count of the bucket last asked for, cut at ``clip`` standard deviations."""
        expected, spread = self._expected, self.spread
        cut = expected + clip * math.sqrt(expected + spread * expected * expected)
        if count > cut:
            count = cut
        self._seen = seen = self._seen + 1
        if seen <= _FIRST_BUCKETS and self._level > _TOO_HIGH * max(count, 1.0):
            self._level = max(count, 1.0)  # the first bucket was the odd one; as a mean it would blind us for months
        self._learn_rhythm(count, 1.0 / seen)
        # A bucket tells about the spread only as far as the spread outweighs counting noise.
        excess = ((count - expected) ** 2 - expected) / (expected * expected)
        if excess > _MOST_SPREAD:
            excess = _MOST_SPREAD
        rate = 1.0 / (seen + 50.0)
        if rate < self._rates[3]:
            rate = self._rates[3]
        spread += rate * expected * spread / (1.0 + expected * spread) * (excess - spread)
        if spread < _LEAST_SPREAD:
            spread = _LEAST_SPREAD
        self.spread = spread

    def _learn_rhythm(self, count: float, young: float) -> None:
        """Move level, half hour and hour of the week; quickly while they are young."""
        level_rate, day_rate, week_rate, _ = self._rates
        half_hour, hour = self._half_hour, self._hour
        day, week = self._day[half_hour], self._week[hour]
        if young > level_rate:
            level_rate = young
        self._level = level = self._level + level_rate * (count / (day * week) - self._level)
        if level < _LEAST_LEVEL:
            level = _LEAST_LEVEL
        self._day_seen[half_hour] = seen = self._day_seen[half_hour] + 1
        young = 1.0 / (seen + _PROFILE_PRIOR)
        if young > day_rate:
            day_rate = young
        day += day_rate * (count / (level * week) - day)
        if day < _LEAST_FACTOR:
            day = _LEAST_FACTOR
        self._day[half_hour] = day
        self._week_seen[hour] = seen = self._week_seen[hour] + 1
        young = 1.0 / (seen + self._week_prior)
        if young > week_rate:
            week_rate = young
        week += week_rate * (count / (level * day) - week)
        if week < _LEAST_FACTOR:
            week = _LEAST_FACTOR
        self._week[hour] = week

    def band(self, reach: float) -> tuple[float, float]:
        """Return the counts ``reach`` standard deviations below and above the expected count.

        Exact variance stabilisation for the negative binomial: ``asinh(sqrt(spread * x))``
        has standard deviation ``sqrt(spread) / 2`` (Anscombe 1948).
        """
        spread = self.spread
        middle = math.asinh(math.sqrt(spread * self._expected))
        half = 0.5 * reach * math.sqrt(spread)
        high = math.sinh(middle + half) ** 2 / spread
        return (math.sinh(middle - half) ** 2 / spread if middle > half else 0.0), high

    def state(self) -> dict[str, Any]:
        """Return everything learnt, ready for JSON."""
        return {
            "seen": self._seen,
            "level": self._level,
            "spread": self.spread,
            "day": list(self._day),
            "day_seen": list(self._day_seen),
            "week": list(self._week),
            "week_seen": list(self._week_seen),
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Replace everything learnt by a saved state."""
        self._seen, self._level, self.spread = state["seen"], state["level"], state["spread"]
        self._day, self._day_seen = list(state["day"]), list(state["day_seen"])
        self._week, self._week_seen = list(state["week"]), list(state["week_seen"])
