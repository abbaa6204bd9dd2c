"""A house for tests of pages: a real store, a crisis lead, an analyst and an auditor, and mentions to look at."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from command_center.bootstrap import build
from command_center.domain.mentions import Plane, RawMention
from command_center.domain.people import Person, Role
from command_center.ports import Caller
from command_center.settings import Settings
from command_center.use_cases.import_mentions import ImportReport, import_mentions
from command_center.use_cases.people import add_person
from command_center.use_cases.replay import advance_replays, start_replay
from command_center.use_cases.sign_in import open_house, session_id, sign_in
from command_center.web.process import Process, hold

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "Der Sturm kommt um acht."
QUIET = datetime(2026, 9, 1, tzinfo=UTC)
STORM = datetime(2026, 9, 5, 12, 0, tzinfo=UTC)

OpenPage = Callable[..., AppTest]


class House:
    """A running house and what a test does in it."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.ctx = process.ctx
        self._wishes = 0

    def person(self, login: str) -> Person:
        """Return the person with this login."""
        with self.ctx.store.reading() as store:
            return store.find(Person, login=login)[0]

    def caller(self, login: str = "kim") -> Caller:
        """Return a caller with a new wish."""
        self._wishes += 1
        return Caller(person_id=self.person(login).id, request_id=f"wish-{self._wishes}")

    def import_raws(
        self, raws: Sequence[RawMention], *, topic: str = "Nordwerk", plane: Plane = Plane.REAL
    ) -> ImportReport:
        """Store mentions under a topic."""
        return import_mentions(
            self.ctx, self.caller(), raws=raws, topic_name=topic, source_name="test.ndjson", plane=plane
        )

    def play_to_the_end(self, topic_id: str) -> None:
        """Let the detector hear everything stored about a topic."""
        start_replay(self.ctx, self.caller(), topic_id=topic_id, speed=0)
        advance_replays(self.ctx)


def raw(number: int, at: datetime | None, text: str = "", **given: object) -> RawMention:
    """Return one post of somebody of their own."""
    known: dict[str, object] = {
        "network": "x",
        "native_id": f"n{number}",
        "text": text or f"Die Fritteuse qualmt, sagt {_name(number)}. Eine Frechheit, furchtbar!",
        "created_at": at,
        "author": f"person_{number}",
        "reach": 100,
        "language": "de",
    }
    return RawMention(**{**known, **given})  # type: ignore[arg-type]


def _name(number: int) -> str:
    """Return a word of its own for a number; figures alone would make copies."""
    return "".join("abcdefghij"[int(digit)] for digit in str(number))


def quiet_days() -> list[RawMention]:
    """Return four quiet days: a mention every twenty minutes."""
    return [raw(number, QUIET + timedelta(minutes=20 * number), f"Beitrag {number}") for number in range(324)]


def storm() -> list[RawMention]:
    """Return a storm: forty minutes with four mentions a minute."""
    return [raw(1_000 + number, STORM + timedelta(seconds=15 * number)) for number in range(160)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Open a house of its own."""
    process = hold(Process(settings=Settings(data=tmp_path), ctx=build(Settings(data=tmp_path))))
    open_house(process.ctx, login="kim", name="Kim Brandt", email="kim@example.org", password=PASSWORD)
    opened = House(process)
    for login, role in (("ana", Role.ANALYST), ("audit", Role.AUDITOR)):
        add_person(
            process.ctx, opened.caller(), login=login, name=login.title(), roles=[role], password=PASSWORD, email=""
        )
    yield opened
    process.ctx.store.close()


@pytest.fixture
def stormy(house: House) -> House:
    """Open a house that heard a storm: there is an alert."""
    report = house.import_raws([*quiet_days(), *storm()])
    house.play_to_the_end(report.topic_id)
    return house


@pytest.fixture
def page_of(house: House) -> OpenPage:
    """Open a page as somebody; ``query`` are parts of the address."""

    def page_of(code: str, login: str = "kim", **query: str) -> AppTest:
        token = sign_in(house.ctx, login, PASSWORD, "desk")
        at = AppTest.from_file(str(ROOT / "command_center" / "ui" / "main.py"), default_timeout=60)
        at.user = {"sub": house.person(login).id, "sid": session_id(token)}
        at.run()  # registers the pages this person may see; another can't be opened
        for name, value in query.items():
            at.query_params[name] = value
        return at.switch_page(f"../../pages/{code}.py").run()

    return page_of


def words_on(at: AppTest) -> str:
    """Return everything a page says, as one text."""
    said = [str(element.proto) for element in at.get("html")]
    return " ".join([*said, *(str(item.value) for kind in (at.markdown, at.caption, at.error) for item in kind)])


def labels_of(at: AppTest) -> list[str]:
    """Return the labels of the buttons of a page."""
    return [button.label for button in at.button]
