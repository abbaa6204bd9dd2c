"""Deleting a post of ours from its network, in two steps: say why, then do it."""

import streamlit as st

from command_center.domain.publications import Publication
from command_center.domain.removals import RemovalState
from command_center.ui.frame import Page, typed
from command_center.ui.queue import Queue
from command_center.use_cases.command import looking
from command_center.use_cases.take_down import ask_take_down, may_take_down


def take_down_box(page: Page, queue: Queue, item: Publication) -> None:
    """Offer to delete a published post to those who may; nothing where it can't be deleted from here."""
    account, removal = queue.accounts.get(item.account_id), queue.removals.get(item.id)
    on_its_way = removal is not None and removal.state is RemovalState.ASKED
    if account is None or item.taken_down_at is not None or on_its_way:
        return
    if account.publisher not in page.ctx.networks or not item.native_ids or page.wanted is None:
        return
    with looking(page.ctx, page.person.id, page.wanted) as store:
        if not may_take_down(store, page.person, account):
            return
    key = f"queue_down_why_{item.id}"
    with st.popover(page.say("queue.take_down"), icon=":material/delete_forever:", key=f"queue_down_{item.id}"):
        st.caption(page.say("queue.take_down.means"))
        st.text_input(page.say("queue.take_down.reason"), key=key, max_chars=500)
        st.button(
            page.say("queue.take_down.now"),
            key=f"queue_down_now_{item.id}",
            type="primary",
            on_click=page.act(
                f"down.{item.id}",
                ask_take_down,
                publication_id=item.id,
                reason=typed(key),
                done="queue.done.take_down",
                clear=(key,),
            ),
        )
