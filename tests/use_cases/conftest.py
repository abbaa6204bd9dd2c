"""Use cases run against the hand-written store, with a clock and ids the test controls."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

import pytest

from command_center.bootstrap import shelf
from command_center.domain.accounts import Account
from command_center.domain.mentions import Plane
from command_center.domain.people import Person, Role
from command_center.notary import Notary
from command_center.plan_files import plan_from_data, plan_to_data
from command_center.ports import Caller, Context
from command_center.publishing import WITHOUT_NETWORK
from command_center.signing import FileSigner, verify
from command_center.telling import AlertWords, Teller
from command_center.vault import FernetVault, new_key
from tests.fakes.memory_store import MemoryStore
from tests.use_cases.door import Clock, empty_house, first_person

PLANS = Path(__file__).parents[2] / "crisis_plans"


@dataclass
class Office:
    """A context on the fake store, with one person per role, named after it."""

    ctx: Context
    moment: datetime
    wishes: Iterator[int] = field(default_factory=count)

    def says(self, who: str) -> Caller:
        """Return a fresh wish of somebody."""
        return Caller(who, f"wish-{next(self.wishes)}")

    def later(self, **span: int) -> None:
        """Let time pass."""
        self.moment += timedelta(**span)

    def add(self, *records: object) -> None:
        """Put records into the store."""
        with self.ctx.store.writing() as store:
            for record in records:
                store.put(record)  # type: ignore[arg-type]

    def actions(self) -> list[str]:
        """Return what the log says happened, in order."""
        with self.ctx.store.reading() as store:
            return [entry.action.value for entry in store.log()]


def person(identity: str, *roles: Role, **changes: object) -> Person:
    """Return an active person."""
    made = Person(
        id=identity,
        login=identity,
        name=identity.title(),
        roles=roles,
        email=f"{identity}@example.org",
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def account(identity: str, **changes: object) -> Account:
    """Return a corporate account on X that the co-manager uses by hand."""
    made = Account(
        id=identity,
        network="x",
        handle=f"@{identity}",
        name=identity,
        tags=("corporate",),
        co_managers=("co_manager",),
        plane=Plane.REAL,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@pytest.fixture
def tellers() -> list[Teller]:
    """Say how people can be reached outside the app: not at all, unless the test adds a way."""
    return []


@pytest.fixture
def office(tellers: list[Teller]) -> Office:
    """Open an office with a person of each role and an account."""
    return open_office(tellers)


@cache
def keys_folder() -> Path:
    """Return one folder for the keys of every office of this run."""
    return Path(mkdtemp(prefix="one-voice-keys-"))


def open_office(tellers: list[Teller]) -> Office:
    """Open an office of its own."""
    ids = (f"id-{number}" for number in count())
    moment = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    made: list[Office] = []
    ctx = Context(
        store=MemoryStore(),
        now=lambda: made[0].moment,
        new_id=lambda: next(ids),
        publishers=WITHOUT_NETWORK,
        networks={},
        monitors={},
        vault=FernetVault(keys=[new_key()], file=PLANS / "none"),
        notary=Notary(
            signer=FileSigner("example.org/log", keys_folder() / "log.key"), every=timedelta(minutes=1), verify=verify
        ),
        tellers=tellers,
        plans=lambda: shelf(PLANS).plans,
        plan_snapshot=plan_to_data,
        plan_from_snapshot=plan_from_data,
        alert_words=AlertWords(
            title=lambda alert, topic, _language: f"{topic.name} {alert.id}",
            body=lambda alert, _topic, _language, call: alert.id if call is None else f"call {call[0].id}: {alert.id}",
            overdue=lambda minutes, _language: f"unacknowledged for {minutes} minutes",
            digest=lambda waiting, _language, _call: ("many", " ".join(alert.id for alert, _topic in waiting)),
            trial=lambda _language: ("trial", "trial"),
        ),
        hash_password=lambda text: text,
        password_matches=lambda known, given: known == given,
    )
    made.append(Office(ctx=ctx, moment=moment))
    made[0].add(*(person(role.value, role) for role in Role), person("second_approver", Role.APPROVER), account("acc"))
    return made[0]


@pytest.fixture
def clock() -> Clock:
    """Return a clock the test sets."""
    return Clock()


@pytest.fixture
def ctx(tmp_path: Path, clock: Clock) -> Iterator[Context]:
    """Open an empty house on a store of its own."""
    house = empty_house(tmp_path, clock)
    yield house
    house.store.close()


@pytest.fixture
def kim(ctx: Context) -> Person:
    """Create the first person, who administers and leads."""
    return first_person(ctx)
