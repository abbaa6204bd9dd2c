"""The scales: observed and expected mentions over the last minutes, quarter hour, hour and hours."""

import math
from typing import Any, Final

_MINUTES: Final = (5, 15, 60, 180)
_HOUR: Final = 60


class Scales:
    """Sums over windows that end in the last bucket, from one ring of running totals."""

    __slots__ = ("_at", "_expected", "_filled", "_hour", "_seen", "_size", "_windows", "hour_minutes")

    def __init__(self, bucket_seconds: int) -> None:
        lengths = sorted({max(1, round(60 * minutes / bucket_seconds)) for minutes in _MINUTES})
        self._windows: Final = tuple((length, max(1, length * bucket_seconds // 60)) for length in lengths)
        self._hour: Final = max(1, round(60 * _HOUR / bucket_seconds))
        self.hour_minutes: Final = max(1, self._hour * bucket_seconds // 60)
        self._size: Final = lengths[-1]
        self._seen = [0.0] * self._size
        self._expected = [0.0] * self._size
        self._at = self._filled = 0

    def add(self, count: float, expected: float) -> None:
        """Take one bucket; the oldest one falls out."""
        self._at = at = (self._at + 1) % self._size
        self._seen[at], self._expected[at] = count, expected
        self._filled = min(self._filled + 1, self._size)

    def skip(self, missing: int) -> None:
        """Forget the windows when a gap is as long as the longest of them."""
        if missing >= self._size:
            self._filled = 0

    def _sums(self, length: int) -> tuple[float, float]:
        length = min(length, self._filled)
        first = self._at - length + 1
        if first >= 0:
            return sum(self._seen[first : self._at + 1]), sum(self._expected[first : self._at + 1])
        seen = sum(self._seen[first:]) + sum(self._seen[: self._at + 1])
        return seen, sum(self._expected[first:]) + sum(self._expected[: self._at + 1])

    def hour(self) -> tuple[float, float]:
        """Return observed and expected mentions within the last hour."""
        return self._sums(self._hour)

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
        return {"seen": list(self._seen), "expected": list(self._expected), "at": self._at, "filled": self._filled}

    def resume(self, state: dict[str, Any]) -> None:
        """Replace the ring by a saved one."""
        self._seen, self._expected = list(state["seen"]), list(state["expected"])
        self._at, self._filled = state["at"], state["filled"]
