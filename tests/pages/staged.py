"""A house with people, accounts, a topic and plans, and its pages as one person sees them."""

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from command_center.bootstrap import build
from command_center.domain.accounts import Account
from command_center.domain.mentions import Plane, RawMention
from command_center.domain.people import Person, Role
from command_center.ports import Caller, Context, R
from command_center.settings import Settings
from command_center.use_cases.activate import activate
from command_center.use_cases.import_mentions import import_mentions
from command_center.use_cases.keep_accounts import add_account, set_link_hosts
from command_center.use_cases.people import add_person
from command_center.use_cases.sign_in import open_house, session_id, sign_in
from command_center.web.process import Process, hold

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "Der Sturm kommt um acht."
START = datetime(2026, 9, 15, 12, 5, tzinfo=UTC)
_CODE = re.compile(r"\[[a-z_]+\.[a-z_0-9.]+\]")


@dataclass(kw_only=True)
class StagedHouse:
    """The house, its clock, and its people by login."""

    process: Process
    now: datetime = START

    def __post_init__(self) -> None:
        self._ids = itertools.count(1)
        self.process.ctx = replace(self.process.ctx, now=lambda: self.now)

    @property
    def ctx(self) -> Context:
        """What the verbs need."""
        return self.process.ctx

    def person(self, login: str) -> Person:
        """Return a person by login."""
        return self.all(Person, login=login)[0]

    def caller(self, login: str) -> Caller:
        """Return somebody with a new wish."""
        return Caller(person_id=self.person(login).id, request_id=f"wish-{next(self._ids)}")

    def all(self, kind: type[R], **equal: Any) -> list[R]:
        """Return records."""
        with self.ctx.store.reading() as store:
            return store.find(kind, **equal)

    def activate(self, login: str = "kim", *, plan: str = "product-recall", plane: Plane = Plane.REAL) -> str:
        """Activate a plan; returns the incident's id."""
        given = {"plan_id": plan, "plane": plane, "reason": "Zwei Berichte über Brandgeruch", "title": "Brandgeruch"}
        return activate(self.ctx, self.caller(login), **given)  # type: ignore[arg-type]

    def page(self, login: str, code: str, *, plane: Plane = Plane.REAL, **query: str) -> AppTest:
        """Open a page as somebody."""
        token = sign_in(self.ctx, login, PASSWORD, "desk")
        at = AppTest.from_file(str(ROOT / "command_center" / "ui" / "main.py"), default_timeout=60)
        at.user = {"sub": self.person(login).id, "sid": session_id(token)}
        at.session_state["frame.plane"] = plane.value
        at = at.switch_page(f"../../pages/{code}.py")
        for name, value in query.items():
            at.query_params[name] = value
        return at.run()


@contextmanager
def staged_house(folder: Path) -> Iterator[StagedHouse]:
    """Open a house with a lead, a second lead, an analyst, a co-manager and an administrator."""
    settings = Settings(data=folder, plans=ROOT / "crisis_plans")
    house = StagedHouse(process=hold(Process(settings=settings, ctx=build(settings))))
    open_house(house.ctx, login="kim", name="Kim Brandt", email="kim@example.org", password=PASSWORD)
    for login, name, role in (
        ("lee", "Lee Okafor", Role.CRISIS_LEAD),
        ("mia", "Mia Groß", Role.ANALYST),
        ("tom", "Tom Ohlsen", Role.CO_MANAGER),
        ("ada", "Ada Wirth", Role.ADMINISTRATOR),
    ):
        given = {"login": login, "name": name, "roles": [role], "password": PASSWORD}
        add_person(house.ctx, house.caller("kim"), **given)  # type: ignore[arg-type]
    tags = ("corporate", "comanaged")
    for plane, way in ((Plane.REAL, "manual"), (Plane.PRACTICE, "rehearsal")):
        account = Account(
            id="", network="x", handle="@nordwerk", name="Nordwerk auf X", plane=plane, tags=tags, publisher=way
        )
        add_account(house.ctx, house.caller("kim"), account=account)
        set_link_hosts(house.ctx, house.caller("kim"), hosts=("www.example.com",), plane=plane)
    yield house
    house.ctx.store.close()


def add_mention(house: StagedHouse, text: str) -> str:
    """Import one mention about the brand; returns the topic's id."""
    raw = RawMention(network="x", native_id="1", text=text, author="anna", created_at=house.now - timedelta(minutes=3))
    raws = [raw]
    report = import_mentions(
        house.ctx, house.caller("kim"), raws=raws, topic_name="Nordwerk", source_name="posts.ndjson"
    )
    return report.topic_id


def words_on(at: AppTest) -> str:
    """Return everything a page shows as text and HTML."""
    parts = [element.proto.body for element in at.get("html")]
    for found in (at.markdown, at.caption, at.error, at.title):
        parts += [str(element.value) for element in found]
    for shown in (at.button, at.checkbox, at.radio, at.selectbox, at.text_area, at.text_input, at.expander):
        parts += [str(element.label) for element in shown]
    return "\n".join(parts)


def gaps(at: AppTest) -> list[str]:
    """Return the codes without a sentence that a page shows."""
    return _CODE.findall(words_on(at))


def said(at: AppTest) -> list[str]:
    """Return the toasts and errors of a page."""
    return [toast.value for toast in at.toast] + [error.value for error in at.error]
