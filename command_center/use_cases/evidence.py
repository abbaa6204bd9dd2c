"""Prove what happened: an incident's timeline, the log's verification, the case file and JSON lines."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from enum import Enum
from pathlib import Path
from typing import Any

from command_center.domain.accounts import Account, Lock
from command_center.domain.alerts import Alert, JudgedBucket, Notice
from command_center.domain.incidents import Clock, Decision, Fact, Incident, Task, TriageAnswer
from command_center.domain.leftovers import Leftover
from command_center.domain.log_texts import as_data
from command_center.domain.off_voice import OffVoice
from command_center.domain.people import Act, Person
from command_center.domain.publications import Publication
from command_center.domain.removals import Removal
from command_center.domain.response_log import Action, LogEntry, canonical
from command_center.domain.statements import Approval, Statement, StatementVersion
from command_center.domain.topics import Topic
from command_center.errors import BadInput
from command_center.ports import Caller, Context, MentionFilter, Reading, Record
from command_center.use_cases.command import Work, command, looking, need
from command_center.use_cases.unseal import NamesInFiles, names_in_files

MENTIONS_KEPT = 100_000
_PAGE = 1_000


def timeline(store: Reading, incident: Incident) -> list[LogEntry]:
    """Return every log entry of an incident in order, from the alert that led to it."""
    entries = {entry.number: entry for entry in store.log(incident_id=incident.id)}
    if incident.alert_id:
        entries.update((entry.number, entry) for entry in store.log(subject=incident.alert_id))
    return [entries[number] for number in sorted(entries)]


def note_reading(ctx: Context, person_id: str, *, incident_id: str = "") -> None:
    """Log that somebody read the log, once an hour for each person and incident."""
    hour = ctx.now().strftime("%Y-%m-%dT%H")
    _keep_reading(ctx, Caller(person_id, f"log-read:{person_id}:{incident_id}:{hour}"), incident_id=incident_id)


@command(Act.READ_LOG)
def _keep_reading(work: Work, *, incident_id: str) -> str:
    work.log(Action.LOG_READ, incident_id or "log", incident_id=incident_id)
    return incident_id


def export_case(ctx: Context, caller: Caller, *, incident_id: str, path: Path) -> int:
    """Write an incident as one self-contained SQLite database; returns the number of its log entries.

    Raises ``BadInput`` when the file is there already. The export itself is logged.
    """
    with looking(ctx, caller.person_id, Act.EXPORT_CASE) as store:
        incident = need(store, Incident, incident_id)
        names = names_in_files(ctx, store, caller.person_id, incident_id=incident_id)
        entries = [names.entry(entry) for entry in timeline(store, incident)]
        tables = tables_of(store, incident, entries, names)
    ctx.store.case_file(path, tables)
    with gone_unless_done(path):
        record_export(ctx, caller, incident_id=incident_id, form="sqlite", entries=len(entries))
    return len(entries)


def export_lines(ctx: Context, caller: Caller, *, incident_id: str, path: Path) -> int:
    """Write the log (of an incident, or all of it) as JSON lines into a new file; returns the number of its entries.

    Raises ``BadInput`` ("case.exists", "case.not_writable"). The export itself is logged, or there is no file.
    """
    count = 0
    try:
        with looking(ctx, caller.person_id, Act.EXPORT_CASE) as store:
            names = names_in_files(ctx, store, caller.person_id, incident_id=incident_id)
            lines = log_lines(store, incident_id=incident_id, names=names)
            with path.open("x", encoding="utf-8") as file, gone_unless_done(path):
                for line in lines:
                    file.write(line + "\n")
                    count += 1
    except FileExistsError as error:
        raise BadInput("case.exists", path=str(path)) from error
    except OSError as error:
        raise BadInput("case.not_writable", path=str(path), reason=error.strerror or str(error)) from error
    with gone_unless_done(path):
        record_export(ctx, caller, incident_id=incident_id, form="jsonl", entries=count)
    return count


@contextmanager
def gone_unless_done(path: Path) -> Iterator[None]:
    """Remove a file when what must follow it fails: no copy leaves the house without its entry in the log."""
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


@command(Act.EXPORT_CASE)
def record_export(work: Work, *, incident_id: str, form: str, entries: int, sha256: str = "") -> str:
    """Log that somebody took a copy of the evidence; ``sha256`` tells later whether a file is that copy."""
    incident = work.store.get(Incident, incident_id) if incident_id else None
    work.log(
        Action.CASE_EXPORTED,
        incident_id or "log",
        incident_id=incident_id,
        form=form,
        entries=entries,
        title=incident.title if incident else "",
        sha256=sha256,
    )
    return incident_id


def tables_of(
    store: Reading, incident: Incident, entries: Sequence[LogEntry], names: NamesInFiles
) -> dict[str, list[dict[str, Any]]]:
    """Return everything about an incident as tables of flat rows, people as ``names`` has them."""
    # A post that a lock held back was asked for before there was an incident.
    named = {entry.subject for entry in entries if entry.action.value.startswith("publication.")}
    spoken_of = store.find(Publication, id=tuple(named)) if named else []
    publications = {item.id: item for item in [*store.find(Publication, incident_id=incident.id), *spoken_of]}
    statements = store.find(Statement, incident_id=incident.id)
    versions = store.find(StatementVersion, incident_id=incident.id, order="created_at")
    locks = store.find(Lock, incident_id=incident.id)
    accounts = {lock.account_id for lock in locks} | {item.account_id for item in publications.values()}
    alert = store.get(Alert, incident.alert_id) if incident.alert_id else None
    topic = store.get(Topic, incident.topic_id) if incident.topic_id else None
    kept: dict[str, Iterable[Record]] = {
        "incidents": [incident],
        "alerts": [alert] if alert else [],
        "notices": store.find(Notice, alert_id=incident.alert_id) if incident.alert_id else [],
        "tasks": store.find(Task, incident_id=incident.id, order="due_at"),
        "clocks": store.find(Clock, incident_id=incident.id),
        "facts": store.find(Fact, incident_id=incident.id),
        "decisions": store.find(Decision, incident_id=incident.id),
        "triage_answers": store.find(TriageAnswer, incident_id=incident.id),
        "locks": locks,
        "accounts": [item for item in store.find(Account) if item.id in accounts],
        "statements": statements,
        "statement_versions": versions,
        "approvals": store.find(Approval, version_id=tuple(item.id for item in versions)) if versions else [],
        "publications": publications.values(),
        "off_voices": store.find(OffVoice, incident_id=incident.id, order="found_at"),
        "removals": store.find(Removal, incident_id=incident.id, order="asked_at"),
        "leftovers": store.find(Leftover, incident_id=incident.id, order="found_at"),
        "topics": [topic] if topic else [],
        "judged_buckets": store.find(JudgedBucket, topic_id=incident.topic_id) if incident.topic_id else [],
    }
    tables = {name: [plain(record) for record in records] for name, records in kept.items()}
    tables["people"] = [_who(person) for person in names.people]
    if names.sealed:
        # Why a message failed may quote the address it went to.
        tables["notices"] = [row | {"detail": ""} for row in tables["notices"]]
    tables["log"] = [plain(entry) for entry in entries]
    tables["mentions"] = _mentions(store, incident)
    return tables


def _who(person: Person) -> dict[str, Any]:
    return {"id": person.id, "name": person.name, "roles": canonical([role.value for role in person.roles])}


def _mentions(store: Reading, incident: Incident) -> list[dict[str, Any]]:
    if not incident.topic_id:
        return []
    found: list[dict[str, Any]] = []
    wanted = MentionFilter(topic_id=incident.topic_id, plane=incident.plane)
    while len(found) < MENTIONS_KEPT:
        page = store.mentions(wanted, limit=_PAGE, offset=len(found))
        found.extend(plain(mention) for mention in page.mentions)
        if len(page.mentions) < _PAGE:
            break
    return found


def plain(record: Any) -> dict[str, Any]:
    """Turn a record into one flat row: times as UTC text, lists and mappings as JSON text."""
    row = {}
    for field in fields(record):
        value = getattr(record, field.name)
        row[field.name] = _plain_value(value)
    return row


def _plain_value(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str | bool | int | float) or value is None:
        return value
    if hasattr(value, "__dataclass_fields__"):
        value = asdict(value)
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, sort_keys=True, default=_json_default)
    return json.loads(canonical(value))


def _json_default(value: Any) -> Any:
    if hasattr(value, "__dataclass_fields__"):
        return asdict(value)
    return value.value if isinstance(value, Enum) else json.loads(canonical(value))


def log_lines(store: Reading, *, incident_id: str = "", names: NamesInFiles | None = None) -> Iterator[str]:
    """Write the log as JSON lines; with an incident, other entries keep only their place in the chain."""
    wanted: set[int] | None = None
    if incident_id:
        wanted = {entry.number for entry in timeline(store, need(store, Incident, incident_id))}
    for entry in store.log_as_written():
        line: dict[str, Any] = {"number": entry.number, "previous": entry.previous, "hash": entry.hash}
        if wanted is None or entry.number in wanted:
            line["body"] = entry.body
            texts = entry.texts if names is None else names.texts(entry.texts)
            if texts:
                line["texts"] = as_data(texts)
        yield json.dumps(line, ensure_ascii=False, sort_keys=True)
