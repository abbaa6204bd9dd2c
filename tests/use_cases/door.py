"""A house with nobody in it but who the test lets in, on the real SQLite store and a clock that stands still."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from command_center.domain.people import Person, Role
from command_center.domain.response_log import Action
from command_center.errors import CommandCenterError
from command_center.notary import Notary
from command_center.ports import Caller, Context
from command_center.signing import FileSigner, verify
from command_center.storage.store import open_store
from command_center.telling import AlertWords
from command_center.use_cases.people import add_person, list_people
from command_center.use_cases.sign_in import open_house, who_is
from command_center.vault import FernetVault, new_key

PASSWORD = "Der Sturm kommt um acht."
OTHER = "Ein anderer langer Satz"
DESK = "192.0.2.10"
ELSEWHERE = "198.51.100.7"
_REQUESTS = itertools.count(1)


@dataclass
class Clock:
    """A clock that moves when the test says so."""

    at: datetime = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the time."""
        return self.at

    def pass_by(self, **span: float) -> None:
        """Let time pass."""
        self.at += timedelta(**span)


def empty_house(folder: Path, clock: Clock) -> Context:
    """Make a context whose hasher is instant and readable."""
    ids = (f"id-{number:04}" for number in itertools.count(1))
    return Context(
        store=open_store(f"sqlite:///{folder / 'house.sqlite'}"),
        now=clock,
        new_id=lambda: next(ids),
        publishers={},
        networks={},
        monitors={},
        vault=FernetVault(keys=[new_key()], file=folder / "token.key"),
        notary=Notary(
            signer=FileSigner("example.org/log", folder / "log.key"), every=timedelta(minutes=1), verify=verify
        ),
        tellers=(),
        plans=lambda: (),
        plan_snapshot=_unused,
        plan_from_snapshot=_unused,
        alert_words=AlertWords(title=_unused, body=_unused, overdue=_unused, digest=_unused, trial=_unused),
        hash_password=lambda password: f"hash:{password}",
        password_matches=lambda stored, password: stored == f"hash:{password}",
    )


def _unused(*_given: object) -> Any:
    raise AssertionError("plans and alerts are not used here")


def first_person(ctx: Context) -> Person:
    """Open the house."""
    token = open_house(ctx, login="Kim", name="Kim Brandt", email="kim@example.org", password=PASSWORD)
    person = who_is(ctx, token)
    assert person is not None
    return person


def by(person: Person) -> Caller:
    """Say that this person does something new."""
    return Caller(person_id=person.id, request_id=f"request-{next(_REQUESTS)}")


def add(ctx: Context, kim: Person, login: str = "jo", roles: tuple[Role, ...] = (Role.EMPLOYEE,)) -> Person:
    """Let somebody be added by Kim."""
    identity = add_person(ctx, by(kim), login=login, name=login.title(), roles=roles, password=PASSWORD)
    return next(person for person in list_people(ctx, reader=kim.id) if person.id == identity)


def code_of(act: Callable[[], object]) -> str:
    """Return the code of the error an act must raise."""
    with pytest.raises(CommandCenterError) as failure:
        act()
    return failure.value.code


def actions(ctx: Context) -> list[Action]:
    """Return what the log says was done."""
    with ctx.store.reading() as store:
        return [entry.action for entry in store.log()]
