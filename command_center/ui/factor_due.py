"""The line above every page for who will need a second factor soon and has none yet."""

import streamlit as st

from command_center.ui.page import Page
from command_center.ui.ways import e
from command_center.use_cases.sign_in import factor_due


def show_factor_due(page: Page) -> None:
    """Say from when a second factor is asked for, with the way to set it up; nothing where none is missing."""
    with page.ctx.store.reading() as store:
        due = factor_due(store, page.person)
    if due is None:
        return
    lead = page.say("frame.factor_due", when=page.moment(due)) if due > page.now else page.say("frame.factor_due_now")
    link = e(page.say("people.second_factor_set"))
    with st.container(key="frame_factor_due"):
        st.html(f'<p>{e(lead)} <a href="/people?part=own" target="_self">{link}</a></p>')
