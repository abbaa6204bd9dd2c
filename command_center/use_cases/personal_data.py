"""What the house stores about one person: told to them as a whole, and erased when they have left.

The log keeps a leaver's id, which then stands for nobody; what it only committed to about them is erased.
"""

from dataclasses import replace
from typing import Any, Final

from command_center.domain.accounts import Account, Lock
from command_center.domain.alerts import Alert, Notice, Replay, Triage
from command_center.domain.clients import Client
from command_center.domain.connections import Connection
from command_center.domain.duty import DutyPlan
from command_center.domain.erasures import Erased
from command_center.domain.four_eyes import Proposal
from command_center.domain.incidents import Clock, Decision, Fact, Incident, Task, TriageAnswer
from command_center.domain.leftovers import Leftover
from command_center.domain.off_voice import OffVoice
from command_center.domain.people import (
    Act,
    Credential,
    DoorStep,
    Identity,
    Passkey,
    Person,
    Session,
    SignInAttempt,
    may,
)
from command_center.domain.pseudonyms import Unsealing, pseudonyms
from command_center.domain.publications import Publication
from command_center.domain.reachability import Reachability
from command_center.domain.removals import Removal
from command_center.domain.response_log import Action
from command_center.domain.rules import RuleSet
from command_center.domain.second_factor import SecondFactor
from command_center.domain.statements import Approval, Statement, StatementVersion
from command_center.errors import Conflict, NotAllowed
from command_center.ports import Caller, Context, Reading, Request, Setting
from command_center.use_cases.command import Work, command, entitled, need
from command_center.use_cases.erasures import note_erasure
from command_center.use_cases.evidence import plain
from command_center.use_cases.write_statement import require_reason

# Every field that names a person by their id; a test compares it with the records themselves.
NAMED: Final[dict[type[Any], tuple[str, ...]]] = {
    Alert: ("acknowledged_by",),
    Approval: ("person_id",),
    Client: ("created_by", "revoked_by"),
    Clock: ("stopped_by",),
    Connection: ("connected_by",),
    Credential: ("id",),
    Decision: ("decided_by",),
    DoorStep: ("person_id",),
    DutyPlan: ("changed_by",),
    Fact: ("recorded_by",),
    Identity: ("person_id",),
    Incident: ("opened_by", "proposed_by", "closed_by"),
    Leftover: ("person_id", "settled_by"),
    Lock: ("locked_by", "lift_asked_by", "lifted_by"),
    Notice: ("person_id",),
    OffVoice: ("handled_by",),
    Passkey: ("person_id",),
    Proposal: ("asked_by", "agreed_by", "ended_by"),
    Publication: ("asked_by", "reviewed_by"),
    Reachability: ("id",),
    Removal: ("asked_by",),
    Replay: ("started_by",),
    Request: ("person_id",),
    RuleSet: ("changed_by",),
    SecondFactor: ("id",),
    Session: ("person_id",),
    Statement: ("created_by",),
    StatementVersion: ("author_id",),
    Task: ("person_id", "done_by"),
    Triage: ("person_id", "changed_by"),
    TriageAnswer: ("answered_by",),
    Unsealing: ("asked_by", "agreed_by"),
}
# Records that name people inside a list or a mapping; there are few of each.
LISTED: Final[tuple[type[Any], ...]] = (Account, Alert, DutyPlan, Incident, Setting)
# Keys to doors, which a copy of one's data must not hold.
_SECRET: Final = frozenset({"password_hash", "sealed", "proof", "carries", "recovery", "connection", "client"})
_ABOUT_PEOPLE: Final = ("address", "detail", "handle", "login", "name", "note")


def personal_data(store: Reading, person: Person) -> dict[str, Any]:
    """Return everything stored about a person, by kind of record; secrets are left out, and a session's id is one."""
    found: dict[str, Any] = {"person": plain(person)}
    for kind, names in NAMED.items():
        same: list[dict[str, Any]] = [{name: person.id} for name in names]
        rows = {each.id: each for one in same for each in store.find(kind, **one)}
        found[kind.__name__] = [_open(plain(row), kind) for row in rows.values()]
    for listed in LISTED:
        rows = {row["id"]: row for row in found.get(listed.__name__, ())}
        rows |= {each.id: _open(plain(each), listed) for each in store.find(listed) if _tells_of(each, person.id)}
        found[listed.__name__] = list(rows.values())
    found["SignInAttempt"] = [plain(each) for each in store.find(SignInAttempt, login=person.login, order="at")]
    entries = {entry.number: entry for entry in store.log(actor=person.id)}
    entries |= {entry.number: entry for entry in store.log(subject=person.id)}
    found["log"] = [
        {"number": number, "at": plain(entries[number])["at"], "action": entries[number].action.value}
        | {"actor": entries[number].actor, "subject": entries[number].subject, "details": entries[number].details}
        for number in sorted(entries)
    ]
    return {kind: rows for kind, rows in found.items() if rows}


