"""Take in what a live source brought: matched, judged for language and mood, stored once — or note what was wrong.

Story *somebody speaks about us*: ``listening.py`` → here → ``use_cases/judge_live.py``. One fetch is one transaction:
mentions, counters and the place to go on from are stored together, so nothing is counted twice after a crash.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, NamedTuple

from command_center.domain.backoff import draw, next_try
from command_center.domain.blindness import Delivery
from command_center.domain.erasures import Erased
from command_center.domain.hearing_times import believed
from command_center.domain.matching import Matcher
from command_center.domain.mentions import Mention, RawMention
from command_center.domain.response_log import Action, utc_text
from command_center.domain.source_kinds import KINDS
from command_center.domain.sources import Source
from command_center.domain.topics import Topic
from command_center.errors import CommandCenterError, Conflict, NetworkTrouble
from command_center.networks import Fetched
from command_center.ports import Context, Reading, Setting
from command_center.use_cases.command import Work, need, system_person
from command_center.use_cases.erasures import note_erasure
from command_center.use_cases.import_mentions import Heard, hearing, mention_id, mention_of
from command_center.use_cases.objections import forget_mentions, refused_by, speaks_against
from command_center.use_cases.watch_sources import note_fetch

GAP: Final = "gap:"
_NO_GAP: Final = timedelta(minutes=2)
# Why a text went, as the log says it.
TAKEN_BACK: Final = "privacy.taken_back"
_hear = hearing()


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of the posts of one fetch; they add up: fetched = stored + duplicate + filtered + rejected.

    A post counts once, however many topics it is about: *stored* when it is new to at least one of them,
    *duplicate* when all of them knew it, *filtered* when it is about none.
    """

    fetched: int
    stored: int
    duplicate: int
    filtered: int
    rejected: int
    erased: int = 0


class _Post(NamedTuple):
    raw: RawMention
    topics: Sequence[Topic]
    said: Heard


def take_in(ctx: Context, source_id: str, fetched: Fetched, *, since: Mapping[str, Any] | None = None) -> Taken:
    """Store one fetch with its counters and its cursor, in one transaction.

    ``since`` is the cursor the fetch went on from: when the source has moved on since then, somebody else has
    fetched the same.

    Raises:
        NotFound: the source was removed.
        Conflict: ``source.paused``, or ``source.moved_on``.
    """
    # What posts are about and say takes longest and needs no lock: all others would wait for it.
    with ctx.store.reading() as store:
        topics = topics_of(store, _asked(store, source_id, since))
    posts = _heard(topics, fetched)
    with ctx.store.writing() as store:
        work = Work(ctx=ctx, store=store, who=system_person(ctx.now()), now=ctx.now(), request_id="")
        source = _asked(store, source_id, since)
        now_topics = topics_of(store, source)
        taken = _store_posts(work, source, fetched, posts if now_topics == topics else _heard(now_topics, fetched))
        erased = _erase(work, source, fetched.deleted)
        _mark_gap(work, source)
        _note(work, source, fetched, replace(taken, erased=erased))
        return replace(taken, erased=erased)


def _asked(store: Reading, source_id: str, since: Mapping[str, Any] | None) -> Source:
    source = need(store, Source, source_id)
    if not source.active:
        raise Conflict("source.paused", source=source.name)
    if since is not None and since != source.cursor:
        raise Conflict("source.moved_on", source=source.name)
    return source


def topics_of(store: Reading, source: Source) -> tuple[Topic, ...]:
    """Return the topics a source's finds are matched against: its own, or every topic of its plane."""
    if source.topic_id:
        topic = store.get(Topic, source.topic_id)
        return (topic,) if topic else ()
    return tuple(store.find(Topic, plane=source.plane))


@lru_cache(maxsize=32)
def matcher(topics: tuple[Topic, ...]) -> Matcher:
    """Return the matcher of these topics, compiled once for as long as they stay as they are."""
    return Matcher(topics)


def _heard(topics: tuple[Topic, ...], fetched: Fetched) -> list[_Post]:
    """Find out which topics each post is about and, where there is one, what it says."""
    by_id, matches = {topic.id: topic for topic in topics}, matcher(topics)
    about = [(raw, [by_id[identity] for identity in matches.matching(raw.text)]) for raw in fetched.mentions]
    return [_Post(raw, found, _hear(raw)) for raw, found in about if found]


def _store_posts(work: Work, source: Source, fetched: Fetched, heard: Sequence[_Post]) -> Taken:
    refused = refused_by(work.ctx, work.store)
    wanted = [post for post in heard if not speaks_against(refused, post.raw)]
    posts = [[_mention(post, topic, source, work.now) for topic in post.topics] for post in wanted]
    new = set(work.store.ingest([mention for post in posts for mention in post]).new) if posts else set()
    stored = duplicate = 0
    for post in posts:
        ids = {mention.id for mention in post}
        stored += bool(ids & new)
        duplicate += bool(ids) and not ids & new
        new -= ids
    seen = max(fetched.seen, len(fetched.mentions) + fetched.rejected)
    return Taken(
        fetched=seen,
        stored=stored,
        duplicate=duplicate,
        filtered=seen - fetched.rejected - stored - duplicate,
        rejected=fetched.rejected,
    )


