"""The heights: when a topic's count was last this high before the present surge."""

import math
from datetime import UTC, datetime
from typing import Any, Final

_A_DOUBLING: Final = 4  # steps per doubling: "this high" means within a fifth
_STEPS: Final = 128


class Heights:
    """The last time each height was reached, on a ladder of a fixed number of rungs.

    A surge is noted only once it is over, so that it is never its own precedent.
    """

    __slots__ = ("_last", "_peak", "_peak_at")

    def __init__(self) -> None:
        self._last: list[datetime | None] = []  # as long as the highest rung seen
        self._peak = -1.0
        self._peak_at: datetime | None = None

    @staticmethod
    def _rung(count: float) -> int:
        return min(_STEPS - 1, int(_A_DOUBLING * math.log2(1.0 + count)))

    def last(self, count: float) -> datetime | None:
        """Return when a count of about this height or more was last seen before this surge."""
        return max((at for at in self._last[self._rung(count) :] if at), default=None)

    def note(self, at: datetime, count: float, *, surging: bool) -> None:
        """Take one bucket; hold back the highest of a surge until the surge is over."""
        if surging:
            if count > self._peak:
                self._peak, self._peak_at = count, at
            return
        if self._peak_at is not None:
            self._reach(self._rung(self._peak), self._peak_at)
            self._peak, self._peak_at = -1.0, None
        rung = self._rung(count)
        if rung < len(self._last):
            self._last[rung] = at
        else:
            self._reach(rung, at)

    def _reach(self, rung: int, at: datetime) -> None:
        if rung >= len(self._last):
            self._last.extend([None] * (rung + 1 - len(self._last)))
        self._last[rung] = at

    def state(self) -> dict[str, Any]:
        """Return the ladder, ready for JSON."""
        return {
            "last": [at.isoformat() if at else None for at in self._last],
            "peak": self._peak,
            "peak_at": self._peak_at.isoformat() if self._peak_at else None,
        }

    def resume(self, state: dict[str, Any]) -> None:
        """Replace the ladder by a saved one."""
        self._last = [datetime.fromisoformat(at).astimezone(UTC) if at else None for at in state["last"]]
        self._peak = state["peak"]
        self._peak_at = datetime.fromisoformat(state["peak_at"]).astimezone(UTC) if state["peak_at"] else None
