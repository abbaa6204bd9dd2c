"""What the verbs need from the outside: the store, the clock, networks, ways out and ways to tell people.

``Context`` carries them; ``bootstrap.build`` fills it for the product, tests build one by hand.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol, TypeVar

from command_center.domain.alerts import TriageState, Window
from command_center.domain.entry_check import Row
from command_center.domain.erasures import Erasure
from command_center.domain.mentions import Mention, MinuteCount, Plane, Sentiment
from command_center.domain.merkle import Tree
from command_center.domain.plans import Plan
from command_center.domain.records import Kept
from command_center.domain.response_log import LogEntry, NewEntry
from command_center.networks import Elsewhere, Monitor, Network, Publisher, SignIn, Vault
from command_center.notary import Notary
from command_center.telling import AlertWords, Teller


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A changing command that was carried out, and its first result; ``id`` is the request id."""

    id: str
    command: str
    person_id: str
    result: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One value the house keeps about itself, such as which worker holds the lease."""

    id: str
    value: dict[str, Any]


Record = Kept | Request | Setting
R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionFilter:
    """Which mentions a screen asks for; every given condition must hold. Times are aware UTC.

    ``words`` are looked for in the folded text, all of them, of ``any_of`` at least one;
    ``since`` is included, ``until`` is not.
    """

    topic_id: str = ""
    plane: Plane = Plane.REAL
    words: str = ""
    any_of: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    sentiments: tuple[Sentiment, ...] = ()
    author: str = ""
    any_author: tuple[str, ...] = ()
    least_reach: int = 0
    copy_key: str = ""
    triage: tuple[TriageState, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionPage:
    """Some mentions, newest first (undated last), and how many there are in all."""

    mentions: tuple[Mention, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """A value and how many mentions have it; ``reach`` sums the authors' followers."""

    value: str
    mentions: int
    reach: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicExtent:
    """What is stored about a topic; ``first`` and ``last`` are of dated mentions."""

    total: int
    undated: int
    first: datetime | None
    last: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingested:
    """How many mentions of a batch were new (their ids are ``new``), and how many were there already."""

    stored: int
    duplicate: int
    new: frozenset[str] = field(default=frozenset(), compare=False)


class Reading(Protocol):
    """One consistent look at the store."""

    def get(self, kind: type[R], identity: str, /) -> R | None:
        """Return the record with this id, or None."""

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
        """Return records whose fields equal the given values (a tuple means any of), ordered by a field."""

    def log(
        self,
        *,
        after: int = 0,
        before: int | None = None,
        descending: bool = False,
        limit: int | None = None,
        **equal: object,
    ) -> Iterator[LogEntry]:
        """Yield log entries with ``after < number < before`` whose columns equal the given values."""

    def log_as_written(self) -> Iterator[Row]:
        """Yield all log entries in order, their columns as the store holds them and not read, for who checks them."""

    def tree(self) -> Tree:
        """Return the tree over the log's entries: its size, root and whatever proofs need."""

    def mention(self, identity: str) -> Mention | None:
        """Return one mention."""

    def old_mentions(self, before: datetime, *, but_topics: Sequence[str], limit: int) -> list[str]:
        """Return ids of mentions that came here before a moment, aren't empty, and are in none of these topics."""

    def mentions_of(self, network: str, handle: str, *, naming: bool = False) -> list[Mention]:
        """Return an author's mentions under every topic, by folded handle or lasting id; empty network: of any.

        With ``naming`` also those whose text, address or display name holds the handle.
        """

    def mentions(self, wanted: MentionFilter, *, limit: int = 50, offset: int = 0) -> MentionPage:
        """Return a page of mentions."""

    def counts(self, topic_id: str, *, since: datetime, until: datetime, bucket_seconds: int) -> list[MinuteCount]:
        """Return counts per bucket from the minute table; empty buckets are left out, ``minute`` is the start."""

    def window(self, topic_id: str, *, since: datetime, until: datetime) -> Window:
        """Return what alert rules ask about a window: mentions, distinct texts, authors, negative, reach."""

    def authors(self, topic_id: str, *, since: datetime, until: datetime, bucket_seconds: int) -> dict[datetime, int]:
        """Return how many distinct known authors spoke in each bucket of whole minutes; empty ones are left out."""

    def tally(self, topic_id: str, field: str, *, since: datetime, until: datetime, limit: int) -> list[Tally]:
        """Return the most frequent values of ``network``, ``language``, ``author``, ``copy_key`` or ``sentiment``."""

    def extent(self, topic_id: str) -> TopicExtent:
        """Return how much is stored about a topic and over which time."""


