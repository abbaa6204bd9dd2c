"""The picture of one topic at one moment: what was said, what was expected, and whether it can be trusted.

Read in one look at the store and free of Streamlit; ``situation.py`` shows it, ``charts.py`` draws its curve.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from command_center.domain.alerts import Ear, JudgedBucket, Replay, ReplayState, Window
from command_center.domain.blindness import Look, Sight, sight
from command_center.domain.buckets import BUCKET, floor
from command_center.domain.mentions import Mention, MinuteCount
from command_center.domain.source_kinds import KINDS
from command_center.domain.sources import Source
from command_center.domain.topics import Topic
from command_center.ports import MentionFilter, Reading, Tally, TopicExtent
from command_center.ui.curve import Curve, epoch_floor, read_curve
from command_center.use_cases.watch import LIVE
from command_center.use_cases.watch_sources import suppliers

HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
SPANS: Final = {
    "1h": HOUR,
    "6h": timedelta(hours=6),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "all": timedelta(0),
}
FEED: Final = 10
SILENT_AFTER: Final = timedelta(minutes=30)
_STORM_RATIO: Final = 3.0


class Condition(StrEnum):
    """What the picture says in one word; ``BLIND`` when nobody could know, ``UNCERTAIN`` when only a part came."""

    BLIND = "blind"
    UNCERTAIN = "uncertain"
    CALM = "calm"
    UNUSUAL = "unusual"
    STORM = "storm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """The moment a picture shows, and why: a replay's position, or the last mention."""

    as_of: datetime | None
    replay: Replay | None

    @property
    def playing(self) -> bool:
        """Tell whether history is being played now."""
        return self.replay is not None and self.replay.state is ReplayState.RUNNING


