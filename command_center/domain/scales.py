"""The scales: observed and expected mentions over the last minutes, quarter hour, hour and hours."""

import math
from typing import Any, Final

_MINUTES: Final = (5, 15, 60, 180)
_HOUR: Final = 60


class Scales:
    """Sums over windows that end in the last bucket; buckets not seen count for nothing."""

    __slots__ = ("_at", "_expected", "_hour", "_hour_length", "_seen", "_size", "_windows", "hour_minutes")

    def __init__(self, bucket_seconds: int) -> None:
        lengths = sorted({max(1, round(60 * minutes / bucket_seconds)) for minutes in _MINUTES})
        self._windows: Final = tuple((length, max(1, length * bucket_seconds // 60)) for length in lengths)
        self._hour_length: Final = max(1, round(60 * _HOUR / bucket_seconds))
        self.hour_minutes: Final = max(1, self._hour_length * bucket_seconds // 60)
        self._size: Final = lengths[-1]
        self._clear()

    def _clear(self) -> None:
        self._seen = [0.0] * self._size
        self._expected = [0.0] * self._size
        self._hour = (0.0, 0.0)
        self._at = 0

    def add(self, count: float, expected: float) -> tuple[float, float]:
        """Take one bucket and return observed and expected mentions within the last hour."""
        at = self._at + 1
        self._at = at = at if at < self._size else 0
        old = at - self._hour_length
        seen, usual = self._hour
        gone_seen, gone_usual = self._seen[old], self._expected[old]  # read before the ring is overwritten
        self._seen[at], self._expected[at] = count, expected
        self._hour = hour = (seen + count - gone_seen, usual + expected - gone_usual)
        return hour

    def skip(self, missing: int) -> None:
        """Forget the windows when a gap is as long as the longest of them."""
        if missing >= self._size:
            self._clear()

    def _sums(self, length: int) -> tuple[float, float]:
        first, end = self._at - length + 1, self._at + 1
        if first >= 0:
            return sum(self._seen[first:end]), sum(self._expected[first:end])
        seen = sum(self._seen[first:]) + sum(self._seen[:end])
        return seen, sum(self._expected[first:]) + sum(self._expected[:end])

    def telling(self, spread: float) -> tuple[float, int]:
        """Return ratio and minutes of the window that is least likely under the baseline.

        Negative binomial deviance of each window (McCullagh and Nelder 1989, with the bucket's
        spread as if counts within a window were fully correlated).
        """
        best, ratio, minutes = -1.0, 1.0, self._windows[0][1]
        size = 1.0 / spread
        for length, window_minutes in self._windows:
            seen, usual = self._sums(length)
            deviance = 0.0
            if seen > usual:
                deviance = seen * math.log(seen / usual) - (seen + size) * math.log((seen + size) / (usual + size))
            if deviance > best:
                best, ratio, minutes = deviance, seen / usual, window_minutes
        return ratio, minutes

    def state(self) -> dict[str, Any]:
        """Return the ring, ready for JSON."""
        return {
            "seen": list(self._seen),
            "expected": list(self._expected),
            "hour": list(self._hour),
            "at": self._at,
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Replace the ring by a saved one."""
        self._seen, self._expected = list(state["seen"]), list(state["expected"])
        hour_seen, hour_expected = state["hour"]
        self._hour, self._at = (hour_seen, hour_expected), state["at"]
