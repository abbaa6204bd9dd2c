"""People: who is responsible, who is on duty, one's own access, and for administrators everybody's."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from command_center.domain.people import DRILL_PARTNER, Act
from command_center.ui.door_forms import show_own_door, show_rule
from command_center.ui.duty_now import show_duty
from command_center.ui.frame import Page, open_page
from command_center.ui.incident_look import wear
from command_center.ui.inviting import show_invitation
from command_center.ui.own_reach import show_own_reach
from command_center.ui.own_sessions import show_own_sessions
from command_center.ui.people_forms import show_adding, show_changing, show_own_access
from command_center.ui.people_list import show_everybody, show_responsible
from command_center.use_cases.people import list_people


def show_people(page: Page) -> None:
    """Show who is responsible and who is here, and the forms for those who may change it."""
    people = [person for person in list_people(page.ctx, reader=page.person.id) if person.id != DRILL_PARTNER]
    show_responsible(page, people)
    st.subheader(page.say("people.everybody"), anchor=False)
    show_everybody(page, people)
    if page.may(Act.WRITE_PEOPLE):
        show_invitation(page)
        with st.expander(page.say("people.add"), icon=":material/person_add:", key="people_add"):
            show_adding(page)
        with st.expander(page.say("people.change"), icon=":material/manage_accounts:", key="people_change"):
            show_changing(page, people)
        with st.expander(page.say("people.door"), icon=":material/key:", key="people_door"):
            show_rule(page)


def show_own(page: Page) -> None:
    """Show one's own contact and password, second factor and sessions, and how alerts reach one."""
    show_own_access(page)
    show_own_door(page)
    show_own_sessions(page)
    show_own_reach(page)


PARTS: Final[dict[str, Callable[[Page], None]]] = {"people": show_people, "duty": show_duty, "own": show_own}


page = open_page("people", Act.READ_PEOPLE)
wear()
asked = st.query_params.get("part", "")
part = st.segmented_control(
    page.say("people.parts"),
    list(PARTS),
    format_func=lambda code: page.say(f"people.part_{code}"),
    default=asked if asked in PARTS else "people",
    required=True,
    key="people_part",
    label_visibility="collapsed",
    wrap=True,
)
PARTS[part or "people"](page)
