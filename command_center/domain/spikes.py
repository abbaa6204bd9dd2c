"""The spike detector: one topic's mention counts in, one verdict a bucket out.

It adds up the evidence that a topic is talked about several times as much as it should be
(a leaky negative binomial CUSUM), asks ``rarity.py`` how often a week such evidence comes up,
and raises one alert a storm when that is rarer than the alert budget. Every step uses the
past only, takes the same memory however long the topic has been watched, and reads no clock.
"""

import math
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

from command_center.domain.baseline import DAY, WEEK, Baseline
from command_center.domain.heights import Heights
from command_center.domain.rarity import Rarity
from command_center.domain.scales import Scales
from command_center.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class SpikeConfig:
    """Everything that can be set, the same for every topic.

    Only ``alerts_a_week`` is for users; the rest was set once on five public series and six
    storms (see ``bench/storms.py``) and lies on a plateau: a quarter more or less changes little.
    """

    alerts_a_week: float = 1.0  # the alert budget: what a press team can look at without going numb
    level_days: float = 8.0  # half-life of the level: follows growth, too slow to follow a storm
    profile_days: float = 24.0  # half-life of the daily and weekly rhythm: a change of season, not of mood
    week_prior: float = 60.0  # buckets of "as any other day" a weekday must outweigh: five hours
    spread_days: float = 8.0  # half-life of the over-dispersion, the same memory as the level
    clip: float = 3.0  # deviations at which counts are cut before they are learnt: storms are not normal
    floor: float = 0.05  # least expected mentions a bucket: the first mention on a silent topic is no storm
    rise: float = 4.0  # the surge looked for, in multiples of the expected count
    memory_hours: float = 5.5  # how long evidence lasts: real crises build over hours
    surges_a_week: float = 4.0  # where the tail begins: often enough to be learnt within two weeks
    surge_gap_hours: float = 6.0  # quiet that separates two surges
    tail_shape: float = 0.75  # surges of mentions are heavy-tailed; common shape, too few to learn for one topic
    tail_scale: float = 0.95  # turns the cut mean excess into the tail's scale
    first_line: float = 2.0  # the surge line until the topic's own is known: that of the public series
    first_excess: float = 1.0  # the mean excess until then, likewise
    pace: float = 0.1  # step of the surge line, in mean excesses
    budget_gain: float = 0.1  # how fast the alerts raised correct the budget
    cool_down_hours: float = 6.0  # a storm is over when it has been quiet this long
    quiet_share: float = 0.5  # quiet: less than this share of the way from surge line to alert
    learning_days: float = 2.0  # until every half hour has been seen twice
    learning_rise: float = 5.0  # least ratio while learning: above any daily rhythm
    least_count: float = 10.0  # mentions within the hour below which nothing is a storm: the floor of the alert rule
    least_ratio: float = 2.5  # times the expected count within the hour: less is a busy day, not a storm
    band_reach: float = 2.6  # deviations of the drawn band: 99 buckets of 100 lie inside
    learning_band: float = 1.5  # the band is this much wider while learning

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if not 0.0 < value < math.inf:
                raise BadInput("spikes.setting", name=name, value=value)


