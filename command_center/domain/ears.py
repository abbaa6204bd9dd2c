"""The ears: the same detector listens to mentions, negative mentions and distinct authors, within one alarm budget.

Negative mentions and authors have lower baselines than mentions, so the same crisis stands out
from them earlier. Each ear gets a share of the budget and is judged by it; shares that add up to
one keep the union within the budget whatever the ears have in common.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Self

from command_center.domain.alerts import Surge
from command_center.domain.spikes import SHIPPED, Detector, SpikeConfig, Verdict
from command_center.errors import BadInput

MENTIONS: Final = "mentions"
SHARES: Final[Mapping[str, float]] = {MENTIONS: 0.25, "negative": 0.65, "authors": 0.1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the ears say about one bucket: the verdict on the mentions, and the ear that heard most of a surge."""

    verdict: Verdict
    surge: Surge | None
    alert: bool


class Ears:
    """Judges one topic's counts bucket by bucket with several detectors."""

    def __init__(self, config: SpikeConfig = SHIPPED, shares: Mapping[str, float] = SHARES) -> None:
        if MENTIONS not in shares or min(shares.values()) <= 0.0 or sum(shares.values()) > 1.0 + 1e-9:
            raise BadInput("ears.shares", shares=dict(shares))
        self.shares: Final = dict(shares)
        self._deaf = set(self.shares) - {MENTIONS}
        self._detectors = {
            name: Detector(replace(config, alerts_a_week=config.alerts_a_week * share))
            for name, share in self.shares.items()
        }

    def judge(self, at: datetime, counts: Mapping[str, float]) -> Heard:
        """Judge a bucket; an ear without a count in it has heard nothing.

        An ear that never heard anything, such as the negative one where no mood is known, leaves
        its share of the budget to the mentions.
        """
        self._deaf -= {name for name, count in counts.items() if count}
        verdicts = {name: detector.judge(at, counts.get(name, 0.0)) for name, detector in self._detectors.items()}
        rising = {name: verdict for name, verdict in verdicts.items() if verdict.lasting}
        surge = None
        if rising:
            ear = min(rising, key=lambda name: self._rate(name, rising[name]))
            loudest = rising[ear]
            surge = Surge(
                ear=ear,
                score=1.0 / (1.0 + self._rate(ear, loudest)),
                ratio=loudest.ratio,
                lasting=loudest.lasting,
                minutes=loudest.window_minutes,
            )
        return Heard(verdict=verdicts[MENTIONS], surge=surge, alert=any(each.alert for each in verdicts.values()))

    def _rate(self, name: str, verdict: Verdict) -> float:
        """Return how often a week all ears together would hear something as rare as this (Bonferroni)."""
        share = self.shares[name]
        if name == MENTIONS:
            share += sum(self.shares[deaf] for deaf in self._deaf)
        return (1.0 / verdict.score - 1.0) / share

    def state(self) -> dict[str, Any]:
        """Return everything the ears have learnt, ready for JSON."""
        return {
            "detectors": {name: detector.state() for name, detector in self._detectors.items()},
            "deaf": sorted(self._deaf),
        }

    @classmethod
    def restore(cls, state: Mapping[str, Any], shares: Mapping[str, float] = SHARES) -> Self:
        """Return ears that go on where the saved ones stopped; an ear that was not there yet begins to learn."""
        ears = cls(shares=shares)
        for name, saved in state["detectors"].items():
            if name in ears._detectors:
                config = {**saved["config"], "alerts_a_week": ears._detectors[name].config.alerts_a_week}
                ears._detectors[name] = Detector.restore({**saved, "config": config})
        ears._deaf -= set(state["detectors"]) - set(state["deaf"])
        return ears
