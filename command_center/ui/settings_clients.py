"""The programs that may ask the gate or bring mentions: a key for each, shown once, taken back with one click."""

from collections.abc import Mapping
from typing import Final

import streamlit as st

from command_center.domain.accounts import Account
from command_center.domain.clients import MOST_PER_MINUTE, Client, Scope
from command_center.domain.four_eyes import Matter
from command_center.domain.mentions import Plane
from command_center.domain.people import Act
from command_center.domain.topics import Topic
from command_center.ports import Caller, Context
from command_center.ui.four_eyes import show_proposals
from command_center.ui.frame import Page, typed
from command_center.ui.incident_look import heading, note, plain
from command_center.ui.parts import definitions, empty_state
from command_center.ui.wordings import network_name
from command_center.use_cases.command import looking
from command_center.use_cases.keep_clients import add_client, revoke_client

_NEW_KEY: Final = "set_client_new_key"
_USUAL_RATE: Final = 60


def show_clients(page: Page) -> None:
    """Show every program with what it may do, and the form for a new one."""
    with looking(page.ctx, page.person.id, Act.WRITE_ACCOUNT) as store:
        clients = store.find(Client, order="created_at")
        accounts = {each.id: each for each in store.find(Account, plane=Plane.REAL, active=True, order="name")}
        topics = {each.id: each.name for each in store.find(Topic, plane=Plane.REAL, order="name")}
    heading(page.say("settings.clients"), page.say("settings.clients_lead"))
    show_proposals(page, Matter.CLIENT)
    _show_new_key(page)
    if not clients:
        empty_state(page, "settings.no_clients", icon="api", key="clients")
    for client in clients:
        with st.expander(plain(_label(page, client)), icon=_icon(client), key=f"set_client_{client.id}"):
            _client(page, client, accounts)
    with st.expander(page.say("settings.client_add"), icon=":material/add:", key="set_client_new"):
        _form(page, accounts, topics)
    st.caption(page.say("settings.client_document"))


def _label(page: Page, client: Client) -> str:
    scopes = ", ".join(page.word(scope) for scope in client.scopes)
    return f"{client.name} · {scopes}" if client.active else f"{client.name} · {page.say('settings.client_revoked')}"


def _icon(client: Client) -> str:
    return ":material/key:" if client.active else ":material/key_off:"


def _show_new_key(page: Page) -> None:
    made = st.session_state.get(_NEW_KEY)
    if made is None:
        return
    with st.container(border=True, key="set_client_key"):
        note(page.say("settings.client_key_once"), "!", "warn")
        st.code(made, language=None, wrap_lines=True)
        st.button(page.say("settings.client_key_kept"), on_click=lambda: st.session_state.pop(_NEW_KEY, None))


def _client(page: Page, client: Client, accounts: Mapping[str, Account]) -> None:
    names = ", ".join(accounts[each].name for each in client.accounts if each in accounts) or "–"
    facts = {
        page.say("settings.client_id"): client.id,
        page.say("settings.client_scopes"): ", ".join(page.word(scope) for scope in client.scopes),
        page.say("settings.client_accounts"): names,
        page.say("settings.client_rate"): str(client.per_minute),
        page.say("settings.client_since"): page.moment(client.created_at),
    }
    if client.revoked_at:
        facts[page.say("settings.client_revoked")] = page.moment(client.revoked_at)
    definitions(facts)
    form = f"client_{client.id}"
    page.trouble(form)
    if client.active:
        st.button(
            page.say("settings.client_revoke"),
            key=f"set_{form}_revoke",
            icon=":material/key_off:",
            on_click=page.act(form, revoke_client, done="settings.client_revoked_done", client_id=client.id),
        )


def _form(page: Page, accounts: Mapping[str, Account], topics: Mapping[str, str]) -> None:
    keys = {name: f"set_client_{name}" for name in ("name", "scopes", "accounts", "topic_id", "per_minute")}
    with st.form("set_client", border=False):
        st.text_input(page.say("settings.client_name"), key=keys["name"], max_chars=80)
        st.pills(
            page.say("settings.client_scopes"),
            list(Scope),
            selection_mode="multi",
            format_func=page.word,
            key=keys["scopes"],
        )
        st.multiselect(
            page.say("settings.client_accounts"),
            list(accounts),
            format_func=lambda each: f"{accounts[each].name} · {network_name(accounts[each].network)}",
            key=keys["accounts"],
            placeholder=page.say("settings.client_choose"),
        )
        with st.grid(2, min_column_width=260) as grid:
            grid.selectbox(
                page.say("settings.client_topic"),
                ["", *topics],
                format_func=lambda each: topics.get(each, page.say("settings.client_every_topic")),
                key=keys["topic_id"],
            )
            grid.number_input(page.say("settings.client_rate"), 1, MOST_PER_MINUTE, _USUAL_RATE, key=keys["per_minute"])
        page.trouble("client")
        st.form_submit_button(
            page.say("settings.client_add_submit"),
            key="set_client_save",
            type="primary",
            on_click=page.act(
                "client",
                give_key,
                done="settings.client_added",
                clear=(keys["name"], keys["scopes"], keys["accounts"]),
                **{name: typed(key) for name, key in keys.items()},
            ),
        )


def give_key(
    ctx: Context,
    caller: Caller,
    *,
    name: str,
    scopes: list[Scope],
    accounts: list[str],
    topic_id: str,
    per_minute: int,
) -> None:
    """Add the program and keep its key for this page until somebody says that they have it."""
    identity, key = add_client(
        ctx,
        caller,
        name=name,
        scopes=tuple(scopes),
        accounts=tuple(accounts),
        topic_id=topic_id,
        per_minute=per_minute,
    )
    st.session_state[_NEW_KEY] = f"{identity}:{key}"
