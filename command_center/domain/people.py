"""People, their roles, and what each role may do.

``RIGHTS`` is the one table of *who may do what*; use cases check it, pages only hide.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What a person is in this house; a person may hold several."""

    EMPLOYEE = "employee"
    CO_MANAGER = "co_manager"
    ANALYST = "analyst"
    APPROVER = "approver"
    CRISIS_LEAD = "crisis_lead"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


class Act(StrEnum):
    """What can be done here; reading counts as an act where the reader must be entitled to it."""

    READ_PICTURE = "picture.read"
    IMPORT_MENTIONS = "mentions.import"
    WRITE_TOPIC = "topic.write"
    TRIAGE = "mention.triage"
    REPLAY = "replay.run"
    ACKNOWLEDGE = "alert.acknowledge"
    ACTIVATE = "plan.activate"
    LEAD_INCIDENT = "incident.lead"
    WORK_TASK = "task.work"
    RECORD_FACT = "fact.record"
    READ_STATEMENTS = "statements.read"
    DRAFT = "statement.draft"
    APPROVE = "statement.approve"
    WITHDRAW = "statement.withdraw"
    LOCK = "account.lock"
    UNLOCK = "account.unlock"
    CHECK_TEXT = "text.check"
    PUBLISH = "publication.publish"
    REVIEW_POST = "publication.review"
    RELEASE = "publication.release"
    READ_LOG = "log.read"
    EXPORT_CASE = "case.export"
    READ_PLANS = "plans.read"
    WRITE_ACCOUNT = "account.write"
    WRITE_PEOPLE = "people.write"
    READ_PEOPLE = "people.read"
    OWN_SETTINGS = "self.write"
    WRITE_DUTY = "duty.write"
    PROTECT_DATA = "data.protect"
    UNSEAL_NAMES = "names.unseal"
    AGREE_PLAN = "plans.agree"
    BE_SECOND = "proposal.agree"


# Two actors that are no persons: the house itself, and whoever holds the machine's shell.
SYSTEM: Final = "system"
SHELL: Final = "shell"
# The person who agrees as the second one in a drill; it exists in the practice plane only.
DRILL_PARTNER: Final = "drill-partner"

_ALL: Final = frozenset(Role)
_LEAD: Final = frozenset({Role.CRISIS_LEAD})
_PRESS: Final = frozenset({Role.ANALYST, Role.APPROVER, Role.CRISIS_LEAD})
_SPEAKERS: Final = frozenset({Role.CO_MANAGER, Role.APPROVER, Role.CRISIS_LEAD})
_ADMIN: Final = frozenset({Role.ADMINISTRATOR})

