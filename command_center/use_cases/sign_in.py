"""Signing in and out: who opens the house, who comes in, who is here, and who guesses too often.

The story goes on in ``use_cases/people.py``. Passwords are compared outside any transaction.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from command_center.domain.mentions import Plane
from command_center.domain.people import Credential, Person, Role, Session, SignInAttempt
from command_center.domain.response_log import Action, NewEntry
from command_center.errors import BadInput, Conflict, NotAllowed
from command_center.ports import Context, Reading, Setting, Writing
from command_center.use_cases.passwords import LONGEST, check_password

WINDOW: Final = timedelta(minutes=15)
FREE_TRIES: Final = 5
FREE_TRIES_OF_ADDRESS: Final = 20
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = WINDOW
_KEPT: Final = timedelta(days=1)
_SEEN_EVERY: Final = timedelta(minutes=1)
_OPENING: Final = "house.opening_code"


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionLimits:
    """How long a session lasts without an action, and at most."""

    idle: timedelta = timedelta(minutes=60)
    longest: timedelta = timedelta(hours=12)


DEFAULT_LIMITS: Final = SessionLimits()


def session_id(token: str) -> str:
    """Return what the store knows of a session: the SHA-256 of its cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


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


def open_house(ctx: Context, *, login: str, name: str, email: str, password: str, code: str = "") -> str:
    """Create the first person, administrator and crisis lead in one, and sign them in; returns the session token.

    Raises:
        Conflict: somebody is in the house already.
        NotAllowed: the one-time code from the terminal is missing or wrong.
        BadInput: a name, login, e-mail address or password that can't be used.
    """
    login, name, email = clean_login(login), clean_name(name), clean_email(email)
    check_password(password, login=login)
    if is_open(ctx):
        raise Conflict("house.already_open")
    _check_code(ctx, code)
    password_hash = ctx.hash_password(password)
    now, token = ctx.now(), secrets.token_urlsafe(32)
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
        _log(store, Action.HOUSE_OPENED, person.id, now)
        _begin(store, person, token, now)
    return token


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


def sign_in(ctx: Context, login: str, password: str, address: str) -> str:
    """Return the token of a new session.

    Raises:
        NotAllowed: ``sign_in.failed``, the same for a wrong password, an unknown or a disabled person,
            or ``sign_in.wait`` with the seconds until the next try.
    """
    person = prove(ctx, login, password, address)
    now, token = ctx.now(), secrets.token_urlsafe(32)
    with ctx.store.writing() as store:
        current = store.get(Person, person.id)
        if current is None or not current.active:
            raise NotAllowed("sign_in.failed")
        _begin(store, current, token, now)
    return token


def prove(ctx: Context, login: str, password: str, address: str) -> Person:
    """Return the active person whose login and password these are; counts and slows down guessing."""
    login, now = login.strip().casefold()[:64], ctx.now()
    # The try is written down as failed before the password is looked at, so that a hundred tries
    # at the same moment are a hundred tries.
    attempt = SignInAttempt(id=ctx.new_id(), login=login, address=address, at=now, succeeded=False)
    with ctx.store.writing() as store:
        _forget_old_attempts(store, now)
        wait = _wait(store, login, address, now)
        if wait > timedelta():
            raise NotAllowed("sign_in.wait", count=max(1, round(wait.total_seconds())))
        store.add(attempt)
        people = store.find(Person, login=login, limit=1)
        credential = store.get(Credential, people[0].id) if people else None
    stored = credential.password_hash if credential else ""
    # An empty hash makes the hasher work on a dummy: unknown people take as long as known ones.
    matches = ctx.password_matches(stored, password[: LONGEST + 1])
    if not (people and people[0].active and stored and matches):
        raise NotAllowed("sign_in.failed")
    with ctx.store.writing() as store:
        store.put(replace(attempt, succeeded=True))
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
        if session is None or not _lasting(session, now, limits):
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


def _lasting(session: Session, now: datetime, limits: SessionLimits) -> bool:
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


def clean_login(login: str) -> str:
    """Return a login as stored: small letters; raises ``BadInput`` for signs nobody can type safely."""
    text = login.strip().casefold()
    if not (2 <= len(text) <= 64 and text.isascii() and all(sign.isalnum() or sign in "._-@+" for sign in text)):
        raise BadInput("people.bad_login")
    return text


def clean_name(name: str) -> str:
    """Return a person's name on one line; raises ``BadInput`` when there is none."""
    text = " ".join(name.split())
    if not (1 <= len(text) <= 120 and text.isprintable()):
        raise BadInput("people.bad_name")
    return text


def clean_email(email: str) -> str:
    """Return an e-mail address, or nothing; raises ``BadInput`` when mail can't go there."""
    text = email.strip()
    name, _, host = text.partition("@")
    if text and not (len(text) <= 254 and name and "." in host and "@" not in host and text.isascii() and _plain(text)):
        raise BadInput("people.bad_email", email=text[:80])
    return text


def _plain(text: str) -> bool:
    return text.isprintable() and not set(text) & set(' ,;:<>()[]"\\&?=%#/')


def _begin(store: Writing, person: Person, token: str, now: datetime) -> None:
    store.add(Session(id=session_id(token), person_id=person.id, created_at=now, seen_at=now))
    _log(store, Action.SESSION_STARTED, person.id, now)


def _log(store: Writing, action: Action, person_id: str, now: datetime) -> None:
    store.append(NewEntry(action=action, actor=person_id, plane=Plane.REAL, subject=person_id, at=now, details={}))


def _forget_old_attempts(store: Writing, now: datetime) -> None:
    for attempt in store.find(SignInAttempt, order="at", limit=20):
        if now - attempt.at > _KEPT:
            store.remove(SignInAttempt, id=attempt.id)


def _wait(store: Reading, login: str, address: str, now: datetime) -> timedelta:
    """Return how long the next try must wait; 0 when it needn't.

    Somebody else's guessing must not keep a person out: where they signed in within a day, only
    tries from that same address count for them.
    """
    of_login = store.find(SignInAttempt, order="at", descending=True, limit=200, login=login)
    at_home = any(attempt.succeeded and attempt.address == address for attempt in of_login)
    counted = [attempt for attempt in of_login if attempt.address == address] if at_home else of_login
    of_address = store.find(SignInAttempt, order="at", descending=True, limit=200, address=address)
    failures = [attempt for attempt in of_address if not attempt.succeeded]
    return max(
        _penalty(_since_success(counted), FREE_TRIES, now),
        _penalty([a.at for a in failures], FREE_TRIES_OF_ADDRESS, now),
    )


def _since_success(newest_first: Iterable[SignInAttempt]) -> list[datetime]:
    failures = []
    for attempt in newest_first:
        if attempt.succeeded:
            break
        failures.append(attempt.at)
    return failures


def _penalty(failures: list[datetime], free: int, now: datetime) -> timedelta:
    """Return the rest of the wait after too many failures: 30 s, doubled with each further one, 15 min at most."""
    recent = [at for at in failures if now - at < WINDOW]
    if len(recent) < free:
        return timedelta()
    doubled: int = 2 ** min(len(recent) - free, 10)
    return max(recent) + min(FIRST_WAIT * doubled, LONGEST_WAIT) - now
