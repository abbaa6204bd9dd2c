"""The tables, the same on SQLite and PostgreSQL.

Times are TEXT in one fixed width (``values.time_text``), enums TEXT, tuples, dicts and nested
dataclasses JSON TEXT. An undated mention has an empty ``created_at``: so it sorts last on both
engines without a special index. ``migrations/`` builds these tables; a test compares the two.
"""

from typing import Final

from sqlalchemy import (
    BIGINT,
    BOOLEAN,
    DOUBLE_PRECISION,
    TEXT,
    Column,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
    text,
)

from command_center.storage.columns import added, decimals, flags, key, maybe, numbers, texts

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)


def _table(name: str, *items: Column[str] | Column[int] | Column[float] | Column[bool]) -> Table:
    return Table(name, METADATA, *items)


def _unique(table: Table, *names: str) -> None:
    table.append_constraint(UniqueConstraint(*(table.c[name] for name in names)))


def _indexes(table: Table, *lists: str) -> None:
    for names in lists:
        Index(None, *(table.c[name] for name in names.split()))


people: Final = _table(
    "people",
    key(),
    *texts("login", "name", "roles", "email", "phone", "language", "created_at"),
    *flags("active"),
    *texts("login_key"),  # the login without upper and lower case
)
_unique(people, "login_key")

credentials: Final = _table("credentials", key(), *texts("password_hash", "changed_at"))

sessions: Final = _table(
    "sessions",
    key(),
    *texts("person_id", "created_at", "seen_at"),
    *maybe("ended_at"),
    *added("way", default="'unknown'"),
    *added("browser"),
)
_indexes(sessions, "person_id")

sign_in_attempts: Final = _table("sign_in_attempts", key(), *texts("login", "address", "at"), *flags("succeeded"))
_indexes(sign_in_attempts, "login at", "address at", "at")

accounts: Final = _table(
    "accounts",
    key(),
    *texts("network", "handle", "name", "plane", "tags", "audience", "languages", "co_managers"),
    *texts("publisher", "base_posture"),
    *flags("primary", "active"),
    Column("connection_id", TEXT, nullable=False, server_default=text("''")),
)
_unique(accounts, "plane", "network", "handle")

locks: Final = _table(
    "locks",
    key(),
    *texts("account_id", "plane", "posture", "reason", "locked_by", "locked_at", "review_by", "incident_id"),
    *texts("lift_asked_by", "lifted_by"),
    *maybe("sealed_at", "lift_asked_at", "lifted_at"),
)
_indexes(locks, "account_id", "incident_id", "plane lifted_at")

topics: Final = _table(
    "topics", key(), *texts("name", "plane", "terms", "exclusions", "hashtags", "handles", "languages")
)
_unique(topics, "plane", "name")

alerts: Final = _table(
    "alerts",
    key(),
    *texts("plane", "topic_id", "at", "raised_at", "evidence", "state", "acknowledged_by", "incident_id"),
    *flags("replayed"),
    *maybe("acknowledged_at"),
    Column("was_real", BOOLEAN),
)
_indexes(alerts, "topic_id at", "plane state", "incident_id")

triages: Final = _table(
    "triages",
    key(),
    *texts("plane", "topic_id", "state", "person_id", "note", "changed_by", "changed_at"),
)
_indexes(triages, "topic_id state", "person_id state")

replays: Final = _table(
    "replays",
    key(),
    *texts("plane", "topic_id", "first", "last", "position", "started_at", "started_by", "state"),
    *numbers("speed"),
)
_indexes(replays, "topic_id", "state")

ears: Final = _table("ears", key(), *texts("state"), *maybe("judged_until"))

judged_buckets: Final = _table(
    "judged_buckets",
    key(),
    *texts("topic_id", "at"),
    *numbers("count", "lasting"),
    *decimals("expected", "low", "high", "score", "ratio"),
    *flags("learning", "alert"),
    *maybe("surge"),
    Column("delivered", DOUBLE_PRECISION),
)
_indexes(judged_buckets, "topic_id at")

incidents: Final = _table(
    "incidents",
    key(),
    *texts("plane", "title", "plan_id", "plan", "state", "opened_by", "opened_at", "topic_id", "alert_id"),
    *texts("proposed_by", "criteria_met", "proposal_reason", "conflicted", "closed_by"),
    *numbers("plan_version", "level"),
    *maybe("proposed_at", "closed_at"),
)
_indexes(incidents, "plane state", "topic_id")

