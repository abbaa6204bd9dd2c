"""One voice: which wordings are valid or wait, and what may leave each account; locking and unlocking."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Final

import streamlit as st

from command_center.domain.accounts import SAFE_MODE, STRICTNESS, Account, Lock, Posture, effective_posture
from command_center.domain.mentions import Plane
from command_center.domain.people import DRILL_PARTNER, Act
from command_center.domain.statements import StatementState, is_current
from command_center.ports import Caller, Context
from command_center.ui.doers import doer_name
from command_center.ui.frame import Page, typed
from command_center.ui.incident_look import chip, heading, link_to, note, row, rows
from command_center.ui.incident_scene import Scene, Wording
from command_center.ui.parts import person_name, posture_html
from command_center.ui.ways import e
from command_center.ui.wordings import network_name
from command_center.use_cases.drill_partner import partner_confirms_unlock
from command_center.use_cases.lock import ask_unlock, confirm_unlock, lock_account

_REVIEW_HOURS: Final = (1, 4, 12, 24)
_LOCKING: Final = (Posture.HOLD, Posture.ONE_VOICE, Posture.REVIEW)
_SIGNS: Final = {
    StatementState.DRAFT: ("✎", "calm"),
    StatementState.SUBMITTED: ("◐", "warn"),
    StatementState.VALID: ("✓", "good"),
    StatementState.RETURNED: ("↩", "warn"),
    StatementState.SUPERSEDED: ("–", "calm"),
    StatementState.WITHDRAWN: ("✕", "bad"),
    StatementState.EXPIRED: ("✕", "bad"),
}


def show_wordings(page: Page, scene: Scene) -> None:
    """Show the incident's wordings: valid ones first, then what waits for a yes, then drafts."""
    waiting = sum(item.version.state is StatementState.SUBMITTED for item in scene.wordings)
    valid = sum(is_current(item.version, page.now) for item in scene.wordings)
    heading(page.say("incident.wordings"), page.say("incident.wordings_lead", valid=valid, waiting=waiting))
    if scene.wordings:
        order = [StatementState.VALID, StatementState.SUBMITTED, StatementState.RETURNED, StatementState.DRAFT]
        known = {state: rank for rank, state in enumerate(order)}
        ranked = sorted(scene.wordings, key=lambda item: known.get(item.version.state, len(order)))
        rows([_wording_html(page, item) for item in ranked], kind="wide")
    else:
        note(page.say("incident.no_wordings"))
    link_to(page, "statements", Act.READ_STATEMENTS, page.say("incident.to_statements"), icon="campaign")


def _wording_html(page: Page, item: Wording) -> str:
    version = item.version
    gone = version.state is StatementState.VALID and not is_current(version, page.now)
    state = StatementState.EXPIRED if gone else version.state
    shape, kind = _SIGNS[state]
    small = ""
    if state is StatementState.SUBMITTED:
        small = page.say("incident.wording_waits", given=item.approvals, needed=item.needed)
    elif state is StatementState.VALID and version.valid_until:
        small = page.say("incident.wording_until", when=page.moment(version.valid_until))
    elif state is StatementState.DRAFT:
        small = page.say("incident.wording_draft")
    languages = ", ".join(sorted({variant.language.upper() for variant in version.content.variants}))
    small = " · ".join(filter(None, (small, languages)))
    return row(chip(shape, page.word(state), kind), item.statement.title, small)


def show_accounts(page: Page, scene: Scene) -> None:
    """Show each account with its posture and locks, the strictest first, and what can be done."""
    heading(page.say("incident.accounts"), page.say("incident.accounts_lead"))
    if not scene.accounts:
        note(page.say("incident.no_accounts"), "!", "warn")
        link_to(page, "settings", Act.WRITE_ACCOUNT, page.say("incident.to_accounts"), icon="settings")
        return
    ranked = sorted(scene.accounts, key=lambda item: -STRICTNESS[effective_posture(item, scene.locks)])
    with st.grid(2, min_column_width=320, gap="small") as grid:
        for account in ranked:
            with grid.cell(), st.container(key=f"inc_account_{account.id}", border=True, gap="small", height="stretch"):
                st.html(account_html(page, scene, account))
                for lock in scene.standing(account.id):
                    _show_lock(page, scene, lock)
    if page.may(Act.LOCK):
        with st.expander(page.say("incident.lock_by_hand"), icon=":material/lock:"):
            _lock_form(page, scene.accounts)


def account_html(page: Page, scene: Scene, account: Account) -> str:
    """Return an account: name, network, and what may leave it."""
    posture = effective_posture(account, scene.locks)
    flying = scene.in_flight.get(account.id, 0)
    air = f"<p>{chip('➤', page.say('incident.in_flight', count=flying), 'warn')}</p>" if flying else ""
    primary = f" · {e(page.say('incident.primary'))}" if account.primary else ""
    return (
        f'<article class="cci-account"><div><b>{e(account.name)}</b>'
        f"<p>{e(network_name(account.network))} · {e(account.handle)}{primary}</p>"
        f"{air}</div>{posture_html(page, posture)}</article>"
    )


