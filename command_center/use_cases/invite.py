"""Invitations: nobody chooses somebody else's password, but hands over a code with which they choose their own.

A code holds once, for 48 hours, and until the next one for the same person. Continues in ``use_cases/sign_in.py``.
"""

from dataclasses import replace
from datetime import datetime

from command_center.domain.mentions import Plane
from command_center.domain.people import Act, Credential, DoorStep, Person
from command_center.domain.response_log import Action, NewEntry
from command_center.domain.second_factor import plain_code
from command_center.errors import Conflict, NotAllowed
from command_center.ports import Context, Reading
from command_center.use_cases.command import Work, command
from command_center.use_cases.door_steps import INVITED, StepDue, person_at, session_id, step_at
from command_center.use_cases.passwords import check_password
from command_center.use_cases.sign_in import end_sessions, proved
from command_center.use_cases.throttle import count_try


@command(Act.WRITE_PEOPLE)
def invite(work: Work, *, person_id: str, code: str) -> str:
    """Let somebody choose a new password with this code (of ``new_code``); the one they had holds no more.

    Raises:
        Conflict: ``invitation.own`` - one's own password is changed, not reset; ``invitation.disabled``.
    """
    person = work.need(Person, person_id)
    if person.id == work.who.id:
        raise Conflict("invitation.own")
    if not person.active:
        raise Conflict("invitation.disabled", name=person.name)
    work.store.put(Credential(id=person.id, password_hash="", changed_at=work.now))
    ended = end_sessions(work.store, person.id, work.now)
    keep_invitation(work, person.id, code)
    work.log(Action.PERSON_INVITED, person.id, sessions_ended=ended)
    return person.id


def keep_invitation(work: Work, person_id: str, code: str) -> None:
    """Store what is known of a code; an earlier one of the same person is void."""
    work.store.remove(DoorStep, person_id=person_id)
    work.store.add(
        DoorStep(id=session_id(plain_code(code)), kind=INVITED, person_id=person_id, at=work.now, carries={})
    )


def accept_invitation(ctx: Context, code: str, password: str, address: str, *, browser: str = "") -> str:
    """Give somebody who was invited the password they chose; returns the token of their session.

    Raises:
        NotAllowed: ``invitation.unknown`` for a code that was never one, is used up or over; ``sign_in.wait``.
        BadInput: the password can't be used; the invitation holds on.
        StepDue: a second factor is needed; it carries the way there.
    """
    now, plain = ctx.now(), plain_code(code)
    with ctx.store.writing() as store:
        # No code is tried twice by who guesses, so it is the address that is slowed down.
        attempt = count_try(ctx, store, f"invitation:{session_id(plain)[:16]}", address, now)
    with ctx.store.reading() as reading:
        person = _invited(reading, plain, now)
    check_password(password, login=person.login, about=(ctx.house, person.name, person.email))
    password_hash = ctx.hash_password(password)
    with ctx.store.writing() as store:
        store.put(replace(attempt, succeeded=True))
        person = _invited(store, plain, now)
        store.put(Credential(id=person.id, password_hash=password_hash, changed_at=now))
        store.remove(DoorStep, person_id=person.id)
        entry = NewEntry(
            action=Action.INVITATION_TAKEN, actor=person.id, plane=Plane.REAL, subject=person.id, at=now, details={}
        )
        store.append(entry)
        token, due = proved(ctx, store, person, now, browser=browser)
    if due:
        raise StepDue(due, token)
    return token


def _invited(store: Reading, plain: str, now: datetime) -> Person:
    try:
        return person_at(store, step_at(store, plain, INVITED, now))
    except NotAllowed:
        raise NotAllowed("invitation.unknown") from None
