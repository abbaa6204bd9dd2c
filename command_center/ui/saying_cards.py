"""The cards of *What may I say?*: one per account, and what the plan asks of everybody."""

from collections.abc import Callable, Sequence
from typing import Literal

import streamlit as st

from command_center.domain.accounts import SAFE_MODE, Lock
from command_center.domain.incidents import Incident
from command_center.domain.people import Person
from command_center.domain.publications import Publication
from command_center.ui.frame import Page
from command_center.ui.parts import posture_badge
from command_center.ui.saying import Desk, by_hand, plan_of
from command_center.ui.ways import e
from command_center.ui.wordings import network_name


def account_card(page: Page, desk: Desk, *, choose: Callable[[], None] | None = None) -> None:
    """Show what may leave an account, why, until when, and whom to call."""
    account = desk.account
    height: Literal["content", "stretch"] = "stretch" if choose is not None else "content"
    with st.container(key=f"card_say_{account.id}", gap="small", height=height):
        st.html(
            f'<div class="cc-account"><b>{e(account.name)}</b>'
            f"<span>{e(network_name(account.network))} · {e(account.handle)}</span></div>"
        )
        posture_badge(page, desk.posture)
        st.html(f'<p class="cc-verdict">{e(page.say(f"say.posture.{desk.posture.value}"))}</p>')
        lines = [*_why(page, desk, short=choose is not None), *in_flight_lines(page, _of_others(page, desk))]
        if lines:
            st.html(f'<dl class="cc-why">{"".join(lines)}</dl>')
        if desk.locks:
            st.html(_contacts_html(page, desk.contacts, short=choose is not None))
        if choose is not None:
            st.button(
                page.say(f"say.choose.{desk.posture.value}"),
                key=f"say_choose_{account.id}",
                icon=":material/arrow_forward:",
                icon_position="right",
                width="stretch",
                on_click=choose,
            )


def _why(page: Page, desk: Desk, *, short: bool) -> list[str]:
    lock = desk.lock
    if lock is None:
        return []
    incident = desk.incident
    why = page.say(lock.reason) if lock.reason == SAFE_MODE else lock.reason
    reason = f"{incident.title}: {why}" if incident else why
    lines = [_line(page, "say.why", reason)]
    if not short:
        lines.append(_line(page, "say.locked", _locked(page, lock)))
    late = lock.review_by <= page.now
    review = page.say("say.review_late" if late else "say.review_by", when=page.moment(lock.review_by))
    lines.append(_line(page, "say.review", f"{review} {page.say('say.never_by_itself')}"))
    more = len(desk.locks) - 1
    if more > 0:
        lines.append(_line(page, "say.more_locks", page.say("say.more_locks_count", count=more)))
    return lines


def _locked(page: Page, lock: Lock) -> str:
    since = page.say("say.since", when=page.moment(lock.locked_at))
    sealed = page.say("say.sealed", when=page.clock(lock.sealed_at)) if lock.sealed_at else page.say("say.not_sealed")
    return f"{since} {sealed}"


def _of_others(page: Page, desk: Desk) -> list[Publication]:
    """Leave out what the reader is asked about below: that is in their own hands, not beyond recall."""
    mine = page.person.id if by_hand(page, desk.account) else ""
    return [item for item in desk.in_flight if item.asked_by != mine]


def in_flight_lines(page: Page, found: Sequence[Publication]) -> list[str]:
    """Return the notice about what is on its way and can't be stopped."""
    return [_line(page, "say.in_flight", page.say("say.in_flight_count", count=len(found)))] if found else []


def _line(page: Page, code: str, text: str) -> str:
    return f"<div><dt>{e(page.say(code))}</dt><dd>{e(text)}</dd></div>"


def _contacts_html(page: Page, people: Sequence[Person], *, short: bool) -> str:
    if not people:
        return f'<p class="cc-call"><b>{e(page.say("say.nobody_to_call"))}</b></p>'
    rows = []
    for person in people[: 1 if short else None]:
        dialled = "".join(sign for sign in person.phone if sign in "+0123456789")
        phone = f'<a href="tel:{dialled}">☎ {e(person.phone)}</a>' if dialled else ""
        mailed = person.email and not (short and dialled)
        mail = f'<a href="mailto:{e(person.email)}">✉ {e(person.email)}</a>' if mailed else ""
        rows.append(f"<li><b>{e(person.name)}</b>{phone}{mail}</li>")
    if short:
        return f'<div class="cc-call cc-short-call"><ul>{"".join(rows)}</ul></div>'
    return f'<div class="cc-call"><small>{e(page.say("say.call"))}</small><ul>{"".join(rows)}</ul></div>'


def guidance_card(page: Page, incident: Incident) -> None:
    """Show what the incident's plan asks of everybody: say, don't, private accounts, refer to."""
    plan = plan_of(page, incident)
    if plan is None:
        return
    guidance = plan.guidance
    say = guidance.say.get(page.language) or guidance.say.get("de", ())
    dont = guidance.dont.get(page.language) or guidance.dont.get("de", ())
    duty = plan.role(guidance.refer_to)
    refer = duty.title.in_language(page.language) if duty else guidance.refer_to
    with st.container(key=f"card_guidance_{incident.id}", gap="small"):
        st.subheader(page.say("say.guidance"), anchor=False)
        st.html(f'<p class="cc-quiet">{e(page.say("say.guidance_of", title=incident.title))}</p>')
        st.html(
            '<div class="cc-guidance">'
            + _list(page, "say.do", "✓", say)
            + _list(page, "say.dont", "✕", dont)
            + f"<section><h4>{e(page.say('say.private'))}</h4>"
            f"<p>{e(guidance.private_accounts.in_language(page.language))}</p></section>"
            f"<section><h4>{e(page.say('say.refer'))}</h4><p>{e(refer)}</p></section></div>"
        )


def _list(page: Page, code: str, mark: str, sentences: Sequence[str]) -> str:
    rows = "".join(f'<li><i aria-hidden="true">{mark}</i>{e(sentence)}</li>' for sentence in sentences)
    return f"<section><h4>{e(page.say(code))}</h4><ul>{rows}</ul></section>"
