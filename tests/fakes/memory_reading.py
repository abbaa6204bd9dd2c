"""The reading half of the store in memory: its state, and how it is looked at."""

import copy
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, Final, cast

from command_center.domain.alerts import Triage, TriageState, Window
from command_center.domain.entry_check import Row
from command_center.domain.folding import fold
from command_center.domain.mentions import Mention, MinuteCount, Sentiment
from command_center.domain.merkle import Tree, node_hash
from command_center.domain.response_log import LogEntry
from command_center.domain.verifying import row_of
from command_center.ports import MentionFilter, MentionPage, R, Tally, TopicExtent

_TALLIED: Final = frozenset({"network", "language", "author", "copy_key", "sentiment"})


@dataclass(slots=True)
class State:
    """Everything the fake keeps."""

    records: dict[type[Any], dict[str, Any]] = field(default_factory=dict)
    mentions: dict[tuple[str, str], Mention] = field(default_factory=dict)
    minutes: dict[tuple[str, datetime], MinuteCount] = field(default_factory=dict)
    log: list[LogEntry] = field(default_factory=list)
    version: int = 0

    def copy(self) -> "State":
        """Return a state that can change without this one."""
        return State(
            records={kind: dict(rows) for kind, rows in self.records.items()},
            mentions=dict(self.mentions),
            minutes=dict(self.minutes),
            log=list(self.log),
            version=self.version,
        )