SHIPPED: Final = SpikeConfig()
MOST: Final = 1e12  # mentions a bucket: a hundred for every human being; more is a broken counter


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the detector says about one bucket, with the numbers that explain it.

    ``score`` is 1 / (1 + surges a week at least this strong): 0.5 comes once a week, 0.667 once
    in two weeks. ``ratio`` is observed over expected within ``window_minutes``.
    """

    at: datetime
    count: float
    expected: float
    low: float
    high: float
    score: float
    ratio: float
    lasting: int
    learning: bool
    alert: bool
    last_seen_high: datetime | None
    window_minutes: int


class Detector:
    """Judges the counts of one topic, bucket by bucket, in the order of time."""

    def __init__(self, config: SpikeConfig = SHIPPED, *, bucket_seconds: int = 300) -> None:
        if not 1 <= bucket_seconds <= DAY:
            raise BadInput("spikes.bucket_length", seconds=bucket_seconds, most=DAY)
        self.config: Final = config
        self.bucket_seconds: Final = bucket_seconds
        self._bucket: Final = timedelta(seconds=bucket_seconds)
        self._leak: Final = math.exp(-bucket_seconds / (config.memory_hours * 3600.0))
        self._cool: Final = math.ceil(config.cool_down_hours * 3600 / bucket_seconds)
        self._learning: Final = math.ceil(config.learning_days * DAY / bucket_seconds)
        self._limit: Final = 1.0 / (1.0 + config.alerts_a_week)
        self._baseline: Final = Baseline(
            bucket_seconds,
            level_days=config.level_days,
            profile_days=config.profile_days,
            week_prior=config.week_prior,
            spread_days=config.spread_days,
            floor=config.floor,
        )
        self._rarity: Final = Rarity(
            a_week=WEEK / bucket_seconds,
            surges=config.surges_a_week,
            gap=math.ceil(config.surge_gap_hours * 3600 / bucket_seconds),
            shape=config.tail_shape,
            scale=config.tail_scale,
            pace=config.pace,
            budget=config.alerts_a_week,
            gain=config.budget_gain,
            first=(config.first_line, config.first_excess),
        )
        self._scales: Final = Scales(bucket_seconds)
        self._heights: Final = Heights()
        self._last: datetime | None = None
        self._seen = 0
        self._evidence = 0.0
        self._lasting = 0
        self._storm = 0  # buckets until the present storm counts as over

    def judge(self, at: datetime, count: float) -> Verdict:
        """Judge the count of the bucket beginning at ``at`` and learn from it.

        Missing buckets are skipped, never learnt as zeros: evidence fades and storms cool down
        as time passes, the baseline waits.

        Raises:
            BadInput: The bucket is not later than the last one, or the count is not a count.
        """
        at = self._checked(at, count)
        config, baseline, rarity = self.config, self._baseline, self._rarity
        expected = baseline.expect(at, count)
        strength = self._gather(count, expected)
        surging = strength > rarity.line
        self._lasting = self._lasting + 1 if surging else 0
        ratio, window, enough = self._explain(count, expected, surging=surging)
        score = 1.0 / (1.0 + rarity.a_week(strength))
        if not enough:
            score = min(score, 0.5 * self._limit)
        learning = self._seen < self._learning
        alert = self._follow(score, strength)
        low, high = baseline.band(config.band_reach * (config.learning_band if learning else 1.0))
        before = self._heights.last(count) if surging or count > high else None
        self._heights.note(at, count, surging=surging)
        rarity.learn(strength, alert=alert)
        self._learn(at, count)
        return Verdict(
            at=at,
            count=count,
            expected=expected,
            low=low,
            high=high,
            score=score,
            ratio=ratio,
            lasting=self._lasting,
            learning=learning,
            alert=alert,
            last_seen_high=before,
            window_minutes=window,
        )

    def _learn(self, at: datetime, count: float) -> None:
        """Take the judged bucket into the baseline; it is the past from now on."""
        self._baseline.learn(count, self.config.clip)
        self._seen += 1
        self._last = at

    def _checked(self, at: datetime, count: float) -> datetime:
        """Return the time in UTC after letting missing buckets pass."""
        if not (0.0 <= count <= MOST):
            raise BadInput("spikes.not_a_count", at=at.isoformat(), count=count)
        if at.tzinfo is not UTC:
            if at.tzinfo is None:
                raise BadInput("spikes.no_time_zone", at=at.isoformat())
            try:
                at = at.astimezone(UTC)
            except OverflowError as error:
                raise BadInput("spikes.out_of_time", at=at.isoformat()) from error
        if self._last is not None:
            step = at - self._last
            if step != self._bucket:
                self._skip(step, at)
        return at

    def _skip(self, step: timedelta, at: datetime) -> None:
        """Let the buckets between the last one and this one pass unseen."""
        if step <= timedelta(0):
            last = self._last.isoformat() if self._last else ""
            raise BadInput("spikes.not_in_order", at=at.isoformat(), last=last)
        missing = round(step / self._bucket) - 1
        if missing > 0:
            self._evidence *= self._leak**missing
            self._storm = max(0, self._storm - missing)
            self._rarity.pass_by(missing)
            self._scales.skip(missing)

    def _gather(self, count: float, expected: float) -> float:
        """Add the bucket to the evidence for a surge and return its strength.

        Leaky CUSUM of the negative binomial log likelihood ratio of ``rise`` times the
        expected count against the expected count (Hoehle and Paul 2008); its square root,
        because the tail of the plain sum is too heavy to fit.
        """
        rise, spread = self.config.rise, self._baseline.spread
        usual = 1.0 + spread * expected
        surge = 1.0 + spread * rise * expected
        gain = count * math.log(rise * usual / surge) - math.log(surge / usual) / spread
        evidence = self._leak * self._evidence + gain
        if evidence <= 0.0:
            self._evidence = 0.0
            return 0.0
        strength = math.sqrt(evidence)
        if strength > self._rarity.line:
            strength = min(strength, self._rarity.ceiling)
            evidence = strength * strength
        self._evidence = evidence
        return strength

    def _explain(self, count: float, expected: float, *, surging: bool) -> tuple[float, int, bool]:
        """Return ratio and minutes of the telling window, and whether it is enough to alert on."""
        config, scales = self.config, self._scales
        seen, usual = scales.add(count, expected)
        if not surging:
            return seen / usual, scales.hour_minutes, False
        rise = config.least_ratio if self._seen >= self._learning else config.learning_rise
        enough = seen >= config.least_count and seen >= rise * usual
        ratio, minutes = scales.telling(self._baseline.spread)
        return ratio, minutes, enough

    def _follow(self, score: float, strength: float) -> bool:
        """Follow the storm and say whether to raise an alert now: one when it begins."""
        if self._storm:
            line, share = self._rarity.line, self.config.quiet_share
            loud = strength > line + share * (self._rarity.needed(self.config.alerts_a_week) - line)
            self._storm = self._cool if loud else self._storm - 1
            return False
        if score < self._limit:
            return False
        self._storm = self._cool
        return True

    def state(self) -> dict[str, Any]:
        """Return everything needed to go on elsewhere, ready for JSON."""
        return {
            "config": asdict(self.config),
            "bucket_seconds": self.bucket_seconds,
            "last": self._last.isoformat() if self._last else None,
            "seen": self._seen,
            "evidence": self._evidence,
            "lasting": self._lasting,
            "storm": self._storm,
            "baseline": self._baseline.state(),
            "rarity": self._rarity.state(),
            "scales": self._scales.state(),
            "heights": self._heights.state(),
        }

    @classmethod
    def restore(cls, state: dict[str, Any]) -> Self:
        """Return a detector that goes on exactly where the saved one stopped.

        Raises:
            BadInput: The state is not one that ``state`` returned.
        """
        try:
            detector = cls(SpikeConfig(**state["config"]), bucket_seconds=state["bucket_seconds"])
            detector._last = datetime.fromisoformat(state["last"]).astimezone(UTC) if state["last"] else None
            detector._seen, detector._evidence = state["seen"], state["evidence"]
            detector._lasting, detector._storm = state["lasting"], state["storm"]
            detector._baseline.resume(state["baseline"])
            detector._rarity.resume(state["rarity"])
            detector._scales.resume(state["scales"])
            detector._heights.resume(state["heights"])
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise BadInput("spikes.bad_state", reason=repr(error)) from error
        return detector
