"""The log: one entry per fact about who did what, each hash covering the one before.

Entries are canonical JSON (RFC 8785 profile: no floats, ASCII keys, NFC strings), so that anybody
can recompute the chain with published tools. Tamper-evident: a change shows, it isn't prevented.
"""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from command_center.domain.log_texts import LogText, commitment
from command_center.domain.mentions import Plane
from command_center.domain.merkle import leaf_hash

GENESIS: Final = "0" * 64


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
    CLIENT_ADDED = "client.added"
    CLIENT_REVOKED = "client.revoked"
    SOURCE_ADDED = "source.added"
    SOURCE_CHANGED = "source.changed"
    SOURCE_PAUSED = "source.paused"
    SOURCE_RESUMED = "source.resumed"
    SOURCE_REMOVED = "source.removed"
    SOURCE_GAP = "source.gap_found"
    MENTIONS_ERASED = "mentions.erased"
    TOPIC_WENT_LIVE = "topic.went_live"
    CONNECTION_MADE = "connection.made"
    CONNECTION_CHECKED = "connection.checked"
    CONNECTION_RENEWED = "connection.renewed"
    CONNECTION_ENDED = "connection.ended"
    KEYS_ROTATED = "connection.keys_rotated"
    POST_REFUSED_BY_NETWORK = "publication.refused_by_network"
    POST_PUT_OFF = "publication.put_off"
    TAKE_DOWN_ASKED = "publication.take_down_asked"
    POST_TAKEN_DOWN = "publication.taken_down"
    TAKE_DOWN_FAILED = "publication.take_down_failed"
    POST_SEEN = "publication.verified"
    POST_NOT_SEEN = "publication.not_seen"
    OFF_VOICE_FOUND = "off_voice.found"
    OFF_VOICE_GONE = "off_voice.gone"
    OFF_VOICE_KEPT = "off_voice.kept"
    WATCH_BLIND = "account.watch_lost"
    WATCH_SEES = "account.watch_back"
    LEFTOVER_FOUND = "leftover.found"
    LEFTOVER_SETTLED = "leftover.settled"
    LOG_KEY_ROTATED = "log_key.rotated"
    SAFE_MODE_ENTERED = "house.safe_mode_entered"
    SAFE_MODE_END_ASKED = "house.safe_mode_end_asked"
    SAFE_MODE_LEFT = "house.safe_mode_left"
    SECOND_FACTOR_ADDED = "person.second_factor_added"
    SECOND_FACTOR_RESET = "person.second_factor_reset"
    SECOND_FACTOR_RULE_SET = "house.second_factor_rule_set"
    RECOVERY_CODE_USED = "person.recovery_code_used"
    SIGNED_OUT_EVERYWHERE = "person.signed_out_everywhere"
    PERSON_LINKED = "person.linked"
    TEXTS_ERASED = "log.texts_erased"
    RETENTION_CHANGED = "retention.changed"
    RETENTION_DONE = "retention.carried_out"
    PERSON_EXPORTED = "person.exported"
    PERSON_ERASED = "person.erased"
    UNSEALING_ASKED = "names.unsealing_asked"
    NAMES_UNSEALED = "names.unsealed"
    ERASED_AGAIN = "house.erased_again"
    SESSION_CLOSED = "session.closed"
    SESSIONS_ENDED = "person.sessions_ended"
    PASSKEY_ADDED = "person.passkey_added"
    PASSKEY_REMOVED = "person.passkey_removed"
    SIGN_IN_SLOWED = "sign_in.slowed"
    ADDRESS_SLOWED = "sign_in.address_slowed"
    PERSON_INVITED = "person.invited"
    INVITATION_TAKEN = "person.took_invitation"
    ACT_REFUSED = "act.refused"
    NAMES_SEALED = "names.sealed"
    NAMES_END_ASKED = "names.end_asked"
    NAMES_SHOWN = "names.shown"
    AUTHOR_ERASED = "author.erased"
    AUTHOR_ALLOWED = "author.allowed"
    SECOND_ASKED = "second.asked"
    SECOND_AGREED = "second.agreed"
    PROPOSAL_ENDED = "second.proposal_ended"
    DONE_ALONE = "second.done_alone"
    PLAN_KEPT = "second.shipped_plan_kept"
    GLASS_BROKEN = "incident.glass_broken"


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
    texts: tuple[LogText, ...] = ()


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
    texts: tuple[LogText, ...] = ()  # what the body only commits to

    @property
    def details(self) -> dict[str, Any]:
        """What the entry says beyond who, what and when; texts that were erased are left out."""
        found, written = json.loads(self.body)["details"], {t.field: t.value for t in self.texts if not t.erased_at}
        return dict(sorted((found | written).items())) if isinstance(found, dict) else written


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
            **({"commitments": {text.field: commitment(text) for text in entry.texts}} if entry.texts else {}),
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
        texts=entry.texts,
    )


def leaf_of(body: str) -> bytes:
    """Hash an entry's exact canonical text: its leaf in the log's tree (RFC 6962), over its UTF-8 bytes."""
    return leaf_hash(body.encode("utf-8", "surrogatepass"))


def entry_hash(body: str) -> str:
    """Return an entry's leaf as the log writes it, in hex."""
    return leaf_of(body).hex()


def columns_in(body: str) -> dict[str, Any]:
    """Return the columns an entry's body speaks of; empty when it can't be read."""
    try:
        data = json.loads(body)
        return {
            name: data[name] for name in ("number", "at", "plane", "action", "actor", "subject", "incident", "previous")
        }
    except (ValueError, KeyError, TypeError):
        return {}
