"""The forms about people: one's own access, and for administrators everybody's."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from command_center.domain.people import Person, Role
from command_center.ui.acts import typed
from command_center.ui.door_forms import show_factor_reset
from command_center.ui.inviting import add_and_invite, show_inviting
from command_center.ui.own_sessions import show_ending_all
from command_center.ui.page import Page
from command_center.ui.visitor import session
from command_center.use_cases.people import (
    change_roles,
    disable_person,
    enable_person,
    set_contact,
    set_password,
)

_FIELDS: Final = ("name", "login", "email", "phone")


def show_own_access(page: Page) -> None:
    """Show the forms for one's own contact and password, side by side where there is room."""
    contact, password = st.columns(2, gap="medium")
    with contact, st.form("own_contact"):
        st.markdown(f"**{page.say('people.contact')}**")
        st.text_input(page.say("people.email"), value=page.person.email, key="own_email", max_chars=254)
        st.text_input(page.say("people.phone"), value=page.person.phone, key="own_phone", max_chars=40)
        page.trouble("contact")
        save = page.act(
            "contact", set_contact, done="people.contact_saved", email=typed("own_email"), phone=typed("own_phone")
        )
        st.form_submit_button(page.say("people.save_contact"), on_click=save)
    with password, st.form("own_password"):
        st.markdown(f"**{page.say('people.password')}**")
        st.text_input(page.say("people.current_password"), type="password", key="own_current", max_chars=256)
        hint = page.say("people.password_hint")
        st.text_input(page.say("people.new_password"), type="password", key="own_new", max_chars=256, help=hint)
        page.trouble("password")
        change = page.act(
            "password",
            set_password,
            done="people.password_saved",
            clear=("own_current", "own_new"),
            current=typed("own_current"),
            password=typed("own_new"),
            keep_session=session(),
        )
        st.form_submit_button(page.say("people.save_password"), on_click=change)


def show_adding(page: Page) -> None:
    """Show the form that adds somebody."""
    st.caption(page.say("people.add_lead"))
    with st.form("add_person", border=False):
        for field, column in zip(_FIELDS, (*st.columns(2), *st.columns(2)), strict=True):
            column.text_input(page.say(f"people.{field}"), key=f"add_{field}", max_chars=254)
        _choose_roles(page, "add_roles", ())
        page.trouble("add")
        add = page.act(
            "add",
            add_and_invite,
            done="people.added",
            clear=("add_roles", *(f"add_{field}" for field in _FIELDS)),
            roles=typed("add_roles", ()),
            **{field: typed(f"add_{field}") for field in _FIELDS},
        )
        st.form_submit_button(page.say("people.add_submit"), type="primary", on_click=add)


def show_changing(page: Page, people: Sequence[Person]) -> None:
    """Show what can be changed about somebody."""
    names = {person.id: f"{person.name} ({person.login})" for person in people}
    chosen = st.selectbox(
        page.say("people.whom"),
        list(names),
        format_func=names.__getitem__,
        index=None,
        key="change_whom",
        placeholder=page.say("people.choose"),
    )
    person = next((person for person in people if person.id == chosen), None)
    page.trouble("change")
    if person is not None:
        _show_roles(page, person)
        if person.active and person.id != page.person.id:
            show_inviting(page, person)
        show_factor_reset(page, person)
        show_ending_all(page, person)
        _show_switch(page, person)


def _show_roles(page: Page, person: Person) -> None:
    key = f"change_roles_{person.id}"
    _choose_roles(page, key, person.roles)
    save = page.act("change", change_roles, done="people.roles_saved", person_id=person.id, roles=typed(key, ()))
    st.button(page.say("people.save_roles"), type="primary", key="save_roles", on_click=save)


def _show_switch(page: Page, person: Person) -> None:
    if person.active:
        st.caption(page.say("people.disable_lead"))
        disable = page.act("change", disable_person, done="people.disabled_done", person_id=person.id)
        st.button(page.say("people.disable"), key="switch_access", icon=":material/block:", on_click=disable)
    else:
        enable = page.act("change", enable_person, done="people.enabled_done", person_id=person.id)
        st.button(page.say("people.enable"), key="switch_access", on_click=enable)


def _choose_roles(page: Page, key: str, held: Sequence[Role]) -> None:
    st.multiselect(
        page.say("people.roles"),
        list(Role),
        default=list(held) or None,
        format_func=page.word,
        key=key,
        placeholder=page.say("people.choose"),
    )
