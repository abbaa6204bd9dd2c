"""Play imported history as if it were live, so that each bucket is judged with only its past."""

from dataclasses import replace
from datetime import datetime, timedelta

from command_center.domain.alerts import Replay, ReplayState
from command_center.domain.buckets import BUCKET, floor
from command_center.domain.people import Act
from command_center.domain.response_log import Action
from command_center.domain.topics import Topic
from command_center.errors import BadInput, Conflict
from command_center.ports import Context
from command_center.use_cases.command import Work, command, housework
from command_center.use_cases.judge_live import live_sources
from command_center.use_cases.watch import judge_until

TO_THE_END = 0
FASTEST = 3600


@command(Act.REPLAY)
def start_replay(work: Work, *, topic_id: str, speed: int, play_from: datetime | None = None) -> str:
    """Start playing a topic's history; what lies before ``play_from`` is judged at once.

    ``speed`` is seconds of history per second, 1 to 3600, or 0 for straight to the end.
    """
    topic = work.need(Topic, topic_id)
    if not (speed == TO_THE_END or 1 <= speed <= FASTEST):
        raise BadInput("replay.no_such_speed", speed=speed, fastest=FASTEST)
    if live_sources(work.store, topic):
        raise Conflict("replay.topic_is_live", topic=topic.name)
    extent = work.store.extent(topic_id)
    if extent.first is None or extent.last is None:
        raise BadInput("replay.nothing_dated", topic=topic.name)
    for running in work.store.find(Replay, topic_id=topic_id, state=ReplayState.RUNNING):
        _end(work, running)
    first = max(floor(play_from), floor(extent.first)) if play_from else floor(extent.first)
    replay = Replay(
        id=work.ctx.new_id(),
        plane=topic.plane,
        topic_id=topic_id,
        speed=speed,
        first=first,
        last=floor(extent.last) + BUCKET,
        position=floor(extent.first),
        started_at=work.now,
        started_by=work.who.id,
    )
    work.store.add(replay)
    work.log(
        Action.REPLAY_STARTED,
        replay.id,
        plane=topic.plane,
        topic=topic.name,
        speed=speed,
        first=first,
        last=replay.last,
    )
    return replay.id


@command(Act.REPLAY)
def stop_replay(work: Work, *, replay_id: str) -> str:
    """End a replay where it stands."""
    replay = work.need(Replay, replay_id)
    if replay.state is ReplayState.DONE:
        raise Conflict("replay.over")
    _end(work, replay)
    return replay.id


def _end(work: Work, replay: Replay) -> None:
    work.store.put(replace(replay, state=ReplayState.DONE))
    work.log(Action.REPLAY_ENDED, replay.id, plane=replay.plane, position=replay.position)


def advance_replays(ctx: Context) -> int:
    """Move every running replay to where its speed has brought it by now; returns how many run."""
    with ctx.store.reading() as store:
        running = store.find(Replay, state=ReplayState.RUNNING)
    for replay in running:
        advance(ctx, replay)
    return len(running)


def advance(ctx: Context, replay: Replay) -> None:
    """Judge a replay's buckets up to its present moment and note the new position."""
    goal = position_at(replay, ctx.now())
    if goal <= replay.position:
        return
    reached = judge_until(ctx, replay.topic_id, start=replay.position, until=goal, run=replay.id)
    note_position(ctx, f"{replay.id}:{reached.isoformat()}", replay_id=replay.id, position=reached)


def position_at(replay: Replay, now: datetime) -> datetime:
    """Return the moment of history a replay shows at this moment of ours."""
    if replay.speed == TO_THE_END:
        return replay.last
    played = timedelta(seconds=(now - replay.started_at).total_seconds() * replay.speed)
    return min(replay.last, floor(replay.first + max(timedelta(0), played)))


@housework
def note_position(work: Work, *, replay_id: str, position: datetime) -> str:
    """Keep how far a replay has come, and end it at its last bucket."""
    replay = work.need(Replay, replay_id)
    if replay.state is ReplayState.RUNNING:
        moved = replace(replay, position=position)
        work.store.put(moved)
        if position >= replay.last:
            _end(work, moved)
    return replay_id
