"""Names in the log: that they are sealed, asking to read them, and agreeing as the second one."""

from collections.abc import Mapping

import streamlit as st

from command_center.domain.incidents import Incident
from command_center.domain.people import Act, Person
from command_center.domain.pseudonyms import Unsealing, is_open
from command_center.ui.acts import typed
from command_center.ui.doers import doer_name
from command_center.ui.incident_look import plain
from command_center.ui.page import Page
from command_center.ui.parts import person_name
from command_center.use_cases.command import looking
from command_center.use_cases.unseal import agree_unsealing, ask_unsealing
from command_center.use_cases.works_council import names_are_sealed


def show_sealing(page: Page, incidents: Mapping[str, Incident]) -> None:
    """Show whether names are sealed, the wishes to read them, and the form for a new one."""
    with looking(page.ctx, page.person.id, Act.READ_LOG) as store:
        if not names_are_sealed(page.ctx, store):
            return
        wishes = store.find(Unsealing, order="asked_at", descending=True, limit=20)
        people = {person.id: person for person in store.find(Person)}
    with st.container(key="card_sealing", gap="small"):
        st.subheader(page.say("privacy.sealing"), anchor=False)
        st.caption(page.say("privacy.sealing_lead"))
        for wish in wishes:
            # Whoever is asked to agree must know whom they agree with.
            name = person_name if wish.agreed_at is None else doer_name
            _wish(page, wish, incidents, name(page, people, wish.asked_by))
        with st.expander(page.say("privacy.ask_names"), icon=":material/key:", key="sealing_ask"):
            _form(page, incidents)


def _wish(page: Page, wish: Unsealing, incidents: Mapping[str, Incident], asked_by: str) -> None:
    if wish.agreed_at is not None and not is_open(wish, page.now):
        return
    about = incidents[wish.incident_id].title if wish.incident_id in incidents else page.say("log.all")
    code = "privacy.wish_open" if wish.agreed_at is None else "privacy.wish_agreed"
    said = page.say(code, who=asked_by, about=about, reason=wish.reason, when=page.moment(wish.asked_at))
    with st.container(border=True, key=f"sealing_{wish.id}", gap="small"):
        st.text(said)
        page.trouble(f"seal_{wish.id}")
        if wish.agreed_at is None and page.may(Act.UNSEAL_NAMES) and wish.asked_by != page.person.id:
            agree = page.act(f"seal_{wish.id}", agree_unsealing, done="privacy.names_open", unsealing_id=wish.id)
            st.button(page.say("privacy.agree_names"), key=f"agree_{wish.id}", type="primary", on_click=agree)


def _form(page: Page, incidents: Mapping[str, Incident]) -> None:
    names = {"": page.say("log.all"), **{one.id: plain(one.title) for one in incidents.values()}}
    with st.form("ask_names", border=False):
        st.selectbox(page.say("privacy.names_of"), list(names), format_func=names.__getitem__, key="names_of")
        st.text_input(page.say("privacy.reason"), key="names_reason", max_chars=400)
        page.trouble("names")
        ask = page.act(
            "names",
            ask_unsealing,
            done="privacy.names_asked",
            clear=("names_reason",),
            reason=typed("names_reason"),
            incident_id=typed("names_of"),
        )
        st.form_submit_button(page.say("privacy.ask_names_submit"), on_click=ask)