tasks: Final = _table(
    "tasks",
    key(),
    *texts("incident_id", "plane", "plan_task", "phase", "duty", "title", "due_at", "person_id"),
    *texts("state", "evidence", "done_by"),
    *flags("evidence_required"),
    *maybe("done_at"),
)
_indexes(tasks, "incident_id", "person_id state", "plane state")

clocks: Final = _table(
    "clocks",
    key(),
    *texts("incident_id", "plane", "plan_clock", "title", "basis", "duty", "starts", "stopped_by"),
    *numbers("seconds"),
    *flags("repeats"),
    *maybe("started_at", "due_at", "stopped_at"),
)
_indexes(clocks, "incident_id", "plane stopped_at")

facts: Final = _table(
    "facts",
    key(),
    *texts("incident_id", "plane", "text", "state", "source", "recorded_by", "recorded_at"),
)
_indexes(facts, "incident_id")

decisions: Final = _table(
    "decisions",
    key(),
    *texts("incident_id", "plane", "text", "reason", "decided_by", "decided_at"),
)
_indexes(decisions, "incident_id")

triage_answers: Final = _table(
    "triage_answers",
    key(),
    *texts("incident_id", "plane", "question", "answer", "answered_by", "answered_at"),
)
_indexes(triage_answers, "incident_id")

statements: Final = _table(
    "statements",
    key(),
    *texts("plane", "title", "created_by", "created_at", "incident_id", "plan_statement", "supersedes"),
)
_indexes(statements, "incident_id", "plane")

statement_versions: Final = _table(
    "statement_versions",
    key(),
    *texts("statement_id", "plane", "content", "content_hash", "author_id", "created_at", "approver_roles"),
    *texts("incident_id", "state", "end_reason"),
    *numbers("number", "quorum", "valid_for"),
    *maybe("submitted_at", "valid_from", "valid_until", "ended_at"),
)
_unique(statement_versions, "statement_id", "number")
_indexes(statement_versions, "incident_id", "plane state")

approvals: Final = _table("approvals", key(), *texts("version_id", "person_id", "content_hash", "at"))
_unique(approvals, "version_id", "person_id", "content_hash")

publications: Final = _table(
    "publications",
    key(),
    *texts("plane", "account_id", "text", "state", "asked_by", "asked_at", "due_at", "version_id"),
    *texts("incident_id", "reply_to", "reviewed_by", "reason", "url", "note"),
    *maybe("intended_at", "ended_at"),
    *maybe("attempted_at", "next_try_at", "taken_down_at"),
    Column("attempts", BIGINT, nullable=False, server_default=text("0")),
    Column("native_ids", TEXT, nullable=False, server_default=text("'[]'")),
)
_indexes(publications, "account_id state", "incident_id", "plane state", "state due_at")

requests: Final = _table("requests", key(), *texts("command", "person_id", "result", "at"))

settings: Final = _table("settings", key(), *texts("value"))

mentions: Final = Table(
    "mentions",
    METADATA,
    *texts("id", "topic_id", "source_id", "plane", "network", "native_id", "text", "created_at", "seen_at"),
    *texts("url", "author", "author_name"),
    *numbers("reach", "reposts"),
    *texts("reply_to"),
    *flags("is_repost"),
    *texts("language", "sentiment", "copy_key", "folded"),
    # The topic is part of the key so that PostgreSQL can partition by it; the id comes first
    # so that the same index finds a mention by its id alone.
    PrimaryKeyConstraint("id", "topic_id"),
)
_indexes(mentions, "topic_id created_at id plane", "plane created_at id")
_indexes(mentions, "topic_id author created_at", "topic_id copy_key created_at")

mention_minutes: Final = Table(
    "mention_minutes",
    METADATA,
    *texts("topic_id", "minute"),
    *numbers("mentions", "negative", "neutral", "positive", "reach"),
    PrimaryKeyConstraint("topic_id", "minute"),
)

log_entries: Final = Table(
    "log_entries",
    METADATA,
    Column("number", BIGINT, primary_key=True, autoincrement=False),
    *texts("at", "plane", "action", "actor", "subject", "incident_id", "body", "previous_hash", "hash"),
)
_indexes(log_entries, "incident_id number", "subject number", "actor number", "action number")

log_head: Final = Table(
    "log_head",
    METADATA,
    Column("id", BIGINT, primary_key=True, autoincrement=False),
    *numbers("number"),
    *texts("hash"),
)

store_version: Final = Table(
    "store_version",
    METADATA,
    Column("id", BIGINT, primary_key=True, autoincrement=False),
    *numbers("number"),
)

schema_migrations: Final = Table(
    "schema_migrations",
    METADATA,
    Column("number", BIGINT, primary_key=True, autoincrement=False),
    *texts("name", "checksum", "applied_at"),
)
