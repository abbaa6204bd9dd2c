"""The log: one entry per fact about who did what, each hash covering the one before.

Entries are canonical JSON (RFC 8785 profile: no floats, ASCII keys, NFC strings), so that anybody
can recompute the chain with published tools. Tamper-evident: a change shows, it isn't prevented.
"""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from command_center.domain.mentions import Plane

GENESIS: Final = "0" * 64
_ENTRY_PREFIX: Final = b"\x00one-voice/log-entry/1\x00"


class Action(StrEnum):
    """Every kind of entry, as ``noun.verb_past``; the list is closed."""

    HOUSE_OPENED = "house.opened"
    PERSON_ADDED = "person.added"
    PERSON_CHANGED = "person.changed"
    PERSON_DISABLED = "person.disabled"
    SESSION_STARTED = "session.started"
    SESSION_ENDED = "session.ended"
    ACCOUNT_ADDED = "account.added"
    ACCOUNT_CHANGED = "account.changed"
    ACCOUNT_LOCKED = "account.locked"
    ACCOUNT_SEALED = "account.sealed"
    UNLOCK_ASKED = "account.unlock_asked"
    ACCOUNT_UNLOCKED = "account.unlocked"
    TOPIC_ADDED = "topic.added"
    TOPIC_CHANGED = "topic.changed"
    RULES_CHANGED = "rules.changed"
    MENTIONS_IMPORTED = "mentions.imported"
    MENTION_TRIAGED = "mention.triaged"
    REPLAY_STARTED = "replay.started"
    REPLAY_ENDED = "replay.ended"
    ALERT_RAISED = "alert.raised"
    ALERT_GREW = "alert.grew"
    ALERT_ACKNOWLEDGED = "alert.acknowledged"
    ALERT_JUDGED = "alert.judged"
    PERSON_NOTIFIED = "person.notified"
    NOTICE_FAILED = "person.not_reached"
    NOTICE_WITHHELD = "person.not_told"
    ALERT_REACHED_NOBODY = "alert.reached_nobody"
    DUTY_CHANGED = "duty.changed"
    ROTA_CHANGED = "duty.rota_changed"
    REACHABILITY_CHANGED = "person.reachability_changed"
    REACH_TRIED = "person.reach_tried"
    INCIDENT_ACTIVATED = "incident.activated"
    LEVEL_SET = "incident.level_set"
    QUESTION_ANSWERED = "incident.question_answered"
    DECISION_RECORDED = "incident.decision_recorded"
    STAND_DOWN_PROPOSED = "incident.stand_down_proposed"
    STAND_DOWN_WITHDRAWN = "incident.stand_down_withdrawn"
    INCIDENT_STOOD_DOWN = "incident.stood_down"
    TASK_ASSIGNED = "task.assigned"
    TASK_DONE = "task.done"
    CLOCK_STARTED = "clock.started"
    CLOCK_STOPPED = "clock.stopped"
    FACT_RECORDED = "fact.recorded"
    FACT_CHANGED = "fact.changed"
    STATEMENT_DRAFTED = "statement.drafted"
    STATEMENT_SUBMITTED = "statement.submitted"
    STATEMENT_APPROVED = "statement.approved"
    STATEMENT_VALID = "statement.became_valid"
    STATEMENT_RETURNED = "statement.returned"
    STATEMENT_SUPERSEDED = "statement.superseded"
    STATEMENT_WITHDRAWN = "statement.withdrawn"
    STATEMENT_EXPIRED = "statement.expired"
    POST_QUEUED = "publication.queued"
    POST_REVIEWED = "publication.reviewed"
    POST_INTENDED = "publication.intended"
    POST_SENT = "publication.sent"
    POST_REFUSED = "publication.refused"
    POST_HELD = "publication.held"
    POST_FAILED = "publication.failed"
    POST_UNKNOWN = "publication.became_unknown"
    POST_QUARANTINED = "publication.quarantined"
    POST_RELEASED = "publication.released"
    POST_DISCARDED = "publication.discarded"
    CASE_EXPORTED = "case.exported"
    LOG_READ = "log.read"
    STORE_RESTORED = "store.restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEntry:
    """What happened, before it has a number and a hash; ``actor`` is a person's id or ``system``."""

    action: Action
    actor: str
    plane: Plane
    subject: str
    at: datetime
    incident_id: str = ""
    request_id: str = ""
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One entry as stored: ``number`` is gap-free from 1, ``body`` the exact canonical JSON that was hashed."""

    number: int
    at: datetime
    plane: Plane
    action: Action
    actor: str
    subject: str
    incident_id: str
    body: str
    previous_hash: str
    hash: str

    @property
    def details(self) -> dict[str, Any]:
        """What the entry says beyond who, what and when."""
        found = json.loads(self.body)["details"]
        return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a walk over the chain found; ``broken_at`` names the first entry that doesn't hold."""

    entries: int
    head: str
    broken_at: int | None = None
    reason: str = ""
    expected: str = ""
    found: str = ""

    @property
    def intact(self) -> bool:
        """Tell whether every entry holds."""
        return self.broken_at is None


