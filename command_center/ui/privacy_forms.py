"""For those who protect data: how long each kind is kept, a report about somebody, a leaver, a text of the log."""

from typing import Final

import streamlit as st

from command_center.domain.people import DRILL_PARTNER, Act, Person
from command_center.domain.retention import TIMED
from command_center.ports import Caller
from command_center.ui.acts import typed
from command_center.ui.incident_look import heading
from command_center.ui.objection_forms import show_objections
from command_center.ui.page import Page
from command_center.ui.privacy import offer_report
from command_center.use_cases.command import looking
from command_center.use_cases.personal_data import erase_entry_texts, erase_person, export_person
from command_center.use_cases.retention import change_retention, kept_for

_TOLD: Final = "privacy.told_about"


def show_protecting(page: Page) -> None:
    """Show the forms, for who holds the right."""
    if not page.may(Act.PROTECT_DATA):
        return
    heading(page.say("privacy.protect"), page.say("privacy.protect_lead"))
    with looking(page.ctx, page.person.id, Act.PROTECT_DATA) as store:
        people = [person for person in store.find(Person, order="name") if person.id != DRILL_PARTNER]
    with st.expander(page.say("privacy.times"), icon=":material/timer:", key="privacy_times"):
        _times(page)
    with st.expander(page.say("privacy.about"), icon=":material/person_search:", key="privacy_about"):
        _report(page, people)
    with st.expander(page.say("privacy.leaver"), icon=":material/person_remove:", key="privacy_leaver"):
        _leaver(page, [person for person in people if not person.active])
    with st.expander(page.say("privacy.author"), icon=":material/person_off:", key="privacy_author"):
        show_objections(page)
    with st.expander(page.say("privacy.entry"), icon=":material/delete:", key="privacy_entry"):
        _entry(page)


def _times(page: Page) -> None:
    with looking(page.ctx, page.person.id, Act.PROTECT_DATA) as store:
        days = kept_for(store)
    names = {kept.data: page.word(kept.data) for kept in TIMED if kept.changeable}
    limits = {kept.data: kept for kept in TIMED}
    data = st.selectbox(page.say("privacy.record_head_data"), list(names), format_func=names.__getitem__, key="time_of")
    if data is None:
        return
    kept, key = limits[data], f"days_{data.value}"
    label = page.say("privacy.days_from_to", least=kept.least, most=kept.most)
    st.number_input(label, kept.least, kept.most, days[data], key=key)
    page.trouble("times")
    save = page.act("times", change_retention, done="privacy.time_saved", data=data, days=typed(key, 0))
    st.button(page.say("privacy.time_save"), key="time_save", on_click=save)


def _report(page: Page, people: list[Person]) -> None:
    names = {person.id: f"{person.name} ({person.login})" for person in people}
    chosen = _choose(page, names, "about_whom")
    if chosen and st.button(page.say("privacy.about_make"), key="about_make"):
        told = export_person(page.ctx, Caller(page.person.id, page.ctx.new_id()), person_id=chosen)
        st.session_state[_TOLD] = (chosen, told)
    whom, made = st.session_state.get(_TOLD, ("", {}))
    if made and whom == chosen:
        offer_report(page, made)


def _leaver(page: Page, people: list[Person]) -> None:
    st.caption(page.say("privacy.leaver_lead"))
    names = {person.id: f"{person.name} ({person.login})" for person in people}
    chosen = _choose(page, names, "leaver")
    st.text_input(page.say("privacy.reason"), key="leaver_reason", max_chars=400)
    page.trouble("leaver")
    erase = page.act(
        "leaver",
        erase_person,
        done="privacy.leaver_done",
        clear=("leaver_reason",),
        person_id=chosen,
        reason=typed("leaver_reason"),
    )
    st.button(page.say("privacy.leaver_erase"), key="leaver_erase", disabled=not chosen, on_click=erase)


def _entry(page: Page) -> None:
    st.caption(page.say("privacy.entry_lead"))
    with st.form("erase_entry", border=False):
        st.number_input(page.say("privacy.entry_number"), 1, step=1, key="entry_number")
        st.text_input(page.say("privacy.reason"), key="entry_reason", max_chars=400)
        page.trouble("entry")
        erase = page.act(
            "entry",
            erase_entry_texts,
            done="privacy.entry_done",
            clear=("entry_reason",),
            number=typed("entry_number", 0),
            reason=typed("entry_reason"),
        )
        st.form_submit_button(page.say("privacy.entry_erase"), on_click=erase)


def _choose(page: Page, names: dict[str, str], key: str) -> str:
    chosen = st.selectbox(
        page.say("people.whom"),
        list(names),
        format_func=names.__getitem__,
        index=None,
        key=key,
        placeholder=page.say("people.choose"),
    )
    return chosen or ""
