"""The bar above every page: its title, the person's menu, and the mark of the practice plane."""

from typing import Final

import streamlit as st

from command_center.domain.mentions import Plane
from command_center.domain.people import Act
from command_center.ui.acts import show_done, typed
from command_center.ui.factor_due import show_factor_due
from command_center.ui.four_eyes import show_waiting
from command_center.ui.page import Page
from command_center.ui.safe_mode import show_safe_mode
from command_center.ui.visitor import look_at
from command_center.ui.ways import e
from command_center.use_cases.people import set_language

SLOT: Final = "frame.slot"
_LANGUAGES: Final = {"de": "Deutsch", "en": "English"}


def show_bar(page: Page) -> None:
    """Show the practice mark, the title with its one sentence, and the menu of the person."""
    if page.plane is Plane.PRACTICE:
        _show_practice_mark(page)
    show_safe_mode(page)
    show_factor_due(page)
    show_waiting(page)
    with st.container(key="frame_bar", horizontal=True, vertical_alignment="top", gap="small"):
        title, lead = page.say(f"page.{page.code}.title"), page.say(f"page.{page.code}.lead")
        with st.container(key="frame_title", width="stretch"):
            st.html(f"<h1>{e(title)}</h1><p>{e(lead)}</p>")
        _show_menu(page)
    show_done()
    # What went wrong with a form that doesn't say so itself is shown here at the end of the run.
    st.session_state[SLOT] = st.container(key="frame_trouble")


def _show_practice_mark(page: Page) -> None:
    with st.container(key="frame_practice", horizontal=True, vertical_alignment="center", wrap=True):
        st.markdown(
            f":material/school: **{page.say('frame.practice')}** {page.say('frame.practice_lead')}", width="stretch"
        )
        st.button(page.say("frame.to_reality"), key="frame_to_reality", on_click=look_at, args=(Plane.REAL,))


def _show_menu(page: Page) -> None:
    with st.popover(page.person.name, icon=":material/account_circle:", key="frame_menu", width="content"):
        st.caption(" · ".join(page.word(role) for role in page.person.roles))
        st.segmented_control(
            page.say("frame.language"),
            list(_LANGUAGES),
            format_func=_LANGUAGES.__getitem__,
            default=page.language,
            key="frame_language",
            required=True,
            width="stretch",
            on_change=page.act("language", set_language, language=typed("frame_language")),
        )
        if page.may(Act.CHECK_TEXT) or page.may(Act.READ_PICTURE):
            _show_planes(page)
        st.html(
            '<form method="post" action="/logout" target="_self">'
            f'<button class="cc-button" type="submit">{e(page.say("frame.sign_out"))}</button></form>'
        )


def _show_planes(page: Page) -> None:
    real = page.plane is Plane.REAL
    st.button(
        page.say("frame.to_practice" if real else "frame.to_reality"),
        key="frame_plane",
        icon=":material/school:" if real else ":material/public:",
        width="stretch",
        on_click=look_at,
        args=(Plane.PRACTICE if real else Plane.REAL,),
    )
