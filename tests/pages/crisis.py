"""A house in a crisis for the tests of pages: people, accounts, a plan to switch on, and texts to approve."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from command_center.bootstrap import build
from command_center.domain.accounts import Account
from command_center.domain.incidents import FactState
from command_center.domain.mentions import Plane
from command_center.domain.people import Person, Role
from command_center.domain.publications import Publication
from command_center.domain.statements import Content, Statement, StatementVersion, Variant
from command_center.ports import Caller, Context
from command_center.settings import Settings
from command_center.use_cases.activate import activate
from command_center.use_cases.approve import approve_statement
from command_center.use_cases.keep_accounts import add_account, set_link_hosts
from command_center.use_cases.lead import record_fact
from command_center.use_cases.people import add_person
from command_center.use_cases.sign_in import open_house, session_id, sign_in
from command_center.use_cases.write_statement import draft_statement, submit_statement
from command_center.web.process import Process, hold

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "Der Sturm kommt um acht."
LISTENING = "Danke für den Hinweis. Wir prüfen das gerade und melden uns hier."
_SHOWN = ("markdown", "caption", "error", "warning", "info", "success", "text", "subheader")


@dataclass(slots=True, kw_only=True)
class Crisis:
    """A running house: its context, its people by login, its accounts by network."""

    ctx: Context
    data: Path
    people: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)
    incident: str = ""
    _wishes: Iterator[int] = field(default_factory=lambda: count(1))

    def says(self, login: str) -> Caller:
        """Return a caller with a new wish."""
        return Caller(self.people[login], f"wish-{next(self._wishes)}")

    def page(self, name: str, login: str, **query: str) -> AppTest:
        """Open a page as somebody."""
        token = sign_in(self.ctx, login, PASSWORD, "desk")
        at = AppTest.from_file(str(ROOT / "command_center" / "ui" / "main.py"), default_timeout=60)
        at.user = {"sub": self.people[login], "sid": session_id(token)}
        at.run().switch_page(f"../../pages/{name}.py")
        for key, value in query.items():
            at.query_params[key] = value
        return at.run()

    def approved(self, text: str = LISTENING, *, title: str = "Wir hören zu") -> StatementVersion:
        """Write a statement and let two people approve it."""
        content = Content(title=title, kind="holding", variants=(Variant(language="de", text=text),))
        identity = draft_statement(
            self.ctx, self.says("ana"), content=content, plane=Plane.REAL, valid_for=timedelta(hours=8)
        )
        submit_statement(self.ctx, self.says("ana"), version_id=identity)
        return self.approve(identity)

    def approve(self, identity: str) -> StatementVersion:
        """Let two people approve a version."""
        shown = self.version(identity).content_hash
        for login in ("jana", "kim"):
            approve_statement(self.ctx, self.says(login), version_id=identity, content_hash=shown)
        return self.version(identity)

    def version(self, identity: str) -> StatementVersion:
        """Return a statement version as it is now."""
        with self.ctx.store.reading() as store:
            found = store.get(StatementVersion, identity)
        assert found is not None
        return found

    def planned(self, name: str) -> StatementVersion:
        """Return the version of a statement the plan brought along."""
        with self.ctx.store.reading() as store:
            statement = store.find(Statement, incident_id=self.incident, plan_statement=name)[0]
            return store.find(StatementVersion, statement_id=statement.id)[0]

    def publications(self, **equal: Any) -> list[Publication]:
        """Return what was asked of the gate, in order."""
        with self.ctx.store.reading() as store:
            return store.find(Publication, order="asked_at", **equal)

    def add(self, login: str, name: str, role: Role) -> None:
        """Add somebody."""
        given: dict[str, Any] = {"login": login, "name": name, "roles": [role], "password": PASSWORD}
        add_person(self.ctx, self.says("kim"), phone="+49 421 555 10", **given)
        with self.ctx.store.reading() as store:
            self.people[login] = store.find(Person, login=login)[0].id

    def switch_on(self) -> None:
        """Activate the recall plan and confirm the fact its first statement needs."""
        self.incident = activate(
            self.ctx, self.says("kim"), plan_id="product-recall", plane=Plane.REAL, reason="Ein Gerät raucht"
        )
        record_fact(
            self.ctx,
            self.says("jana"),
            incident_id=self.incident,
            text="ein Netzteil kann überhitzen",
            state=FactState.CONFIRMED,
            source="Labor",
        )


@contextmanager
def crisis_house(folder: Path, *, works_council: str = "off") -> Iterator[Crisis]:
    """Open a house with five people and two accounts; nothing has happened yet."""
    folder.mkdir(exist_ok=True)
    settings = Settings(data=folder, works_council=works_council)
    process = hold(Process(settings=settings, ctx=build(settings)))
    open_house(process.ctx, login="kim", name="Kim Brandt", email="kim@example.org", password=PASSWORD)
    house = Crisis(ctx=process.ctx, data=folder)
    with process.ctx.store.reading() as store:
        house.people["kim"] = store.find(Person, login="kim")[0].id
    for login, name, role in (
        ("jana", "Jana Öztürk", Role.APPROVER),
        ("leo", "Leo Maßmann", Role.CO_MANAGER),
        ("ana", "Ana Lyst", Role.ANALYST),
        ("udo", "Udo Prüfer", Role.AUDITOR),
    ):
        house.add(login, name, role)
    set_link_hosts(house.ctx, house.says("kim"), hosts=("www.nordwerk.com",))
    for network, handle, mine in (("x", "@nordwerk", True), ("mastodon", "@nordwerk@social.example", False)):
        account = Account(
            id="",
            network=network,
            handle=handle,
            name=f"Nordwerk auf {network}",
            tags=("corporate",),
            languages=("de",),
            co_managers=(house.people["leo"],) if mine else (),
        )
        house.accounts[network] = add_account(house.ctx, house.says("kim"), account=account)
    try:
        yield house
    finally:
        process.ctx.store.close()


def words_on(at: AppTest) -> str:
    """Return everything a page shows as words."""
    shown = [str(element.proto.body) for element in at.get("html")]
    said = [str(getattr(element, "value", "")).replace("\\", "") for kind in _SHOWN for element in at.get(kind)]
    return " ".join([*shown, *said])