@dataclass(frozen=True, slots=True, kw_only=True)
class Loudest:
    """Who and what was heard most within the shown span."""

    authors: tuple[Tally, ...]
    networks: tuple[Tally, ...]
    languages: tuple[Tally, ...]
    copies: tuple[tuple[Tally, Mention], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """One topic at one moment; ``hour`` is the last hour, ``week_before`` the week up to a day ago."""

    topic: Topic
    moment: Moment
    extent: TopicExtent
    sources: tuple[Source, ...]
    condition: Condition
    reason: str
    look: Look
    hour: Window
    expected: float | None
    week_before: tuple[MinuteCount, ...]
    quarters: tuple[MinuteCount, ...]
    authors: tuple[int, ...]
    curve: Curve
    feed: tuple[Mention, ...]
    loudest: Loudest
    peak: datetime | None


def moment_of(store: Reading, topic_id: str, extent: TopicExtent) -> Moment:
    """Return the moment a topic's picture shows."""
    replays = store.find(Replay, topic_id=topic_id, order="started_at", descending=True, limit=1)
    ear = store.get(Ear, topic_id)
    run = str(ear.state.get("run", "")) if ear else ""
    if replays and (replays[0].state is ReplayState.RUNNING or run == replays[0].id):
        return Moment(as_of=replays[0].position, replay=replays[0])
    last = floor(extent.last) + BUCKET if extent.last else None
    if ear and ear.judged_until and run == LIVE:
        last = max(ear.judged_until, last) if last else ear.judged_until
    return Moment(as_of=last, replay=None)


def read_picture(store: Reading, topic: Topic, span: str, now: datetime) -> Picture:
    """Read the picture of a topic at its moment."""
    extent = store.extent(topic.id)
    moment = moment_of(store, topic.id, extent)
    sources = tuple(store.find(Source, plane=topic.plane, topic_id=(topic.id, ""), active=True, order="created_at"))
    as_of = moment.as_of or now
    first = extent.first or as_of
    judged = _judged(store, topic.id, as_of)
    since = first if span == "all" else as_of - SPANS[span]
    # A replay knows only what was imported, not what was to be delivered then.
    look = sight(() if moment.replay else suppliers(store, topic.id), now)
    condition, reason = condition_of(judged, extent, sources, moment, now, look)
    return Picture(
        topic=topic,
        moment=moment,
        extent=extent,
        sources=sources,
        condition=condition,
        reason=reason,
        look=look,
        hour=store.window(topic.id, since=as_of - HOUR, until=as_of),
        expected=expected_of(judged, as_of - HOUR),
        week_before=tuple(store.counts(topic.id, since=as_of - 8 * DAY, until=as_of - DAY, bucket_seconds=86_400)),
        quarters=tuple(_filled_quarters(store, topic.id, as_of)),
        authors=tuple(_authors(store, topic.id, as_of)),
        curve=read_curve(store, topic.id, since=since, until=as_of, lacking_since=look.since),
        feed=store.mentions(_feed_filter(topic, as_of), limit=FEED).mentions,
        loudest=_loudest(store, topic, since, as_of),
        peak=None if moment.playing else _peak(store, topic.id, extent),
    )


def _peak(store: Reading, topic_id: str, extent: TopicExtent) -> datetime | None:
    """Return the loudest hour of everything stored."""
    if extent.first is None or extent.last is None:
        return None
    hours = store.counts(topic_id, since=extent.first - HOUR, until=extent.last + HOUR, bucket_seconds=3_600)
    return max(hours, key=lambda hour: hour.mentions).minute if hours else None


def _judged(store: Reading, topic_id: str, as_of: datetime) -> list[JudgedBucket]:
    """Return the last hour and a bit of judged buckets, oldest first."""
    newest = store.find(JudgedBucket, topic_id=topic_id, order="at", descending=True, limit=13)
    return [bucket for bucket in reversed(newest) if bucket.at < as_of]


def expected_of(judged: Sequence[JudgedBucket], since: datetime) -> float | None:
    """Return what was expected since then; None while the baseline is still learning."""
    hour = [bucket for bucket in judged if bucket.at >= since]
    if not hour or hour[-1].learning:
        return None
    return sum(bucket.expected for bucket in hour)


def condition_of(
    judged: Sequence[JudgedBucket],
    extent: TopicExtent,
    sources: Iterable[Source],
    moment: Moment,
    now: datetime,
    look: Look,
) -> tuple[Condition, str]:
    """Say in one word how it stands, and the code of the sentence that explains it.

    A storm stays one however little we see; calm counts only when everything that should come came.
    """
    if unknown := _unknown(judged, extent, sources):
        return Condition.BLIND, f"situation.blind_{unknown}"
    last = judged[-1]
    if last.lasting and last.ratio >= _STORM_RATIO:
        return Condition.STORM, "situation.storm_reason"
    if last.lasting or last.count > last.high:
        return Condition.UNUSUAL, "situation.unusual_reason"
    if look.state is Sight.BLIND:
        return Condition.BLIND, "situation.blind_sources"
    if moment.replay is None and any(is_silent(source, now) for source in sources):
        return Condition.BLIND, "situation.blind_silent"
    if look.state is Sight.UNCERTAIN:
        return Condition.UNCERTAIN, "situation.uncertain_reason"
    return Condition.CALM, "situation.calm_reason"


def _unknown(judged: Sequence[JudgedBucket], extent: TopicExtent, sources: Iterable[Source]) -> str:
    if extent.first is None:
        return "undated" if extent.total else "empty"
    if not judged:
        return "begun" if listens(sources) else "unjudged"
    return "learning" if judged[-1].learning else ""


def listens(sources: Iterable[Source]) -> bool:
    """Tell whether something is heard live, so that the baseline learns by itself."""
    return any(source.kind in KINDS for source in sources)


def is_silent(source: Source, now: datetime) -> bool:
    """Tell whether a source without a clock has not delivered lately; a file or a program owes nothing."""
    if source.kind in {"file", "webhook"} or source.delivery is not None:
        return False
    return source.last_success_at is None or now - source.last_success_at > SILENT_AFTER


def adds_up(source: Source) -> bool:
    """Tell whether fetched = stored + duplicate + filtered + rejected."""
    return source.fetched == source.stored + source.duplicate + source.filtered + source.rejected


def _filled_quarters(store: Reading, topic_id: str, as_of: datetime) -> Iterable[MinuteCount]:
    """Yield the last six hours in quarters of an hour, silent ones too."""
    start = epoch_floor(as_of - 6 * HOUR, 900)
    counts = store.counts(topic_id, since=start, until=as_of, bucket_seconds=900)
    by_start = {count.minute: count for count in counts}
    while start < as_of:
        nothing = MinuteCount(topic_id=topic_id, minute=start, mentions=0, negative=0, neutral=0, positive=0, reach=0)
        yield by_start.get(start, nothing)
        start += timedelta(minutes=15)


def _authors(store: Reading, topic_id: str, as_of: datetime) -> Iterable[int]:
    for ago in range(6, 0, -1):
        yield store.window(topic_id, since=as_of - ago * HOUR, until=as_of - (ago - 1) * HOUR).authors


def _feed_filter(topic: Topic, as_of: datetime) -> MentionFilter:
    return MentionFilter(topic_id=topic.id, plane=topic.plane, until=as_of)


def _loudest(store: Reading, topic: Topic, since: datetime, until: datetime) -> Loudest:
    def top(field: str, limit: int) -> list[Tally]:
        return store.tally(topic.id, field, since=since, until=until, limit=limit)

    copies = []
    for tally in top("copy_key", 3):
        if tally.mentions < 3:
            continue
        wanted = MentionFilter(topic_id=topic.id, plane=topic.plane, copy_key=tally.value, since=since, until=until)
        found = store.mentions(wanted, limit=1).mentions
        copies += [(tally, mention) for mention in found]
    return Loudest(
        authors=tuple(top("author", 6)),
        networks=tuple(top("network", 6)),
        languages=tuple(top("language", 4)),
        copies=tuple(copies),
    )
