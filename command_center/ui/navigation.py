"""The pages of the house: which there are, which are a person's, and which one is shown first."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st

from command_center import texts
from command_center.domain.people import Act, Person, Role, may
from command_center.errors import StoreUnavailable
from command_center.ui import visitor
from command_center.ui.acts import Acts
from command_center.ui.bar import SLOT
from command_center.ui.theme import CSS, ICON, LOGO

PAGES: Final = Path(__file__).resolve().parents[2] / "pages"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A page as it is registered: its code, file, address, icon, and the act it needs."""

    code: str
    path: str
    icon: str
    act: Act
    house: bool = False

    @property
    def file(self) -> Path:
        """Where the page's script is."""
        return PAGES / f"{self.code}.py"


PLACES: Final = (
    Place(code="situation", path="situation", icon="monitoring", act=Act.READ_PICTURE),
    Place(code="mentions", path="mentions", icon="forum", act=Act.READ_PICTURE),
    Place(code="incident", path="incident", icon="crisis_alert", act=Act.READ_PICTURE),
    Place(code="statements", path="statements", icon="campaign", act=Act.READ_STATEMENTS),
    Place(code="what_may_i_say", path="say", icon="record_voice_over", act=Act.CHECK_TEXT),
    Place(code="publish", path="publish", icon="send", act=Act.PUBLISH),
    Place(code="log", path="log", icon="history", act=Act.READ_LOG),
    Place(code="plans", path="plans", icon="checklist", act=Act.READ_PLANS, house=True),
    Place(code="people", path="people", icon="group", act=Act.READ_PEOPLE, house=True),
    Place(code="import_mentions", path="import", icon="upload_file", act=Act.IMPORT_MENTIONS, house=True),
    Place(code="sources", path="sources", icon="sensors", act=Act.WRITE_TOPIC, house=True),
    Place(code="privacy", path="privacy", icon="policy", act=Act.OWN_SETTINGS, house=True),
    Place(code="settings", path="settings", icon="settings", act=Act.WRITE_TOPIC, house=True),
)


def first_code(person: Person) -> str:
    """Name the first page of a person: the situation, what to say, or who is responsible."""
    if may(person, Act.READ_PICTURE):
        return "situation"
    if Role.CO_MANAGER in person.roles:
        return "what_may_i_say"
    return "settings" if Role.ADMINISTRATOR in person.roles else "people"


def run() -> None:
    """Show the page that was asked for, among those this person may see."""
    try:
        person = visitor.reader()
    except StoreUnavailable:
        person = None
    language = visitor.language_of(person)
    st.set_page_config(page_title="One Voice", page_icon=str(ICON), layout="wide")
    st.html(CSS)
    st.logo(str(LOGO), size="medium")
    if person is None:
        _show_closed_door(language)
        return
    mine = {
        place: _page(place, language) for place in PLACES if place.file.is_file() and visitor.may(person, place.act)
    }
    st.navigation(_sections(mine, person, language), position="top").run()
    slot = st.session_state.pop(SLOT, None)
    if slot is not None:
        with slot:
            Acts("", language).show_rest()


def _page(place: Place, language: str) -> st.Page:
    return st.Page(
        place.file,
        title=texts.say(language, f"page.{place.code}.title"),
        icon=f":material/{place.icon}:",
        url_path=place.path,
        help=texts.say(language, f"page.{place.code}.lead"),
    )


def _sections(mine: dict[Place, st.Page], person: Person, language: str) -> dict[str, list[st.Page]]:
    by_code = {place.code: page for place, page in mine.items()}
    first = by_code.get(first_code(person)) or next(iter(mine.values()))

    def home() -> None:
        st.switch_page(first)

    start = st.Page(home, title="One Voice", url_path="home", default=True, visibility="hidden")
    daily = [page for place, page in mine.items() if not place.house]
    house = [page for place, page in mine.items() if place.house]
    return {"": [start, *daily], texts.say(language, "frame.house"): house} if daily else {"": [start, *house]}


def _show_closed_door(language: str) -> None:
    closed = st.Page(_closed, title=texts.say(language, "door.sign_in.title"), url_path="closed")
    st.navigation([closed], position="hidden").run()


def _closed() -> None:
    visitor.present(touch=False)
