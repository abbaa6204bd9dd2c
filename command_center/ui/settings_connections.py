"""Settings: the keys to networks. Typed once, tried, sealed, never shown again; tested by the worker, thrown away."""

from typing import Any, Final

import streamlit as st

from command_center.domain.accounts import Account
from command_center.domain.connections import SECRETS, Connection, KeyKind
from command_center.domain.four_eyes import Matter
from command_center.domain.people import Act
from command_center.domain.sources import Source
from command_center.ports import Caller, Context, Reading
from command_center.ui.four_eyes import show_proposals
from command_center.ui.frame import Page, typed
from command_center.ui.incident_look import chip, heading, note, row, rows
from command_center.ui.parts import empty_state, when
from command_center.ui.settings_agreement import show_agreement
from command_center.ui.wordings import network_name
from command_center.use_cases.command import looking
from command_center.use_cases.connect import ask_check, check_asked, connect, disconnect

_SERVER: Final = {"mastodon": "", "bluesky": "https://bsky.social"}


def show_connections(page: Page) -> None:
    """Show every key with what it may do, and the form for a new one."""
    with looking(page.ctx, page.person.id, Act.WRITE_ACCOUNT) as store:
        known = store.find(Connection, order="connected_at")
        used = {connection.id: _used_by(store, connection.id) for connection in known}
    heading(page.say("connections.title"), page.say("connections.lead"))
    show_proposals(page, Matter.CONNECTION, Matter.SEALING, Matter.LOG_KEY)
    active = [connection for connection in known if connection.active]
    if not active:
        empty_state(page, "connections.none", icon="key", key="connections")
    for connection in active:
        with st.container(key=f"card_key_{connection.id}", gap="small"):
            _show_one(page, connection, used[connection.id])
    with st.expander(page.say("connections.add"), icon=":material/add:", key="set_key_new", expanded=not active):
        _show_new(page)


def _used_by(store: Reading, connection_id: str) -> list[str]:
    accounts = [account.name for account in store.find(Account, connection_id=connection_id, active=True)]
    return [*accounts, *(source.name for source in store.find(Source, connection_id=connection_id, active=True))]


def _show_one(page: Page, connection: Connection, used: list[str]) -> None:
    asked = check_asked(page.ctx, connection.id)
    if asked:
        sign = chip("◌", page.say("connections.being_checked"), "calm")
    elif connection.trouble:
        sign = chip("!", page.say("connections.troubled"), "bad")
    else:
        sign = chip("●", page.say("connections.well"), "good")
    rights = ", ".join(page.word(right) for right in connection.rights) or page.say("connections.no_rights")
    checked = when(page, connection.checked_at) if connection.checked_at else page.say("sources.never")
    lines = [
        f"{network_name(connection.network)} · {connection.handle or page.say('connections.no_handle')}",
        " · ".join(filter(None, [page.word(connection.kind), connection.server])),
        page.say("connections.may", rights=rights),
        page.say("connections.checked", when=checked),
        page.say("connections.used", names=", ".join(used)) if used else page.say("connections.unused"),
    ]
    rows([row(sign, *lines)])
    if connection.trouble and not asked:
        sentence = page.say(connection.trouble, network=network_name(connection.network), why="–", path="–")
        note(sentence, "!", "bad")
    form = f"connection_{connection.id}"
    with st.container(horizontal=True, gap="small"):
        st.button(
            page.say("connections.check"),
            key=f"set_key_check_{connection.id}",
            icon=":material/fact_check:",
            disabled=asked,
            on_click=page.act(form, ask_check, done="connections.check_asked", connection_id=connection.id),
        )
        with st.popover(page.say("connections.end"), icon=":material/link_off:", key=f"set_key_gone_{connection.id}"):
            st.write(page.say("connections.end_lead"))
            st.button(
                page.say("connections.end_really"),
                key=f"set_key_end_{connection.id}",
                on_click=page.act(form, disconnect, done="connections.ended", connection_id=connection.id),
            )
    page.trouble(form)


def _show_new(page: Page) -> None:
    agreed = [(network, way.kind) for network, way in page.ctx.sign_ins.items()]
    ways = [way for way in (*SECRETS, *agreed) if way[0] in page.ctx.networks]
    if not ways:
        note(page.say("connections.no_networks"))
        return
    way = st.selectbox(
        page.say("connections.way"),
        ways,
        format_func=lambda way: page.say(f"connections.way_{way[0]}_{way[1].value}"),
        key="set_key_way",
    )
    network, kind = way or ways[0]
    code = f"{network}_{kind.value}"
    note(page.say(f"connections.steps_{code}"))
    if (network, kind) in SECRETS:
        _secret_form(page, network, kind)
    else:
        show_agreement(page, network)


def _secret_form(page: Page, network: str, kind: KeyKind) -> None:
    code = f"{network}_{kind.value}"
    keys = {name: f"set_key_{code}_{name}" for name in SECRETS[network, kind]}
    server = f"set_key_{code}_server"
    with st.form(f"set_key_{code}", border=False):
        with st.grid(2, min_column_width=260):
            if network in _SERVER:
                st.text_input(
                    page.say("connections.server"), _SERVER[network], key=server, placeholder="https://mastodon.social"
                )
            for name, key in keys.items():
                label = page.say(f"connections.secret_{name}")
                st.text_input(
                    label, key=key, type="default" if name == "identifier" else "password", autocomplete="off"
                )
        page.trouble("connect")
        st.form_submit_button(
            page.say("connections.connect"),
            key=f"set_key_{code}_connect",
            type="primary",
            on_click=page.act(
                "connect",
                connect_typed,
                done="connections.connected",
                clear=tuple(keys.values()),
                network=network,
                kind=kind,
                server=typed(server, ""),
                **{name: typed(key) for name, key in keys.items()},
            ),
        )


def connect_typed(ctx: Context, caller: Caller, *, network: str, kind: KeyKind, server: str, **secret: Any) -> str:
    """Connect with what was typed."""
    given = {name: str(value or "") for name, value in secret.items()}
    return connect(ctx, caller, network=network, kind=kind, server=server, secret=given)
