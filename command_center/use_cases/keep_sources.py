"""Keep the sources that listen: add, change, pause, remove, and hear what one would bring before it is stored."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from command_center.domain.blindness import Delivery
from command_center.domain.connections import Connection
from command_center.domain.mentions import Plane
from command_center.domain.people import Act
from command_center.domain.response_log import Action
from command_center.domain.source_kinds import KINDS, Need, SourceKind
from command_center.domain.sources import Source
from command_center.domain.topics import Topic
from command_center.errors import BadInput, Conflict
from command_center.ports import Context, Reading
from command_center.use_cases.command import Work, command
from command_center.use_cases.listen import topics_of

_CONFIG: Final = ("name", "topic_id", "address", "query", "connection_id")
_LONGEST: Final = 1_000


@command(Act.WRITE_TOPIC)
def add_source(work: Work, *, source: Source) -> str:
    """Store a new source (its id is given by the house) and let it listen; returns its id.

    Raises:
        BadInput: what its kind needs is missing or can't be used.
    """
    kind = checked_kind(work.store, source)
    new = Source(
        id=work.ctx.new_id(),
        kind=kind.code,
        plane=source.plane,
        created_at=work.now,
        delivery=_owes(work.ctx, kind.code),
        quota=_limited({}, source),
        **_config(source),
    )
    work.store.add(new)
    _log(work, Action.SOURCE_ADDED, new)
    return new.id


@command(Act.WRITE_TOPIC)
def change_source(work: Work, *, source: Source) -> str:
    """Store a changed source; one that is asked for something else begins anew there, its figures stay."""
    before = _live(work, source.id)
    config = _config(source)
    after = replace(before, **config)
    checked_kind(work.store, after)
    if any(getattr(before, name) != config[name] for name in ("address", "query", "connection_id")):
        after = replace(after, cursor={})
    quota = _limited(before.quota, source)
    work.store.put(replace(after, quota=quota, trouble={}, failures=0, next_try_at=None))
    _log(work, Action.SOURCE_CHANGED, after)
    return after.id


@command(Act.WRITE_TOPIC)
def pause_source(work: Work, *, source_id: str) -> str:
    """Let a source rest; nothing is owed and nothing taken in while it does."""
    source = _live(work, source_id)
    work.store.put(replace(source, active=False))
    _log(work, Action.SOURCE_PAUSED, source)
    return source.id


@command(Act.WRITE_TOPIC)
def resume_source(work: Work, *, source_id: str) -> str:
    """Let a source listen again; what it owes counts from now on."""
    source = _live(work, source_id)
    owed = source.delivery or _owes(work.ctx, source.kind)
    delivery = replace(owed, since=work.now) if owed else None
    awake = replace(source, active=True, trouble={}, failures=0, next_try_at=None, delivery=delivery)
    work.store.put(awake)
    _log(work, Action.SOURCE_RESUMED, source)
    return source.id


@command(Act.WRITE_TOPIC)
def try_now(work: Work, *, source_id: str) -> str:
    """Have the worker ask a source at once, however long it was to wait."""
    source = _live(work, source_id)
    if not source.active:
        raise Conflict("source.paused", source=source.name)
    work.store.put(replace(source, next_try_at=None))
    return source.id


@command(Act.WRITE_TOPIC)
def remove_source(work: Work, *, source_id: str) -> str:
    """Forget a source; what it brought stays, its figures stand in the log."""
    source = _live(work, source_id)
    work.store.remove(Source, id=source.id)
    figures = {name: getattr(source, name) for name in ("fetched", "stored", "duplicate", "filtered", "rejected")}
    _log(work, Action.SOURCE_REMOVED, source, **figures)
    return source.id


def _live(work: Work, source_id: str) -> Source:
    source = work.need(Source, source_id)
    if source.kind not in KINDS:
        raise BadInput("source.not_live", source=source.name)
    if source.kind == "webhook":
        raise BadInput("source.belongs_to_program", source=source.name)
    return source


def _owes(ctx: Context, kind: str) -> Delivery | None:
    monitor = ctx.monitors.get(kind)
    return Delivery(period_seconds=monitor.period_seconds) if monitor else None


def _config(source: Source) -> dict[str, Any]:
    return {name: getattr(source, name).strip() for name in _CONFIG}


def _limited(quota: Mapping[str, Any], wanted: Source) -> dict[str, Any]:
    """Return what was read so far with the wanted limit; without one there is none."""
    limit = wanted.quota.get("limit", 0)
    return (
        {**quota, "limit": int(limit)} if limit else {name: value for name, value in quota.items() if name != "limit"}
    )


def _log(work: Work, action: Action, source: Source, **more: Any) -> None:
    work.log(
        action,
        source.id,
        plane=source.plane,
        name=source.name,
        kind=source.kind,
        topic_id=source.topic_id,
        query=source.query,
        address=source.address,
        **more,
    )


def checked_kind(store: Reading, source: Source) -> SourceKind:
    """Return the source's kind when it has all that kind needs; raises ``BadInput`` naming what is missing."""
    kind = KINDS.get(source.kind)
    if kind is None:
        raise BadInput("source.unknown_kind", kind=source.kind)
    if source.plane is not Plane.REAL:
        raise BadInput("source.not_in_practice")
    if not source.name.strip():
        raise BadInput("source.name_needed")
    _check_address(kind, source.address.strip(), has_key=bool(source.connection_id))
    _check_key(store, kind, source.connection_id)
    topics = topics_of(store, source)
    if not any(_has_words(topic) for topic in topics):
        raise BadInput("source.nothing_to_match")
    if (kind.words is Need.YES and not source.query.strip()) or len(source.query) > _LONGEST:
        raise BadInput("source.words_needed")
    return kind


def _has_words(topic: Topic) -> bool:
    return bool(topic.terms or topic.hashtags or topic.handles)


def _check_address(kind: SourceKind, address: str, *, has_key: bool) -> None:
    if not address:
        if kind.address is Need.YES or (kind.network == "mastodon" and not has_key):
            raise BadInput("source.address_needed")
        return
    if kind.code == "folder":
        return  # its place inside the inbox is known to whoever reads it
    begins = ("wss://", "ws://") if kind.code == "bluesky_stream" else ("https://", "http://")
    if not address.casefold().startswith(begins) or len(address) > _LONGEST or any(map(str.isspace, address)):
        raise BadInput("source.bad_address", address=address[:200], begins=begins[0])


def _check_key(store: Reading, kind: SourceKind, connection_id: str) -> None:
    connection = store.get(Connection, connection_id) if connection_id else None
    if connection is None and kind.key is not Need.YES and not connection_id:
        return
    if connection is None or not connection.active or connection.network != kind.network:
        raise BadInput("source.key_needed", network=kind.network)
