"""The usual ways to find spikes in counts, to be measured beside ours.

All are causal: none is told a length, a minimum or a maximum in advance. Half-space trees come
from the library river, fed by us; the others are reimplemented here. Each takes one bucket at a
time and returns a score, the higher the stranger; a threshold and six hours of silence after an
alarm turn scores into alarms. Five-minute buckets.
"""

import math
from collections import deque
from datetime import datetime
from importlib.util import find_spec
from typing import Any, Final, Protocol

import numpy as np

from command_center.domain.baseline import Baseline

_HOUR: Final = 12
_DAY: Final = 288
_WEEK: Final = 2016


class Contender(Protocol):
    """Anything that scores a curve bucket by bucket."""

    def step(self, at: datetime, count: float) -> float:
        """Return how strange the bucket is, having seen only the past."""
        ...


class WindowedGaussian:
    """NAB's simplest detector: deviations from the mean of the last 6400 buckets.

    NAB reports the tail probability; its deviate ranks the same and does not run out of digits.
    """

    def __init__(self) -> None:
        self._window: deque[float] = deque(maxlen=6400)
        self._sum = self._squares = 0.0

    def step(self, at: datetime, count: float) -> float:
        """Return by how many deviations the bucket exceeds the window's mean."""
        n = len(self._window)
        score = 0.0
        if n > 1:
            mean = self._sum / n
            score = (count - mean) / math.sqrt(max(self._squares / n - mean * mean, 1e-6))
        if n == self._window.maxlen:
            old = self._window[0]
            self._sum -= old
            self._squares -= old * old
        self._window.append(count)
        self._sum += count
        self._squares += count * count
        return score


class EarsC2:
    """EARS C2 of the CDC: the last hour against seven days of hours, with a guard of two hours.

    (x - mean) / deviation over non-overlapping hours (Hutwagner et al. 2003).
    """

    def __init__(self) -> None:
        self._recent: deque[float] = deque(maxlen=3 * _HOUR)
        self._hours: deque[float] = deque(maxlen=7 * 24)
        self._seen = 0

    def step(self, at: datetime, count: float) -> float:
        """Return by how many deviations the last hour exceeds the hours before the guard."""
        self._recent.append(count)
        self._seen += 1
        recent = list(self._recent)
        if len(recent) == 3 * _HOUR and self._seen % _HOUR == 0:
            self._hours.append(sum(recent[:_HOUR]))
        if len(self._hours) < 24:
            return 0.0
        hours = np.fromiter(self._hours, dtype=np.float64)
        return float((sum(recent[-_HOUR:]) - hours.mean()) / max(float(hours.std()), 1.0))


class GnipPoisson:
    """Gnip's trend detection: Poisson deviations of the bucket from a trailing day's mean.

    (x - m) / sqrt(m), m an exponential mean over one day (Hendrickson et al. 2015).
    """

    def __init__(self) -> None:
        self._mean = 0.0
        self._seen = 0

    def step(self, at: datetime, count: float) -> float:
        """Return by how many Poisson deviations the bucket exceeds the trailing mean."""
        mean = max(self._mean, 0.1)
        self._seen += 1
        self._mean += max(1.0 / self._seen, 1.0 / _DAY) * (count - self._mean)
        return (count - mean) / math.sqrt(mean)


class SeasonalHybridEsd:
    """Twitter's S-H-ESD run causally: the newest bucket's own ESD statistic, every bucket.

    |x - season - median| / MAD over two weeks, season by the median of the half hour
    (Hochenbaum et al. 2017); medians are renewed every hour.
    """

    def __init__(self) -> None:
        self._counts: deque[float] = deque(maxlen=2 * _WEEK)
        self._slots: deque[int] = deque(maxlen=2 * _WEEK)
        self._season = np.zeros(48)
        self._middle = 0.0
        self._spread = 1.0
        self._seen = 0

    def _renew(self) -> None:
        counts = np.fromiter(self._counts, dtype=np.float64)
        slots = np.fromiter(self._slots, dtype=np.int64)
        middle = float(np.median(counts))
        for slot in np.unique(slots):
            self._season[slot] = float(np.median(counts[slots == slot])) - middle
        rest = counts - self._season[slots]
        self._middle = float(np.median(rest))
        self._spread = max(1.4826 * float(np.median(np.abs(rest - self._middle))), 0.5)

    def step(self, at: datetime, count: float) -> float:
        """Return by how many robust deviations the bucket exceeds its season."""
        slot = 2 * at.hour + at.minute // 30
        if self._seen >= _DAY and self._seen % _HOUR == 0:
            self._renew()
        score = (count - self._season[slot] - self._middle) / self._spread if self._seen >= _DAY else 0.0
        self._counts.append(count)
        self._slots.append(slot)
        self._seen += 1
        return float(score)


