"""Measure what more ears hear earlier: ``python -m bench.ears DATA STORMS``.

Real crises are added to real brand curves as in ``bench/storms.py``; who posts and in what mood is
simulated, because the curves carry no texts: ordinarily a fifth is negative and some people post
often, in a storm two thirds are negative and nearly everybody is new. Counts alone and all ears
together run at the same budget, and counts alone again at the budget at which its *realised*
alarm rate is the ears' own, so that nobody hears earlier by ringing more often. Every background
alarm counts as realised, real events included.
"""

import argparse
import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np

from bench.nab_score import Brand, Floats, read_brands
from bench.storms import SIZES, WITHIN, Injection, place, read_storms
from command_center.domain.ears import MENTIONS, SHARES, Ears
from command_center.domain.spikes import SHIPPED

BUDGETS: Final = (1.0, 0.5)
ALONE: Final[Mapping[str, float]] = {MENTIONS: 1.0}
_MINUTES: Final = 5
_COOL: Final = 72  # quiet buckets after which it is another storm: the shipped cool-down
_NEGATIVE: Final = 0.2
_ANGRY: Final = 0.65
_REGULARS: Final = 0.4  # of ordinary posts, by the few who always post
_REGULAR_PEOPLE: Final = 40
_NEW_IN_STORM: Final = 0.95
_TRIES: Final = 8

Counts = dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Voices:
    """A brand's curve with moods and authors simulated onto it, and what each storm adds."""

    brand: Brand
    usual: list[Counts]
    storms: list[tuple[int, dict[int, list[Counts]]]]


def simulate(brand: Brand, placed: Sequence[Injection], angry: float = _ANGRY) -> Voices:
    """Give every mention of a curve a mood and an author; the same for every contender."""
    dice = np.random.default_rng(len(brand.times))
    usual = []
    mood = _NEGATIVE
    for i, count in enumerate(brand.counts):
        if i % 12 == 0:  # moods drift from hour to hour more than chance alone would have it
            mood = float(dice.beta(20 * _NEGATIVE, 20 * (1 - _NEGATIVE)))
        posts = int(count)
        usual.append(_bucket(dice, posts, negative=mood, regulars=_REGULARS))
    storms = []
    for each in placed:
        chance = np.random.default_rng(each.begin + 1)
        by_size = {}
        for size in SIZES:
            storm = (int(n) for n in each.added[size])
            more = [_bucket(chance, n, negative=angry, regulars=1 - _NEW_IN_STORM) for n in storm]
            by_size[size] = [
                {name: usual[each.begin + at][name] + added[name] for name in added} for at, added in enumerate(more)
            ]
        storms.append((each.begin, by_size))
    return Voices(brand=brand, usual=usual, storms=storms)


def _bucket(dice: np.random.Generator, posts: int, *, negative: float, regulars: float) -> Counts:
    by_regulars = int(dice.binomial(posts, regulars))
    people = len(set(dice.integers(0, _REGULAR_PEOPLE, by_regulars).tolist()))
    return {
        MENTIONS: float(posts),
        "negative": float(dice.binomial(posts, negative)),
        "authors": float(posts - by_regulars + people),
    }


class Listener:
    """Ears that ring once a storm, as the product does."""

    def __init__(self, budget: float, shares: Mapping[str, float]) -> None:
        self._ears = Ears(replace(SHIPPED, alerts_a_week=budget), shares)
        self._limit = 1.0 / (1.0 + budget)
        self._asked = False
        self._quiet = _COOL

    def step(self, at: datetime, counts: Counts) -> bool:
        """Return whether an alarm is raised in this bucket."""
        surge = self._ears.judge(at, {name: counts[name] for name in self._ears.shares}).surge
        self._asked = surge is not None and (self._asked or surge.score >= self._limit)
        rings = self._asked and self._quiet >= _COOL
        self._quiet = 0 if self._asked else self._quiet + 1
        return rings


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Alarms a week on the curves as they were, by brand, and minutes to each storm's alarm, by size."""

    raised: dict[str, float]
    weeks: dict[str, float]
    delays: dict[int, list[float]]

    @property
    def realised(self) -> float:
        """Alarms per brand and week."""
        return sum(self.raised[name] * self.weeks[name] for name in self.raised) / sum(self.weeks.values())


