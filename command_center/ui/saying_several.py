"""One approved text through several accounts at once: choosing them, and each one's own outcome."""

from typing import Final

import streamlit as st

from command_center.domain.accounts import Account
from command_center.domain.one_voice import FORBID_COPIES, Draft
from command_center.domain.people import Act
from command_center.domain.publications import Publication, PublicationState
from command_center.errors import CommandCenterError
from command_center.ui.frame import Page
from command_center.ui.queue import state_html
from command_center.ui.queue_words import because
from command_center.ui.saying import Desk, read_publication, usable_accounts
from command_center.ui.ways import e
from command_center.ui.wordings import network_name
from command_center.use_cases.ask_gate import ask
from command_center.use_cases.command import looking

SEVERAL: Final = "say.several"


def choose_also(page: Page, desk: Desk, text: str, *, ready: bool) -> tuple[str, ...]:
    """Let somebody choose further accounts whose gate lets this very text out; returns their ids."""
    others = _others(page, desk, text) if ready else []
    if not others:
        return ()
    names = {item.id: f"{item.name} ({network_name(item.network)})" for item in others}
    chosen = st.pills(
        page.say("say.also"),
        list(names),
        format_func=names.__getitem__,
        selection_mode="multi",
        key=f"say_also_{desk.account.id}",
        help=page.say("say.also_lead"),
    )
    return tuple(chosen)


def _others(page: Page, desk: Desk, text: str) -> list[Account]:
    with looking(page.ctx, page.person.id, Act.CHECK_TEXT) as store:
        found = []
        for account in usable_accounts(store, page.person, page.plane):
            copy = account.network == desk.account.network and account.network in FORBID_COPIES
            if account.id == desk.account.id or copy:
                continue
            if ask(store, Draft(text=text, person_id=page.person.id), account, page.person, page.now).allowed:
                found.append(account)
        return found


def remember(made: dict[str, Publication | CommandCenterError]) -> None:
    """Remember in this session what became of a text on each account."""
    st.session_state[SEVERAL] = {
        account: item.id if isinstance(item, Publication) else item for account, item in made.items()
    }


def show_several(page: Page) -> None:
    """Show each account's own outcome of the text let out last, where there were several."""
    made = st.session_state.get(SEVERAL, {})
    if len(made) < 2:
        return
    with looking(page.ctx, page.person.id, Act.CHECK_TEXT) as store:
        accounts = {account.id: account for account in usable_accounts(store, page.person, page.plane)}
    rows = [_row(page, accounts[identity], item) for identity, item in made.items() if identity in accounts]
    with st.container(key="card_several", gap="small"):
        st.html(f'<p class="cc-offer"><b>{e(page.say("say.several"))}</b></p>{"".join(rows)}')


def _row(page: Page, account: Account, item: str | CommandCenterError) -> str:
    if isinstance(item, CommandCenterError):
        badge, words = "", page.say(item.code, **item.values)
    else:
        found = read_publication(page, item)
        if found is None:
            return ""
        badge = state_html(page, found.state)
        quiet = found.state is PublicationState.INTENDED and account.publisher == "manual"
        words = page.say("say.several.by_hand") if quiet else because(page, found, account, None)
    name = f"<b>{e(account.name)}</b> <span class='cc-quiet'>{e(network_name(account.network))}</span>"
    why = f'<p class="cc-because">{e(words)}</p>' if words else ""
    return f'<article class="cc-post"><header>{name}{badge}</header>{why}</article>'
