"""An author of mentions objects: look what is stored of them, erase it, and refuse what comes."""

from typing import Final

import streamlit as st

from command_center.domain.objections import Objection
from command_center.domain.people import Act
from command_center.errors import CommandCenterError
from command_center.texts import say_error
from command_center.ui.acts import typed
from command_center.ui.page import Page
from command_center.ui.wordings import network_name
from command_center.use_cases.command import looking
from command_center.use_cases.objections import allow_author, erase_author, look_for_author

NETWORKS: Final = ("", "x", "bluesky", "mastodon", "news", "linkedin", "instagram", "facebook", "youtube", "tiktok")


def show_objections(page: Page) -> None:
    """Ask for network and handle, count what is stored, and offer to erase it."""
    st.caption(page.say("privacy.author_lead"))
    with looking(page.ctx, page.person.id, Act.PROTECT_DATA) as store:
        count = len(store.find(Objection))
    st.caption(page.say("privacy.author_refused", count=count))
    names = {code: network_name(code) if code else page.say("privacy.author_any") for code in NETWORKS}
    with st.grid(2, min_column_width=220, gap="small"):
        network = st.selectbox(
            page.say("privacy.author_network"), list(names), format_func=names.__getitem__, key="author_network"
        )
        handle = st.text_input(page.say("privacy.author_handle"), key="author_handle", max_chars=200)
    if handle.strip():
        _show_found(page, network or "", handle)


def _show_found(page: Page, network: str, handle: str) -> None:
    try:
        found = look_for_author(page.ctx, page.person.id, network=network, handle=handle)
    except CommandCenterError as error:
        st.error(say_error(page.language, error))
        return
    st.markdown(page.say("privacy.author_found", posts=page.number(found.posts), naming=page.number(found.naming)))
    if found.entries:
        numbers = ", ".join(map(str, found.entries[:20]))
        st.caption(page.say("privacy.author_entries", numbers=numbers))
    st.checkbox(page.say("privacy.author_naming"), key="author_naming")
    st.text_input(page.say("privacy.reason"), key="author_reason", max_chars=400, help=page.say("privacy.author_why"))
    page.trouble("author")
    given = {"network": network, "handle": handle, "reason": typed("author_reason")}
    erase = page.act(
        "author",
        erase_author,
        done="privacy.author_done",
        clear=("author_reason", "author_handle"),
        naming=typed("author_naming", False),
        **given,
    )
    allow = page.act(
        "author", allow_author, done="privacy.author_allowed", clear=("author_reason", "author_handle"), **given
    )
    with st.container(horizontal=True):
        st.button(page.say("privacy.author_erase"), key="author_erase", type="primary", on_click=erase)
        st.button(page.say("privacy.author_allow"), key="author_allow", on_click=allow)
