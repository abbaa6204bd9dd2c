"""How a record becomes a row and a row a record: one mapping per kind, built from its annotations."""

import functools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Final, Generic, TypeVar, get_args, get_origin, get_type_hints

from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python
from sqlalchemy import RowMapping, Table

from command_center.domain.accounts import Account, Lock
from command_center.domain.alerts import Alert, Ear, JudgedBucket, Notice, Replay, Triage
from command_center.domain.checkpoints import Head
from command_center.domain.clients import Client
from command_center.domain.connections import Connection
from command_center.domain.deposits import Deposit
from command_center.domain.duty import DutyPlan
from command_center.domain.erasures import Erasure
from command_center.domain.four_eyes import Proposal
from command_center.domain.incidents import Clock, Decision, Fact, Incident, Task, TriageAnswer
from command_center.domain.leftovers import Leftover
from command_center.domain.objections import Objection
from command_center.domain.off_voice import AccountWatch, OffVoice
from command_center.domain.people import Credential, DoorStep, Identity, Passkey, Person, Session, SignInAttempt
from command_center.domain.pseudonyms import Unsealing
from command_center.domain.publications import Publication
from command_center.domain.reachability import Reachability
from command_center.domain.removals import Removal
from command_center.domain.rules import RuleSet
from command_center.domain.second_factor import SecondFactor
from command_center.domain.sources import Source
from command_center.domain.statements import Approval, Statement, StatementVersion
from command_center.domain.topics import Topic
from command_center.ports import Request, Setting
from command_center.storage import (
    door_tables,
    four_eyes_tables,
    log_tables,
    network_tables,
    privacy_tables,
    tables,
    telling_tables,
    voice_tables,
)

Row = dict[str, Any]
Code = Callable[[Any], Any]
K = TypeVar("K")

TABLES: Final[Mapping[type[Any], Table]] = {
    Account: tables.accounts,
    AccountWatch: voice_tables.account_watches,
    Alert: tables.alerts,
    Approval: tables.approvals,
    Client: network_tables.clients,
    Clock: tables.clocks,
    Connection: network_tables.connections,
    Credential: tables.credentials,
    Decision: tables.decisions,
    Deposit: log_tables.log_deposits,
    DoorStep: door_tables.door_steps,
    DutyPlan: telling_tables.duty_plans,
    Ear: tables.ears,
    Erasure: privacy_tables.erasures,
    Fact: tables.facts,
    Head: log_tables.log_checkpoints,
    Identity: door_tables.identities,
    Incident: tables.incidents,
    JudgedBucket: tables.judged_buckets,
    Leftover: voice_tables.leftovers,
    Lock: tables.locks,
    Notice: telling_tables.notices,
    Objection: privacy_tables.objections,
    OffVoice: voice_tables.off_voices,
    Passkey: door_tables.passkeys,
    Person: tables.people,
    Proposal: four_eyes_tables.proposals,
    Publication: tables.publications,
    Reachability: telling_tables.reachabilities,
    Removal: voice_tables.removals,
    Replay: tables.replays,
    Request: tables.requests,
    RuleSet: telling_tables.rule_sets,
    SecondFactor: door_tables.second_factors,
    Session: tables.sessions,
    Setting: tables.settings,
    SignInAttempt: tables.sign_in_attempts,
    Source: network_tables.sources,
    Statement: tables.statements,
    StatementVersion: tables.statement_versions,
    Task: tables.tasks,
    Topic: tables.topics,
    Triage: tables.triages,
    TriageAnswer: tables.triage_answers,
    Unsealing: privacy_tables.unsealings,
}
_DERIVED: Final[Mapping[type[Any], tuple[str, Callable[[Any], str]]]] = {
    Person: ("login_key", lambda person: storable(person.login.casefold())),
}


def time_text(moment: datetime) -> str:
    """Write an aware moment as the store does: like ``response_log.utc_text``, and sortable in every year."""
    if moment.tzinfo is not UTC:
        if moment.tzinfo is None:
            raise ValueError("a time without a zone can't be stored")
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")[:26] + "Z"


def read_time(text: str) -> datetime:
    """Read a time the store has written."""
    return datetime.fromisoformat(text)


def storable(text: str) -> str:
    """Return the text without what a database refuses: NUL characters and lone surrogates."""
    if "\x00" in text:
        text = text.replace("\x00", "\ufffd")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def all_storable(texts: Sequence[str]) -> Sequence[str]:
    """Return several texts, made storable; asking once for all of them is what makes it quick."""
    joined = "".join(texts)
    return texts if storable(joined) is joined else [storable(text) for text in texts]


@dataclass(frozen=True, slots=True)
class Mapped(Generic[K]):
    """One kind of record and its table."""

    kind: type[K]
    table: Table
    writers: Mapping[str, Code]
    readers: Mapping[str, Code]

    def row(self, record: K) -> Row:
        """Write the record as a row."""
        row = {name: write(getattr(record, name)) for name, write in self.writers.items()}
        derived = _DERIVED.get(self.kind)
        if derived is not None:
            row[derived[0]] = derived[1](record)
        return row

    def record(self, row: RowMapping) -> K:
        """Read a row as a record."""
        return self.kind(**{name: read(row[name]) for name, read in self.readers.items()})

    def write(self, field: str, value: object) -> Any:
        """Write one field's value, as ``find`` compares it; an unknown field is a KeyError."""
        return self.writers[field](value)


def mapped(kind: type[K]) -> Mapped[K]:
    """Return the mapping of a kind; anything that isn't a record is a KeyError."""
    key: Any = kind
    found: Mapped[K] = _mapped(key)
    return found


@functools.cache
def _mapped(kind: Any) -> Mapped[Any]:
    return mapped_to(kind, TABLES[kind])


def mapped_to(kind: type[K], table: Table, *, but: frozenset[str] = frozenset()) -> Mapped[K]:
    """Map a dataclass to a table whose columns are named like its fields, ``but`` those kept elsewhere."""
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind) if field.name not in but]  # type: ignore[arg-type]
    codes = {name: _codes(hints[name]) for name in names}
    return Mapped(
        kind,
        table,
        {name: write for name, (write, _) in codes.items()},
        {name: read for name, (_, read) in codes.items()},
    )


def _codes(hint: Any) -> tuple[Code, Code]:
    if get_origin(hint) is UnionType:
        inner = [item for item in get_args(hint) if item is not NoneType]
        write, read = _codes(inner[0])
        return _or_none(write), _or_none(read)
    if hint is datetime:
        return time_text, read_time
    if hint is str:
        return storable, _same
    if hint in {int, float, bool}:
        return hint, hint
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum_value(hint), hint
    adapter = TypeAdapter[Any](hint)
    return _json_writer(adapter), adapter.validate_json


def _or_none(code: Code) -> Code:
    return lambda value: None if value is None else code(value)


def _same(value: Any) -> Any:
    return value


def _enum_value(kind: type[Enum]) -> Code:
    return lambda value: kind(value).value


def _json_writer(adapter: TypeAdapter[Any]) -> Code:
    def write(value: Any) -> str:
        # pydantic's own JSON turns an infinite number into null; this form keeps it.
        plain = adapter.dump_python(value)
        return storable(json.dumps(plain, ensure_ascii=False, default=to_jsonable_python))

    return write