def utc_text(moment: datetime) -> str:
    """Write an aware moment as RFC 3339 UTC with microseconds, the one form used in the store and log."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(value: Any) -> str:
    """Write a value as canonical JSON; floats are refused because their text differs between tools."""
    return json.dumps(_clean(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        # Lone surrogates can't be encoded; they are replaced so that an entry can always be written.
        text = unicodedata.normalize("NFC", value).encode("utf-8", "replace").decode("utf-8")
        return str(text)
    if isinstance(value, bool) or value is None or isinstance(value, int):
        return value
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, Mapping):
        return {str(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        items = sorted(value) if isinstance(value, set | frozenset) else value
        return [_clean(item) for item in items]
    raise TypeError(f"{type(value).__name__} can't enter the log; write it as text")


def seal(entry: NewEntry, *, number: int, previous_hash: str) -> LogEntry:
    """Give an entry its number and place in the chain."""
    body = canonical(
        {
            "v": 1,
            "number": number,
            "at": entry.at,
            "plane": entry.plane.value,
            "action": entry.action.value,
            "actor": entry.actor,
            "subject": entry.subject,
            "incident": entry.incident_id,
            "request": entry.request_id,
            "details": entry.details,
            "previous": previous_hash,
        }
    )
    written = json.loads(body)
    return LogEntry(
        number=number,
        at=entry.at,
        plane=entry.plane,
        action=entry.action,
        # Columns say what the body says, to the letter, or the entry would look tampered with.
        actor=written["actor"],
        subject=written["subject"],
        incident_id=written["incident"],
        body=body,
        previous_hash=previous_hash,
        hash=entry_hash(body),
    )


def entry_hash(body: str) -> str:
    """Hash an entry's exact canonical text: SHA-256 over a fixed prefix and its UTF-8 bytes."""
    return hashlib.sha256(_ENTRY_PREFIX + body.encode("utf-8", "surrogatepass")).hexdigest()


def verify(entries: Iterable[LogEntry]) -> Verification:
    """Walk the chain from its first entry and name the first that doesn't hold, and why."""
    count, previous = 0, GENESIS
    for entry in entries:
        fault = _fault(entry, number=count + 1, previous=previous)
        if fault is not None:
            reason, expected, found = fault
            return Verification(
                entries=count, head=previous, broken_at=count + 1, reason=reason, expected=expected, found=found
            )
        count, previous = count + 1, entry.hash
    return Verification(entries=count, head=previous)


def _fault(entry: LogEntry, *, number: int, previous: str) -> tuple[str, str, str] | None:
    if entry.number != number:
        return "log.gap", str(number), str(entry.number)
    if entry.previous_hash != previous:
        return "log.chain_broken", previous, entry.previous_hash
    actual = entry_hash(entry.body)
    if entry.hash != actual:
        return "log.body_changed", entry.hash, actual
    shown, written = _columns(entry), _columns_in(entry.body)
    if shown != written:
        return "log.columns_changed", canonical(written), canonical(shown)
    return None


def _columns(entry: LogEntry) -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": utc_text(entry.at),
        "plane": entry.plane.value,
        "action": entry.action.value,
        "actor": entry.actor,
        "subject": entry.subject,
        "incident": entry.incident_id,
        "previous": entry.previous_hash,
    }


def _columns_in(body: str) -> dict[str, Any]:
    try:
        data = json.loads(body)
        return {
            name: data[name] for name in ("number", "at", "plane", "action", "actor", "subject", "incident", "previous")
        }
    except (ValueError, KeyError, TypeError):
        return {}


def verify_lines(lines: Iterable[str]) -> Verification:
    """Walk an exported log (JSON lines with number, previous, hash and, unless left out, body)."""
    count, previous = 0, GENESIS
    for line in lines:
        if not line.strip():
            continue
        fault = _line_fault(line, number=count + 1, previous=previous)
        if isinstance(fault, tuple):
            reason, expected, found = fault
            return Verification(
                entries=count, head=previous, broken_at=count + 1, reason=reason, expected=expected, found=found
            )
        count, previous = count + 1, fault
    return Verification(entries=count, head=previous)


def _line_fault(line: str, *, number: int, previous: str) -> tuple[str, str, str] | str:
    try:
        data = json.loads(line)
        own, before, found, body = data["number"], data["previous"], data["hash"], data.get("body")
    except (ValueError, KeyError, TypeError, RecursionError):
        return "log.unreadable", "JSON", line[:80]
    if own != number:
        return "log.gap", str(number), str(own)
    if before != previous:
        return "log.chain_broken", previous, str(before)
    if body is not None:
        if entry_hash(str(body)) != found:
            return "log.body_changed", str(found), entry_hash(str(body))
        written = _columns_in(str(body))
        if (written.get("number"), written.get("previous")) != (number, previous):
            return "log.columns_changed", f"{number} {previous}", str(written.get("number"))
    return str(found)
