"""What may I say: the phone screen of those who speak through our accounts."""

from functools import partial

import streamlit as st

from command_center.domain.accounts import Posture
from command_center.domain.people import Act
from command_center.ui.frame import Page, open_page
from command_center.ui.leftovers import show_own_cards
from command_center.ui.parts import empty_state, mention_card
from command_center.ui.practice import offer_practice
from command_center.ui.saying import Desk, read_desks, read_mention, signature
from command_center.ui.saying_cards import account_card, guidance_card
from command_center.ui.saying_out import show_last
from command_center.ui.saying_texts import WAY, show_ways
from command_center.ui.watching import rerun_on_news
from command_center.ui.wordings import show_style

page = open_page("what_may_i_say", Act.CHECK_TEXT)
show_style()
desks = read_desks(page)
mention = read_mention(page, st.query_params.get("reply", ""))


def choose(account_id: str) -> None:
    """Look at one account, or (empty) at all of them."""
    if account_id:
        st.query_params["account"] = account_id
    else:
        st.query_params.pop("account", None)
    st.session_state.pop(WAY, None)


def show_all(page: Page) -> None:
    """Show a card for each account."""
    with st.grid(columns="auto", min_column_width=320, key="say_grid"):
        for desk in desks:
            account_card(page, desk, choose=partial(choose, desk.account.id))


def show_one(page: Page, desk: Desk) -> None:
    """Show one account, and what may be said through it now."""
    if len(desks) > 1:
        st.button(
            page.say("say.all_accounts"),
            key="say_all",
            icon=":material/arrow_back:",
            type="tertiary",
            on_click=choose,
            args=("",),
        )
    card, texts = st.columns([2, 3], gap="medium")
    with card:
        account_card(page, desk)
    with texts:
        if not show_last(page, desk) and desk.posture is not Posture.HOLD:
            show_ways(page, desk, mention.id if mention else "")


show_own_cards(page)
rerun_on_news(page, "say", lambda later: signature(read_desks(later)))
if mention is not None:
    with st.container(key="card_reply"):
        st.caption(page.say("say.answering"))
        mention_card(page, mention)
if mention is not None:
    # An answer goes out where the question was asked, if we speak there.
    desks = [desk for desk in desks if desk.account.network == mention.network] or desks
wanted = st.query_params.get("account", desks[0].account.id if len(desks) == 1 else "")
one = next((desk for desk in desks if desk.account.id == wanted), None)
if not desks:
    empty_state(page, "say.no_account", icon="person_off", key="no_account")
    offer_practice(page, Act.CHECK_TEXT)
elif one is not None:
    show_one(page, one)
else:
    show_all(page)
for incident in {item.id: item for desk in ([one] if one else desks) for item in desk.incidents}.values():
    guidance_card(page, incident)
