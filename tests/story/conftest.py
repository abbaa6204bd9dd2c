"""A whole house in a folder of its own, with people of every role and a clock the story moves."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest

from command_center.bootstrap import build
from command_center.domain.people import Role
from command_center.ports import Caller, Context
from command_center.settings import Settings
from command_center.use_cases.command import SHELL
from command_center.use_cases.people import add_person
from tests.contracts.conftest import cluster  # noqa: F401 - the fixture
from tests.contracts.postgresql import Cluster


@dataclass
class House:
    """A running house: its context, its people's ids by login, and its clock."""

    ctx: Context
    moment: datetime
    people: dict[str, str] = field(default_factory=dict)
    wishes: Iterator[int] = field(default_factory=count)

    def says(self, login: str) -> Caller:
        """Return a fresh wish of somebody."""
        return Caller(self.people.get(login, login), f"wish-{next(self.wishes)}")

    def later(self, **span: int) -> None:
        """Let time pass."""
        self.moment += timedelta(**span)


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """Open a house on each engine with a lead, an approver, an analyst, a co-manager and an auditor."""
    url = ""
    if request.param == "postgresql":
        running: Cluster = request.getfixturevalue("cluster")
        url = running.url(running.database())
    ctx = build(Settings(data=tmp_path, database_url=url))
    house = House(ctx=ctx, moment=datetime(2026, 11, 21, 9, 0, tzinfo=UTC))
    house.ctx = replace(ctx, now=lambda: house.moment, hash_password=lambda text: f"hash of {len(text)}")
    staff = {
        "lead": [Role.CRISIS_LEAD, Role.ADMINISTRATOR],
        "approver": [Role.APPROVER],
        "analyst": [Role.ANALYST],
        "co_manager": [Role.CO_MANAGER],
        "auditor": [Role.AUDITOR],
    }
    for login, roles in staff.items():
        house.people[login] = add_person(
            house.ctx,
            house.says(SHELL),
            login=login,
            name=login.title(),
            email=f"{login}@example.org",
            roles=roles,
            password="a long enough secret 42",
        )
    yield house
    ctx.store.close()