class NegativeBinomialCusum:
    """A leaky negative binomial CUSUM on our own baseline, without surges and their rarity.

    Log likelihood ratio of three times the expected count (Hoehle and Paul 2008), leak 0.98.
    """

    def __init__(self) -> None:
        self._baseline = Baseline(300, level_days=8.0, profile_days=24.0, week_prior=60.0, spread_days=8.0, floor=0.05)
        self._sum = 0.0

    def step(self, at: datetime, count: float) -> float:
        """Return the evidence gathered for three times the expected count, in nats."""
        expected, spread = self._baseline.expect(at, count), self._baseline.spread
        usual, surge = 1.0 + spread * expected, 1.0 + 3.0 * spread * expected
        gain = count * math.log(3.0 * usual / surge) - math.log(surge / usual) / spread
        self._sum = max(0.0, 0.98 * self._sum + gain)
        self._baseline.learn(count, 3.0)
        return self._sum


class HalfSpaceTrees:
    """river's half-space trees on the mentions of the last hour (Tan, Ting and Liu 2011).

    The trees split a fixed range; a count has none that is known in advance. The hour is therefore
    scaled by the least and the most seen *so far*: a new record is 1. Counts below the mean of the
    past week score 0, because rare silence is not a storm. Of sixteen settings tried (scaling,
    span, window, trees) this one did best on the standard profile.
    """

    def __init__(self) -> None:
        from river.anomaly import HalfSpaceTrees as Trees

        self._trees: Any = Trees(n_trees=25, height=8, window_size=_WEEK, seed=1)
        self._recent: deque[float] = deque([0.0] * _HOUR, maxlen=_HOUR)
        self._least, self._most = math.inf, 0.0
        self._mean = 0.0
        self._seen = 0

    def step(self, at: datetime, count: float) -> float:
        """Return how few past hours fell where the last hour falls, 0 to 1."""
        self._recent.append(count)
        hour = sum(self._recent)
        self._least, self._most = min(self._least, hour), max(self._most, hour)
        scaled = {"hour": (hour - self._least) / max(self._most - self._least, 1.0)}
        score = float(self._trees.score_one(scaled)) if hour > self._mean else 0.0
        self._trees.learn_one(scaled)
        self._seen += 1
        self._mean += max(1.0 / self._seen, 1.0 / _WEEK) * (hour - self._mean)
        return score


BASELINES: Final[dict[str, type[Contender]]] = {
    "windowed Gaussian": WindowedGaussian,
    "EARS C2": EarsC2,
    "Poisson (Gnip)": GnipPoisson,
    "seasonal hybrid ESD": SeasonalHybridEsd,
    "NB CUSUM": NegativeBinomialCusum,
    "half-space trees (river)": HalfSpaceTrees,
}


WHOSE: Final = (
    "One Voice is ours, as shipped. Half-space trees are river's, scaled by us with the past only; the other\n"
    "baselines are reimplemented here, NB CUSUM on our own baseline."
)


def runnable() -> dict[str, type[Contender]]:
    """Return the baselines that can run here; say in one line which cannot, and why."""
    if find_spec("river") is not None:
        return BASELINES
    print("Left out: half-space trees, because river is not installed (pip install -r requirements-dev.txt).")
    return {name: make for name, make in BASELINES.items() if make is not HalfSpaceTrees}


def alarms(scores: np.typing.NDArray[np.float64], threshold: float, *, since: int, silence: int = 72) -> list[int]:
    """Return the rows at which an alarm is raised: threshold reached, and silence since the last."""
    found: list[int] = []
    for row in np.flatnonzero(scores >= threshold):
        if not found or row >= found[-1] + silence:
            found.append(int(row))
    return [row for row in found if row >= since]
