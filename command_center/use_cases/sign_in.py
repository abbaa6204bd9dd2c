"""Signing in and out: who opens the house, who comes in, who is here, and who guesses too often.

The story goes on in ``use_cases/people.py``. Passwords are compared outside any transaction.
"""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from command_center.domain.mentions import Plane
from command_center.domain.names import clean_email, clean_login, clean_name
from command_center.domain.people import Credential, Passkey, Person, Role, Session, Way
from command_center.domain.response_log import Action, NewEntry
from command_center.domain.second_factor import (
    GRACE,
    UNTIL_DECIDED,
    SecondFactor,
    SecondFactorRule,
    is_needed,
    new_secret,
)
from command_center.errors import Conflict, NotAllowed
from command_center.ports import Context, Reading, Setting, Writing
from command_center.use_cases.door_steps import CODE, FACTOR, StepDue, set_step
from command_center.use_cases.door_steps import session_id as session_id
from command_center.use_cases.passwords import LONGEST, check_password
from command_center.use_cases.throttle import count_try, note_failure
from command_center.use_cases.works_council import choose_mode

_SEEN_EVERY: Final = timedelta(minutes=1)
_OPENING: Final = "house.opening_code"
SECOND_FACTOR_RULE: Final = "house.second_factor"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """How long a session lasts without an action, and at most."""

    idle: timedelta = timedelta(minutes=60)
    longest: timedelta = timedelta(hours=12)


DEFAULT_LIMITS: Final = SessionLimits()


def is_open(ctx: Context) -> bool:
    """Tell whether the house has its first person."""
    with ctx.store.reading() as store:
        return bool(store.find(Person, limit=1))


def ask_for_code(ctx: Context, *, needed: bool) -> str:
    """Make the one-time code that opens the house, or none where only this machine can reach it.

    Returns the code for the terminal; empty when none is needed or the house is open already.
    """
    with ctx.store.writing() as store:
        if store.find(Person, limit=1):
            return ""
        code = "-".join(secrets.token_hex(2).upper() for _ in range(3)) if needed else ""
        store.put(Setting(id=_OPENING, value={"code_hash": session_id(code) if code else ""}))
        return code


def open_house(
    ctx: Context,
    *,
    login: str,
    name: str,
    email: str,
    password: str,
    code: str = "",
    names_sealed: bool = False,
    browser: str = "",
) -> str:
    """Create the first person, administrator and crisis lead in one, and sign them in; returns the session token.

    ``names_sealed`` is the answer to whether the works council's mode is on.

    Raises:
        Conflict: somebody is in the house already.
        NotAllowed: the one-time code from the terminal is missing or wrong.
        BadInput: a name, login, e-mail address or password that can't be used.
    """
    login, name, email = clean_login(login), clean_name(name), clean_email(email)
    check_password(password, login=login, about=(ctx.house, name, email))
    if is_open(ctx):
        raise Conflict("house.already_open")
    _check_code(ctx, code)
    password_hash = ctx.hash_password(password)
    now = ctx.now()
    with ctx.store.writing() as store:
        if store.find(Person, limit=1):
            raise Conflict("house.already_open")
        person = Person(
            id=ctx.new_id(),
            login=login,
            name=name,
            email=email,
            roles=(Role.ADMINISTRATOR, Role.CRISIS_LEAD),
            created_at=now,
        )
        store.add(person)
        store.add(Credential(id=person.id, password_hash=password_hash, changed_at=now))
        store.put(Setting(id=_OPENING, value={"code_hash": ""}))
        choose_mode(store, on=names_sealed)
        _log(store, Action.HOUSE_OPENED, person.id, now, names_sealed=names_sealed)
        return begin_session(store, person, now, way=Way.PASSWORD, browser=browser)


def needs_code(ctx: Context) -> bool:
    """Tell whether the house opens only with the one-time code from the terminal."""
    return bool(_code_hash(ctx))


def _code_hash(ctx: Context) -> str:
    with ctx.store.reading() as store:
        opening = store.get(Setting, _OPENING)
    return str(opening.value.get("code_hash", "")) if opening else ""


def _check_code(ctx: Context, code: str) -> None:
    wanted = _code_hash(ctx)
    given = session_id(code.strip().upper())
    if wanted and not secrets.compare_digest(wanted, given):
        raise NotAllowed("house.wrong_code")


def sign_in(ctx: Context, login: str, password: str, address: str, *, browser: str = "") -> str:
    """Return the token of a new session.

    Raises:
        NotAllowed: ``sign_in.failed``, the same for a wrong password, an unknown or a disabled person,
            or ``sign_in.wait`` with the seconds until the next try.
        StepDue: the password is right, but this person needs a second factor; it carries the way to the next step.
    """
    person, now = prove(ctx, login, password, address), ctx.now()
    with ctx.store.writing() as store:
        current = store.get(Person, person.id)
        if current is None or not current.active:
            raise NotAllowed("sign_in.failed")
        token, due = proved(ctx, store, current, now, browser=browser)
    if due:
        raise StepDue(due, token)
    return token


