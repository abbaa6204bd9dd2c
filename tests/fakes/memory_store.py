"""A store in memory that keeps the same promises as the real one, for tests of everything above it.

A transaction works on a copy that takes the place of the state at its end, so readers see one state
and a failed one leaves nothing. Tests can look at ``store.state`` and say ``store.broken = "store.locked"``
to make every transaction fail.
"""

import copy
import dataclasses
import sqlite3
import threading
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from command_center.domain.accounts import Account
from command_center.domain.alerts import Alert, JudgedBucket, Notice, Replay
from command_center.domain.log_texts import LogText
from command_center.domain.mentions import Mention, MinuteCount, Sentiment
from command_center.domain.objections import Objection
from command_center.domain.people import DoorStep, Identity, Passkey, Person, Session, SignInAttempt
from command_center.domain.pseudonyms import Unsealing
from command_center.domain.response_log import GENESIS, LogEntry, NewEntry, seal
from command_center.domain.second_factor import SecondFactor
from command_center.domain.sources import Source
from command_center.domain.statements import Approval, StatementVersion
from command_center.domain.topics import Topic
from command_center.errors import BadInput, Conflict, StoreUnavailable
from command_center.ports import Ingested, R, Record, Request
from tests.fakes.memory_reading import MemoryReading, State, summed

_UNIQUE: Final[Mapping[type[Any], Callable[[Any], object]]] = {
    Person: lambda person: person.login.casefold(),
    Topic: lambda topic: (topic.plane, topic.name),
    Account: lambda account: (account.plane, account.network, account.handle),
    Approval: lambda approval: (approval.version_id, approval.person_id, approval.content_hash),
    StatementVersion: lambda version: (version.statement_id, version.number),
}
_REMOVABLE: Final = frozenset(
    {Session, SignInAttempt, DoorStep, Identity, Passkey, SecondFactor, JudgedBucket, Source, Objection}
)
_EXPIRE: Final[Mapping[type[Any], str]] = {
    Session: "seen_at",
    SignInAttempt: "at",
    DoorStep: "at",
    Request: "at",
    Notice: "at",
    Alert: "raised_at",
    Replay: "started_at",
    Unsealing: "asked_at",
}


class MemoryWriting(MemoryReading):
    """A transaction on its own copy of the state; after a ``Conflict`` it is spent."""

    changed = False
    conflict: Conflict | None = None

    def add(self, record: Record) -> None:
        """Store a new record; raises ``Conflict`` when its id or a unique field is taken."""
        self._store(record, new=True)

    def put(self, record: Record) -> None:
        """Store a record, replacing the one with the same id."""
        self._store(record, new=False)

    def _store(self, record: Record, *, new: bool) -> None:
        self.check()
        rows = self.rows(type(record))
        unique = _UNIQUE.get(type(record))
        others = [row for row in rows.values() if row.id != record.id] if unique else []
        taken = unique is not None and unique(record) in {unique(row) for row in others}
        if taken or (new and record.id in rows):
            self.conflict = Conflict("store.exists", kind=type(record).__name__)
            raise self.conflict
        rows[record.id] = copy.deepcopy(record)
        self.changed = True

    def remove(self, kind: type[R], /, **equal: object) -> int:
        """Delete records of a kind that never carries proof."""
        self.check()
        if kind not in _REMOVABLE or not equal:
            raise TypeError(f"{kind.__name__} can't be removed like this")
        gone = self.find(kind, **equal)  # type: ignore[arg-type]
        for record in gone:
            del self.rows(kind)[record.id]
        self.changed = True
        return len(gone)

    def expire(self, kind: type[R], before: datetime, /, **equal: object) -> int:
        """Delete what was last used before a moment, of a kind that never carries proof."""
        self.check()
        used = _EXPIRE[kind]
        gone = [row for row in self.find(kind, **equal) if getattr(row, used) < before]  # type: ignore[arg-type]
        for record in gone:
            del self.rows(kind)[record.id]
        self.changed = True
        return len(gone)

    def ingest(self, mentions: Sequence[Mention]) -> Ingested:
        """Store the new ones of these mentions and raise the minute counts with them."""
        self.check()
        stored: list[str] = []
        for mention in mentions:
            key = (mention.id, mention.topic_id)
            if key in self._state.mentions:
                continue
            self._state.mentions[key] = mention
            stored.append(mention.id)
            if mention.created_at is not None:
                minute = mention.created_at.astimezone(UTC).replace(second=0, microsecond=0)
                place = (mention.topic_id, minute)
                self._state.minutes[place] = summed(self._state.minutes.get(place), _one(mention, minute), minute)
        self.changed = True
        return Ingested(stored=len(stored), duplicate=len(mentions) - len(stored), new=frozenset(stored))

    def erase(self, ids: Sequence[str]) -> list[str]:
        """Empty these mentions of everything their authors wrote and are."""
        self.check()
        gone = [key for key, mention in self._state.mentions.items() if mention.id in set(ids) and mention.native_id]
        for key in gone:
            self._state.mentions[key] = dataclasses.replace(
                self._state.mentions[key], native_id="", text="", url="", author="", author_name="", reply_to=""
            )
        self.changed = self.changed or bool(gone)
        return sorted(self._state.mentions[key].id for key in gone)

    def drop_figures(self, before: datetime, *, but_topics: Sequence[str]) -> int:
        """Delete counts and verdicts about times before a moment, and emptied mentions that came before it."""
        self.check()
        old = [key for key in self._state.minutes if key[1] < before and key[0] not in but_topics]
        for key in old:
            del self._state.minutes[key]
        verdicts = [one for one in self.find(JudgedBucket) if one.at < before and one.topic_id not in but_topics]
        for verdict in verdicts:
            del self.rows(JudgedBucket)[verdict.id]
        empty = [key for key, one in self._state.mentions.items() if not one.native_id and one.seen_at < before]
        empty = [key for key in empty if key[1] not in but_topics]
        for place in empty:
            del self._state.mentions[place]
        self.changed = True
        return len(old) + len(verdicts) + len(empty)

    def erase_texts(self, numbers: Sequence[int], *, fields: Sequence[str] = (), at: datetime, why: str) -> int:
        """Destroy what these log entries only commit to."""
        self.check()
        log, gone = self._state.log, 0
        for entry in [entry for entry in log if entry.number in set(numbers)]:
            wanted = {t for t in entry.texts if t.erased_at is None and (not fields or t.field in fields)}
            texts = tuple(LogText(t.field, "", "", at, why) if t in wanted else t for t in entry.texts)
            log[entry.number - 1] = dataclasses.replace(entry, texts=texts)
            gone += len(wanted)
        self.changed = self.changed or bool(gone)
        return gone

    def append(self, entry: NewEntry) -> LogEntry:
        """Append to the log in this transaction."""
        self.check()
        log = self._state.log
        sealed = seal(_composed(entry), number=len(log) + 1, previous_hash=log[-1].hash if log else GENESIS)
        log.append(sealed)
        self.changed = True
        return sealed

    def check(self) -> None:
        """Raise the conflict again if the transaction is spent."""
        if self.conflict is not None:
            raise self.conflict


