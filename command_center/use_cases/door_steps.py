"""A sign-in in several steps: what is done so far is kept here, the browser holds only the key to it."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from command_center.domain.people import DoorStep, Person
from command_center.errors import NotAllowed
from command_center.ports import Reading, Writing

# The kinds of steps.
CODE: Final = "code"
FACTOR: Final = "factor"
PROVIDER: Final = "provider"
INVITED: Final = "invited"
PASSKEY: Final = "passkey"
PASSKEY_NEW: Final = "passkey_new"
LASTS: Final = timedelta(minutes=10)
INVITATION_LASTS: Final = timedelta(hours=48)


class StepDue(NotAllowed):
    """The password was right, but that is not enough: ``kind`` says what is missing, ``token`` leads there."""

    def __init__(self, kind: str, token: str) -> None:
        super().__init__("sign_in.step_due")
        self.kind: Final = kind
        self.token: Final = token


def session_id(token: str) -> str:
    """Return what the store knows of a session or a step: the SHA-256 of its cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


def set_step(store: Writing, kind: str, person_id: str, now: datetime, **carries: str) -> str:
    """Keep a step and return the token that leads back to it; steps nobody came back to are forgotten."""
    for step in store.find(DoorStep, order="at", limit=200):
        if not _lasts(step, now):
            store.remove(DoorStep, id=step.id)
    token = secrets.token_urlsafe(32)
    store.add(DoorStep(id=session_id(token), kind=kind, person_id=person_id, at=now, carries=carries))
    return token


def step_at(store: Reading, token: str, kind: str, now: datetime) -> DoorStep:
    """Return the step this token leads to; raises ``NotAllowed`` when it is over or was another one."""
    step = store.get(DoorStep, session_id(token)) if token else None
    if step is None or step.kind != kind or not _lasts(step, now):
        raise NotAllowed("sign_in.step_over")
    return step


def _lasts(step: DoorStep, now: datetime) -> bool:
    return timedelta() <= now - step.at <= (INVITATION_LASTS if step.kind == INVITED else LASTS)


def person_at(store: Reading, step: DoorStep) -> Person:
    """Return whom the step is about; raises ``NotAllowed`` when they were disabled meanwhile."""
    person = store.get(Person, step.person_id)
    if person is None or not person.active:
        raise NotAllowed("sign_in.step_over")
    return person
