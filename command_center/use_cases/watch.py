"""Judge a topic's counts bucket by bucket, each with only its past, and raise an alert when a storm is heard.

Story *a spike is detected*: here → ``domain/spikes.py`` → ``use_cases/activate.py``.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from command_center.domain.alerts import DEFAULT_RULE, Alert, Ear, JudgedBucket, Window, cooling_down, unmet
from command_center.domain.response_log import Action, utc_text
from command_center.domain.spikes import Detector, Verdict
from command_center.domain.topics import Topic
from command_center.ports import Context
from command_center.use_cases.command import Work, housework

BUCKET = timedelta(minutes=5)
CHUNK = timedelta(days=1)
LIVE = "live"


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


def floor(moment: datetime) -> datetime:
    """Return the start of the bucket a moment falls into."""
    return moment.replace(second=0, microsecond=0) - timedelta(minutes=moment.minute % 5)


def _judged_until(ctx: Context, topic_id: str, run: str) -> datetime | None:
    with ctx.store.reading() as store:
        ear = store.get(Ear, topic_id)
    return ear.judged_until if ear and ear.state.get("run") == run else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hearing:
    """What the judge knows while it walks through a topic's buckets."""

    work: Work
    topic: Topic
    run: str


@housework
def judge_buckets(work: Work, *, topic_id: str, run: str, since: datetime, until: datetime) -> str:
    """Judge the buckets of a span and keep what the detector has learnt, in one transaction."""
    topic = work.need(Topic, topic_id)
    ear = work.store.get(Ear, topic_id)
    if ear is None or ear.state.get("run") != run:
        work.store.remove(JudgedBucket, topic_id=topic_id)
        ear = Ear(id=topic_id, state={"run": run})
    detector = Detector.restore(ear.state["detector"]) if "detector" in ear.state else Detector()
    counted = {
        count.minute: count.mentions
        for count in work.store.counts(topic_id, since=since, until=until, bucket_seconds=int(BUCKET.total_seconds()))
    }
    hearing = _Hearing(work=work, topic=topic, run=run)
    waiting, raised, at = bool(ear.state.get("waiting")), 0, since
    while at < until:
        verdict = detector.judge(at, counted.get(at, 0))
        work.store.add(_judged(topic_id, verdict))
        waiting = verdict.lasting > 0 and (waiting or verdict.alert)
        if waiting and _raise_if_ripe(hearing, verdict):
            waiting, raised = False, raised + 1
        at += BUCKET
    state = {"run": run, "detector": detector.state(), "waiting": waiting}
    work.store.put(Ear(id=topic_id, state=state, judged_until=until))
    return str(raised)


def _judged(topic_id: str, verdict: Verdict) -> JudgedBucket:
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
        alert=verdict.alert,
    )


def _raise_if_ripe(hearing: _Hearing, verdict: Verdict) -> bool:
    """Raise an alert once the house's rule is met; until then the storm stays under observation."""
    work, topic = hearing.work, hearing.topic
    end = verdict.at + BUCKET
    window = work.store.window(topic.id, since=end - timedelta(minutes=verdict.window_minutes), until=end)
    if unmet(DEFAULT_RULE, window, ratio=verdict.ratio, lasting=verdict.lasting):
        return False
    earlier = work.store.find(Alert, topic_id=topic.id, order="at", descending=True, limit=50)
    last = next((alert.at for alert in earlier if alert.evidence.get("run") == hearing.run), None)
    if cooling_down(DEFAULT_RULE, last, verdict.at):
        return False
    alert = Alert(
        id=work.ctx.new_id(),
        plane=topic.plane,
        topic_id=topic.id,
        at=verdict.at,
        raised_at=work.now,
        evidence=_evidence(hearing.run, verdict, window),
        replayed=hearing.run != LIVE,
    )
    work.store.add(alert)
    work.log(
        Action.ALERT_RAISED,
        alert.id,
        plane=alert.plane,
        kind="spike",
        topic=topic.name,
        at=alert.at,
        mentions=window.mentions,
        authors=window.authors,
        ratio=f"{verdict.ratio:.1f}",
        score=f"{verdict.score:.3f}",
        rule_version=DEFAULT_RULE.version,
    )
    return True


def _evidence(run: str, verdict: Verdict, window: Window) -> dict[str, Any]:
    since = verdict.at - BUCKET * max(0, verdict.lasting - 1)
    return {
        "kind": "spike",
        "run": run,
        "since": utc_text(since),
        "window_minutes": verdict.window_minutes,
        "count": int(verdict.count),
        "expected": round(verdict.expected, 2),
        "low": round(verdict.low, 2),
        "high": round(verdict.high, 2),
        "ratio": round(verdict.ratio, 2),
        "score": round(verdict.score, 4),
        "lasting": verdict.lasting,
        "learning": verdict.learning,
        "last_seen_high": utc_text(verdict.last_seen_high) if verdict.last_seen_high else "",
        "mentions": window.mentions,
        "distinct_texts": window.distinct_texts,
        "authors": window.authors,
        "negative": window.negative,
        "reach": window.reach,
        "rule_version": DEFAULT_RULE.version,
        "rule": {
            "floor": DEFAULT_RULE.floor,
            "authors": DEFAULT_RULE.authors,
            "ratio": DEFAULT_RULE.ratio,
            "persistence": DEFAULT_RULE.persistence,
        },
    }
