"""Letting a text out in two taps: through the gate and onto the clipboard, then *it is posted*."""

from datetime import datetime
from typing import Final
from urllib.parse import quote

import streamlit as st

from command_center.domain.accounts import Account
from command_center.domain.mentions import Plane
from command_center.domain.publications import BY_NETWORK, IN_FLIGHT, OUT, Publication, PublicationState
from command_center.errors import CommandCenterError
from command_center.ports import Caller, Context
from command_center.ui.copying import copy_button
from command_center.ui.frame import Page, typed
from command_center.ui.parts import host_of
from command_center.ui.saying import Desk, by_hand, read_publication, refused_by_now, sends_itself
from command_center.ui.saying_several import SEVERAL, remember, show_several
from command_center.ui.ways import e
from command_center.ui.wordings import gate_words, network_name, note_words, plain
from command_center.use_cases.outcome import record_posted
from command_center.use_cases.publish import publish, publish_to_several

LAST: Final = "say.last"
_WAYS: Final = {
    "x": "https://x.com/intent/post?text={text}",
    "bluesky": "https://bsky.app/intent/compose?text={text}",
    "mastodon": "https://{server}/share?text={text}",
    "linkedin": "https://www.linkedin.com/",
    "instagram": "https://www.instagram.com/",
    "facebook": "https://www.facebook.com/",
    "threads": "https://www.threads.com/intent/post?text={text}",
}


def let_out(
    ctx: Context,
    caller: Caller,
    *,
    account_id: str,
    text: str,
    reply_to: str = "",
    due_at: datetime | None = None,
    also: tuple[str, ...] = (),
) -> None:
    """Take a text to the gate of one account, or of several, and remember in this session what became of it."""
    st.session_state.pop(SEVERAL, None)
    if not also:
        made = publish(ctx, caller, account_id=account_id, text=text, reply_to=reply_to, due_at=due_at)
        st.session_state[LAST] = made.id
        return
    found = publish_to_several(ctx, caller, account_ids=(account_id, *also), text=text)
    remember(found)
    first = found[account_id]
    if isinstance(first, CommandCenterError):
        raise first
    st.session_state[LAST] = first.id


def network_link(account: Account, text: str) -> str:
    """Return where a post is written by hand, the text filled in where the network allows it; empty if unknown."""
    way = _WAYS.get(account.network, "")
    server = account.handle.rpartition("@")[2]
    if "{server}" in way and "." not in server:
        return ""
    return way.format(text=quote(text, safe=""), server=quote(server, safe=".:"))


def show_last(page: Page, desk: Desk) -> bool:
    """Show what became of the text let out last; tells whether something is shown that still needs a tap."""
    last = read_publication(page, str(st.session_state.get(LAST, "")))
    show_several(page)
    here = last is not None and last.account_id == desk.account.id
    if last is not None and here and (last.state not in IN_FLIGHT or sends_itself(page, desk.account)):
        _show_outcome(page, last)
        # The text would still stand there ready to be sent, with the outcome out of sight on a phone.
        return last.state not in {PublicationState.REFUSED, PublicationState.FAILED}
    mine = [item for item in desk.in_flight if item.asked_by == page.person.id]
    if not mine or not by_hand(page, desk.account):
        return False
    for item in mine:
        _post_by_hand(page, desk.account, item, fresh=last is not None and item.id == last.id)
    return True


def _show_outcome(page: Page, item: Publication) -> None:
    kind, icon = _OUTCOMES.get(item.state, (st.info, ":material/info:"))
    code = f"say.outcome.{item.state.value}"
    if item.plane is Plane.PRACTICE and item.state in OUT:
        code = "say.outcome.rehearsed"
    if item.state in _ON_ITS_WAY and item.due_at <= page.now:
        code = "say.outcome.sending" if item.next_try_at is None else "say.outcome.tried_again"
    when = page.clock(item.next_try_at) if item.next_try_at else ""
    reason = _refusal(page, item) if item.state is PublicationState.REFUSED else ""
    kind(f"{page.say(code, when=when)} {plain(reason)}", icon=icon)
    if item.state in OUT and (host := host_of(item.url)):
        st.link_button(
            f"{page.say('queue.open_post')} ({plain(host)})", item.url, icon=":material/open_in_new:", width="stretch"
        )
    st.button(page.say("say.go_on"), key="say_go_on", width="stretch", on_click=forget_last)