RIGHTS: Final[dict[Act, frozenset[Role]]] = {
    Act.READ_PICTURE: _PRESS | {Role.AUDITOR},
    Act.IMPORT_MENTIONS: frozenset({Role.ANALYST, Role.CRISIS_LEAD}) | _ADMIN,
    Act.WRITE_TOPIC: frozenset({Role.ANALYST, Role.CRISIS_LEAD}) | _ADMIN,
    Act.TRIAGE: _PRESS | {Role.CO_MANAGER},
    Act.REPLAY: frozenset({Role.ANALYST, Role.CRISIS_LEAD}) | _ADMIN,
    Act.ACKNOWLEDGE: _PRESS,
    Act.ACTIVATE: _LEAD,
    Act.LEAD_INCIDENT: _LEAD,
    Act.WORK_TASK: _PRESS | {Role.CO_MANAGER, Role.EMPLOYEE, Role.ADMINISTRATOR},
    Act.RECORD_FACT: _PRESS,
    Act.READ_STATEMENTS: _PRESS | {Role.CO_MANAGER, Role.AUDITOR},
    Act.DRAFT: _PRESS,
    Act.APPROVE: frozenset({Role.APPROVER, Role.CRISIS_LEAD}),
    Act.WITHDRAW: frozenset({Role.APPROVER, Role.CRISIS_LEAD}),
    Act.LOCK: frozenset({Role.APPROVER, Role.CRISIS_LEAD}),
    Act.UNLOCK: frozenset({Role.APPROVER, Role.CRISIS_LEAD}),
    Act.CHECK_TEXT: _SPEAKERS | {Role.ANALYST},
    Act.PUBLISH: _SPEAKERS,
    Act.REVIEW_POST: _SPEAKERS,
    Act.RELEASE: frozenset({Role.APPROVER, Role.CRISIS_LEAD}),
    Act.READ_LOG: frozenset({Role.AUDITOR, Role.CRISIS_LEAD}),
    Act.EXPORT_CASE: frozenset({Role.AUDITOR, Role.CRISIS_LEAD}),
    Act.READ_PLANS: _PRESS | {Role.AUDITOR, Role.ADMINISTRATOR},
    Act.WRITE_ACCOUNT: _ADMIN | _LEAD,
    Act.WRITE_PEOPLE: _ADMIN,
    Act.READ_PEOPLE: _ALL,
    Act.OWN_SETTINGS: _ALL,
    Act.WRITE_DUTY: _LEAD | _ADMIN,
    Act.PROTECT_DATA: _ADMIN,
    Act.UNSEAL_NAMES: frozenset({Role.AUDITOR}),
    Act.AGREE_PLAN: frozenset({Role.APPROVER, Role.CRISIS_LEAD}),
    Act.BE_SECOND: frozenset({Role.APPROVER, Role.CRISIS_LEAD, Role.ADMINISTRATOR}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who can sign in; ``email`` and ``phone`` are where alerts and questions reach them."""

    id: str
    login: str
    name: str
    roles: tuple[Role, ...]
    email: str = ""
    phone: str = ""
    language: str = ""
    active: bool = True
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """How a person proves who they are: an argon2id hash, never a password; id is the person's."""

    id: str
    password_hash: str
    changed_at: datetime


class Way(StrEnum):
    """How somebody proved who they are when a session began."""

    PASSWORD = "password"  # noqa: S105 - a word, no secret
    SECOND_FACTOR = "second_factor"
    PASSKEY = "passkey"
    PROVIDER = "provider"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A signed-in browser; ``id`` is the SHA-256 of the cookie, so the store can't impersonate it.

    ``browser`` is its family and system, for people to know their own devices again.
    """

    id: str
    person_id: str
    created_at: datetime
    seen_at: datetime
    ended_at: datetime | None = None
    way: Way = Way.UNKNOWN
    browser: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A key that lies with a person; ``id`` is the credential's in base64url, ``public_key`` COSE in hex.

    ``can_be_copied`` says that it may be on several devices of theirs, ``is_copied`` that it is.
    """

    id: str
    person_id: str
    public_key: str
    name: str
    sign_count: int
    can_be_copied: bool
    is_copied: bool
    added_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInAttempt:
    """One try to sign in, kept for throttling and deleted after a day."""

    id: str
    login: str
    address: str
    at: datetime
    succeeded: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorStep:
    """A sign-in that is half done; ``id`` is the SHA-256 of a cookie, as with sessions, and it ends once used.

    ``kind`` is ``code`` (the second factor is asked for), ``factor`` (it is being set up), ``provider`` (the
    browser is at the identity provider; ``person_id`` is empty) ``invited`` (a password is to be chosen; the key is
    a code on paper), ``passkey`` (any passkey may answer) or ``passkey_new``; ``carries`` is what the next step needs.
    """

    id: str
    kind: str
    person_id: str
    at: datetime
    carries: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who a person is at an identity provider; ``id`` is made of issuer and subject, never of an address."""

    id: str
    issuer: str
    subject: str
    person_id: str
    linked_at: datetime


def may(person: Person, act: Act) -> bool:
    """Tell whether the person may do the act: active, and one of their roles is entitled to it."""
    return person.active and bool(RIGHTS[act].intersection(person.roles))
