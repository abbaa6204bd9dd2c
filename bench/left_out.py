"""Leave one brand out: choose the detector's settings without a brand, then score it on that brand.

Settings that were chosen while looking at the public brands are chosen again, one after the
other, on the labels of the *other* brands; the brand left out then judges the choice. What is
left of the shipped choice is where the search begins and which values are tried.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import Final

import numpy as np

from bench.nab_score import PROFILES, Brand, Floats, score
from command_center.domain.spikes import SHIPPED, Detector, SpikeConfig

CHOSEN: Final = (
    "level_days",
    "profile_days",
    "week_prior",
    "spread_days",
    "clip",
    "rise",
    "memory_hours",
    "surges_a_week",
    "tail_shape",
    "tail_scale",
    "first_line",
    "first_excess",
    "pace",
    "budget_gain",
    "quiet_share",
    "least_ratio",
)
"""Chosen with the brands in view; the other settings follow from how alerts are used."""

FACTORS: Final = (0.5, 0.75, 4 / 3, 2.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """How a brand is judged as shipped, and with the settings chosen without it."""

    brand: Brand
    chosen: SpikeConfig
    shipped_raised: Floats
    chosen_raised: Floats


class Judge:
    """Runs configurations over brands, each pair once."""

    def __init__(self, brands: Sequence[Brand]) -> None:
        self._brands: Final = {brand.name: brand for brand in brands}
        self._raised: Final = lru_cache(maxsize=None)(self._judge)

    def _judge(self, config: SpikeConfig, name: str) -> Floats:
        detector, brand = Detector(config), self._brands[name]
        rows = zip(brand.times, brand.counts, strict=True)
        return np.array([float(detector.judge(at, count).alert) for at, count in rows])

    def raised(self, config: SpikeConfig, brand: Brand) -> Floats:
        """Return 1 in the rows where an alert is raised, else 0."""
        return self._raised(config, brand.name)

    def score(self, config: SpikeConfig, brands: Sequence[Brand]) -> float:
        """Return the NAB score of the standard profile, as raised."""
        return score(brands, {brand.name: self.raised(config, brand) for brand in brands}, PROFILES[0], 0.5)


def choose(judge: Judge, brands: Sequence[Brand], factors: Sequence[float] = FACTORS) -> SpikeConfig:
    """Return the shipped settings with each chosen one moved to where the brands score best."""
    best, reached = SHIPPED, judge.score(SHIPPED, brands)
    for name in CHOSEN:
        for factor in factors:
            tried = replace(best, **{name: getattr(SHIPPED, name) * factor})
            if (scored := judge.score(tried, brands)) > reached:
                best, reached = tried, scored
    return best


def leave_one_out(brands: Sequence[Brand], factors: Sequence[float] = FACTORS) -> list[LeftOut]:
    """Choose the settings without each brand in turn and judge that brand with them."""
    judge = Judge(brands)
    results = []
    for brand in brands:
        chosen = choose(judge, [other for other in brands if other is not brand], factors)
        results.append(
            LeftOut(
                brand=brand,
                chosen=chosen,
                shipped_raised=judge.raised(SHIPPED, brand),
                chosen_raised=judge.raised(chosen, brand),
            )
        )
    return results


def _cells(brands: Sequence[Brand], raised: Mapping[str, Floats]) -> str:
    scores = "/".join(f"{score(brands, raised, profile, 0.5):.1f}" for profile in PROFILES)
    hits = sum(bool(raised[b.name][left : right + 1].any()) for b in brands for left, right in b.windows)
    windows = sum(len(brand.windows) for brand in brands)
    outside = sum(float(raised[b.name][b.probation :][~b.inside()[b.probation :]].sum()) for b in brands)
    return f"{scores:>17s} {hits:3d}/{windows:<3d} {outside / sum(b.weeks for b in brands):7.2f}"


def rows(results: Sequence[LeftOut]) -> list[str]:
    """Return the table, a line for each brand and one for all."""
    lines = [f"{'':10s} {'as shipped':>33s} {'chosen without the brand':>36s}"]
    lines.append(f"{'left out':10s}" + 2 * f" {'std/low FP/low FN':>17s} {'hits':>7s} {'out/wk':>7s}  ")
    groups = [(result.brand.name, [result]) for result in results] + [("all", list(results))]
    for name, group in groups:
        brands = [result.brand for result in group]
        shipped = _cells(brands, {result.brand.name: result.shipped_raised for result in group})
        chosen = _cells(brands, {result.brand.name: result.chosen_raised for result in group})
        lines.append(f"{name:10s} {shipped}   {chosen}")
    lines.append("")
    usual = asdict(SHIPPED)
    for result in results:
        moved = {name: value for name, value in asdict(result.chosen).items() if value != usual[name]}
        shown = ", ".join(f"{name} {usual[name]:g} -> {value:g}" for name, value in moved.items())
        lines.append(f"{result.brand.name:10s} {shown or 'as shipped'}")
    return lines
