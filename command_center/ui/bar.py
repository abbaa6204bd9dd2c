"""The bar above every page: its title, the person's menu, and the mark of the practice plane."""

import html
from typing import Final

import streamlit as st

from command_center.domain.mentions import Plane
from command_center.domain.people import Act
from command_center.ui.acts import Acts
from command_center.ui.frame import PLANE, Page, reader
from command_center.use_cases.people import set_language

_LANGUAGES: Final = {"de": "Deutsch", "en": "English"}


def show_bar(page: Page) -> None:
    """Show the practice mark, the title with its one sentence, and the menu of the person."""
    if page.plane is Plane.PRACTICE:
        _show_practice_mark(page)
    with st.container(key="frame_bar", horizontal=True, vertical_alignment="center", gap="small"):
        with st.container(key="frame_title", width="stretch", gap=None):
            st.title(page.say(f"page.{page.code}.title"), anchor=False)
            st.caption(page.say(f"page.{page.code}.lead"))
        _show_menu(page)
    st.session_state["frame.slot"] = st.container(key="frame_trouble")


def _show_practice_mark(page: Page) -> None:
    with st.container(key="frame_practice", horizontal=True, vertical_alignment="center", wrap=True):
        st.markdown(
            f":material/school: **{page.say('frame.practice')}** {page.say('frame.practice_lead')}", width="stretch"
        )
        st.button(page.say("frame.to_reality"), key="frame_to_reality", on_click=_look_at, args=(Plane.REAL,))


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
            on_change=_choose_language(page),
        )
        if page.may(Act.READ_PICTURE):
            _show_planes(page)
        st.html(
            '<form method="post" action="/logout" target="_self">'
            f'<button class="cc-button" type="submit">{html.escape(page.say("frame.sign_out"))}</button></form>'
        )


def _show_planes(page: Page) -> None:
    real = page.plane is Plane.REAL
    st.button(
        page.say("frame.to_practice" if real else "frame.to_reality"),
        key="frame_plane",
        icon=":material/school:" if real else ":material/public:",
        width="stretch",
        on_click=_look_at,
        args=(Plane.PRACTICE if real else Plane.REAL,),
    )


def _look_at(plane: Plane) -> None:
    st.session_state[PLANE] = plane.value


def _choose_language(page: Page):  # type: ignore[no-untyped-def]
    return page.act("language", set_language, language=_chosen())


def _chosen() -> object:
    from command_center.ui.acts import typed

    return typed("frame_language")