def _tells_of(record: Any, person_id: str) -> bool:
    """Tell whether an id stands anywhere in a record but its own."""
    return any(person_id in str(value) for name, value in plain(record).items() if name != "id")


def _open(row: dict[str, Any], kind: type[Any]) -> dict[str, Any]:
    hidden = _SECRET | {"id"} if kind is Session else _SECRET
    return {name: value for name, value in row.items() if name not in hidden}


def export_person(ctx: Context, caller: Caller, *, person_id: str) -> dict[str, Any]:
    """Return everything stored about a person, by kind of record, for themselves or who protects data; logged.

    Raises:
        NotAllowed: somebody else asks.
        NotFound: there is no such person.
    """
    with ctx.store.reading() as store:
        reader = entitled(store, caller.person_id, Act.OWN_SETTINGS)
        _only_for(reader, person_id)
        found = personal_data(store, need(store, Person, person_id))
    _note_export(ctx, caller, person_id=person_id, records=sum(len(rows) for rows in found.values()))
    return found


def _only_for(reader: Person, person_id: str) -> None:
    if reader.id != person_id and not may(reader, Act.PROTECT_DATA):
        raise NotAllowed("people.no_right", act=Act.PROTECT_DATA.value)


@command(Act.OWN_SETTINGS)
def _note_export(work: Work, *, person_id: str, records: int) -> str:
    _only_for(work.who, person_id)
    work.log(Action.PERSON_EXPORTED, person_id, entries=records)
    return person_id


@command(Act.PROTECT_DATA)
def erase_person(work: Work, *, person_id: str, reason: str) -> str:
    """Replace the name and contact of somebody who has left; what they did stays, under an id that names nobody.

    Raises:
        Conflict: ``privacy.still_active`` - disable them first.
        BadInput: no reason.
    """
    person = work.need(Person, person_id)
    require_reason(reason)
    if person.active:
        raise Conflict("privacy.still_active")
    gone, texts = empty_person(work, person, why=reason.strip())
    note_erasure(work, Erased.PERSON, [person.id])
    work.log(Action.PERSON_ERASED, person.id, records=gone, texts=texts, reason=reason.strip())
    return person.id


def empty_person(work: Work, person: Person, *, why: str) -> tuple[int, int]:
    """Empty all that says who somebody is; returns how many records went, and how many texts of the log."""
    name = pseudonyms(each.id for each in work.store.find(Person))[person.id]
    gone = work.store.remove(SignInAttempt, login=person.login) if person.login else 0
    for kind in (Session, Identity, Passkey, DoorStep):
        gone += work.store.remove(kind, person_id=person.id)
    gone += work.store.remove(SecondFactor, id=person.id)
    work.store.put(replace(person, login=f"erased-{person.id}", name=f"Person {name}", email="", phone="", language=""))
    if work.store.get(Credential, person.id):
        work.store.put(Credential(id=person.id, password_hash="", changed_at=work.now))
    for reach in work.store.find(Reachability, id=person.id):
        work.store.put(Reachability(id=reach.id, changed_at=work.now))
    for notice in work.store.find(Notice, person_id=person.id):
        if notice.detail:
            work.store.put(replace(notice, detail=""))
    numbers = [entry.number for entry in work.store.log(subject=person.id)]
    return gone, work.store.erase_texts(numbers, fields=_ABOUT_PEOPLE, at=work.now, why=why)


@command(Act.PROTECT_DATA)
def erase_entry_texts(work: Work, *, number: int, reason: str) -> str:
    """Erase what people wrote into one entry of the log; raises ``BadInput`` without a reason, ``Conflict``."""
    require_reason(reason)
    entry = next(iter(work.store.log(after=number - 1, limit=1)), None)
    if entry is None or entry.number != number:
        raise Conflict("privacy.no_such_entry", number=number)
    left = [text.field for text in entry.texts if text.erased_at is None]
    if not left:
        raise Conflict("privacy.nothing_to_erase", number=number)
    gone = work.store.erase_texts([number], at=work.now, why=reason.strip())
    note_erasure(work, Erased.LOG_TEXTS, [f"{number} {entry.hash}"], left)
    work.log(
        Action.TEXTS_ERASED,
        str(number),
        incident_id=entry.incident_id,
        entry=number,
        fields=left,
        texts=gone,
        reason=reason.strip(),
    )
    return str(number)