class MemoryStore:
    """The port ``Store`` over dicts; safe to use from several threads."""

    def __init__(self) -> None:
        self.state = State()
        self.broken = ""
        self._turn = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[MemoryReading]:
        """Look at the state as it is now."""
        self._refuse_broken()
        yield MemoryReading(self.state.copy())

    @contextmanager
    def writing(self) -> Iterator[MemoryWriting]:
        """Change a copy of the state, which takes its place at the end."""
        self._refuse_broken()
        if not self._turn.acquire(timeout=10):
            raise StoreUnavailable("store.locked", where="memory", reason="")
        try:
            draft = self.state.copy()
            writing = MemoryWriting(draft)
            yield writing
            writing.check()
            draft.version += writing.changed
            self.state = draft
        finally:
            self._turn.release()

    def version(self) -> int:
        """Return a number that rises with every committed change."""
        self._refuse_broken()
        return self.state.version

    def case_file(self, path: Path, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        """Write tables as text into one new SQLite database."""
        if path.exists():
            raise BadInput("case.exists", path=str(path))
        with closing(sqlite3.connect(path)) as connection, connection:
            for name, rows in tables.items():
                _fill(connection, name, list(rows))

    def close(self) -> None:
        """Do nothing: there is nothing to let go of."""

    def _refuse_broken(self) -> None:
        if self.broken:
            raise StoreUnavailable(self.broken, where="memory", reason="")


def _fill(connection: sqlite3.Connection, name: str, rows: list[Mapping[str, Any]]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    if not columns:
        return
    key = next((column for column in ("id", "number") if column in columns), "")
    named = ", ".join(f'"{column}"' + (" PRIMARY KEY" if column == key else "") for column in columns)
    connection.execute(f'CREATE TABLE "{name}" ({named})')
    marks = ", ".join("?" for _ in columns)
    values = [[_flat(row.get(column)) for column in columns] for row in rows]
    connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', values)  # noqa: S608


def _flat(value: object) -> object:
    return value if value is None or isinstance(value, int | float) else str(value)


def _one(mention: Mention, minute: datetime) -> MinuteCount:
    return MinuteCount(
        topic_id=mention.topic_id,
        minute=minute,
        mentions=1,
        negative=int(mention.sentiment is Sentiment.NEGATIVE),
        neutral=int(mention.sentiment is Sentiment.NEUTRAL),
        positive=int(mention.sentiment is Sentiment.POSITIVE),
        reach=mention.reach,
    )


def _composed(entry: NewEntry) -> NewEntry:
    """Write an entry's columns in NFC, which is what its hashed body holds."""
    actor, subject, incident_id = (
        unicodedata.normalize("NFC", text) for text in (entry.actor, entry.subject, entry.incident_id)
    )
    return dataclasses.replace(entry, actor=actor, subject=subject, incident_id=incident_id)