def measure(voices: Sequence[Voices], budget: float, shares: Mapping[str, float], *, storms: bool = True) -> Result:
    """Run a listener over every brand once, branching off at every storm."""
    raised: dict[str, float] = {}
    delays: dict[int, list[float]] = {size: [] for size in SIZES}
    for each in voices:
        listener, brand = Listener(budget, shares), each.brand
        waiting = list(each.storms) if storms else []
        count = 0
        for i, at in enumerate(brand.times):
            while waiting and waiting[0][0] == i:
                for size, added in waiting.pop(0)[1].items():
                    delays[size].append(_delay(listener, brand.times[i : i + len(added)], added))
            count += listener.step(at, each.usual[i]) and i >= brand.probation
        raised[brand.name] = count / brand.weeks
    return Result(raised=raised, weeks={each.brand.name: each.brand.weeks for each in voices}, delays=delays)


def _delay(listener: Listener, times: Sequence[datetime], added: Sequence[Counts]) -> float:
    branch = copy.deepcopy(listener)
    for i, (at, counts) in enumerate(zip(times, added, strict=True)):
        if branch.step(at, counts):
            return _MINUTES * (i + 1.0)
    return float("inf")


def budget_for(voices: Sequence[Voices], realised: float, shares: Mapping[str, float]) -> float:
    """Return the budget at which a listener realises about the given rate; found by halving."""
    low, high = 0.05, 4.0
    for _ in range(_TRIES):
        middle = (low * high) ** 0.5
        few = measure(voices, middle, shares, storms=False).realised <= realised
        low, high = (middle, high) if few else (low, middle)
    return low


def line(name: str, result: Result) -> str:
    """Return one row of the table."""
    spread = f"{min(result.raised.values()):.1f}-{max(result.raised.values()):.1f}"
    return f"{name:26s} {result.realised:8.2f} {spread:>8s}" + "".join(
        f" {_cell(result.delays[size]):>18s}" for size in SIZES
    )


def _cell(minutes: Sequence[float]) -> str:
    shares = "/".join(f"{100 * sum(m <= limit for m in minutes) / len(minutes):.0f}" for limit in WITHIN)
    found = [m for m in minutes if m <= WITHIN[-1]]
    return f"{shares}% {median(found):.0f}m" if found else f"{shares}% -"


def earlier(alone: Result, together: Result) -> str:
    """Say how many minutes earlier the ears are, storm by storm, where both hear it, and who hears it at all."""
    cells = []
    for size in SIZES:
        pairs = list(zip(alone.delays[size], together.delays[size], strict=True))
        both = [one - all_ for one, all_ in pairs if max(one, all_) < float("inf")]
        only = sum(all_ < float("inf") == one for one, all_ in pairs)
        lost = sum(one < float("inf") == all_ for one, all_ in pairs)
        mean = float(np.mean(both)) if both else 0.0
        cells.append(f"{f'{mean:+.0f}m (+{only}/-{lost})':>18s}")
    return f"{'earlier, mean (new/lost)':26s} {'':8s} {'':>8s} " + " ".join(cells)


def main(argv: Sequence[str] | None = None) -> int:
    """Print a table for each budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with NAB's data/ and labels/")
    parser.add_argument("storms", type=Path, help="folder with storms as share_of_peak_hour per 5 minutes")
    parser.add_argument("--each", type=int, default=8, help="injections of each storm into each brand")
    parser.add_argument("--angry", type=float, default=_ANGRY, help="negative share of a storm's mentions")
    options = parser.parse_args(argv)
    storms: dict[str, Floats] = read_storms(options.storms)
    voices = [simulate(brand, place(brand, storms, options.each), options.angry) for brand in read_brands(options.data)]
    for budget in BUDGETS:
        print(f"\nBudget {budget:g} alarms per brand and week; {sum(len(v.storms) for v in voices)} storms per size;")
        print("found within 30/60/360 minutes and median delay of those found within 360")
        print(f"{'':26s} {'realised':>8s} {'by brand':>8s}" + "".join(f" {f'x{k}':>18s}" for k in SIZES))
        together = measure(voices, budget, SHARES)
        equal = budget_for(voices, together.realised, ALONE)
        alone = measure(voices, equal, ALONE)
        print(line("counts alone", measure(voices, budget, ALONE)), flush=True)
        print(line(f"counts alone at {equal:.2f}", alone))
        print(line("all ears", together))
        print(earlier(alone, together), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
