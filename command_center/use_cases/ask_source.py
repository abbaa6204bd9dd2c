"""Prepare what a monitor is asked, and hear what a source would bring before it is kept."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event, Thread
from typing import Final, cast

from command_center.domain.hearing_times import believed
from command_center.domain.mentions import RawMention
from command_center.domain.people import Act
from command_center.domain.sources import Source
from command_center.errors import BadInput, CommandCenterError, NetworkTrouble
from command_center.networks import Asked, Counting, Fetched, Poll, Stream
from command_center.ports import Context
from command_center.use_cases.command import looking
from command_center.use_cases.keep_sources import checked_kind
from command_center.use_cases.keys import open_access
from command_center.use_cases.listen import matcher, topics_of

LISTEN_SECONDS: Final = 5.0
PATIENCE_SECONDS: Final = 25.0
SHOWN: Final = 5
MANY_AN_HOUR: Final = 2_000
_AN_HOUR: Final = timedelta(hours=1)
_LEAST_SPAN: Final = timedelta(minutes=1)
_FLOOD: Final = 10


def poll_of(ctx: Context, kind: str) -> Poll | None:
    """Return the monitor of a kind that is asked now and then."""
    monitor = ctx.monitors.get(kind)
    return cast("Poll", monitor) if hasattr(monitor, "fetch") else None


def stream_of(ctx: Context, kind: str) -> Stream | None:
    """Return the monitor of a kind that tells by itself."""
    monitor = ctx.monitors.get(kind)
    return cast("Stream", monitor) if hasattr(monitor, "listen") else None


def asked(ctx: Context, source: Source) -> Asked:
    """Return what the source's monitor is to look for; raises what ``open_access`` raises."""
    with ctx.store.reading() as store:
        topics = topics_of(store, source)
    return Asked(source=source, topics=topics, now=ctx.now(), access=open_access(ctx, source.connection_id))


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a source would bring: how much was looked at and kept, some of it, and what that makes an hour.

    ``an_hour`` is None where too little came to tell; ``seconds`` is how long was listened, 0 for a fetch.
    ``counted`` says that the network itself counted its last days.
    """

    seen: int
    kept: int
    an_hour: float | None
    seconds: float
    samples: tuple[RawMention, ...] = ()
    counted: bool = False

    @property
    def too_much(self) -> bool:
        """Whether that is more than people could look at, or nearly everything said at all."""
        return (self.an_hour or 0) > MANY_AN_HOUR or (
            self.seconds > 0 and self.seen >= 50 and 2 * self.kept > self.seen
        )


def try_source(ctx: Context, person_id: str, *, source: Source) -> Trial:
    """Ask a source once, or listen for some seconds, and say what would come; nothing is stored.

    Raises:
        BadInput: something is missing, the kind tells by itself (``source.cannot_listen``), or ``source.too_slow``.
        NetworkTrouble: what the network answered.
    """
    with looking(ctx, person_id, Act.WRITE_TOPIC) as store:
        checked_kind(store, source)
    wanted = asked(ctx, replace(source, cursor={}))
    poll, stream = poll_of(ctx, source.kind), stream_of(ctx, source.kind)
    counted = _counted(ctx, wanted)
    if counted is not None:
        return counted
    if poll is not None:
        fetched = _in_time(lambda _stop: poll.fetch(wanted))
        return _trial(wanted, fetched, seconds=0.0)
    if stream is not None:
        fetched = _in_time(lambda stop: _listen(stream, wanted, stop))
        return _trial(wanted, fetched, seconds=LISTEN_SECONDS)
    raise BadInput("source.cannot_listen", kind=source.kind)


def _counted(ctx: Context, wanted: Asked) -> Trial | None:
    """Let the network count where it does that for a topic, which costs nothing; None where it doesn't."""
    monitor, access = ctx.monitors.get(wanted.source.kind), wanted.access
    if access is None or wanted.source.query or len(wanted.topics) != 1 or not hasattr(monitor, "baseline_counts"):
        return None
    try:
        hours = cast("Counting", monitor).baseline_counts(access, wanted.topics[0])
    except NetworkTrouble:
        return None  # not every key may count; then a fetch shows what comes
    found = sum(count for _, count in hours)
    an_hour = found / len(hours) if hours else None
    return Trial(seen=found, kept=found, an_hour=an_hour, seconds=0.0, counted=True)


@dataclass(slots=True)
class _Answer:
    fetched: Fetched | None = None
    wrong: Exception | None = None
    stop: Event = field(default_factory=Event)


def _in_time(ask: Callable[[Event], Fetched]) -> Fetched:
    """Run a fetch in a thread of its own, so that a server that hangs doesn't hold anybody's screen."""
    answer = _Answer()

    def run() -> None:
        try:
            answer.fetched = ask(answer.stop)
        except Exception as wrong:  # raised again below, where somebody waits for it
            answer.wrong = wrong

    thread = Thread(target=run, name="try-source", daemon=True)
    thread.start()
    thread.join(PATIENCE_SECONDS)
    answer.stop.set()
    if answer.wrong is not None:
        raise answer.wrong
    if answer.fetched is None:
        raise BadInput("source.too_slow")
    return answer.fetched


def _listen(stream: Stream, wanted: Asked, stop: Event) -> Fetched:
    end, heard = time.monotonic() + LISTEN_SECONDS, Fetched()
    for fetched in stream.listen(wanted, stop):
        heard = merged(heard, fetched)
        if time.monotonic() >= end:
            break
    return heard


def merged(first: Fetched, then: Fetched) -> Fetched:
    """Return two moments of a stream as one."""
    return Fetched(
        mentions=first.mentions + then.mentions,
        cursor=then.cursor or first.cursor,
        quota=then.quota or first.quota,
        deleted=first.deleted + then.deleted,
        seen=_seen(first) + _seen(then),
        rejected=first.rejected + then.rejected,
        lost=first.lost + then.lost,
        more=then.more,
        next_at=then.next_at,
    )


def _seen(fetched: Fetched) -> int:
    return max(fetched.seen, len(fetched.mentions) + fetched.rejected)


def _trial(wanted: Asked, fetched: Fetched, *, seconds: float) -> Trial:
    matches = matcher(tuple(wanted.topics))
    kept = [raw for raw in fetched.mentions if matches.matching(raw.text)]
    if seconds:
        # Nothing within some seconds doesn't say that nothing comes.
        an_hour: float | None = len(kept) * 3600 / seconds if kept else None
    else:
        dates = [at for raw in kept if (at := believed(raw.created_at, wanted.now)) is not None]
        span = wanted.now - min(dates) if dates else timedelta(0)
        # One post of just now is no measure; many of them are a flood.
        known = span > _LEAST_SPAN or len(dates) >= _FLOOD
        an_hour = len(dates) * (_AN_HOUR / max(span, _LEAST_SPAN)) if known else None
    return Trial(seen=_seen(fetched), kept=len(kept), an_hour=an_hour, seconds=seconds, samples=tuple(kept[:SHOWN]))


def as_trouble(wrong: Exception, network: str) -> CommandCenterError:
    """Return what was wrong as people read it; a fault of a monitor is one too, and named by its kind."""
    if isinstance(wrong, CommandCenterError):
        return wrong
    return NetworkTrouble("network.not_understood", network=network, why=type(wrong).__name__)
