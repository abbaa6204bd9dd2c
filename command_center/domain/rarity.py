"""Rarity: how often a week a surge this strong would come by chance or by ordinary news.

Learns the topic's own surges, one number each however long they last, and reads off the
strength that comes as often as the alert budget allows. ``spikes.py`` puts it to work.
"""

import math
from typing import Any, Final

_MOST_LEARNT: Final = 40.0  # surges remembered: ten weeks at four a week
_FIRST_LEARNT: Final = 6.0  # what the first guess counts for
_CUT: Final = 3.0  # one huge storm counts as three ordinary ones, or it would blind us for weeks
_FIRST_HURRY: Final = 6.0  # the line moves six times as fast on the first day, as fast as ever after five
_CEILING: Final = 20.0  # far above any alert; without it the largest storms would take days to fade
_LEAST_LINE: Final = 1.0  # a likelihood ratio of e: less is not evidence
_MOST_CORRECTION: Final = 1.5  # as if alerts came 4.5 times too often
_LEAST_CORRECTION: Final = -0.5  # a quiet topic need not use up its budget


class Rarity:
    """A topic's surge line and the tail above it.

    The line is moved until surges begin ``surges`` times a week; their mean excess gives the
    scale of a generalised Pareto tail with a common shape (peaks over threshold, declustered:
    Coles 2001, ch. 4 and 5). A slow controller compares alerts raised with the budget.
    """

    __slots__ = (
        "_a_week",
        "_correction",
        "_excess",
        "_gap",
        "_learnt",
        "_peak",
        "_seen",
        "_since",
        "_surges",
        "budget",
        "gain",
        "line",
        "pace",
        "scale",
        "shape",
    )

    def __init__(
        self,
        *,
        a_week: float,
        surges: float,
        gap: int,
        shape: float,
        scale: float,
        pace: float,
        budget: float,
        gain: float,
        first: tuple[float, float],
    ) -> None:
        self._a_week: Final = a_week
        self._surges: Final = surges
        self._gap: Final = gap
        self.shape: Final = shape
        self.scale: Final = scale
        self.pace: Final = pace
        self.budget: Final = budget
        self.gain: Final = gain
        self.line, self._excess = first
        self._learnt = _FIRST_LEARNT
        self._since = 0  # buckets for which the present surge is still open
        self._peak = 0.0
        self._seen = 0
        self._correction = 0.0

    def a_week(self, strength: float) -> float:
        """Return how many surges a week are expected to be at least this strong.

        Above the line: ``surges * (1 + shape * (strength - line) / (scale * excess)) ** (-1 / shape)``.
        """
        line, surges = self.line, self._surges * math.exp(self._correction)
        if strength <= line:  # from every bucket at strength 0 down to ``surges`` at the line
            return surges * float((self._a_week / self._surges) ** (1.0 - strength / line))
        over = 1.0 + self.shape * (strength - line) / (self.scale * self._excess)
        return surges * float(over ** (-1.0 / self.shape))

    @property
    def ceiling(self) -> float:
        """Return the strength above which more of the same storm says nothing new."""
        return self.line + _CEILING * self._excess

    def needed(self, a_week: float) -> float:
        """Return the strength that surges reach ``a_week`` times a week: the inverse of ``a_week``."""
        often = self._surges * math.exp(self._correction) / a_week
        return self.line + self.scale * self._excess * max(0.0, float(often**self.shape) - 1.0) / self.shape

    def learn(self, strength: float, *, alert: bool) -> None:
        """Take the strength of one bucket and whether an alert was raised on it."""
        self._seen = seen = self._seen + 1
        hurry = _FIRST_HURRY / (1.0 + 7.0 * seen / self._a_week)
        step = self.pace * self._excess
        if hurry > 1.0:
            step *= hurry
        line = self.line
        if strength > line:
            if not self._since:
                line += step
                self._peak = 0.0
            self._since = self._gap
            if strength - line > self._peak:
                self._peak = strength - line
        elif self._since:
            self.pass_by(1)
        line -= step * self._surges / self._a_week
        self.line = max(_LEAST_LINE, line)
        correction = self._correction - self.gain * self.budget / self._a_week
        if alert:
            correction = min(correction + self.gain, _MOST_CORRECTION)
        self._correction = max(_LEAST_CORRECTION, correction)

    def pass_by(self, buckets: int) -> None:
        """Let quiet or missing buckets pass; close the open surge when enough have."""
        if not self._since:
            return
        self._since = max(0, self._since - buckets)
        if not self._since:
            self._learnt = min(self._learnt + 1.0, _MOST_LEARNT)
            self._excess += (min(self._peak, _CUT * self._excess) - self._excess) / self._learnt

    def state(self) -> dict[str, Any]:
        """Return everything learnt, ready for JSON."""
        names = ("line", "excess", "learnt", "since", "peak", "seen", "correction")
        return {name: getattr(self, name if name == "line" else f"_{name}") for name in names}

    def resume(self, state: dict[str, Any]) -> None:
        """Replace everything learnt by a saved state."""
        self.line, self._excess, self._learnt = state["line"], state["excess"], state["learnt"]
        self._since, self._peak = state["since"], state["peak"]
        self._seen, self._correction = state["seen"], state["correction"]
