"""Replay recorded weeks against rules that are not in force yet: what would they have raised? Nothing is written."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from command_center.domain.alerts import Alert, JudgedBucket, Surge, Window
from command_center.domain.buckets import BUCKET, BUCKET_SECONDS
from command_center.domain.ears import MENTIONS
from command_center.domain.people import Act
from command_center.domain.rules import RuleKind, Rules, SpikeRule, check, expected_peaks
from command_center.domain.storms import Bucket, Level, Ring, StormWatch, Verb
from command_center.domain.topics import Topic
from command_center.errors import BadInput
from command_center.ports import Context, Reading
from command_center.use_cases.command import looking, need
from command_center.use_cases.keep_rules import rules_for
from command_center.use_cases.level_now import NEEDED, level_of
from command_center.use_cases.sweep import Swept, sweep

MOST_WEEKS: Final = 26
MOST_FALSE: Final = 100.0
_A_WEEK: Final = timedelta(weeks=1)
_MONTH_WEEKS: Final = 365.25 / 12 / 7
_BUCKETS_A_WEEK: Final = 2016
_WARMING_UP: Final = 288  # buckets: a day, until the usual mood is known


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldBe:
    """An alert that would have been raised; ``was_real`` is what people said about the alert of that storm, if any."""

    at: datetime
    kind: RuleKind
    key: str
    level: int
    escalates: bool
    saw: dict[str, Any]
    expected_peaks: tuple[str, ...] = ()
    alert_id: str = ""
    was_real: bool | None = None


def preview_rules(ctx: Context, person_id: str, topic_id: str, rules: Rules, weeks: int = 8) -> list[WouldBe]:
    """Return the alerts these rules would have raised in the recorded weeks, oldest first."""
    if not 1 <= weeks <= MOST_WEEKS:
        raise BadInput("rules.no_such_span", most=MOST_WEEKS)
    check(rules)
    with looking(ctx, person_id, Act.READ_PICTURE) as store:
        record = _record(store, topic_id, weeks, rules)
        return [record.would_be(told, bucket, rules) for bucket, told in record.walk(rules, record.level)]


def rules_for_budget(ctx: Context, person_id: str, topic_id: str, false_alarms_per_month: float) -> SpikeRule:
    """Return the most sensitive spike rule that would have kept to a budget of false alarms.

    Solved by replaying up to eight recorded weeks. An alarm counts as false unless somebody said
    that the alert of that storm was real. Raises ``BadInput`` when less than a week is recorded or
    no rule is strict enough.
    """
    if not 0.0 <= false_alarms_per_month <= MOST_FALSE:
        raise BadInput("rules.no_such_budget", value=false_alarms_per_month, most=MOST_FALSE)
    with looking(ctx, person_id, Act.READ_PICTURE) as store:
        now = rules_for(store, topic_id)
        record = _record(store, topic_id, 8, _spikes_only(now.rules, now.rules.spike))
        if record.length < _A_WEEK:
            raise BadInput("rules.too_little_recorded", days=record.length.days, needed=_A_WEEK.days)
        allowed = false_alarms_per_month * (record.length / _A_WEEK) / _MONTH_WEEKS
        ladder = list(stricter(now.rules.spike))

        def false_alarms(step: int) -> int:
            rules = _spikes_only(now.rules, ladder[step])
            raised = [record.would_be(told, at, rules) for at, told in record.walk(rules, lambda _at: lambda _hits: 1)]
            return sum(alert.was_real is not True for alert in raised)

        low, high = 0, len(ladder) - 1
        if (left := false_alarms(high)) > allowed:
            raise BadInput("rules.budget_out_of_reach", count=left)
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if false_alarms(middle) <= allowed else (middle + 1, high)
        return ladder[low]


_SCORES: Final = (0.333, 0.4, 0.5, 0.571, 0.667, 0.75, 0.8, 0.857, 0.9, 0.95, 0.98, 0.99)
_RATIOS: Final = (1.5, 2.0, 3.0, 5.0, 10.0, 20.0)


def stricter(rule: SpikeRule) -> Iterator[SpikeRule]:
    """Yield the rule from its most sensitive form to its strictest: first rarer surges, then higher ones."""
    for score in _SCORES:
        yield replace(rule, score=score)
    for times in _RATIOS:
        ratio = rule.ratio * times
        yield replace(rule, score=_SCORES[-1], ratio=ratio, sudden=max(rule.sudden, ratio))


def _spikes_only(rules: Rules, spike: SpikeRule) -> Rules:
    return replace(
        rules,
        spike=replace(spike, active=True),
        keywords=replace(rules.keywords, active=False),
        negative=replace(rules.negative, active=False),
        authority=replace(rules.authority, active=False),
        drop=replace(rules.drop, active=False),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """What is recorded about a topic's last weeks."""

    store: Reading
    topic: Topic
    judged: Sequence[JudgedBucket]
    buckets: Sequence[Bucket]
    alerts: Sequence[Alert]
    windows: dict[tuple[datetime, int], Window]

    @property
    def length(self) -> timedelta:
        """The time that is recorded."""
        return len(self.buckets) * BUCKET

    def walk(self, rules: Rules, level: Callable[[Bucket], Level]) -> Iterator[tuple[Bucket, Ring]]:
        """Walk through the buckets as the live watch does; yield what would have been raised."""
        watch = StormWatch()
        for bucket in self.buckets:
            for told in watch.step(rules, bucket, self._look(bucket), level(bucket)):
                if told.verb is not Verb.JOIN:
                    yield bucket, told

    def _look(self, bucket: Bucket) -> Callable[[int], Window]:
        def look(minutes: int) -> Window:
            key = (bucket.at, minutes)
            if key not in self.windows:
                end = bucket.at + BUCKET
                since = end - timedelta(minutes=minutes)
                self.windows[key] = self.store.window(self.topic.id, since=since, until=end)
            return self.windows[key]

        return look

    def level(self, bucket: Bucket) -> Level:
        """Propose the level a bucket's storm had reached."""
        end = bisect_right(self.judged, bucket.at, key=lambda each: each.at)
        return lambda hits: level_of(self.store, self.topic, self.judged[max(0, end - NEEDED) : end], hits)

    def would_be(self, told: Ring, bucket: Bucket, rules: Rules) -> WouldBe:
        """Say what would have been raised, with what people said about the alert of that storm."""
        hit = told.hits[0]
        near = timedelta(minutes=rules.cool_down_minutes)
        judged = [alert for alert in self.alerts if abs(alert.at - bucket.at) <= near]
        # One yes is enough: two alerts of one storm are about the same thing.
        judged.sort(key=lambda alert: (alert.was_real is not True, abs(alert.at - bucket.at)))
        known = judged[0] if judged else None
        return WouldBe(
            at=bucket.at,
            kind=hit.kind,
            key=hit.key,
            level=told.level,
            escalates=told.verb is Verb.ESCALATE,
            saw=dict(hit.saw),
            expected_peaks=expected_peaks(rules, bucket.at),
            alert_id=known.id if known else "",
            was_real=known.was_real if known else None,
        )


