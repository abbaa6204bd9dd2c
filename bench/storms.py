"""Measure how soon real storms are found: ``python -m bench.storms DATA STORMS``.

Six real crises, scaled so that their peak hour is K times a brand's median hour, are added to
the real counts of five brands at random quiet moments, so that the beginning is known. Labels
place the storms, never a threshold: ours is the shipped detector at the budget asked for,
each baseline has for each brand the threshold at which the *other* brands keep to the budget.
Every background alarm counts as realised, real events included. Delays run to the end of the
bucket that raises the alarm.
"""

import argparse
import csv
import pickle
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np

from bench.baselines import WHOSE, Contender, alarms, runnable
from bench.nab_score import Brand, Floats, read_brands
from bench.spikes import OURS, Ours, limit_for
from command_center.domain.spikes import SHIPPED

BUDGETS: Final = (1.0, 0.5)
SIZES: Final = (3, 5, 9, 17)
WITHIN: Final = (30, 60, 360)
_MINUTES: Final = 5
_WATCHED: Final = 72  # buckets: six hours
_SETTLED: Final = 2016  # storms begin after the first week
_CLEAR: Final = 72


@dataclass(frozen=True, slots=True, kw_only=True)
class Injection:
    """One storm added to one brand: where it begins and what it adds, by size."""

    brand: Brand
    begin: int
    added: dict[int, Floats]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """A contender's scores on a brand as it was, and from each injection on, by size."""

    background: Floats
    injected: list[tuple[int, dict[int, Floats]]]


def read_storms(folder: Path) -> dict[str, Floats]:
    """Read the storms as shares of their peak hour per five minutes."""
    storms = {}
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="") as lines:
            storms[path.stem] = np.array([float(row["share_of_peak_hour"]) for row in csv.DictReader(lines)])
    return storms


def place(brand: Brand, storms: dict[str, Floats], each: int) -> list[Injection]:
    """Place every storm ``each`` times at random, six hours or more away from labelled windows."""
    near = np.convolve(brand.inside(), np.ones(2 * _CLEAR + 1), mode="same") > 0.5
    quiet = [i for i in range(_SETTLED, len(brand.times) - _WATCHED) if not near[i]]
    hours = np.convolve(np.asarray(brand.counts), np.ones(12), mode="valid")[::12]
    usual = float(np.median(hours))
    placed = []
    for name, shares in storms.items():
        chance = random.Random(f"{brand.name} {name}")
        for begin in chance.sample(quiet, each):
            dice = np.random.default_rng(begin)
            added = {k: dice.poisson(shares[:_WATCHED] * k * usual).astype(np.float64) for k in SIZES}
            placed.append(Injection(brand=brand, begin=begin, added=added))
    return sorted(placed, key=lambda injection: injection.begin)


def replay(make: Callable[[], Contender], brand: Brand, placed: Sequence[Injection]) -> Replay:
    """Run a contender over a brand once, branching off a copy at every injection."""
    contender = make()
    waiting = list(placed)
    background, injected = [], []
    for i, (at, count) in enumerate(zip(brand.times, brand.counts, strict=True)):
        while waiting and waiting[0].begin == i:
            added, frozen = waiting.pop(0).added, pickle.dumps(contender)
            injected.append((i, {k: _branch(frozen, brand, i, added[k]) for k in SIZES}))
        background.append(contender.step(at, count))
    return Replay(background=np.array(background), injected=injected)


def _branch(frozen: bytes, brand: Brand, begin: int, added: Floats) -> Floats:
    branch: Contender = pickle.loads(frozen)  # noqa: S301 - frozen two lines above; many times as fast as deepcopy
    rows = range(begin, begin + len(added))
    return np.array([branch.step(brand.times[i], brand.counts[i] + added[i - begin]) for i in rows])


def delays(result: Replay, threshold: float, silence: int) -> dict[int, list[float]]:
    """Return the minutes from each storm's beginning to its alarm; infinite when there is none."""
    raised = alarms(result.background, threshold, since=0, silence=silence)
    found: dict[int, list[float]] = {k: [] for k in SIZES}
    for begin, by_size in result.injected:
        silent_until = max((row + silence for row in raised if row < begin), default=0) - begin
        for k, scores in by_size.items():
            rows = [int(i) for i in np.flatnonzero(scores >= threshold) if i >= silent_until]
            found[k].append(_MINUTES * (rows[0] + 1.0) if rows else float("inf"))
    return found


def replays(
    make: Callable[[], Contender], brands: Sequence[Brand], placed: dict[str, list[Injection]]
) -> dict[str, Replay]:
    """Run a contender over every brand."""
    return {brand.name: replay(make, brand, placed[brand.name]) for brand in brands}


def measure(results: dict[str, Replay], brands: Sequence[Brand], budget: float, *, fit: bool) -> str:
    """Return one row of the table."""
    background = {name: result.background for name, result in results.items()}
    raised: list[float] = []
    found: dict[int, list[float]] = {k: [] for k in SIZES}
    for brand in brands:
        others = [other for other in brands if other is not brand]
        threshold, silence = (limit_for(others, background, budget), 72) if fit else (0.5, 0)
        count = len(alarms(background[brand.name], threshold, since=brand.probation, silence=silence))
        raised.append(count / brand.weeks)
        for k, minutes in delays(results[brand.name], threshold, silence).items():
            found[k] += minutes
    weeks = [brand.weeks for brand in brands]
    realised = float(np.average(raised, weights=weeks))
    cells = "".join(f" {_cell(found[k]):>18s}" for k in SIZES)
    return f"{realised:8.2f} {min(raised):4.1f}-{max(raised):.1f}{cells}"


def _cell(minutes: Sequence[float]) -> str:
    shares = "/".join(f"{100 * sum(m <= limit for m in minutes) / len(minutes):.0f}" for limit in WITHIN)
    found = [m for m in minutes if m <= WITHIN[-1]]
    return f"{shares}% {median(found):.0f}m" if found else f"{shares}% -"


def main(argv: Sequence[str] | None = None) -> int:
    """Print a table for each budget."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with NAB's data/ and labels/")
    parser.add_argument("storms", type=Path, help="folder with storms as share_of_peak_hour per 5 minutes")
    parser.add_argument("--each", type=int, default=8, help="injections of each storm into each brand")
    options = parser.parse_args(argv)
    brands, storms = read_brands(options.data), read_storms(options.storms)
    placed = {brand.name: place(brand, storms, options.each) for brand in brands}
    number = sum(map(len, placed.values()))
    baselines = {name: replays(make, brands, placed) for name, make in runnable().items()}
    for budget in BUDGETS:
        print(f"\nBudget {budget:g} alarms per brand and week; {number} injections per size;")
        print("found within 30/60/360 minutes and median delay of those found within 360")
        print(f"{'':24s} {'realised':>8s} {'by brand':>8s}" + "".join(f" {f'x{k}':>18s}" for k in SIZES))
        ours = replays(partial(Ours, replace(SHIPPED, alerts_a_week=budget)), brands, placed)
        print(f"{OURS:24s} {measure(ours, brands, budget, fit=False)}", flush=True)
        for name, results in baselines.items():
            print(f"{name:24s} {measure(results, brands, budget, fit=True)}")
    print(f"\n{WHOSE}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
