"""One's own access: where one is reached, and the password."""

import streamlit as st

from command_center.ui.frame import Page, typed
from command_center.use_cases.people import set_contact, set_password


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
        st.form_submit_button(page.say("people.save_password"), on_click=_changing(page))


def _changing(page: Page):  # type: ignore[no-untyped-def]
    return page.act(
        "password",
        set_password,
        done="people.password_saved",
        clear=("own_current", "own_new"),
        current=typed("own_current"),
        password=typed("own_new"),
        keep_session=str(st.user.to_dict().get("sid", "")),
    )
