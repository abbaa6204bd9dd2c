"""Measure the spike detector on NAB's labelled brands: ``python -m bench.spikes DATA``.

A regression check, not a target: five brands with sixteen windows cannot rank detectors.
``bench/storms.py`` is the measure we are after.
"""

import argparse
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Final

import numpy as np

from bench.baselines import WHOSE, Contender, alarms, runnable
from bench.left_out import CHOSEN, leave_one_out, rows
from bench.nab_score import PROFILES, Brand, Floats, best, read_brands, score
from command_center.domain.spikes import SHIPPED, Detector, SpikeConfig
from command_center.use_cases.judge import judge_rows

OURS: Final = "One Voice (ours)"
_HOUR: Final = 12
_REACH: Final = 36


class Ours:
    """Our detector as a contender: 1 in the bucket where it raises an alert, else 0."""

    def __init__(self, config: SpikeConfig = SHIPPED) -> None:
        self._detector = Detector(config)

    def step(self, at: datetime, count: float) -> float:
        """Return whether an alert is raised."""
        return float(self._detector.judge(at, count).alert)


def run(contender: Contender, brand: Brand) -> tuple[Floats, float]:
    """Return the scores of a brand and the processor time per bucket in microseconds."""
    begin = time.process_time()
    scores = [contender.step(at, count) for at, count in zip(brand.times, brand.counts, strict=True)]
    spent = time.process_time() - begin
    return np.array(scores), 1e6 * spent / len(scores)


def limit_for(brands: Sequence[Brand], scores: Mapping[str, Floats], budget: float) -> float:
    """Return the lowest common threshold at which the brands together keep to the budget, labels unseen."""
    weeks = sum(brand.weeks for brand in brands)
    levels = np.unique(np.concatenate([scores[brand.name][brand.probation :] for brand in brands]))
    low, high = 0, len(levels) - 1
    while low < high:
        middle = (low + high) // 2
        count = sum(len(alarms(scores[b.name], levels[middle], since=b.probation)) for b in brands)
        low, high = (middle + 1, high) if count > budget * weeks else (low, middle)
    return float(levels[low])


def fair_alarms(brands: Sequence[Brand], scores: Mapping[str, Floats], budget: float) -> dict[str, list[int]]:
    """Return each brand's alarms at the threshold the *other* brands set for the budget."""
    found = {}
    for brand in brands:
        others = [other for other in brands if other is not brand]
        threshold = limit_for(others, scores, budget)
        found[brand.name] = alarms(scores[brand.name], threshold, since=brand.probation)
    return found


def is_surge(brand: Brand, row: int) -> bool:
    """Say, with hindsight, whether an hour within three hours of the row was a real surge.

    At least twice the median of the same hour on all other days and five robust deviations
    above it; independent of every detector measured.
    """
    counts = np.asarray(brand.counts)
    hours = np.convolve(counts, np.ones(_HOUR), mode="valid")  # hours[i] covers rows i..i+11
    for i in range(max(0, row - _HOUR), min(row + _REACH, len(hours)), 3):
        same = np.delete(hours[i % 288 :: 288], i // 288)
        usual = float(np.median(same))
        spread = max(1.4826 * float(np.median(np.abs(same - usual))), usual**0.5, 1.0)
        if hours[i] >= max(2 * usual, 5.0) and hours[i] >= usual + 5 * spread:
            return True
    return False


def line(name: str, brands: Sequence[Brand], found: Mapping[str, Sequence[int]], scores: Mapping[str, Floats]) -> str:
    """Return one row of the table: alarms as raised, and scores with hindsight."""
    raised = {b.name: np.isin(np.arange(len(b.times)), found[b.name]).astype(np.float64) for b in brands}
    as_raised = "/".join(f"{score(brands, raised, profile, 0.5):.1f}" for profile in PROFILES)
    hindsight = "/".join(f"{best(brands, scores, profile)[1]:.1f}" for profile in PROFILES)
    weeks = sum(brand.weeks for brand in brands)
    hits, windows, outside, real = 0, 0, 0, 0
    lags: list[float] = []
    for brand in brands:
        inside = brand.inside()
        for row in found[brand.name]:
            if not inside[row]:
                outside += 1
                real += is_surge(brand, row)
        for left, right in brand.windows:
            windows += 1
            first = next((row for row in found[brand.name] if left <= row <= right), None)
            if first is not None:
                hits += 1
                lags.append(5.0 * (first - min(label for label in brand.labels if left <= label <= right)))
    lag = f"{median(lags):+.0f}" if lags else "-"
    return (
        f"{name:24s} {as_raised:>17s} {hindsight:>17s} {hits:3d}/{windows:<3d} {outside / weeks:8.2f} "
        f"{real:3d}/{outside:<3d} {lag:>8s}"
    )


def exported(brand: Brand) -> Floats:
    """Return the score column our detector writes for a brand."""
    rows = judge_rows(zip(brand.times, brand.counts, strict=True))
    return np.array([score for _, _, score, _ in rows])


def surge_share(brands: Sequence[Brand]) -> float:
    """Return how often a moment taken at random would pass for a real surge."""
    checks = [is_surge(b, row) for b in brands for row in range(b.probation, len(b.times), 97) if not b.inside()[row]]
    return sum(checks) / len(checks)


def print_left_out(brands: Sequence[Brand]) -> None:
    """Print what each brand scores with settings chosen without it."""
    print(f"Chosen again for each brand on the others' labels: {', '.join(CHOSEN)}.\n", flush=True)
    print("\n".join(rows(leave_one_out(brands))))


def main(argv: Sequence[str] | None = None) -> int:
    """Print the tables for a NAB checkout."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="folder with NAB's data/ and labels/")
    parser.add_argument("--leave-one-out", action="store_true", help="choose the settings without each brand; minutes")
    options = parser.parse_args(argv)
    brands = read_brands(options.data)
    if options.leave_one_out:
        print_left_out(brands)
    else:
        print_contenders(brands)
    return 0


def print_contenders(brands: Sequence[Brand]) -> None:
    """Print ours and the baselines, a line each."""
    print(
        f"{'':24s} {'NAB, as raised':>17s} {'NAB, hindsight':>17s} {'hits':>7s} {'out/wk':>8s} "
        f"{'surges':>7s} {'lag min':>8s} {'us/point':>9s}"
    )
    contenders: dict[str, type[Contender]] = {OURS: Ours, **runnable()}
    for name, make in contenders.items():
        runs = {brand.name: run(make(), brand) for brand in brands}
        scores = {key: scores for key, (scores, _) in runs.items()}
        if name == OURS:
            found = {b.name: alarms(scores[b.name], 0.5, since=b.probation, silence=0) for b in brands}
            scores = {brand.name: exported(brand) for brand in brands}
        else:
            found = fair_alarms(brands, scores, SHIPPED.alerts_a_week)
        spent = sum(spent for _, spent in runs.values()) / len(runs)
        print(f"{line(name, brands, found, scores)} {spent:9.1f}", flush=True)
    print(f"\nA moment outside windows taken at random is a real surge in {surge_share(brands):.0%} of cases.")
    print("As raised: ours as shipped; baselines at one alarm a week, thresholds set on the other brands.")
    print(WHOSE)


if __name__ == "__main__":
    raise SystemExit(main())
