"""What the house stores about people, for which purpose, how long, and who may read it: the one table.

The page, the record of processing and the worker all read ``KEPT``; the legal bases are proposals for the
house's data protection officer. Times are days since the data came here, or since what they belong to was closed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from command_center.domain.people import Act
from command_center.errors import BadInput


class Data(StrEnum):
    """Every kind of data that concerns people."""

    MENTIONS = "mentions"
    OBJECTIONS = "objections"
    FIGURES = "figures"
    ALERTS = "alerts"
    SIGN_IN_ATTEMPTS = "sign_in_attempts"
    SESSIONS = "sessions"
    REQUESTS = "requests"
    NOTICES = "notices"
    DRILLS = "drills"
    INCIDENTS = "incidents"
    PEOPLE = "people"
    DUTY = "duty"
    STATEMENTS = "statements"
    ACCOUNTS = "accounts"
    SETTINGS = "settings"
    LOG_TEXTS = "log_texts"
    LOG = "log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One kind of data: ``days`` until it is erased (0: kept until somebody erases it, or as proof for good).

    The house may choose from ``least`` to ``most`` days; equal ones mean that the time is fixed. ``proof`` marks
    what the worker never touches because it shows what was said and decided.
    """

    data: Data
    days: int = 0
    least: int = 0
    most: int = 0
    proof: bool = False
    readers: Act

    @property
    def changeable(self) -> bool:
        """Tell whether the house may choose the time."""
        return self.least < self.most


KEPT: Final = (
    Kept(data=Data.MENTIONS, days=90, least=7, most=1095, readers=Act.READ_PICTURE),
    Kept(data=Data.OBJECTIONS, readers=Act.PROTECT_DATA),
    Kept(data=Data.FIGURES, days=1095, least=365, most=3650, readers=Act.READ_PICTURE),
    Kept(data=Data.ALERTS, days=1095, least=180, most=3650, readers=Act.READ_PICTURE),
    Kept(data=Data.SIGN_IN_ATTEMPTS, days=1, least=1, most=1, readers=Act.PROTECT_DATA),
    Kept(data=Data.SESSIONS, days=30, least=7, most=365, readers=Act.PROTECT_DATA),
    Kept(data=Data.REQUESTS, days=30, least=7, most=365, readers=Act.PROTECT_DATA),
    Kept(data=Data.NOTICES, days=180, least=30, most=1095, readers=Act.READ_PICTURE),
    Kept(data=Data.DRILLS, days=180, least=30, most=1095, readers=Act.READ_PICTURE),
    Kept(data=Data.INCIDENTS, days=1095, least=365, most=3650, readers=Act.READ_PICTURE),
    Kept(data=Data.PEOPLE, readers=Act.READ_PEOPLE),
    Kept(data=Data.DUTY, readers=Act.READ_PEOPLE),
    Kept(data=Data.STATEMENTS, proof=True, readers=Act.READ_STATEMENTS),
    Kept(data=Data.ACCOUNTS, readers=Act.CHECK_TEXT),
    Kept(data=Data.SETTINGS, readers=Act.WRITE_TOPIC),
    Kept(data=Data.LOG_TEXTS, days=2192, least=1096, most=3653, readers=Act.READ_LOG),
    Kept(data=Data.LOG, proof=True, readers=Act.READ_LOG),
)
# Which rule every table of the store is under; a test compares it with the tables themselves.
TABLES: Final[dict[str, Data]] = {
    table: data
    for data, tables in {
        Data.MENTIONS: "mentions triages",
        Data.OBJECTIONS: "objections",
        Data.FIGURES: "mention_minutes judged_buckets ears replays",
        Data.ALERTS: "alerts",
        Data.SIGN_IN_ATTEMPTS: "sign_in_attempts door_steps",
        Data.SESSIONS: "sessions",
        Data.REQUESTS: "requests",
        Data.NOTICES: "notices",
        Data.INCIDENTS: "incidents tasks clocks facts decisions triage_answers",
        Data.PEOPLE: "people credentials second_factors identities passkeys",
        Data.DUTY: "duty_plans reachabilities",
        Data.STATEMENTS: "statements statement_versions approvals publications locks removals off_voices leftovers",
        Data.ACCOUNTS: "accounts account_watches connections clients",
        Data.SETTINGS: "topics sources rule_sets settings proposals store_version schema_migrations",
        Data.LOG_TEXTS: "log_texts unsealings",
        Data.LOG: "log_entries log_head log_nodes log_checkpoints log_deposits erasures",
    }.items()
    for table in tables.split()
}
# Whom the data are about, in the order in which people ask for them.
ABOUT: Final[dict[str, tuple[Data, ...]]] = {
    "colleagues": (
        Data.PEOPLE,
        Data.DUTY,
        Data.NOTICES,
        Data.SESSIONS,
        Data.SIGN_IN_ATTEMPTS,
        Data.REQUESTS,
    ),
    "authors": (Data.MENTIONS, Data.OBJECTIONS, Data.FIGURES),
    "crisis": (Data.ALERTS, Data.DRILLS, Data.INCIDENTS, Data.STATEMENTS, Data.LOG_TEXTS, Data.LOG),
    "house": (Data.ACCOUNTS, Data.SETTINGS),
}
TIMED: Final = tuple(kept for kept in KEPT if kept.days)


def days_kept(chosen: Mapping[str, Any]) -> dict[Data, int]:
    """Return the days of every kind that is erased by time; what was chosen outside its limits doesn't count."""
    return {kept.data: _days(kept, chosen.get(kept.data.value)) for kept in TIMED}


def _days(kept: Kept, chosen: object) -> int:
    fits = type(chosen) is int and kept.least <= chosen <= kept.most
    return int(chosen) if fits else kept.days  # type: ignore[call-overload]


def check_days(data: Data, days: int) -> None:
    """Refuse a time the house may not choose; raises ``BadInput``."""
    kept = next((kept for kept in TIMED if kept.data is data), None)
    if kept is None or not kept.changeable:
        raise BadInput("privacy.time_is_fixed", data=data.value)
    if not (type(days) is int and kept.least <= days <= kept.most):
        raise BadInput("privacy.time_out_of_range", least=kept.least, most=kept.most)
