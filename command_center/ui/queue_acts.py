"""What can be done with a post: read it as the second person, release, discard, say what became of it, plan one."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from command_center.domain.accounts import Account
from command_center.domain.people import Act, Role
from command_center.domain.publications import Publication, PublicationState
from command_center.ui.copying import copy_button
from command_center.ui.frame import Page, typed
from command_center.ui.parts import empty_state
from command_center.ui.queue import GROUPS, STEP, Queue, local_moment, post_html, schedule_fault
from command_center.ui.saying import by_hand, refused_by_now, usable_accounts
from command_center.ui.saying_out import LAST, let_out
from command_center.ui.taking_down import take_down_box
from command_center.ui.ways import e
from command_center.ui.wordings import length_html, network_name, plain
from command_center.use_cases.command import looking
from command_center.use_cases.outcome import record_posted
from command_center.use_cases.publish import review_post
from command_center.use_cases.quarantine import discard_post, release_post

STEPS = "queue.steps"


def show_group(page: Page, queue: Queue, group: str) -> None:
    """Show the posts of one group, each with what can be done with it."""
    found = queue.groups[group]
    if not found:
        empty_state(page, f"queue.{group}.none", icon="inbox", key=f"queue_{group}")
        return
    with st.grid(columns="auto", min_column_width=340, key="queue_grid"):
        for item in found:
            with st.container(key=f"card_post_{item.id}", gap="small"):
                st.html(post_html(page, queue, item))
                _acts(page, queue, item)
    if queue.counts[group] > len(found):
        st.button(page.say("queue.more", count=STEP), key="queue_more", width="stretch", on_click=_more)


def group_names(page: Page, queue: Queue) -> dict[str, str]:
    """Name each group with how many posts stand in it."""
    return {group: f"{page.say(f'queue.{group}')} {page.number(queue.counts[group])}" for group in GROUPS}


def first_group(queue: Queue) -> str:
    """Name the group that needs somebody most, else what is out."""
    return next((group for group in ("waiting", "on_way", "lost", "held") if queue.counts[group]), "out")


def _more() -> None:
    st.session_state[STEPS] = int(st.session_state.get(STEPS, 1)) + 1


def _acts(page: Page, queue: Queue, item: Publication) -> None:
    for form in ("review", "decline", "release", "discard", "posted", "lost", "down"):
        page.trouble(f"{form}.{item.id}")
    if item.state in GROUPS["on_way"] + GROUPS["lost"]:
        _outcome(page, queue, item)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if item.state is PublicationState.AWAITING_REVIEW:
            _second_person(page, item)
        elif _may_be_released(queue, item) and page.may(Act.RELEASE):
            _release(page, item)
        if item.state in GROUPS["waiting"] + GROUPS["held"] and page.may(Act.RELEASE):
            _discard(page, item)
        if item.state in GROUPS["out"]:
            take_down_box(page, queue, item)


def _may_be_released(queue: Queue, item: Publication) -> bool:
    free = item.state is PublicationState.HELD and item.account_id not in queue.locked
    return free or item.state is PublicationState.QUARANTINED


def _release(page: Page, item: Publication) -> None:
    st.button(
        page.say("queue.release"),
        key=f"queue_release_{item.id}",
        type="primary",
        icon=":material/lock_open:",
        on_click=page.act(f"release.{item.id}", release_post, publication_id=item.id, done="queue.done.released"),
    )


def _second_person(page: Page, item: Publication) -> None:
    if item.asked_by == page.person.id:
        st.caption(page.say("queue.not_your_own"))
        return
    st.button(
        page.say("queue.agree"),
        key=f"queue_agree_{item.id}",
        type="primary",
        icon=":material/check:",
        on_click=page.act(
            f"review.{item.id}", review_post, publication_id=item.id, agree=True, done="queue.done.reviewed"
        ),
    )
    st.button(
        page.say("queue.decline"),
        key=f"queue_decline_{item.id}",
        on_click=page.act(
            f"decline.{item.id}", review_post, publication_id=item.id, agree=False, done="queue.done.declined"
        ),
    )


def _discard(page: Page, item: Publication) -> None:
    key = f"queue_why_{item.id}"
    with st.popover(page.say("queue.discard"), icon=":material/delete:", key=f"queue_discard_{item.id}"):
        st.text_input(page.say("queue.discard_reason"), key=key)
        st.button(
            page.say("queue.discard_now"),
            key=f"queue_discard_now_{item.id}",
            type="primary",
            on_click=page.act(
                f"discard.{item.id}",
                discard_post,
                publication_id=item.id,
                reason=typed(key),
                done="queue.done.discarded",
                clear=(key,),
            ),
        )


def _outcome(page: Page, queue: Queue, item: Publication) -> None:
    account = queue.accounts.get(item.account_id)
    entitled = item.asked_by == page.person.id or {Role.CRISIS_LEAD, Role.APPROVER}.intersection(page.person.roles)
    looked = item.state is PublicationState.UNKNOWN and page.may(Act.RELEASE)
    if account is None or not entitled or not (looked or by_hand(page, account)):
        return
    key = f"queue_link_{item.id}"
    stopped = "" if looked else refused_by_now(page, account, item)
    if stopped:
        st.error(f"{page.say('say.hand.stop')} {plain(stopped)}", icon=":material/block:")
    else:
        copy_button(page, item.text, key=f"queue_copy_{item.id}")
    st.text_input(page.say("say.hand.link"), key=key, type="url", placeholder="https://")
    with st.container(horizontal=True):
        st.button(
            page.say("queue.looked.is_there" if looked else "say.hand.posted"),
            key=f"queue_posted_{item.id}",
            type="primary",
            icon=":material/done_all:",
            on_click=page.act(
                f"posted.{item.id}",
                record_posted,
                publication_id=item.id,
                posted=True,
                url=typed(key),
                done="say.done.posted",
            ),
        )
        st.button(
            page.say("queue.looked.is_not_there" if looked else "say.hand.not_posted"),
            key=f"queue_not_posted_{item.id}",
            on_click=page.act(
                f"lost.{item.id}", record_posted, publication_id=item.id, posted=False, done="say.done.not_posted"
            ),
        )


def plan_post(page: Page) -> None:
    """Let somebody plan a post for later; the gate looks now and again when it is due."""
    with looking(page.ctx, page.person.id, Act.PUBLISH) as store:
        accounts = {account.id: account for account in usable_accounts(store, page.person, page.plane)}
    if not accounts:
        st.caption(page.say("say.no_account.title"))
        return
    chosen = st.selectbox(
        page.say("queue.plan.account"), list(accounts), format_func=lambda key: _name(accounts[key]), key="plan_account"
    )
    account = accounts[chosen or next(iter(accounts))]
    text = st.text_area(page.say("queue.plan.text"), key="plan_text", height=120)
    if text:
        st.html(length_html(page, account.network, text))
    due = _ask_when(page)
    fault = schedule_fault(text, due, page.now, account.network)
    if due is not None and fault not in {"queue.plan.past", "queue.plan.no_such_time"}:
        st.html(f'<p class="cc-quiet">{e(page.say("queue.plan.when", when=page.moment(due), zone=page.zone))}</p>')
    if fault and (text or fault != "queue.plan.no_text"):
        st.warning(page.say(fault), icon=":material/error:")
    page.trouble("plan")
    st.button(
        page.say("queue.plan.do"),
        key="queue_plan",
        type="primary",
        icon=":material/schedule_send:",
        disabled=bool(fault),
        on_click=page.act(
            "plan",
            let_out,
            then=_show_waiting,
            clear=("plan_text",),
            account_id=account.id,
            text=text,
            due_at=due,
        ),
    )


def _ask_when(page: Page) -> datetime | None:
    local = (page.now + timedelta(hours=1)).astimezone(ZoneInfo(page.zone)).replace(minute=0, second=0, microsecond=0)
    with st.container(horizontal=True):
        day = st.date_input(
            page.say("queue.plan.day"),
            local.date(),
            min_value=page.now.date(),
            key="plan_day",
            format="DD.MM.YYYY" if page.language == "de" else "DD/MM/YYYY",
            width=170,
        )
        at = st.time_input(page.say("queue.plan.time"), local.time(), key="plan_time", step=300, width=130)
    return local_moment(day, at, page.zone) if day is not None and at is not None else None


def _show_waiting() -> None:
    st.session_state["queue_group"] = "waiting"


def _name(account: Account) -> str:
    return f"{account.name} ({network_name(account.network)})"


def show_planned(page: Page, queue: Queue) -> None:
    """Tell once what became of the post planned just now."""
    made = st.session_state.pop(LAST, "")
    item = next((item for found in queue.groups.values() for item in found if item.id == made), None)
    if item is None or item.due_at <= item.asked_at:
        return
    if item.state is PublicationState.REFUSED:
        st.error(
            f"{page.say('say.outcome.refused')} {page.say(item.reason, detail=plain(item.note))}",
            icon=":material/block:",
        )
    else:
        st.success(page.say(f"say.outcome.{item.state.value}"), icon=":material/check_circle:")
