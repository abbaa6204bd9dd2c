"""Judge a topic's counts bucket by bucket, each with only its past, and raise an alert when a storm is heard.

Story *a spike is detected*: here → ``domain/spikes.py`` → ``use_cases/activate.py``.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from command_center.domain.alerts import Ear, JudgedBucket, Window
from command_center.domain.blindness import Look, Sight, Supplier, sight
from command_center.domain.buckets import BUCKET, BUCKET_SECONDS, floor
from command_center.domain.ears import MENTIONS, Ears, Heard
from command_center.domain.mentions import MinuteCount
from command_center.domain.response_log import utc_text
from command_center.domain.rules import RuleKind, RuleSet
from command_center.domain.spikes import Verdict
from command_center.domain.storms import Bucket, StormWatch
from command_center.domain.topics import Topic
from command_center.ports import Context, Reading
from command_center.use_cases.command import Work, housework
from command_center.use_cases.keep_rules import rules_for
from command_center.use_cases.level_now import NEEDED, level_of
from command_center.use_cases.raise_alerts import Scene, ring
from command_center.use_cases.sweep import Swept, sweep
from command_center.use_cases.watch_sources import suppliers

CHUNK: Final = timedelta(days=1)
LIVE: Final = "live"


def judge_until(ctx: Context, topic_id: str, *, start: datetime, until: datetime, run: str = LIVE) -> datetime:
    """Judge every complete bucket up to ``until`` in steps of a day; returns how far it got.

    ``run`` names the replay that asks, or ``live``: each run hears the same history afresh.
    """
    goal = floor(until)
    position = _judged_until(ctx, topic_id, run) or floor(start)
    while position < goal:
        step = min(position + CHUNK, goal)
        judge_buckets(
            ctx,
            f"judge:{topic_id}:{run}:{utc_text(position)}:{utc_text(step)}",
            topic_id=topic_id,
            run=run,
            since=position,
            until=step,
        )
        position = step
    return position


def _judged_until(ctx: Context, topic_id: str, run: str) -> datetime | None:
    with ctx.store.reading() as store:
        ear = store.get(Ear, topic_id)
    return ear.judged_until if ear and ear.state.get("run") == run else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """What was said within a span, by bucket."""

    counted: Mapping[datetime, MinuteCount]
    authors: Mapping[datetime, int]
    swept: Swept

    def counts(self, at: datetime) -> dict[str, float]:
        """Return what each ear listens to in a bucket."""
        count = self.counted.get(at)
        return {
            MENTIONS: float(count.mentions) if count else 0.0,
            "negative": float(count.negative) if count else 0.0,
            "authors": float(self.authors.get(at, 0)),
        }

    def bucket(self, heard: Heard) -> Bucket:
        """Return a bucket as the rules see it."""
        at, verdict = heard.verdict.at, heard.verdict
        count = self.counted.get(at)
        return Bucket(
            at=at,
            mentions=int(verdict.count),
            judged=count.negative + count.neutral + count.positive if count else 0,
            negative=count.negative if count else 0,
            expected=verdict.expected,
            learning=verdict.learning,
            surge=heard.surge,
            finds=tuple(self.swept.finds.get(at, ())),
            voices=tuple(self.swept.voices.get(at, ())),
        )


def stretch(store: Reading, topic: Topic, rules: RuleSet, *, since: datetime, until: datetime) -> Stretch:
    """Ask the store what was said within a span."""
    counts = store.counts(topic.id, since=since, until=until, bucket_seconds=BUCKET_SECONDS)
    return Stretch(
        counted={count.minute: count for count in counts},
        authors=store.authors(topic.id, since=since, until=until, bucket_seconds=BUCKET_SECONDS),
        swept=sweep(store, topic, rules.rules, since=since, until=until),
    )


@housework
def judge_buckets(work: Work, *, topic_id: str, run: str, since: datetime, until: datetime, quiet: bool = False) -> str:
    """Judge the buckets of a span and keep what was learnt, in one transaction; returns how many alerts rose.

    ``quiet`` only learns: what was imported before anybody listened is no news.
    """
    topic = work.need(Topic, topic_id)
    ear = work.store.get(Ear, topic_id)
    if ear is None or ear.state.get("run") != run:
        work.store.remove(JudgedBucket, topic_id=topic_id)
        ear = Ear(id=topic_id, state={"run": run})
    ears, watch = _ears(ear.state), _watch(ear.state)
    newest = work.store.find(JudgedBucket, topic_id=topic_id, order="at", descending=True, limit=NEEDED)
    hearing = _Hearing(
        work=work,
        topic=topic,
        run=run,
        rules=rules_for(work.store, topic_id),
        suppliers=suppliers(work.store, topic_id) if run == LIVE and not quiet else None,
        last_alert=str(ear.state.get("last_alert", "")),
        lately=deque(reversed(newest), maxlen=NEEDED),
        quiet=quiet,
    )
    said = stretch(work.store, topic, hearing.rules, since=since, until=until)
    at = since
    while at < until:
        hearing.hear(ears.judge(at, said.counts(at)), watch, said)
        at += BUCKET
    state = {"run": run, "ears": ears.state(), "watch": watch.state(), "last_alert": hearing.last_alert}
    work.store.put(Ear(id=topic_id, state=state, judged_until=until))
    return str(hearing.raised)


def _ears(state: Mapping[str, Any]) -> Ears:
    # What was learnt before there were several ears was learnt about mentions.
    old = {"detectors": {MENTIONS: state["detector"]}, "deaf": []} if "detector" in state else None
    saved = state.get("ears") or old
    return Ears.restore(saved) if saved else Ears()


def _watch(state: Mapping[str, Any]) -> StormWatch:
    return StormWatch.restore(state["watch"]) if "watch" in state else StormWatch()


@dataclass(slots=True, kw_only=True)
class _Hearing:
    """What the judge knows while it walks through a topic's buckets."""

    work: Work
    topic: Topic
    run: str
    rules: RuleSet
    suppliers: Sequence[Supplier] | None
    last_alert: str
    lately: deque[JudgedBucket]
    quiet: bool = False
    raised: int = 0

    def hear(self, heard: Heard, watch: StormWatch, said: Stretch) -> None:
        """Keep the bucket's verdict and raise what the rules ask for."""
        store, verdict = self.work.store, heard.verdict
        end = verdict.at + BUCKET
        look = self._look(end)
        judged = _judged(self.topic.id, heard, look)
        store.add(judged)
        self.lately.append(judged)

        def window(minutes: int) -> Window:
            return store.window(self.topic.id, since=end - timedelta(minutes=minutes), until=end)

        told = watch.step(
            self.rules.rules,
            said.bucket(heard),
            window,
            lambda hits: level_of(store, self.topic, list(self.lately), hits),
        )
        for each in () if self.quiet else told:
            scene = self._scene(heard, look)
            alert_id = ring(self.work, scene, each, self.last_alert)
            self.raised += alert_id != self.last_alert
            if each.hits[0].kind is not RuleKind.DROP:
                self.last_alert = alert_id

    def _look(self, at: datetime) -> Look | None:
        # A replay knows only what was imported, not what was to be delivered then.
        return None if self.suppliers is None else sight(self.suppliers, at)

    def _scene(self, heard: Heard, look: Look | None) -> Scene:
        return Scene(
            topic=self.topic,
            run=self.run,
            live=self.run == LIVE,
            rules=self.rules,
            verdict=heard.verdict,
            surge=heard.surge,
            look=look,
        )


def _judged(topic_id: str, heard: Heard, look: Look | None) -> JudgedBucket:
    verdict: Verdict = heard.verdict
    return JudgedBucket(
        id=f"{topic_id}:{utc_text(verdict.at)}",
        topic_id=topic_id,
        at=verdict.at,
        count=int(verdict.count),
        expected=verdict.expected,
        low=verdict.low,
        high=verdict.high,
        score=verdict.score,
        ratio=verdict.ratio,
        lasting=verdict.lasting,
        learning=verdict.learning,
        alert=heard.alert,
        surge=heard.surge,
        delivered=look.least if look and look.state is not Sight.NOTHING_EXPECTED else None,
    )