def _refusal(page: Page, item: Publication) -> str:
    if item.reason == BY_NETWORK:
        return f"{page.say('queue.because.network_refused')} {note_words(page, item.note)}"
    return gate_words(page, item.reason, item.note)


_ON_ITS_WAY: Final = frozenset({PublicationState.QUEUED, PublicationState.INTENDED})
_OUTCOMES: Final = {
    PublicationState.SENT: (st.success, ":material/check_circle:"),
    PublicationState.VERIFIED: (st.success, ":material/check_circle:"),
    PublicationState.REFUSED: (st.error, ":material/block:"),
    PublicationState.FAILED: (st.warning, ":material/undo:"),
    PublicationState.AWAITING_REVIEW: (st.info, ":material/group:"),
    PublicationState.QUEUED: (st.info, ":material/schedule:"),
    PublicationState.UNKNOWN: (st.warning, ":material/help:"),
}


def forget_last() -> None:
    """Go back to the texts."""
    st.session_state.pop(LAST, None)
    st.session_state.pop(SEVERAL, None)


def _post_by_hand(page: Page, account: Account, item: Publication, *, fresh: bool) -> None:
    stopped = refused_by_now(page, account, item)
    when = page.clock(item.intended_at or item.asked_at)
    with st.container(key=f"card_hand_{item.id}", gap="small"):
        if stopped:
            st.html(
                f'<div class="cc-answer cc-refused" role="status"><p><i aria-hidden="true">✕</i>'
                f"{e(page.say('say.hand.stop'))}</p>"
                f"<span>{e(page.say('say.hand.stop_lead', when=when, why=stopped))}</span></div>"
                f'<div class="cc-wording"><del>{e(item.text)}</del></div>'
            )
        else:
            st.html(
                f'<p class="cc-verdict">{e(page.say("say.hand.title"))}</p>'
                f'<p class="cc-quiet">{e(page.say("say.hand.lead", when=when))}</p>'
                f'<div class="cc-sent"><div class="cc-wording">{e(item.text)}</div></div>'
            )
            _way_there(page, account, item, fresh=fresh)
        _what_became_of_it(page, item, stopped=bool(stopped))


def _way_there(page: Page, account: Account, item: Publication, *, fresh: bool) -> None:
    copy_button(page, item.text, key=f"copy_{item.id}", at_once=fresh)
    link = network_link(account, item.text)
    if link:
        name = page.say("say.hand.open", network=network_name(account.network))
        st.link_button(name, link, icon=":material/open_in_new:", width="stretch")
    st.html(f'<p class="cc-quiet">{e(page.say("say.hand.as_whom", handle=account.handle))}</p>')


def _what_became_of_it(page: Page, item: Publication, *, stopped: bool) -> None:
    form, link_key = f"posted.{item.id}", f"posted_link_{item.id}"
    st.text_input(page.say("say.hand.link"), key=link_key, type="url", placeholder="https://")
    page.trouble(form)
    page.trouble(f"not_{form}")
    st.button(
        page.say("say.hand.posted_already" if stopped else "say.hand.posted"),
        key=f"posted_{item.id}",
        type="secondary" if stopped else "primary",
        icon=":material/done_all:",
        width="stretch",
        on_click=page.act(
            form, record_posted, publication_id=item.id, posted=True, url=typed(link_key), done="say.done.posted"
        ),
    )
    st.button(
        page.say("say.hand.given_up" if stopped else "say.hand.not_posted"),
        key=f"not_posted_{item.id}",
        type="primary" if stopped else "secondary",
        width="stretch",
        on_click=page.act(
            f"not_{form}", record_posted, publication_id=item.id, posted=False, done="say.done.not_posted"
        ),
    )
