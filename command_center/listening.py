"""Listens: a thread for each stream, a few at a time for what is asked now and then; one listener per source.

Story *somebody speaks about us*: here → ``use_cases/listen.py`` → ``use_cases/judge_live.py``. Only the holder of the
worker's lease listens. Whatever a source does, the others and the worker's own jobs go on: nothing here waits.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from command_center.domain.mentions import Plane
from command_center.domain.source_kinds import KINDS
from command_center.domain.sources import Source
from command_center.domain.topics import Topic
from command_center.errors import CommandCenterError, Conflict, NetworkTrouble, NotFound, StoreUnavailable
from command_center.networks import Fetched
from command_center.ports import Context
from command_center.use_cases.ask_source import as_trouble, asked, merged, poll_of, stream_of
from command_center.use_cases.listen import take_in, take_trouble, topics_of

AT_ONCE: Final = 4
IN_A_ROW: Final = 20
LINGER: Final = 5.0
_GATHER: Final = 2.0  # mentions are stored every two seconds, so that open screens don't flicker
_SIGN_OF_LIFE: Final = 58.0  # a quiet stream says once a minute that it is well
_HANGS: Final = 90.0
_MOST_HANGING: Final = 3
_MOST_PENDING: Final = 5_000
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Job:
    """One listener at work; ``beat`` is when it last gave a sign of life, by the monotonic clock."""

    source: Source
    config: object
    stop: threading.Event = field(default_factory=threading.Event)
    beat: float = field(default_factory=time.monotonic)
    thread: threading.Thread | None = None

    @property
    def alive(self) -> bool:
        """Whether its thread still runs."""
        return self.thread is not None and self.thread.is_alive()


class Listening:
    """Every listener of this process; ``tend`` is called every second and never waits."""

    def __init__(self, ctx: Context, *, hangs: float = _HANGS) -> None:
        self._ctx = ctx
        self._hangs = hangs
        self._jobs: dict[str, _Job] = {}
        self._left: list[_Job] = []

    def tend(self) -> None:
        """Start who is due, stop who is no longer wanted, give up who hangs."""
        wanted = self._wanted()
        self._left = [job for job in self._left if job.alive]
        for identity, job in list(self._jobs.items()):
            if not job.alive:
                del self._jobs[identity]
            elif identity not in wanted or wanted[identity][1] != job.config:
                job.stop.set()
            elif time.monotonic() - job.beat > self._hangs:
                self._give_up(job)
                del wanted[identity]
        now = self._ctx.now()
        for source, config in sorted(wanted.values(), key=_first_due):
            if source.id not in self._jobs and self._may_start(source, now):
                self._start(source, config)

    def stop(self) -> None:
        """Tell every listener to end and wait a few seconds for them."""
        for job in self._jobs.values():
            job.stop.set()
        end = time.monotonic() + LINGER
        for job in self._jobs.values():
            if job.thread is not None:
                job.thread.join(max(0.0, end - time.monotonic()))
        self._left += [job for job in self._jobs.values() if job.alive]
        self._jobs.clear()

    def _wanted(self) -> dict[str, tuple[Source, object]]:
        """Return the sources to listen to and what, when it changes, makes a stream begin anew."""
        with self._ctx.store.reading() as store:
            sources = [source for source in store.find(Source, plane=Plane.REAL, active=True) if self._can(source)]
            return {source.id: (source, _config(source, topics_of(store, source))) for source in sources}

    def _can(self, source: Source) -> bool:
        return source.kind in KINDS and source.kind in self._ctx.monitors

    def _may_start(self, source: Source, now: datetime) -> bool:
        if source.next_try_at is not None and source.next_try_at > now:
            return False
        if sum(job.source.id == source.id for job in self._left) >= _MOST_HANGING:
            return False
        return _is_stream(source) or sum(not _is_stream(job.source) for job in self._jobs.values()) < AT_ONCE

    def _start(self, source: Source, config: object) -> None:
        job = _Job(source, config)
        run = _follow if _is_stream(source) else _ask
        job.thread = threading.Thread(
            target=_carefully, args=(self._ctx, job, run), name=f"source-{source.id[:8]}", daemon=True
        )
        self._jobs[source.id] = job
        job.thread.start()

    def _give_up(self, job: _Job) -> None:
        """Leave a listener that hangs to itself; what it still brings is from an old cursor and counts no more."""
        job.stop.set()
        self._left.append(self._jobs.pop(job.source.id))
        take_trouble(self._ctx, job.source.id, NetworkTrouble("network.slow", network=job.source.name))


def _first_due(entry: tuple[Source, object]) -> str:
    at = entry[0].next_try_at
    return at.isoformat() if at else ""


def _config(source: Source, topics: tuple[Topic, ...]) -> object:
    asked_for = (source.kind, source.address, source.query, source.topic_id, source.connection_id)
    return (*asked_for, topics) if _is_stream(source) else asked_for


def _is_stream(source: Source) -> bool:
    return KINDS[source.kind].stream


def _carefully(ctx: Context, job: _Job, run: Callable[[Context, _Job], None]) -> None:
    """Run a listener to its end; whatever goes wrong becomes the source's trouble, never the worker's."""
    name = job.source.name
    try:
        run(ctx, job)
    except (Conflict, NotFound) as over:
        _log.info("source %s: %s", name, over)  # paused, removed, or somebody else is further
    except StoreUnavailable as error:
        _log.warning("source %s: %s", name, error)
    except Exception as wrong:
        # An adapter may fail in ways nobody thought of; it must not take the other sources with it.
        if not isinstance(wrong, CommandCenterError):
            _log.exception("source %s: its monitor failed", name)
        if not job.stop.is_set():
            _note_trouble(ctx, job, as_trouble(wrong, name))


def _note_trouble(ctx: Context, job: _Job, trouble: CommandCenterError) -> None:
    try:
        take_trouble(ctx, job.source.id, trouble)
    except StoreUnavailable as error:
        _log.warning("source %s: %s", job.source.name, error)


def _ask(ctx: Context, job: _Job) -> None:
    """Ask a source, again while it has more."""
    poll, source = poll_of(ctx, job.source.kind), job.source
    if poll is None:
        return
    for _ in range(IN_A_ROW):
        fetched = poll.fetch(asked(ctx, source))
        job.beat = time.monotonic()
        if job.stop.is_set():
            return
        take_in(ctx, source.id, fetched, since=source.cursor)
        if not fetched.more or fetched.next_at is not None:
            return
        with ctx.store.reading() as store:
            source = store.get(Source, source.id) or source


def _follow(ctx: Context, job: _Job) -> None:
    """Listen to a stream until told to stop; what it said is stored in small batches with its cursor."""
    stream = stream_of(ctx, job.source.kind)
    if stream is None:
        return
    wanted = asked(ctx, job.source)
    batch = _Batch(ctx, job)
    try:
        for fetched in stream.listen(wanted, job.stop):
            job.beat = time.monotonic()
            batch.add(fetched)
            if job.stop.is_set():
                break
    finally:
        batch.store_rest()
    if not job.stop.is_set():
        raise NetworkTrouble("network.unreachable", network=stream.network, why="closed")


class _Batch:
    """What a stream said since it was last stored."""

    def __init__(self, ctx: Context, job: _Job) -> None:
        self._ctx, self._job = ctx, job
        self._cursor = job.source.cursor
        self._pending = Fetched()
        self._stored = self._told = -_SIGN_OF_LIFE + time.monotonic()

    def add(self, fetched: Fetched) -> None:
        """Take something in, and store the batch when it is time."""
        self._pending = merged(self._pending, fetched)
        now = time.monotonic()
        urgent = bool(self._pending.mentions) and now - self._stored >= _GATHER
        if urgent or now - self._told >= _SIGN_OF_LIFE:
            self._store(now)

    def store_rest(self) -> None:
        """Store what is left, unless the store can't be reached: then the server says it again."""
        if self._pending.mentions or self._pending.seen:
            try:
                self._store(time.monotonic())
            except (StoreUnavailable, Conflict, NotFound) as error:
                _log.info("source %s: %s", self._job.source.name, error)

    def _store(self, now: float) -> None:
        try:
            take_in(self._ctx, self._job.source.id, self._pending, since=self._cursor)
        except StoreUnavailable:
            if len(self._pending.mentions) > _MOST_PENDING:
                raise
            self._stored = now
            return
        self._cursor = dict(self._pending.cursor) or self._cursor
        self._pending = Fetched()
        self._stored = now
        if now - self._told >= _SIGN_OF_LIFE:
            self._told = now
