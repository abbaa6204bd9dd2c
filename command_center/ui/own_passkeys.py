"""One's own passkeys: which there are, and the way to make or remove one."""

import streamlit as st

from command_center.domain.people import Act, Passkey
from command_center.ui.page import Page
from command_center.ui.parts import time_html
from command_center.ui.settings_words import stamp
from command_center.ui.visitor import session
from command_center.ui.ways import e
from command_center.use_cases.command import looking
from command_center.use_cases.passkeys import remove_passkey


def show_own_passkeys(page: Page) -> None:
    """Show one's passkeys with a button for each, and the link that leads to making one."""
    with looking(page.ctx, page.person.id, Act.OWN_SETTINGS) as store:
        passkeys = store.find(Passkey, order="added_at", person_id=page.person.id)
    with st.container(border=True, key="own_passkeys"):
        st.markdown(f"**{page.say('people.passkeys')}**")
        st.caption(page.say("people.passkeys_lead"))
        page.trouble("passkeys")
        for passkey in passkeys:
            _show_passkey(page, passkey)
        label = e(page.say("people.passkey_add"))
        st.html(f'<a class="cc-button" href="/passkey?lang={page.language}" target="_self">{label}</a>')


def _show_passkey(page: Page, passkey: Passkey) -> None:
    last = f"{e(page.say('people.session_last'))} {time_html(page, passkey.used_at)}" if passkey.used_at else ""
    said = e(page.say("people.passkey_since", since=page.moment(passkey.added_at)))
    where = f" · {e(page.say('people.passkey_copied'))}" if passkey.is_copied else ""
    row = (
        f'<div class="cc-session"><b>{e(passkey.name)}</b><p>{said}{where}<br>'
        f"{last or e(page.say('people.passkey_unused'))}</p></div>"
    )
    remove = page.act(
        "passkeys", remove_passkey, done="people.passkey_removed", passkey_id=passkey.id, keep_session=session()
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.html(row, width="stretch")
        st.button(page.say("people.passkey_remove"), key=f"remove_passkey_{stamp(passkey.id)}", on_click=remove)
