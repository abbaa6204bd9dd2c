"""What a verb holds while it reads or writes: the ports' ``Reading`` and ``Writing`` on one SQL transaction."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Final, TypeVar

import sqlalchemy as sa

from command_center.domain.alerts import Window
from command_center.domain.entry_check import Row
from command_center.domain.mentions import Mention, MinuteCount
from command_center.domain.merkle import Tree
from command_center.domain.response_log import LogEntry, NewEntry
from command_center.errors import Conflict
from command_center.ports import Ingested, MentionFilter, MentionPage, R, Record, Tally, TopicExtent
from command_center.storage import log_entries, log_texts, mention_queries, mention_rows, records
from command_center.storage.tables import store_version

T = TypeVar("T")
_RAISE_VERSION: Final = store_version.update().values(number=store_version.c.number + 1)


class SqlReading:
    """One consistent look at the store."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def get(self, kind: type[R], identity: str, /) -> R | None:
        """Return the record with this id, or None."""
        return records.get(self._connection, kind, identity)

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
        """Return records whose fields equal the given values; an unknown field is a KeyError."""
        return records.find(self._connection, kind, order=order, descending=descending, limit=limit, equal=equal)

    def log(
        self,
        *,
        after: int = 0,
        before: int | None = None,
        descending: bool = False,
        limit: int | None = None,
        **equal: object,
    ) -> Iterator[LogEntry]:
        """Yield log entries; they must be read before the transaction ends."""
        return log_entries.read(
            self._connection, after=after, before=before, descending=descending, limit=limit, equal=equal
        )

    def log_as_written(self) -> Iterator[Row]:
        """Yield all log entries as the store holds them; they must be read before the transaction ends."""
        return log_entries.written(self._connection)

    def tree(self) -> Tree:
        """Return the tree over the log's entries; it must be asked before the transaction ends."""
        return log_entries.tree(self._connection)

    def mention(self, identity: str) -> Mention | None:
        """Return one mention."""
        return mention_queries.mention(self._connection, identity)

    def old_mentions(self, before: datetime, *, but_topics: Sequence[str], limit: int) -> list[str]:
        """Return ids of mentions that came here before a moment."""
        return mention_queries.old(self._connection, before, but_topics=but_topics, limit=limit)

    def mentions_of(self, network: str, handle: str, *, naming: bool = False) -> list[Mention]:
        """Return an author's mentions under every topic."""
        return mention_queries.of_author(self._connection, network, handle, naming=naming)

    def mentions(self, wanted: MentionFilter, *, limit: int = 50, offset: int = 0) -> MentionPage:
        """Return a page of mentions."""
        return mention_queries.page(self._connection, wanted, limit=limit, offset=offset)

    def counts(self, topic_id: str, *, since: datetime, until: datetime, bucket_seconds: int) -> list[MinuteCount]:
        """Return counts per bucket of whole minutes."""
        return mention_queries.counts(
            self._connection, topic_id, since=since, until=until, bucket_seconds=bucket_seconds
        )

    def window(self, topic_id: str, *, since: datetime, until: datetime) -> Window:
        """Return what alert rules ask about a window."""
        return mention_queries.window(self._connection, topic_id, since=since, until=until)

    def authors(self, topic_id: str, *, since: datetime, until: datetime, bucket_seconds: int) -> dict[datetime, int]:
        """Return how many distinct known authors spoke in each bucket."""
        return mention_queries.authors(
            self._connection, topic_id, since=since, until=until, bucket_seconds=bucket_seconds
        )

    def tally(self, topic_id: str, field: str, *, since: datetime, until: datetime, limit: int) -> list[Tally]:
        """Return the most frequent values of a field."""
        return mention_queries.tally(self._connection, topic_id, field, since=since, until=until, limit=limit)

    def extent(self, topic_id: str) -> TopicExtent:
        """Return how much is stored about a topic and over which time."""
        return mention_queries.extent(self._connection, topic_id)


class SqlWriting(SqlReading):
    """The one transaction that may change things.

    After a ``Conflict`` it is spent: whatever is tried then raises the same error, and nothing is kept.
    """

    def __init__(self, connection: sa.Connection) -> None:
        super().__init__(connection)
        self.erased = False
        self._changed = False
        self._conflict: Conflict | None = None

    def add(self, record: Record) -> None:
        """Store a new record; raises ``Conflict`` when its id or a unique field is taken."""
        self._change(lambda: records.add(self._connection, record))

    def put(self, record: Record) -> None:
        """Store a record, replacing the one with the same id."""
        self._change(lambda: records.put(self._connection, record))

    def remove(self, kind: type[R], /, **equal: object) -> int:
        """Delete records of a kind that never carries proof."""
        self.erased = True
        return self._change(lambda: records.remove(self._connection, kind, equal))

    def expire(self, kind: type[R], before: datetime, /, **equal: object) -> int:
        """Delete what was last used before a moment, of a kind that never carries proof."""
        gone = self._change(lambda: records.expire(self._connection, kind, before, equal))
        self.erased = self.erased or bool(gone)
        return gone

    def ingest(self, mentions: Sequence[Mention]) -> Ingested:
        """Store the new ones of these mentions and raise the minute counts with them."""
        return self._change(lambda: mention_rows.ingest(self._connection, mentions))

    def erase(self, ids: Sequence[str]) -> list[str]:
        """Empty these mentions of everything their authors wrote and are; returns those that were full."""
        gone = mention_rows.erase(self._connection, ids)
        self.erased = self.erased or bool(gone)
        self._changed = self._changed or bool(gone)
        return gone

    def drop_figures(self, before: datetime, *, but_topics: Sequence[str]) -> int:
        """Delete counts and verdicts about times before a moment, and emptied mentions that came before it."""
        return self._change(lambda: mention_rows.drop_figures(self._connection, before, but_topics))

    def erase_texts(self, numbers: Sequence[int], *, fields: Sequence[str] = (), at: datetime, why: str) -> int:
        """Destroy what these log entries only commit to; the entries stay as they are."""
        gone = log_texts.erase(self._connection, numbers, fields=fields, at=at, why=why)
        self.erased = self.erased or bool(gone)
        self._changed = self._changed or bool(gone)
        return gone

    def append(self, entry: NewEntry) -> LogEntry:
        """Append to the log in this transaction."""
        return self._change(lambda: log_entries.append(self._connection, entry))

    def finish(self) -> None:
        """Raise the store's version if anything changed; a spent transaction raises its conflict again."""
        if self._conflict is not None:
            raise self._conflict
        if self._changed:
            self._connection.execute(_RAISE_VERSION)

    def _change(self, do: Callable[[], T]) -> T:
        if self._conflict is not None:
            raise self._conflict
        try:
            result = do()
        except Conflict as conflict:
            self._conflict = conflict
            raise
        self._changed = True
        return result