def _mention(post: _Post, topic: Topic, source: Source, now: datetime) -> Mention:
    dated = replace(post.raw, created_at=believed(post.raw.created_at, now))
    return mention_of(dated, topic=topic, source_id=source.id, seen_at=now, said=post.said)


def _erase(work: Work, source: Source, native_ids: Sequence[str]) -> int:
    """Empty what its authors took back, under every topic of the plane, whichever source had brought it."""
    kind = KINDS.get(source.kind)
    if not native_ids or kind is None:
        return 0
    topics = work.store.find(Topic, plane=source.plane)
    ids = [mention_id(topic.id, kind.network, each) for topic in topics for each in native_ids]
    for author in filter(None, map(_author, native_ids)):
        ids += [each.id for each in work.store.mentions_of(kind.network, author) if each.plane is source.plane]
    gone = forget_mentions(work, tuple(ids), why=TAKEN_BACK)
    erased = len(gone)
    if erased:
        note_erasure(work, Erased.MENTIONS, gone)
        work.log(Action.MENTIONS_ERASED, source.id, plane=source.plane, source=source.name, mentions=erased)
    return erased


def _author(native_id: str) -> str:
    """Return whose address this is, where it is a whole account that is gone (``at://did``), not one post."""
    name = native_id.removeprefix("at://")
    return name if name != native_id and "/" not in name else ""


def _mark_gap(work: Work, source: Source) -> None:
    """Note that a stream was away for longer than its server repeats, and ask a search of the same network at once."""
    kind, since = KINDS.get(source.kind), source.last_success_at
    if kind is None or not kind.stream or since is None:
        return
    repeats = kind.replays if source.cursor else timedelta(0)
    if work.now - since <= max(repeats, _NO_GAP):
        return
    search = _search_beside(work.store, source)
    if search is not None:
        work.store.put(replace(search, next_try_at=work.now))
    covered_by = search.name if search else ""
    gap = {"since": utc_text(since), "until": utc_text(work.now), "covered_by": covered_by}
    work.store.put(Setting(id=GAP + source.id, value=gap))
    work.log(Action.SOURCE_GAP, source.id, plane=source.plane, source=source.name, **gap)


def _search_beside(store: Reading, source: Source) -> Source | None:
    """Return a source that looks for the same on the same network, and goes on from where it was itself."""
    for other in store.find(Source, plane=source.plane, active=True):
        kind = KINDS.get(other.kind)
        same = kind is not None and not kind.stream and kind.network == KINDS[source.kind].network
        if same and other.topic_id in {source.topic_id, ""}:
            return other
    return None


def _note(work: Work, source: Source, fetched: Fetched, taken: Taken) -> None:
    counted = replace(
        source,
        fetched=source.fetched + taken.fetched,
        stored=source.stored + taken.stored,
        duplicate=source.duplicate + taken.duplicate,
        filtered=source.filtered + taken.filtered,
        rejected=source.rejected + taken.rejected,
        lost=source.lost + fetched.lost,
        deleted=source.deleted + taken.erased,
        cursor=dict(fetched.cursor) or source.cursor,
        quota=_quota(source, fetched),
        trouble={},
        failures=0,
        last_try_at=work.now,
        next_try_at=_next_fetch(work, source, fetched),
        delivery=source.delivery or _owed(work, source),
    )
    note_fetch(work, counted, at=work.now)


def _quota(source: Source, fetched: Fetched) -> dict[str, Any]:
    """Return what the monitor says may still be read; the limit is the house's, and may have changed meanwhile."""
    if not fetched.quota:
        return source.quota
    limit = {"limit": source.quota["limit"]} if "limit" in source.quota else {}
    return {**fetched.quota, **limit}


def _owed(work: Work, source: Source) -> Delivery | None:
    monitor = work.ctx.monitors.get(source.kind)
    return Delivery(period_seconds=monitor.period_seconds) if monitor else None


def _next_fetch(work: Work, source: Source, fetched: Fetched) -> datetime | None:
    """Return when to ask again; a stream and a webhook tell by themselves."""
    monitor = work.ctx.monitors.get(source.kind)
    if monitor is None or KINDS[source.kind].stream:
        return None
    if fetched.more:
        return fetched.next_at or work.now
    return fetched.next_at or work.now + timedelta(seconds=monitor.period_seconds)


def take_trouble(ctx: Context, source_id: str, trouble: CommandCenterError) -> datetime | None:
    """Note that a source could not be asked, and when it is asked again; None when it is gone or paused."""
    chance = draw()
    with ctx.store.writing() as store:
        source = store.get(Source, source_id)
        if source is None or not source.active:
            return None
        retry_at = trouble.retry_at if isinstance(trouble, NetworkTrouble) else None
        now, failures = ctx.now(), source.failures + 1
        at = next_try(now, failures, trouble.code, chance=chance, retry_at=retry_at)
        told = {"code": trouble.code, "values": {name: str(value) for name, value in trouble.values.items()}}
        store.put(replace(source, trouble=told, failures=failures, last_try_at=now, next_try_at=at))
        return at