class MemoryReading:
    """One look at a state."""

    def __init__(self, state: State) -> None:
        self._state = state

    def get(self, kind: type[R], identity: str, /) -> R | None:
        """Return the record with this id, or None."""
        return cast("R | None", copy.deepcopy(self.rows(kind).get(identity)))

    def find(
        self,
        kind: type[R],
        /,
        *,
        order: str = "id",
        descending: bool = False,
        limit: int | None = None,
        **equal: object,
    ) -> list[R]:
        """Return records whose fields equal the given values."""
        known = _names(kind)
        if unknown := ({order} | equal.keys()) - known:
            raise KeyError(*unknown)
        found = [row for row in self.rows(kind).values() if _equal(row, equal)]
        found.sort(key=lambda row: (_sortable(getattr(row, order)), row.id), reverse=descending)
        return copy.deepcopy(found[:limit])

    def tree(self) -> Tree:
        """Return the tree over the log's entries."""
        return Tree(len(self._state.log), self._node)

    def _node(self, level: int, position: int) -> bytes:
        if level == 0:
            return bytes.fromhex(self._state.log[position].hash)
        below = (self._node(level - 1, position * 2 + side) for side in (0, 1))
        return node_hash(*below)

    def log(
        self,
        *,
        after: int = 0,
        before: int | None = None,
        descending: bool = False,
        limit: int | None = None,
        **equal: object,
    ) -> Iterator[LogEntry]:
        """Yield log entries."""
        if unknown := equal.keys() - _names(LogEntry):
            raise KeyError(*unknown)
        entries = self._state.log[after : None if before is None else max(before - 1, 0)]
        chosen = [entry for entry in (reversed(entries) if descending else entries) if _equal(entry, equal)]
        return iter(chosen[:limit])

    def log_as_written(self) -> Iterator[Row]:
        """Yield all log entries as rows."""
        return map(row_of, self._state.log)

    def mention(self, identity: str) -> Mention | None:
        """Return one mention."""
        return next((mention for mention in self._state.mentions.values() if mention.id == identity), None)

    def old_mentions(self, before: datetime, *, but_topics: Sequence[str], limit: int) -> list[str]:
        """Return ids of mentions that came here before a moment."""
        kept = list(self._state.mentions.values())
        busy = {mention.id for mention in kept if mention.topic_id in but_topics}
        old = {mention.id for mention in kept if mention.seen_at < before and mention.native_id} - busy
        return sorted(old)[:limit]

    def mentions_of(self, network: str, handle: str, *, naming: bool = False) -> list[Mention]:
        """Return an author's mentions under every topic."""
        kept = [each for each in self._state.mentions.values() if each.native_id and network in {"", each.network}]
        return [each for each in kept if _is_of(each, handle) or (naming and _speaks_of(each, handle))]

    def mentions(self, wanted: MentionFilter, *, limit: int = 50, offset: int = 0) -> MentionPage:
        """Return a page of mentions."""
        found = [mention for mention in self._state.mentions.values() if self._matches(mention, wanted)]
        found.sort(key=lambda mention: (_sortable(mention.created_at), mention.id), reverse=True)
        return MentionPage(mentions=tuple(found[offset : offset + limit]), total=len(found))

    def _matches(self, mention: Mention, wanted: MentionFilter) -> bool:
        folded = fold(mention.text)
        triage = cast("Triage | None", self.rows(Triage).get(mention.id))
        return all(
            (
                wanted.topic_id in ("", mention.topic_id),
                wanted.plane is mention.plane,
                all(word in folded for word in fold(wanted.words).split()),
                not wanted.any_of or any(fold(part) in folded for part in wanted.any_of),
                not wanted.any_author or mention.author in wanted.any_author,
                mention.reach >= wanted.least_reach,
                not wanted.networks or mention.network in wanted.networks,
                not wanted.languages or mention.language in wanted.languages,
                not wanted.sentiments or mention.sentiment in wanted.sentiments,
                wanted.author in ("", mention.author),
                wanted.copy_key in ("", mention.copy_key),
                not wanted.triage or (triage.state if triage else TriageState.NEW) in wanted.triage,
                _between(mention.created_at, wanted.since, wanted.until),
            )
        )

    def counts(self, topic_id: str, *, since: datetime, until: datetime, bucket_seconds: int) -> list[MinuteCount]:
        """Return counts per bucket."""
        if bucket_seconds < 60 or bucket_seconds % 60:
            raise ValueError("buckets are whole minutes")
        buckets: dict[datetime, MinuteCount] = {}
        for (topic, minute), count in self._state.minutes.items():
            if topic == topic_id and since <= minute < until:
                start = datetime.fromtimestamp(minute.timestamp() // bucket_seconds * bucket_seconds, UTC)
                buckets[start] = summed(buckets.get(start), count, start)
        return [buckets[start] for start in sorted(buckets)]

    def window(self, topic_id: str, *, since: datetime, until: datetime) -> Window:
        """Return what alert rules ask about a window."""
        found = self._in_window(topic_id, since, until)
        return Window(
            mentions=len(found),
            distinct_texts=len({mention.copy_key for mention in found}),
            authors=len({mention.author for mention in found if mention.author}),
            negative=sum(mention.sentiment is Sentiment.NEGATIVE for mention in found),
            reach=sum(mention.reach for mention in found),
        )

    def authors(self, topic_id: str, *, since: datetime, until: datetime, bucket_seconds: int) -> dict[datetime, int]:
        """Return how many distinct known authors spoke in each bucket."""
        if bucket_seconds < 60 or bucket_seconds % 60:
            raise ValueError("buckets are whole minutes")
        found: dict[datetime, set[str]] = {}
        for mention in self._in_window(topic_id, since, until):
            if mention.author and mention.created_at:
                second = int(mention.created_at.timestamp()) // bucket_seconds * bucket_seconds
                found.setdefault(datetime.fromtimestamp(second, UTC), set()).add(mention.author)
        return {start: len(found[start]) for start in sorted(found)}

    def tally(self, topic_id: str, field: str, *, since: datetime, until: datetime, limit: int) -> list[Tally]:
        """Return the most frequent values of a field."""
        if field not in _TALLIED:
            raise KeyError(field)
        often: Counter[str] = Counter()
        reach: Counter[str] = Counter()
        for mention in self._in_window(topic_id, since, until):
            value = str(getattr(mention, field))
            if value or field not in {"author", "copy_key"}:
                often[value] += 1
                reach[value] += mention.reach
        ordered = sorted(often, key=lambda value: (-often[value], value))
        return [Tally(value=value, mentions=often[value], reach=reach[value]) for value in ordered[:limit]]

    def extent(self, topic_id: str) -> TopicExtent:
        """Return how much is stored about a topic and over which time."""
        found = [mention for mention in self._state.mentions.values() if mention.topic_id == topic_id]
        dates = sorted(mention.created_at for mention in found if mention.created_at is not None)
        return TopicExtent(
            total=len(found),
            undated=len(found) - len(dates),
            first=dates[0] if dates else None,
            last=dates[-1] if dates else None,
        )

    def _in_window(self, topic_id: str, since: datetime, until: datetime) -> list[Mention]:
        return [
            mention
            for mention in self._state.mentions.values()
            if mention.topic_id == topic_id and _between(mention.created_at, since, until)
        ]

    def rows(self, kind: type[Any]) -> dict[str, Any]:
        """Return the records of a kind by id."""
        return self._state.records.setdefault(kind, {})


def _names(kind: type[Any]) -> set[str]:
    return {each.name for each in fields(kind)}


def _equal(row: object, equal: Mapping[str, object]) -> bool:
    for name, wanted in equal.items():
        any_of = wanted if isinstance(wanted, tuple) else (wanted,)
        if getattr(row, name) not in any_of:
            return False
    return True


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value is not None, value if value is not None else 0)


def _between(moment: datetime | None, since: datetime | None, until: datetime | None) -> bool:
    if moment is None:
        return since is None and until is None
    return (since is None or since <= moment) and (until is None or moment < until)


def summed(sofar: MinuteCount | None, more: MinuteCount, start: datetime) -> MinuteCount:
    """Add two counts."""
    names = ("mentions", "negative", "neutral", "positive", "reach")
    return MinuteCount(
        topic_id=more.topic_id,
        minute=start,
        **{name: (getattr(sofar, name) if sofar else 0) + getattr(more, name) for name in names},
    )


def _is_of(mention: Mention, handle: str) -> bool:
    theirs = mention.native_id.startswith(f"at://{handle}/")
    return theirs or mention.author.lower() in {handle, f"@{handle}"}


def _speaks_of(mention: Mention, handle: str) -> bool:
    held = (fold(mention.text), mention.url.lower(), mention.reply_to.lower(), mention.author_name.lower())
    return any(handle in each for each in held)
