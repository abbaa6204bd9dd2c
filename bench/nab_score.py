"""The NAB score of a detector on labelled series, exact, and the best threshold for it.

Written from the description of the Numenta Anomaly Benchmark v1.1 (Lavin and Ahmad 2015):
an early hit in a window earns most, every row reported outside costs, more so the farther it
lies from the last window; 0 is a detector that reports nothing, 100 a perfect one.
"""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
NEVER: Final = 1.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a hit earns, a false row costs and a missed window costs."""

    name: str
    hit: float = 1.0
    false: float = 0.11
    miss: float = 1.0


PROFILES: Final = (
    Profile(name="standard"),
    Profile(name="low FP", false=0.22),
    Profile(name="low FN", miss=2.0),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """One labelled series: times, counts, windows as first and last row, labels as rows."""

    name: str
    times: Sequence[datetime]
    counts: Sequence[float]
    windows: Sequence[tuple[int, int]]
    labels: Sequence[int]

    @property
    def probation(self) -> int:
        """The rows at the beginning that are not scored: 15 %, at most 750."""
        return min(int(0.15 * len(self.times)), 750)

    @property
    def weeks(self) -> float:
        """The scored time in weeks."""
        return (self.times[-1] - self.times[self.probation]).total_seconds() / (7 * 86_400)

    def inside(self) -> npt.NDArray[np.bool_]:
        """Return which rows lie in a window."""
        rows = np.zeros(len(self.times), dtype=np.bool_)
        for left, right in self.windows:
            rows[left : right + 1] = True
        return rows

    def values(self) -> Floats:
        """Return what reporting each row is worth: up to 1 inside windows, down to -1 outside."""
        rows = np.arange(len(self.times), dtype=np.float64)
        worth = np.full(len(rows), -1.0)
        for left, right in sorted(self.windows):
            width = right - left + 1
            worth[left : right + 1] = _sigmoid((rows[left : right + 1] - right - 1) / width) / _sigmoid(-1.0)
            worth[right + 1 :] = _sigmoid((rows[right + 1 :] - right) / (width - 1))
        return worth


def _sigmoid(y: Floats | float) -> Floats:
    flat: Floats = np.asarray(y, dtype=np.float64)
    return np.where(flat > 3.0, -1.0, 2.0 / (1.0 + np.exp(5.0 * np.minimum(flat, 3.0))) - 1.0)


def read_brands(folder: Path) -> list[Brand]:
    """Read the labelled tweet-volume series of a NAB checkout."""
    windows = json.loads((folder / "labels/combined_windows.json").read_text())
    labels = json.loads((folder / "labels/combined_labels.json").read_text())
    brands = []
    for path in sorted((folder / "data/realTweets").glob("*.csv")):
        key = f"realTweets/{path.name}"
        with path.open(newline="") as lines:
            rows = [(_time(row["timestamp"]), float(row["value"])) for row in csv.DictReader(lines)]
        row_of = {at: i for i, (at, _) in enumerate(rows)}
        brands.append(
            Brand(
                name=path.stem.removeprefix("Twitter_volume_"),
                times=[at for at, _ in rows],
                counts=[count for _, count in rows],
                windows=[(row_of[_time(left)], row_of[_time(right)]) for left, right in windows[key]],
                labels=[row_of[_time(at)] for at in labels[key]],
            )
        )
    return brands


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _gains(brand: Brand, scores: Floats, profile: Profile) -> tuple[Floats, Floats]:
    """Return (score, gain): what each further row reported adds as the threshold falls."""
    worth, inside = brand.values(), brand.inside()
    rows = np.flatnonzero(~inside & (np.arange(len(worth)) >= brand.probation))
    at, gain = [scores[rows]], [profile.false * worth[rows]]
    for left, right in brand.windows:
        rows = np.arange(max(left, brand.probation), right + 1)
        rows = rows[np.argsort(-scores[rows], kind="stable")]
        best = np.maximum.accumulate(np.concatenate(([-profile.miss], profile.hit * worth[rows])))
        at.append(scores[rows])
        gain.append(np.diff(best))
    return np.concatenate(at), np.concatenate(gain)


def _windows(brands: Sequence[Brand]) -> int:
    return sum(right >= brand.probation for brand in brands for _, right in brand.windows)


def best(brands: Sequence[Brand], scores: Mapping[str, Floats], profile: Profile) -> tuple[float, float]:
    """Return the best threshold for the profile, seen with hindsight, and its score."""
    parts = [_gains(brand, scores[brand.name], profile) for brand in brands]
    at, gain = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(-at, kind="stable")
    at, gain = at[order], np.cumsum(gain[order])
    last = np.flatnonzero(np.append(np.diff(at) != 0, True))
    top = last[int(np.argmax(gain[last]))]
    if gain[top] <= 0:
        return NEVER, 0.0
    return float(at[top]), _normal(float(gain[top]), _windows(brands), profile)


def score(brands: Sequence[Brand], scores: Mapping[str, Floats], profile: Profile, threshold: float) -> float:
    """Return the score of reporting every row whose score reaches the threshold."""
    total = 0.0
    for brand in brands:
        at, gain = _gains(brand, scores[brand.name], profile)
        total += float(gain[at >= threshold].sum())
    return _normal(total, _windows(brands), profile)


def _normal(gain: float, windows: int, profile: Profile) -> float:
    """Scale so that reporting nothing is 0 and one perfect hit a window is 100."""
    return 100.0 * gain / ((profile.hit + profile.miss) * windows)
