"""Whom an alert told, when and how, and who was not told and why: readable next to the alert."""

from collections.abc import Mapping, Sequence

import streamlit as st

from command_center.domain.alerts import REACHED, Alert, AlertState, Notice, NoticeOutcome
from command_center.domain.duty import Roster, next_due
from command_center.domain.people import Act, Person
from command_center.ui.doers import doer_name
from command_center.ui.incident_look import dot
from command_center.ui.page import Page
from command_center.ui.parts import person_name, when
from command_center.ui.ways import e
from command_center.ui.wordings import channel_name
from command_center.use_cases.command import looking
from command_center.use_cases.duty_roster import read_roster


def show_told(page: Page, alert: Alert, people: Mapping[str, Person]) -> None:
    """Show a button that opens who was told about an alert and who was not."""
    with looking(page.ctx, page.person.id, Act.READ_PICTURE) as store:
        notices = store.find(Notice, alert_id=alert.id, order="at")
        roster = read_roster(page.ctx, store)
    told = len({notice.person_id for notice in notices if notice.outcome in REACHED})
    with st.popover(page.say("told.open", count=told), icon=":material/notifications:", key=f"told_{alert.id}"):
        st.html(told_html(page, notices, people, waiting=alert.state is AlertState.RAISED))
        st.caption(next_words(page, alert, notices, roster))


def told_html(page: Page, notices: Sequence[Notice], people: Mapping[str, Person], *, waiting: bool) -> str:
    """Return who was told and who was not, the told first; by name while somebody must be reached."""
    told = [notice for notice in notices if notice.outcome in REACHED]
    rest = [notice for notice in notices if notice.outcome not in REACHED]
    name = person_name if waiting else doer_name
    parts = []
    for code, some in (("told.told", told), ("told.not_told", rest)):
        lines = "".join(_line(page, notice, name(page, people, notice.person_id)) for notice in some)
        parts.append(f'<h3 class="pic-sub">{e(page.say(code))}</h3>')
        parts.append(f'<ul class="pic-told">{lines}</ul>' if lines else f"<p>{e(page.say('told.nobody'))}</p>")
    return "".join(parts)


def _line(page: Page, notice: Notice, who: str) -> str:
    name = who if notice.person_id else page.say("told.step", step=notice.step + 1)
    how = page.word(notice.outcome)
    if notice.channel:
        how = f"{how}, {channel_name(page, notice.channel)}"
    if notice.digest:
        how = f"{how}, {page.say('told.digest')}"
    shape, kind = ("✓", "good") if notice.outcome in REACHED else ("–", "warn")
    if notice.outcome in {NoticeOutcome.FAILED, NoticeOutcome.NOBODY}:
        shape, kind = "!", "bad"
    return f"<li>{dot(shape, kind)}<span><b>{e(name)}</b> {e(how)}<small>{e(when(page, notice.at))}</small></span></li>"


def next_words(page: Page, alert: Alert, notices: Sequence[Notice], roster: Roster) -> str:
    """Say when further people are told unless somebody takes the alert."""
    if alert.state is not AlertState.RAISED:
        return page.say("told.taken")
    due = next_due(roster, alert, notices)
    if due is None:
        return page.say("told.nobody_left")
    return page.say("told.next", when=when(page, due), ago=page.ago(due))
