"""What the gate looks at, and what it would answer now, changing nothing.

Story *somebody posts*: ``use_cases/publish.py`` → ``domain/one_voice.py`` → ``domain/response_log.py``.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from command_center.domain.accounts import Account, Lock, Posture
from command_center.domain.clients import CLIENT, Client
from command_center.domain.incidents import Fact, FactState
from command_center.domain.mentions import Plane
from command_center.domain.one_voice import FORBID_COPIES, Decision, Draft, House, decide
from command_center.domain.people import Act, Person, Role
from command_center.domain.publications import IN_FLIGHT, OUT, Publication
from command_center.domain.statements import StatementState, StatementVersion
from command_center.errors import BadInput, NotFound
from command_center.ports import Context, Reading
from command_center.use_cases.command import SHELL, entitled, need
from command_center.use_cases.stand_in import stand_in

SAID_LATELY = timedelta(hours=24)
MAX_DRAFT = 100_000


def ask(store: Reading, draft: Draft, account: Account, person: Person, now: datetime) -> Decision:
    """Ask the gate; what was once approved is read only to say why a text isn't, or not any more."""
    decision = decide(draft, house_of(store, account, person, now))
    if decision.allowed or decision.posture is not Posture.ONE_VOICE:
        return decision
    return decide(draft, house_of(store, account, person, now, past=True))


def house_of(store: Reading, account: Account, person: Person, now: datetime, *, past: bool = False) -> House:
    """Read everything that may allow this person a text on this account; with ``past`` what no longer does, too."""
    states = tuple(StatementState) if past else (StatementState.VALID,)
    versions = store.find(StatementVersion, plane=account.plane, state=states)
    incidents = tuple({version.incident_id for version in versions})
    confirmed: dict[str, list[str]] = {}
    for fact in store.find(Fact, plane=account.plane, state=FactState.CONFIRMED, incident_id=incidents):
        confirmed.setdefault(fact.incident_id, []).append(fact.text)
    as_now = stand_in(store, person.id, now).as_now(person)
    return House(
        account=account,
        locks=store.find(Lock, account_id=account.id, lifted_at=None),
        versions=versions,
        facts=confirmed,
        said_elsewhere=_said_elsewhere(store, account, now),
        may_use_all=may_use_every_account(as_now) or _is_client_of(store, person, account),
        now=now,
    )


def may_use_every_account(person: Person) -> bool:
    """Tell whether somebody may speak through accounts they don't co-manage."""
    return person.id == SHELL or (person.active and bool({Role.CRISIS_LEAD, Role.APPROVER}.intersection(person.roles)))


def _is_client_of(store: Reading, person: Person, account: Account) -> bool:
    if not person.id.startswith(CLIENT):
        return False
    client = store.get(Client, person.id.removeprefix(CLIENT))
    return client is not None and client.active and account.id in client.accounts


def _said_elsewhere(store: Reading, account: Account, now: datetime) -> list[str]:
    if account.network not in FORBID_COPIES:
        return []
    siblings = store.find(Account, plane=account.plane, network=account.network)
    others = tuple(other.id for other in siblings if other.id != account.id)
    if not others:
        return []
    states = (*OUT, *IN_FLIGHT)
    published = store.find(Publication, account_id=others, state=states, order="asked_at", descending=True, limit=500)
    return [item.text for item in published if item.asked_at > now - SAID_LATELY and not item.reply_to]


def account_named(store: Reading, named: str, plane: Plane = Plane.REAL) -> Account:
    """Return the account with this id, handle or name; raises ``BadInput`` or ``NotFound`` with those there are."""
    if not named:
        raise BadInput("account.name_one")
    return named_among(store.find(Account, plane=plane), named)


def named_among(accounts: Sequence[Account], named: str) -> Account:
    """Return the one of these accounts; whoever may know only some of them learns of no other."""
    found = [item for item in accounts if named in {item.id, item.handle, item.handle.lstrip("@"), item.name}]
    if not found:
        known = ", ".join(sorted(f"{item.handle} ({item.network})" for item in accounts)) or "–"
        raise NotFound("account.not_found", account=named, known=known)
    if len(found) > 1:
        raise BadInput("account.ambiguous", account=named, known=", ".join(f"{a.network}: {a.id}" for a in found))
    return found[0]


def as_data(decision: Decision) -> dict[str, Any]:
    """Return a decision as programs read it."""
    return {
        "allowed": decision.allowed,
        "reason": decision.reason.value,
        "detail": decision.detail,
        "posture": decision.posture.value,
        "text": decision.text,
        "statement_version": decision.version_id,
        "nearest": decision.nearest.text if decision.nearest else "",
    }


def check_text(ctx: Context, person_id: str, *, account_id: str, text: str) -> Decision:
    """Say what the gate would answer now, changing nothing."""
    with ctx.store.reading() as store:
        person = entitled(store, person_id, Act.CHECK_TEXT, ctx.now())
        account = need(store, Account, account_id)
        return ask(store, Draft(text=text[:MAX_DRAFT], person_id=person.id), account, person, ctx.now())