class Writing(Reading, Protocol):
    """One transaction that may change things; it is the only one at that moment."""

    def add(self, record: Record) -> None:
        """Store a new record; raises ``Conflict`` ("store.exists") when its id or a unique field is taken."""

    def put(self, record: Record) -> None:
        """Store a record, replacing the one with the same id."""

    def remove(self, kind: type[R], /, **equal: object) -> int:
        """Delete records that never carry proof: sessions, sign-ins, second factors, identities, sources …"""

    def expire(self, kind: type[R], before: datetime, /, **equal: object) -> int:
        """Delete what was last used before a moment, of kinds that aren't proof; returns how many."""

    def ingest(self, mentions: Sequence[Mention]) -> Ingested:
        """Store the new ones of these mentions and raise the minute counts with them, in this transaction."""

    def erase(self, ids: Sequence[str]) -> list[str]:
        """Empty mentions of all that their authors wrote and are, so that counts stay; returns those that were full."""

    def drop_figures(self, before: datetime, *, but_topics: Sequence[str]) -> int:
        """Delete counts and verdicts about times before a moment, and emptied mentions that came before it."""

    def erase_texts(self, numbers: Sequence[int], *, fields: Sequence[str] = (), at: datetime, why: str) -> int:
        """Destroy the texts (of these fields, else all) that log entries only commit to; returns how many.

        The entries stay to the letter; when and why a text went stays in its place.
        """

    def append(self, entry: NewEntry) -> LogEntry:
        """Append to the log in this transaction."""


class Store(Protocol):
    """Where everything is kept: the embedded SQLite file or a shared PostgreSQL."""

    def reading(self) -> AbstractContextManager[Reading]:
        """Open a read transaction; raises ``StoreUnavailable``."""

    def writing(self) -> AbstractContextManager[Writing]:
        """Open the one write transaction; commits at the end, rolls back on any error; raises ``StoreUnavailable``."""

    def version(self) -> int:
        """Return a number that rises with every committed change, for screens that wait for news."""

    def case_file(self, path: Path, tables: Mapping[str, Iterable[Mapping[str, Any]]]) -> None:
        """Write tables into one new self-contained SQLite database."""

    def close(self) -> None:
        """Let go of every connection."""


class ErasureList(Protocol):
    """The list of what was erased, at a place outside the store; raises ``CommandCenterError`` ("erasures.failed")."""

    @property
    def place(self) -> str:
        """Where it is, for people."""

    def read(self) -> Sequence[Erasure]:
        """Return what stands in it."""

    def append(self, erasures: Iterable[Erasure]) -> None:
        """Add to it, for good when this returns."""

    def settled(self, number: int) -> bool:
        """Tell whether it and the store's own list, which ends at ``number``, are as they were at ``settle``."""

    def settle(self, number: int) -> None:
        """Remember that both hold the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Everything a verb may use besides its arguments."""

    store: Store
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    publishers: Mapping[str, Publisher]
    networks: Mapping[str, Network]
    monitors: Mapping[str, Monitor]
    vault: Vault
    notary: Notary
    tellers: Sequence[Teller]
    plans: Callable[[], Sequence[Plan]]
    plan_snapshot: Callable[[Plan], dict[str, Any]]
    plan_from_snapshot: Callable[[Mapping[str, Any]], Plan]
    alert_words: AlertWords
    hash_password: Callable[[str], str]
    password_matches: Callable[[str, str], bool]
    sign_ins: Mapping[str, SignIn] = field(default_factory=dict)
    elsewhere: Elsewhere | None = None
    erasures: ErasureList | None = None
    house: str = ""
    # None: the house has chosen, see ``use_cases/works_council.py``.
    names_sealed: bool | None = None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks for a change, and the id of that wish: the same id never does a thing twice."""

    person_id: str
    request_id: str
