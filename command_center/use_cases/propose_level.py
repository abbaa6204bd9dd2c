"""Propose how bad it is, with the evidence, and how many mentions the next hours may bring.

The proposal is for people: ``use_cases/lead.py`` sets the level, with a reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from command_center.domain.alerts import JudgedBucket
from command_center.domain.buckets import BUCKET
from command_center.domain.forecast import Forecast, Forecaster, growth
from command_center.domain.levels import LevelProposal, propose
from command_center.domain.people import Act
from command_center.domain.signs import Channel, Signs
from command_center.domain.topics import Topic
from command_center.domain.triage import plan_floors, severities
from command_center.ports import Context, MentionFilter, Reading, Tally
from command_center.use_cases.answer_triage import answers_of, as_words, question_text, topic_incidents
from command_center.use_cases.command import looking

HOUR = timedelta(hours=1)
LEAST, MOST = timedelta(hours=2), timedelta(hours=24)
LEARNT_FROM = timedelta(days=21)
MEDIA_NETWORKS = frozenset({"news", "web"})
REPEATS = 3
_VOICES = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """How bad it looks at a moment, and what may come."""

    at: datetime
    proposal: LevelProposal
    forecasts: tuple[Forecast, ...]


def outlook(ctx: Context, person_id: str, *, topic: Topic, at: datetime, language: str = "") -> Outlook | None:
    """Return the level proposal and forecast for a topic as of a moment; None before anything was judged.

    Questions that raise the least level are quoted in ``language``.
    """
    with looking(ctx, person_id, Act.READ_PICTURE) as store:
        judged = _judged(store, topic, at)
        if not judged:
            return None
        signs = _answered(ctx, store, topic, gather_signs(store, topic, judged), language)
    return Outlook(at=judged[-1].at + BUCKET, proposal=propose(signs), forecasts=_forecasts(judged))


def _answered(ctx: Context, store: Reading, topic: Topic, signs: Signs, language: str) -> Signs:
    """Add what people answered in the incidents about the topic: it keeps the proposal up however quiet it gets."""
    severe, asked = signs.severity, signs.answers
    for incident in topic_incidents(store, topic.id, topic.plane):
        plan, answers = ctx.plan_from_snapshot(incident.plan), as_words(answers_of(store, incident.id))
        severe |= severities(answers)
        # The proposal shows its reasons: a question as it is asked says more than its short name.
        asked += tuple(
            replace(floor, when=question_text(plan, floor.when, language)) for floor in plan_floors(plan, answers)
        )
    return replace(signs, severity=severe, answers=asked)


def _judged(store: Reading, topic: Topic, at: datetime) -> list[JudgedBucket]:
    wanted = int(LEARNT_FROM / BUCKET)
    newest = store.find(JudgedBucket, topic_id=topic.id, order="at", descending=True, limit=wanted)
    return [bucket for bucket in reversed(newest) if bucket.at < at]


def _forecasts(judged: Sequence[JudgedBucket]) -> tuple[Forecast, ...]:
    forecaster = Forecaster(bucket_seconds=int(BUCKET.total_seconds()))
    for bucket in judged:
        forecaster.learn(bucket.at, bucket.count, bucket.expected)
    return forecaster.ahead()


def gather_signs(store: Reading, topic: Topic, judged: Sequence[JudgedBucket]) -> Signs:
    """Count what the level proposal looks at, from the start of the surge (2 to 24 hours back)."""
    newest = judged[-1]
    until = newest.at + BUCKET
    since = until - min(MOST, max(LEAST, BUCKET * newest.lasting))
    moods = {tally.value: tally.mentions for tally in _tally(store, topic, "sentiment", since, until)}
    taking_sides = moods.get("negative", 0) + moods.get("positive", 0)
    voices = _tally(store, topic, "author", since, until)
    networks = {tally.value: tally.mentions for tally in _tally(store, topic, "network", since, until)}
    return Signs(
        score=newest.score,
        ratio=newest.ratio,
        lasting=newest.lasting,
        authors=store.window(topic.id, since=since, until=until).authors,
        usual_authors=_usual(store, topic, since, until),
        repeat_authors=sum(1 for voice in voices if voice.mentions >= REPEATS and voice.value),
        channels=_channels(store, topic, until),
        media=sum(networks.get(name, 0) for name in MEDIA_NETWORKS),
        usual_media=_usual_media(store, topic, since, until),
        negative_share=moods.get("negative", 0) / taking_sides if taking_sides else 0.0,
        judged=taking_sides,
        growth=growth([bucket.count for bucket in judged[-int(HOUR / BUCKET) :]]),
        learning=newest.learning,
        delivered=1.0 if newest.delivered is None else newest.delivered,
    )


def _tally(store: Reading, topic: Topic, field: str, since: datetime, until: datetime) -> list[Tally]:
    return store.tally(topic.id, field, since=since, until=until, limit=_VOICES)


def _usual(store: Reading, topic: Topic, since: datetime, until: datetime) -> float:
    weeks = [timedelta(days=7), timedelta(days=14)]
    return sum(store.window(topic.id, since=since - week, until=until - week).authors for week in weeks) / len(weeks)


def _usual_media(store: Reading, topic: Topic, since: datetime, until: datetime) -> float:
    week = timedelta(days=7)
    before = _tally(store, topic, "network", since - week, until - week)
    return float(sum(tally.mentions for tally in before if tally.value in MEDIA_NETWORKS))


def _channels(store: Reading, topic: Topic, until: datetime) -> tuple[Channel, ...]:
    week, since = timedelta(days=7), until - LEAST
    usual = {item.value: item.mentions for item in _tally(store, topic, "network", since - week, until - week)}
    return tuple(
        Channel(
            network=item.value,
            mentions=item.mentions,
            hours=_hours(store, topic, item.value, until),
            usual=float(usual.get(item.value, 0)),
        )
        for item in _tally(store, topic, "network", since, until)
        if item.value not in MEDIA_NETWORKS
    )


def _hours(store: Reading, topic: Topic, network: str, until: datetime) -> float:
    """Return for how many hours a network has spoken, looked at six hours back."""
    wanted = MentionFilter(
        topic_id=topic.id, plane=topic.plane, networks=(network,), since=until - 3 * LEAST, until=until
    )
    total = store.mentions(wanted, limit=1).total
    oldest = store.mentions(wanted, limit=1, offset=max(0, total - 1)).mentions
    first = oldest[0].created_at if oldest else None
    return (until - first) / HOUR if first else 0.0
