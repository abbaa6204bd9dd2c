"""The works council's mode on the page of what is stored: whether it is on, and the forms that switch it."""

from datetime import datetime

import streamlit as st

from command_center.domain.people import Act, Person
from command_center.privacy_documents import mode_code
from command_center.ui.acts import typed
from command_center.ui.page import Page
from command_center.ui.parts import person_name
from command_center.use_cases.command import looking
from command_center.use_cases.works_council import (
    agree_to_show_names,
    ask_to_show_names,
    names_are_sealed,
    seal_names,
    wish_to_end,
)


def show_mode(page: Page) -> None:
    """Show the mode, and to those who may change it how."""
    with looking(page.ctx, page.person.id, Act.OWN_SETTINGS) as store:
        sealed, wish = names_are_sealed(page.ctx, store), wish_to_end(store)
        people = {person.id: person for person in store.find(Person)}
    with st.container(key="card_mode", gap="small"):
        word, icon, color = ("on", "lock", "green") if sealed else ("off", "lock_open", "gray")
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.subheader(page.say("privacy.mode_title"), anchor=False, width="content")
            st.badge(page.say(f"privacy.mode_{word}_word"), icon=f":material/{icon}:", color=color)  # type: ignore[arg-type]
        st.caption(page.say(mode_code(sealed)))
        if page.ctx.names_sealed is not None:
            st.caption(page.say("privacy.mode_fixed"))
            return
        page.trouble("mode")
        if wish:
            _show_wish(page, wish, people)
        elif sealed and page.may(Act.PROTECT_DATA):
            _ask(page)
        elif page.may(Act.PROTECT_DATA):
            _switch_on(page, "privacy.mode_switch_on")


def _switch_on(page: Page, label: str) -> None:
    on = page.act("mode", seal_names, done="privacy.mode_is_on_now")
    st.button(page.say(label), key="mode_on", icon=":material/lock:", on_click=on)


def _ask(page: Page) -> None:
    with st.expander(page.say("privacy.mode_ask_off"), icon=":material/lock_open:", key="mode_ask"):
        st.caption(page.say("privacy.mode_ask_lead"))
        st.text_input(page.say("privacy.reason"), key="mode_reason", max_chars=400)
        ask = page.act(
            "mode", ask_to_show_names, done="privacy.mode_asked", clear=("mode_reason",), reason=typed("mode_reason")
        )
        st.button(page.say("privacy.ask_names_submit"), key="mode_ask_off", on_click=ask)


def _show_wish(page: Page, wish: dict[str, str], people: dict[str, Person]) -> None:
    when = page.moment(datetime.fromisoformat(wish["at"]))
    who = person_name(page, people, wish["asked_by"])
    st.text(page.say("privacy.mode_wish", who=who, when=when, reason=wish["reason"]))
    if page.may(Act.UNSEAL_NAMES) and wish["asked_by"] != page.person.id:
        agree = page.act("mode", agree_to_show_names, done="privacy.mode_is_off_now")
        st.button(page.say("privacy.mode_agree"), key="mode_agree", type="primary", on_click=agree)
    if page.may(Act.PROTECT_DATA):
        _switch_on(page, "privacy.mode_keep_on")