def proved(ctx: Context, store: Writing, person: Person, now: datetime, *, browser: str) -> tuple[str, str]:
    """Return the token of a session for whose password was right, or of the step that is still due, and its kind."""
    due = _step_due(store, person, now)
    if not due:
        return begin_session(store, person, now, way=Way.PASSWORD, browser=browser), ""
    if due == FACTOR:
        carries = {"sealed": ctx.vault.seal(person.id, {"secret": new_secret()})}
    else:
        carries = {"challenge": secrets.token_hex(32)}  # for a passkey, which may answer in place of the code
    return set_step(store, due, person.id, now, **carries), due


def _step_due(store: Reading, person: Person, now: datetime) -> str:
    if has_second_factor(store, person.id):
        return CODE
    due = factor_due(store, person)
    return FACTOR if due is not None and due <= now else ""


def has_second_factor(store: Reading, person_id: str) -> bool:
    """Tell whether somebody can prove themselves by more than a password: an app, or a passkey."""
    return store.get(SecondFactor, person_id) is not None or bool(store.find(Passkey, person_id=person_id, limit=1))


def factor_due(store: Reading, person: Person) -> datetime | None:
    """Return from when a sign-in with password asks this person for a second factor they haven't got, if ever."""
    credential = store.get(Credential, person.id)
    if credential is None or not credential.password_hash or has_second_factor(store, person.id):
        return None
    if not is_needed(second_factor_rule(store), person.roles):
        return None
    decided = store.get(Setting, SECOND_FACTOR_RULE) is not None
    return person.created_at if decided else person.created_at + GRACE


def second_factor_rule(store: Reading) -> SecondFactorRule:
    """Return who needs a second factor in this house."""
    chosen = store.get(Setting, SECOND_FACTOR_RULE)
    return SecondFactorRule(chosen.value["needed_for"]) if chosen else UNTIL_DECIDED


def prove(ctx: Context, login: str, password: str, address: str) -> Person:
    """Return the active person whose login and password these are; counts and slows down guessing."""
    login, now = login.strip().casefold()[:64], ctx.now()
    with ctx.store.writing() as store:
        attempt = count_try(ctx, store, login, address, now)
        people = store.find(Person, login=login, limit=1)
        credential = store.get(Credential, people[0].id) if people else None
    stored = credential.password_hash if credential else ""
    # An empty hash makes the hasher work on a dummy: unknown people take as long as known ones.
    matches = ctx.password_matches(stored, password[: LONGEST + 1])
    right = bool(people and people[0].active and stored and matches)
    with ctx.store.writing() as store:
        if right:
            store.put(replace(attempt, succeeded=True))
        else:
            note_failure(store, attempt, people[0].id if people else "")
    if not right:
        raise NotAllowed("sign_in.failed")
    return people[0]


def sign_out(ctx: Context, token: str) -> None:
    """End the session; an unknown or ended one is left as it is."""
    with ctx.store.writing() as store:
        session = store.get(Session, session_id(token))
        if session is not None and session.ended_at is None:
            now = ctx.now()
            store.put(replace(session, ended_at=now))
            _log(store, Action.SESSION_ENDED, session.person_id, now)


def who_is(ctx: Context, token: str, *, limits: SessionLimits = DEFAULT_LIMITS, touch: bool = True) -> Person | None:
    """Return the person whose browser holds this token, or None when the session is over."""
    return who_holds(ctx, session_id(token), limits=limits, touch=touch) if token else None


def who_holds(ctx: Context, identity: str, *, limits: SessionLimits = DEFAULT_LIMITS, touch: bool) -> Person | None:
    """Return the person of the session with this id; ``touch`` notes an action of theirs, once a minute."""
    now = ctx.now()
    with ctx.store.reading() as store:
        session = store.get(Session, identity)
        if session is None or not lasts(session, now, limits):
            return None
        person = store.get(Person, session.person_id)
    if person is None or not person.active:
        return None
    if touch and now - session.seen_at >= _SEEN_EVERY:
        with ctx.store.writing() as store:
            current = store.get(Session, identity)
            if current is None or current.ended_at is not None:
                return None
            store.put(replace(current, seen_at=now))
    return person


def lasts(session: Session, now: datetime, limits: SessionLimits) -> bool:
    """Tell whether a session still counts."""
    if session.ended_at is not None:
        return False
    return now - session.seen_at < limits.idle and now - session.created_at < limits.longest


def end_sessions(store: Writing, person_id: str, now: datetime, *, but: str = "") -> int:
    """End a person's sessions, except the one with the id ``but``; returns how many ended."""
    ended = [
        session
        for session in store.find(Session, person_id=person_id)
        if session.ended_at is None and session.id != but
    ]
    for session in ended:
        store.put(replace(session, ended_at=now))
    return len(ended)


def begin_session(store: Writing, person: Person, now: datetime, *, way: Way, browser: str = "") -> str:
    """Begin a session with a token nobody has seen before, whatever the browser brought along; returns the token."""
    token = secrets.token_urlsafe(32)
    identity = session_id(token)
    store.add(Session(id=identity, person_id=person.id, created_at=now, seen_at=now, way=way, browser=browser))
    _log(store, Action.SESSION_STARTED, person.id, now, way=way.value)
    return token


def _log(store: Writing, action: Action, person_id: str, now: datetime, **details: object) -> None:
    entry = NewEntry(action=action, actor=person_id, plane=Plane.REAL, subject=person_id, at=now, details=details)
    store.append(entry)
