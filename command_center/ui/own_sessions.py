"""Where somebody is signed in: their own sessions one by one, and for administrators all of somebody's at once."""

import streamlit as st

from command_center.domain.people import Act, Person, Session
from command_center.ui.page import Page
from command_center.ui.parts import time_html
from command_center.ui.settings_words import stamp
from command_center.ui.visitor import limits, session
from command_center.ui.ways import e
from command_center.use_cases.command import looking
from command_center.use_cases.sessions import end_all_sessions, end_session, list_sessions, sign_out_everywhere


def show_own_sessions(page: Page) -> None:
    """Show one's sessions with a button for each, and the one that ends them all."""
    with st.container(border=True, key="own_sessions"):
        st.markdown(f"**{page.say('people.sessions')}**")
        st.caption(page.say("people.sessions_lead"))
        page.trouble("sessions")
        for each in list_sessions(page.ctx, page.person.id, limits=limits()):
            _show_session(page, each, is_this=each.id == session())
        everywhere = page.act("sessions", sign_out_everywhere)
        st.button(page.say("people.everywhere"), key="everywhere", icon=":material/logout:", on_click=everywhere)
        st.caption(page.say("people.everywhere_lead"))


def _show_session(page: Page, each: Session, *, is_this: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(_row(page, each, is_this=is_this), width="stretch")
        if not is_this:
            end = page.act("sessions", end_session, done="people.session_ended", session_id=each.id)
            # The id of a session is nobody's to see; its mark is enough to tell the buttons apart.
            st.button(page.say("people.session_end"), key=f"end_session_{stamp(each.id)}", on_click=end)


def _row(page: Page, each: Session, *, is_this: bool) -> str:
    name = e(each.browser or page.say("people.browser_unknown"))
    here = f' <span class="cc-badge cc-good"><i aria-hidden="true">●</i>{e(page.say("people.session_this"))}</span>'
    since = page.say("people.session_since", since=page.moment(each.created_at), way=page.word(each.way))
    last = f"{e(page.say('people.session_last'))} {time_html(page, each.seen_at)}"
    return f'<div class="cc-session"><b>{name}</b>{here if is_this else ""}<p>{e(since)}<br>{last}</p></div>'


def show_ending_all(page: Page, person: Person) -> None:
    """Show the button that ends every session of somebody, where there is one."""
    with looking(page.ctx, page.person.id, Act.WRITE_PEOPLE) as store:
        if not store.find(Session, person_id=person.id, ended_at=None, limit=1):
            return
    st.caption(page.say("people.end_sessions_lead"))
    end = page.act("change", end_all_sessions, done="people.sessions_ended", person_id=person.id)
    st.button(page.say("people.end_sessions"), key="end_sessions", icon=":material/logout:", on_click=end)
