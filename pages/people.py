"""People: who is responsible, who is in the house, one's own access, and for administrators everybody's."""

import streamlit as st

from command_center.domain.people import Act, Person, Role
from command_center.ui.frame import Page, open_page, typed
from command_center.ui.people_forms import show_own_access
from command_center.ui.people_list import show_everybody, show_responsible
from command_center.use_cases.people import (
    add_person,
    change_roles,
    disable_person,
    enable_person,
    list_people,
    reset_password,
)


def show_adding(page: Page) -> None:
    """Show the form that adds somebody."""
    st.caption(page.say("people.add_lead"))
    fields = ("name", "login", "email", "phone")
    with st.form("add_person", border=False):
        for field, column in zip(fields, (*st.columns(2), *st.columns(2)), strict=True):
            column.text_input(page.say(f"people.{field}"), key=f"add_{field}", max_chars=254)
        st.multiselect(
            page.say("people.roles"), list(Role), format_func=page.word, key="add_roles", placeholder=page.say("people.choose_roles")
        )
        st.text_input(page.say("people.first_password"), type="password", key="add_password", help=page.say("people.password_hint"))
        page.trouble("add")
        keys = {field: typed(f"add_{field}") for field in (*fields, "password")}
        act = page.act(
            "add", add_person, done="people.added", clear=tuple(f"add_{field}" for field in (*fields, "password", "roles")),
            roles=typed("add_roles", ()), **keys,
        )
        st.form_submit_button(page.say("people.add_submit"), type="primary", on_click=act)


def show_changing(page: Page, people: list[Person]) -> None:
    """Show what can be changed about somebody."""
    names = {person.id: f"{person.name} ({person.login})" for person in people}
    chosen = st.selectbox(
        page.say("people.whom"), list(names), format_func=names.__getitem__, index=None, key="change_whom", placeholder=page.say("people.choose_person")
    )
    person = next((person for person in people if person.id == chosen), None)
    if person is None:
        return
    page.trouble("change")
    roles = f"change_roles_{person.id}"
    st.multiselect(page.say("people.roles"), list(Role), default=list(person.roles), format_func=page.word, key=roles)
    who, secret = {"person_id": person.id}, f"change_password_{person.id}"
    st.button(page.say("people.save_roles"), type="primary", key="save_roles", on_click=page.act(
        "change", change_roles, done="people.roles_saved", roles=typed(roles, ()), **who))
    st.text_input(page.say("people.reset_password"), type="password", key=secret, help=page.say("people.password_hint"))
    st.button(page.say("people.reset"), key="reset_password", on_click=page.act(
        "change", reset_password, done="people.reset_done", clear=(secret,), password=typed(secret), **who))
    verb, code, done = (disable_person, "disable", "disabled") if person.active else (enable_person, "enable", "enabled")
    if person.active:
        st.caption(page.say("people.disable_lead"))
    st.button(page.say(f"people.{code}"), key="switch_access", on_click=page.act("change", verb, done=f"people.{done}_done", **who))


page = open_page("people", Act.READ_PEOPLE)
everybody = list_people(page.ctx, reader=page.person.id)
show_responsible(page, everybody)
st.subheader(page.say("people.everybody"), anchor=False)
show_everybody(page, everybody)
if page.may(Act.WRITE_PEOPLE):
    with st.expander(page.say("people.add"), icon=":material/person_add:"):
        show_adding(page)
    with st.expander(page.say("people.change"), icon=":material/manage_accounts:"):
        show_changing(page, everybody)
st.subheader(page.say("people.own"), anchor=False)
show_own_access(page)