def _record(store: Reading, topic_id: str, weeks: int, rules: Rules) -> _Record:
    topic = need(store, Topic, topic_id)
    newest = store.find(JudgedBucket, topic_id=topic_id, order="at", descending=True, limit=weeks * _BUCKETS_A_WEEK)
    judged = newest[::-1]
    buckets: list[Bucket] = []
    if judged:
        since, until = judged[0].at, judged[-1].at + BUCKET
        swept = sweep(store, topic, rules, since=since, until=until)
        counts = store.counts(topic_id, since=since, until=until, bucket_seconds=BUCKET_SECONDS)
        moods = {c.minute: (c.negative + c.neutral + c.positive, c.negative) for c in counts}
        buckets = [_bucket(each, moods.get(each.at, (0, 0)), swept, at) for at, each in enumerate(judged)]
    alerts = [a for a in store.find(Alert, topic_id=topic_id, order="at") if a.evidence.get("kind") != "silence"]
    return _Record(store=store, topic=topic, judged=judged, buckets=buckets, alerts=alerts, windows={})


def _bucket(each: JudgedBucket, moods: tuple[int, int], swept: Swept, place: int) -> Bucket:
    surge = each.surge
    if surge is None and each.lasting:
        # Recorded before surges were kept: the mentions were the only ear.
        surge = Surge(ear=MENTIONS, score=each.score, ratio=each.ratio, lasting=each.lasting, minutes=60)
    return Bucket(
        at=each.at,
        mentions=each.count,
        judged=moods[0],
        negative=moods[1],
        expected=each.expected,
        learning=each.learning or place < _WARMING_UP,
        surge=surge,
        finds=tuple(swept.finds.get(each.at, ())),
        voices=tuple(swept.voices.get(each.at, ())),
    )
