"""How people prove who they are: one's own second factor, and for administrators the house's rule."""

import streamlit as st

from command_center.domain.people import Act, Identity, Person
from command_center.domain.second_factor import SecondFactor, SecondFactorRule
from command_center.ui.acts import typed
from command_center.ui.own_passkeys import show_own_passkeys
from command_center.ui.page import Page
from command_center.ui.ways import e
from command_center.use_cases.command import looking
from command_center.use_cases.second_factor import need_second_factor, reset_second_factor
from command_center.use_cases.sign_in import has_second_factor, second_factor_rule


def show_own_door(page: Page) -> None:
    """Show whether one has a second factor, and the way to set it up."""
    with looking(page.ctx, page.person.id, Act.OWN_SETTINGS) as store:
        factor = store.get(SecondFactor, page.person.id)
        identities = store.find(Identity, person_id=page.person.id, limit=1)
    if identities:
        with st.container(border=True):
            st.markdown(f"**{page.say('people.second_factor')}**")
            st.caption(page.say("people.by_provider", issuer=identities[0].issuer))
        return
    app, passkeys = st.columns(2, gap="medium")
    with app, st.container(border=True):
        st.markdown(f"**{page.say('people.second_factor_app')}**")
        _show_own_factor(page, factor)
    with passkeys:
        show_own_passkeys(page)


def _show_own_factor(page: Page, factor: SecondFactor | None) -> None:
    said = page.say("people.second_factor_on", count=len(factor.recovery)) if factor else ""
    st.caption(said or page.say("people.second_factor_off"))
    label = page.say("people.second_factor_renew" if factor else "people.second_factor_set")
    st.html(f'<a class="cc-button" href="/second-factor?lang={page.language}" target="_self">{e(label)}</a>')


def show_rule(page: Page) -> None:
    """Show the form that says who needs a second factor."""
    with looking(page.ctx, page.person.id, Act.WRITE_PEOPLE) as store:
        rule = second_factor_rule(store)
    choices = list(SecondFactorRule)
    st.radio(
        page.say("people.second_factor_rule"),
        choices,
        index=choices.index(rule),
        format_func=page.word,
        key="factor_rule",
    )
    st.caption(page.say("people.second_factor_rule_lead"))
    page.trouble("factor_rule")
    save = page.act(
        "factor_rule", need_second_factor, done="people.second_factor_rule_saved", rule=typed("factor_rule", rule)
    )
    st.button(page.say("people.second_factor_rule_save"), key="factor_rule_save", type="primary", on_click=save)


def show_factor_reset(page: Page, person: Person) -> None:
    """Show the button that takes somebody's second factor away, where they have one."""
    with looking(page.ctx, page.person.id, Act.WRITE_PEOPLE) as store:
        if not has_second_factor(store, person.id):
            return
    st.caption(page.say("people.second_factor_reset_lead"))
    reset = page.act("change", reset_second_factor, done="people.second_factor_reset_done", person_id=person.id)
    st.button(
        page.say("people.second_factor_reset"), key="reset_factor", icon=":material/phonelink_erase:", on_click=reset
    )
