"""The loud sign of safe mode above every page, and the two clicks by two people that end it."""

import streamlit as st

from command_center.domain.people import Act, Person
from command_center.ui.acts import typed
from command_center.ui.page import Page
from command_center.use_cases.safe_mode import SafeMode, ask_to_leave, leave, safe_mode, since

_REASON = "safe_mode_reason"


def show_safe_mode(page: Page) -> None:
    """Say that nothing may go out and why, as long as it is so."""
    with page.ctx.store.reading() as store:
        mode = safe_mode(store)
        asked = store.get(Person, mode.asked_by) if mode and mode.asked_by else None
    if mode is None:
        return
    with st.container(key="frame_safe_mode", gap="small"):
        when = page.moment(since(mode))
        lead = page.say("safe_mode.lead", size=page.number(mode.size), entries=page.number(mode.entries), when=when)
        where = page.say("safe_mode.where") if page.may(Act.READ_LOG) else ""
        st.markdown(f":material/gpp_bad: **{page.say('safe_mode.title')}** {lead} {where}")
        if asked is not None:
            # A person wrote the name and the reason: plain text, never Markdown.
            st.text(page.say("safe_mode.asked", who=asked.name, reason=mode.reason))
        if page.may(Act.UNLOCK):
            _way_out(page, mode)


def _way_out(page: Page, mode: SafeMode) -> None:
    page.trouble("safe_mode")
    if mode.asked_by == page.person.id:
        return
    if mode.asked_by:
        st.button(
            page.say("safe_mode.leave"),
            key="safe_mode_leave",
            icon=":material/lock_open:",
            on_click=page.act("safe_mode", leave, done="safe_mode.left"),
        )
        return
    with st.popover(page.say("safe_mode.ask"), key="safe_mode_ask"):
        st.text_input(page.say("safe_mode.reason"), key=_REASON, max_chars=500)
        st.button(
            page.say("safe_mode.ask"),
            key="safe_mode_ask_now",
            on_click=page.act(
                "safe_mode", ask_to_leave, done="safe_mode.asked_done", clear=(_REASON,), reason=typed(_REASON)
            ),
        )
