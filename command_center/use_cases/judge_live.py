"""Judge what live sources bring, bucket by bucket, as each is complete.

Story *somebody speaks about us*: ``use_cases/listen.py`` → here → ``use_cases/watch.py``. What was imported before is
learnt from first, in silence; hours in which nothing could be heard are passed over, never learnt as calm.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from command_center.domain.alerts import Ear, Replay, ReplayState
from command_center.domain.buckets import BUCKET, BUCKET_SECONDS, floor
from command_center.domain.hearing_times import judged_by, was_heard
from command_center.domain.response_log import Action, utc_text
from command_center.domain.source_kinds import KINDS
from command_center.domain.sources import Source
from command_center.domain.topics import Topic
from command_center.ports import Context, Reading
from command_center.use_cases.command import Work, housework
from command_center.use_cases.watch import CHUNK, LIVE, judge_buckets, judge_until

LEARNT_FROM: Final = timedelta(weeks=8)
_MOST_AT_ONCE: Final = timedelta(hours=6)


def live_sources(store: Reading, topic: Topic) -> list[Source]:
    """Return the sources that listen for a topic now."""
    found = store.find(Source, plane=topic.plane, topic_id=(topic.id, ""), active=True)
    return [source for source in found if source.kind in KINDS]


def judge_live(ctx: Context) -> int:
    """Take every topic that is listened to a step further; returns how many there are."""
    with ctx.store.reading() as store:
        listened = [(topic, live_sources(store, topic)) for topic in store.find(Topic)]
        playing = {replay.topic_id for replay in store.find(Replay, state=ReplayState.RUNNING)}
    listened = [(topic, sources) for topic, sources in listened if sources and topic.id not in playing]
    for topic, sources in listened:
        _advance(ctx, topic, sources)
    return len(listened)


def _advance(ctx: Context, topic: Topic, sources: Sequence[Source]) -> None:
    begin = floor(min(source.created_at for source in sources))
    with ctx.store.reading() as store:
        ear = store.get(Ear, topic.id)
        first = store.extent(topic.id).first
    if ear is None or ear.judged_until is None:
        position = min(begin, max(floor(first), begin - LEARNT_FROM)) if first else begin
        go_live(ctx, f"live:{topic.id}:{ctx.new_id()}", topic_id=topic.id, position=position)
    elif ear.state.get("run") != LIVE:
        # What a replay has learnt is known already; what lies between its end and now was not listened to.
        go_live(ctx, f"live:{topic.id}:{ctx.new_id()}", topic_id=topic.id, position=floor(ctx.now()))
    elif ear.judged_until < begin:
        _learn(ctx, topic, ear.judged_until, begin)
    else:
        _judge(ctx, topic, sources, ear.judged_until, judged_by(sources, ctx.now()))


@housework
def go_live(work: Work, *, topic_id: str, position: datetime) -> str:
    """Let a topic's ear listen to what is live from this moment on, with everything it has learnt."""
    topic = work.need(Topic, topic_id)
    ear = work.store.get(Ear, topic_id) or Ear(id=topic_id, state={})
    work.store.put(replace(ear, state={**ear.state, "run": LIVE}, judged_until=position))
    work.log(Action.TOPIC_WENT_LIVE, topic_id, plane=topic.plane, topic=topic.name, since=position)
    return topic_id


def _learn(ctx: Context, topic: Topic, position: datetime, until: datetime) -> None:
    """Hear a day of what was imported before, without telling anybody about its storms."""
    step = min(position + CHUNK, until)
    with ctx.store.reading() as store:
        counts = store.counts(topic.id, since=position, until=until, bucket_seconds=BUCKET_SECONDS)
    if not counts:
        _pass_over(ctx, topic, until)
        return
    if counts[0].minute >= step:
        _pass_over(ctx, topic, counts[0].minute)
        return
    request = f"judge:{topic.id}:{LIVE}:{utc_text(position)}:{utc_text(step)}"
    judge_buckets(ctx, request, topic_id=topic.id, run=LIVE, since=position, until=step, quiet=True)


def _judge(ctx: Context, topic: Topic, sources: Sequence[Source], position: datetime, goal: datetime) -> None:
    """Judge the complete buckets; those in which nothing could be heard are passed over."""
    end = min(goal, position + _MOST_AT_ONCE)
    if end <= position:
        return
    with ctx.store.reading() as store:
        counts = store.counts(topic.id, since=position, until=end, bucket_seconds=BUCKET_SECONDS)
    spoken = {count.minute for count in counts}
    while position < end:
        heard = position in spoken or was_heard(position, sources)
        step = position + BUCKET
        while step < end and (step in spoken or was_heard(step, sources)) == heard:
            step += BUCKET
        if heard:
            judge_until(ctx, topic.id, start=position, until=step, run=LIVE)
        else:
            _pass_over(ctx, topic, step)
        position = step


def _pass_over(ctx: Context, topic: Topic, until: datetime) -> None:
    with ctx.store.writing() as store:
        ear = store.get(Ear, topic.id)
        if ear is not None and ear.judged_until is not None and ear.judged_until < until:
            store.put(replace(ear, judged_until=until))
