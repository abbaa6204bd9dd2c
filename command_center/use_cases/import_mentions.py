"""Bring in mentions from a file: each one read, matched, judged for language and mood, stored once.

The story goes on in ``use_cases/replay.py``. Rows are stored in batches; a repeat adds nothing, so an
interrupted import is simply started again.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Final

from command_center.domain.mentions import Mention, Plane, RawMention, Sentiment
from command_center.domain.people import Act
from command_center.domain.response_log import Action
from command_center.domain.sources import Source
from command_center.domain.topics import Topic, compile_topic
from command_center.language import copy_key, detect_language, sentiment
from command_center.ports import Caller, Context
from command_center.use_cases.command import Work, command, entitled, need
from command_center.use_cases.keep_topics import topic_named
from command_center.use_cases.objections import refused_by, speaks_against

BATCH: Final = 5_000
_HEARD_LATELY: Final = 10_000
_SHORT: Final = 1_000


Heard = tuple[str, Sentiment, str]
Hear = Callable[[RawMention], Heard]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """What became of the rows; they add up: fetched = stored + duplicate + filtered + rejected."""

    source_id: str
    topic_id: str
    fetched: int = 0
    stored: int = 0
    duplicate: int = 0
    filtered: int = 0
    rejected: int = 0
    undated: int = 0


def import_mentions(
    ctx: Context,
    caller: Caller,
    *,
    raws: Iterable[RawMention],
    topic_name: str,
    source_name: str,
    plane: Plane = Plane.REAL,
    only_matching: bool = False,
    rejected: Callable[[], int] = lambda: 0,
    on_batch: Callable[[ImportReport], None] = lambda _: None,
) -> ImportReport:
    """Store the mentions under a topic, made on the spot when it is new.

    With ``only_matching`` a mention the topic's words don't match is filtered out. ``rejected``
    tells how many rows the reader had to refuse so far. Raises what the reader raises; rows
    stored until then stay, and importing again adds only the rest.
    """
    source_id = open_import(
        ctx,
        Caller(caller.person_id, f"{caller.request_id}:open"),
        topic_name=topic_name,
        source_name=source_name,
        plane=plane,
    )
    with ctx.store.reading() as store:
        source = need(store, Source, source_id)
        topic = need(store, Topic, source.topic_id)
    report = ImportReport(source_id=source_id, topic_id=topic.id)
    matches = compile_topic(topic) if only_matching else None
    hear = hearing()
    for batch in _batches(raws):
        report = _store_batch(ctx, caller, source, topic, batch, matches, hear, report)
        on_batch(report)
    report = _with_rejected(report, rejected())
    close_import(ctx, Caller(caller.person_id, f"{caller.request_id}:close"), report=report)
    return report


def _batches(raws: Iterable[RawMention]) -> Iterator[list[RawMention]]:
    remaining = iter(raws)
    while batch := list(islice(remaining, BATCH)):
        yield batch


def _with_rejected(report: ImportReport, rejected: int) -> ImportReport:
    return replace(report, rejected=rejected, fetched=report.fetched + rejected)


def _store_batch(
    ctx: Context,
    caller: Caller,
    source: Source,
    topic: Topic,
    batch: list[RawMention],
    matches: Callable[[str], bool] | None,
    hear: Hear,
    report: ImportReport,
) -> ImportReport:
    with ctx.store.reading() as store:
        refused = refused_by(ctx, store)
    wanted = [raw for raw in batch if (matches is None or matches(raw.text)) and not speaks_against(refused, raw)]
    seen_at = ctx.now()
    mentions = [mention_of(raw, topic=topic, source_id=source.id, seen_at=seen_at, said=hear(raw)) for raw in wanted]
    with ctx.store.writing() as store:
        # Somebody disabled while their import runs stops here, with the next batch.
        entitled(store, caller.person_id, Act.IMPORT_MENTIONS)
        ingested = store.ingest(mentions)
    return replace(
        report,
        fetched=report.fetched + len(batch),
        stored=report.stored + ingested.stored,
        duplicate=report.duplicate + ingested.duplicate,
        filtered=report.filtered + len(batch) - len(wanted),
        undated=report.undated + sum(mention.created_at is None for mention in mentions),
    )


def hearing() -> Hear:
    """Return what finds out what a mention says; a storm is made of copies, so no short text is looked at twice."""
    lately = lru_cache(_HEARD_LATELY)(heard)

    def hear(raw: RawMention) -> Heard:
        return (lately if len(raw.text) <= _SHORT else heard)(raw.text, raw.language, raw.sentiment)

    return hear


def heard(text: str, hint: str, mood: Sentiment | None) -> Heard:
    """Find out a text's language, mood and copy cluster; a mood its source gives is believed."""
    language = detect_language(text, hint)
    return language, mood or sentiment(text, language), copy_key(text)


def mention_of(raw: RawMention, *, topic: Topic, source_id: str, seen_at: datetime, said: Heard) -> Mention:
    """Turn what a source gave into a mention of this topic; ``said`` is what ``hearing`` found out about it."""
    language, mood, key = said
    return Mention(
        id=mention_id(topic.id, raw.network, raw.native_id),
        topic_id=topic.id,
        source_id=source_id,
        plane=topic.plane,
        network=raw.network,
        native_id=raw.native_id,
        text=raw.text,
        created_at=raw.created_at,
        seen_at=seen_at,
        url=raw.url,
        author=raw.author,
        author_name=raw.author_name,
        reach=raw.reach,
        reposts=raw.reposts,
        reply_to=raw.reply_to,
        is_repost=raw.is_repost,
        language=language,
        sentiment=mood,
        copy_key=key,
    )


def mention_id(topic_id: str, network: str, native_id: str) -> str:
    """Return the stable id of a post under a topic, so that storing it twice adds nothing."""
    return hashlib.sha256(f"{topic_id}\x00{network}\x00{native_id}".encode("utf-8", "replace")).hexdigest()[:24]


@command(Act.IMPORT_MENTIONS)
def open_import(work: Work, *, topic_name: str, source_name: str, plane: Plane) -> str:
    """Name the topic and the source of an import; returns the source's id."""
    topic = topic_named(work, topic_name, plane)
    known = work.store.find(Source, topic_id=topic.id, name=source_name, kind="file")
    if known:
        return known[0].id
    source = Source(
        id=work.ctx.new_id(), name=source_name, kind="file", plane=plane, topic_id=topic.id, created_at=work.now
    )
    work.store.add(source)
    return source.id


@command(Act.IMPORT_MENTIONS)
def close_import(work: Work, *, report: ImportReport) -> str:
    """Add an import's figures to its source and log them."""
    source = work.need(Source, report.source_id)
    work.store.put(
        replace(
            source,
            last_success_at=work.now,
            fetched=source.fetched + report.fetched,
            stored=source.stored + report.stored,
            duplicate=source.duplicate + report.duplicate,
            filtered=source.filtered + report.filtered,
            rejected=source.rejected + report.rejected,
        )
    )
    work.log(
        Action.MENTIONS_IMPORTED,
        source.id,
        plane=source.plane,
        source=source.name,
        fetched=report.fetched,
        stored=report.stored,
        duplicate=report.duplicate,
        filtered=report.filtered,
        rejected=report.rejected,
        undated=report.undated,
    )
    return source.id