def lock_html(page: Page, scene: Scene, lock: Lock) -> str:
    """Return a lock: posture, why, by whom, locked and sealed when, and when to look at it again."""
    sealed = (
        chip("■", page.say("incident.sealed", when=page.clock(lock.sealed_at)), "good")
        if lock.sealed_at
        else chip("◐", page.say("incident.not_sealed", count=1), "warn")
    )
    origin = "incident.lock_of_this" if lock.incident_id == scene.incident.id else "incident.lock_of_other"
    if not lock.incident_id:
        origin = "incident.lock_manual"
    review = chip("!", page.say("incident.review_late"), "bad") if lock.review_by < page.now else ""
    who = doer_name(page, scene.people, lock.locked_by, lock.incident_id)
    lines = [
        page.say("incident.locked_by", name=who, when=page.moment(lock.locked_at)),
        f"{page.say(origin)} · {page.say('incident.review_by', when=page.moment(lock.review_by))}",
        page.say("incident.because", reason=page.say(lock.reason) if lock.reason == SAFE_MODE else lock.reason),
    ]
    text = "".join(f"<p>{e(line)}</p>" for line in lines)
    return f'<div class="cci-lock"><div>{posture_html(page, lock.posture)} {sealed} {review}</div>{text}</div>'


def _show_lock(page: Page, scene: Scene, lock: Lock) -> None:
    st.html(lock_html(page, scene, lock))
    if not page.may(Act.UNLOCK) or page.person.id in scene.incident.conflicted:
        return
    page.trouble(f"unlock_{lock.id}")
    if not lock.lift_asked_by:
        _ask(page, lock)
        return
    asked = page.say(
        "incident.unlock_asked_by",
        name=person_name(page, scene.people, lock.lift_asked_by),
        when=page.clock(lock.lift_asked_at or lock.locked_at),
    )
    note(asked, "◐", "warn")
    if lock.lift_asked_by != page.person.id:
        _second_yes(page, lock, "incident.unlock_confirm", confirm_unlock)
    elif lock.plane is Plane.PRACTICE and not _others(page, scene):
        _second_yes(page, lock, "incident.partner_unlocks", partner_confirms_unlock)
    else:
        note(page.say("incident.unlock_second"))


def _others(page: Page, scene: Scene) -> list[str]:
    out = {page.person.id, DRILL_PARTNER}
    return [person.id for person in scene.able(Act.UNLOCK) if person.id not in out]


def _ask(page: Page, lock: Lock) -> None:
    key = f"inc_unlock_reason_{lock.id}"
    with st.popover(page.say("incident.unlock_ask"), icon=":material/lock_open:", key=f"inc_unlock_{lock.id}"):
        st.caption(page.say("incident.unlock_two"))
        st.text_input(page.say("incident.reason"), key=key, max_chars=500)
        st.button(
            page.say("incident.unlock_ask_submit"),
            key=f"inc_ask_{lock.id}",
            width="stretch",
            on_click=page.act(
                f"unlock_{lock.id}",
                ask_unlock,
                done="incident.unlock_asked",
                clear=(key,),
                lock_id=lock.id,
                reason=typed(key),
            ),
        )


def _second_yes(page: Page, lock: Lock, label: str, verb: Callable[..., object]) -> None:
    st.button(
        page.say(label),
        key=f"inc_second_{lock.id}",
        icon=":material/lock_open:",
        on_click=page.act(f"unlock_{lock.id}", verb, done="incident.unlocked", lock_id=lock.id),
    )


def _lock_form(page: Page, accounts: Sequence[Account]) -> None:
    names = {account.id: f"{account.name} ({network_name(network_name(account.network))})" for account in accounts}
    st.selectbox(page.say("incident.account"), list(names), format_func=names.__getitem__, key="inc_lock_account")
    st.segmented_control(
        page.say("incident.posture"),
        list(_LOCKING),
        format_func=page.word,
        default=Posture.HOLD,
        required=True,
        key="inc_lock_posture",
    )
    st.segmented_control(
        page.say("incident.review_in"),
        list(_REVIEW_HOURS),
        format_func=lambda hours: page.say("incident.hours", count=hours),
        default=4,
        required=True,
        key="inc_lock_hours",
    )
    st.text_input(page.say("incident.reason"), key="inc_lock_reason", max_chars=500)
    page.trouble("lock")
    st.button(
        page.say("incident.lock_submit"),
        key="inc_lock_submit",
        icon=":material/lock:",
        on_click=page.act(
            "lock",
            _lock_for_hours,
            done="incident.locked_done",
            clear=("inc_lock_reason",),
            account_id=typed("inc_lock_account", accounts[0].id),
            posture=typed("inc_lock_posture", Posture.HOLD),
            hours=typed("inc_lock_hours", 4),
            reason=typed("inc_lock_reason"),
        ),
    )


def _lock_for_hours(ctx: Context, caller: Caller, *, account_id: str, posture: Posture, hours: int, reason: str) -> str:
    return lock_account(
        ctx, caller, account_id=account_id, posture=posture, reason=reason, review_after=timedelta(hours=hours)
    )
