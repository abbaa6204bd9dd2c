"""Connecting by agreeing on the network's own page: the way there, and what came back."""

from collections.abc import Mapping
from typing import Any, Final

import streamlit as st

from command_center.ports import Caller, Context
from command_center.ui.frame import Page, typed
from command_center.ui.incident_look import plain
from command_center.use_cases.agree import begin_agreement, finish_agreement
from command_center.web.process import current

_BEGUN: Final = "agreement."


def show_agreement(page: Page, network: str) -> None:
    """Ask for what the network's page needs, then for what it gave back."""
    if _BEGUN + network in st.session_state:
        _show_second_step(page, network)
    else:
        _show_first_step(page, network)


def _show_first_step(page: Page, network: str) -> None:
    way = page.ctx.sign_ins[network]
    keys = {name: f"set_agree_{network}_{name}" for name in way.asks}
    server = f"set_agree_{network}_server"
    with st.form(f"set_agree_{network}", border=False):
        with st.grid(2, min_column_width=260):
            if not way.asks:
                st.text_input(page.say("connections.server"), key=server, placeholder="https://mastodon.social")
            for name, key in keys.items():
                label = plain(page.say(f"connections.secret_{name}"))
                hidden = name == "client_secret"
                known = _redirect() if name == "redirect" else ""
                st.text_input(label, known, key=key, type="password" if hidden else "default", autocomplete="off")
        page.trouble("agree")
        st.form_submit_button(
            page.say("connections.begin"),
            key=f"set_agree_{network}_begin",
            type="primary",
            on_click=page.act(
                "agree",
                begin_typed,
                network=network,
                server=typed(server, ""),
                clear=tuple(key for name, key in keys.items() if name == "client_secret"),
                **{name: typed(key, "") for name, key in keys.items()},
            ),
        )


def _redirect() -> str:
    settings = current().settings
    return f"{settings.public_url.rstrip('/') or f'http://127.0.0.1:{settings.port}'}/"


def _show_second_step(page: Page, network: str) -> None:
    address, sealed = st.session_state[_BEGUN + network]
    key = f"set_agree_{network}_answer"
    st.link_button(page.say("connections.open"), address, icon=":material/open_in_new:", type="primary")
    with st.form(f"set_agree_{network}_back", border=False):
        st.text_input(page.say("connections.answer"), key=key, autocomplete="off")
        page.trouble("agree")
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(
                page.say("connections.finish"),
                key=f"set_agree_{network}_finish",
                type="primary",
                on_click=page.act(
                    "agree",
                    finish_typed,
                    done="connections.connected",
                    network=network,
                    sealed=sealed,
                    answer=typed(key, ""),
                    clear=(key,),
                ),
            )
            st.form_submit_button(
                page.say("connections.start_again"),
                key=f"set_agree_{network}_again",
                on_click=_forget,
                args=(network,),
            )


def _forget(network: str) -> None:
    st.session_state.pop(_BEGUN + network, None)


def begin_typed(ctx: Context, caller: Caller, *, network: str, server: str, **given: Any) -> str:
    """Begin with what was typed and remember, sealed, what finishing needs."""
    asked: Mapping[str, str] = {name: str(value or "") for name, value in given.items()}
    st.session_state[_BEGUN + network] = begin_agreement(ctx, caller, network=network, server=server, given=asked)
    return network


def finish_typed(ctx: Context, caller: Caller, *, network: str, sealed: str, answer: str) -> str:
    """Finish with what came back."""
    identity = finish_agreement(ctx, caller, sealed=sealed, answer=answer)
    _forget(network)
    return identity
