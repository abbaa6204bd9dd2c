"""Who is on duty now and next, where the rota gapes, and who would be told if an alert came now."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import streamlit as st

from command_center import alert_texts, texts
from command_center.domain.alerts import Alert, AlertState
from command_center.domain.duty import DutyStep, Roster, Way, outlook
from command_center.domain.mentions import Plane
from command_center.domain.people import Act, Person, may
from command_center.domain.reachability import Urgency
from command_center.domain.rota import Turn
from command_center.domain.topics import Topic
from command_center.ui.duty_forms import show_exchange_form, show_rota_form, show_steps_form
from command_center.ui.incident_look import chip, dot, heading, link_to, note, row, rows
from command_center.ui.page import Page
from command_center.ui.wordings import channel_name
from command_center.use_cases.be_reached import try_reaching
from command_center.use_cases.command import looking
from command_center.use_cases.duty_roster import to_call
from command_center.use_cases.keep_rota import LOOKED_AHEAD, DutyView, duty_view

SHOWN: Final = 6


def show_duty(page: Page) -> None:
    """Show duty now, next and missing, then who is told about an alert, and the forms for those who may."""
    view = duty_view(page.ctx, page.person.id)
    show_waiting(page, view.roster)
    with st.grid(2, min_column_width=360, gap="medium") as grid:
        with grid.cell(), st.container(key="card_duty_now", gap="small"):
            _show_now(page, view)
        with grid.cell(), st.container(key="card_duty_steps", gap="small"):
            _show_steps(page, view.roster)
    if not page.may(Act.WRITE_DUTY):
        return
    _show_reach(page, view.roster)
    with st.expander(page.say("duty.rota_edit"), icon=":material/calendar_month:", key="duty_rota"):
        show_rota_form(page, view.roster)
    with st.expander(page.say("duty.exchange_edit"), icon=":material/swap_horiz:", key="duty_exchange"):
        show_exchange_form(page, view.roster)
    with st.expander(page.say("duty.steps_edit"), icon=":material/stairs:", key="duty_steps"):
        show_steps_form(page, view.roster)


def show_waiting(page: Page, roster: Roster) -> None:
    """Say which alerts nobody has taken, and whom to call, to those who keep the duty plan."""
    if not page.may(Act.WRITE_DUTY):
        return
    with looking(page.ctx, page.person.id, Act.WRITE_DUTY) as store:
        alerts = store.find(Alert, state=AlertState.RAISED, plane=Plane.REAL, replayed=False, order="raised_at")
        topics = {topic.id: topic for topic in store.find(Topic)}
    for alert in alerts:
        _show_waiting(page, roster, alert, topics)
    if alerts:
        link_to(page, "situation", Act.READ_PICTURE, page.say("duty.to_situation"), icon="monitoring")


def _show_waiting(page: Page, roster: Roster, alert: Alert, topics: dict[str, Topic]) -> None:
    title = alert_texts.alert_title(alert, topics[alert.topic_id], page.language)
    said = page.say("duty.waiting", title=title, ago=page.ago(alert.raised_at))
    call = to_call(roster, page.person, len(roster.plan.steps))
    if call is not None:
        names = ", ".join(f"{one.name} ({one.phone or one.email})".replace(" ()", "") for one in call)
        said += " " + (page.say("alert.call", names=names) if names else page.say("alert.call_nobody"))
    note(said, "▲", "bad")


def _show_now(page: Page, view: DutyView) -> None:
    heading(page.say("duty.now"))
    if not view.turns:
        note(page.say("duty.no_rota"))
        return
    now, *later = view.turns
    if now.present:
        until = "" if not later else page.say("duty.until", when=_when(page, now.ends))
        for person in _people(view.roster, now.present):
            phone = f" · {person.phone}" if person.phone else ""
            rows(
                [
                    row(
                        chip("●", page.say("duty.on"), "good"),
                        f"{person.name}{phone}",
                        _stand_in(page, view, now),
                        until,
                    )
                ]
            )
    else:
        note(page.say("duty.gap_now", when=_when(page, now.ends)), "!", "bad")
    following = next((turn for turn in later if turn.present and turn.present != now.present), None)
    if following is not None:
        note(
            page.say("duty.next", names=_names(view.roster, following.present), when=_when(page, following.begins)), "→"
        )
    _show_gaps(page, view)
    listed = [_turn(page, view, turn) for turn in view.turns]
    with st.expander(page.say("duty.weeks", days=LOOKED_AHEAD.days), expanded=len(listed) <= SHOWN, key="duty_weeks"):
        rows(listed, kind="slim")
        st.caption(page.say("duty.zone", zone=page.zone))


def _show_gaps(page: Page, view: DutyView) -> None:
    gaps = [gap for gap in view.gaps if gap is not view.turns[0]]
    if gaps:
        note(page.say("duty.gaps", count=len(gaps), days=LOOKED_AHEAD.days), "!", "bad")
        rows([row(dot("!", "bad"), _span(page, gap), _why(page, view, gap)) for gap in gaps[:SHOWN]], kind="slim")
    elif view.turns[0].present:
        note(page.say("duty.no_gaps", days=LOOKED_AHEAD.days), "✓", "good")


def _why(page: Page, view: DutyView, gap: Turn) -> str:
    return (
        page.say("duty.gap_away", names=_names(view.roster, gap.planned)) if gap.planned else page.say("duty.gap_empty")
    )


def _turn(page: Page, view: DutyView, turn: Turn) -> str:
    if not turn.present:
        return row(dot("!", "bad"), f"{_span(page, turn)}: {page.say('duty.nobody')}", _why(page, view, turn))
    return row(
        dot("●", "good"), f"{_span(page, turn)}: {_names(view.roster, turn.present)}", _stand_in(page, view, turn)
    )


def _stand_in(page: Page, view: DutyView, turn: Turn) -> str:
    missing = [one for one in turn.planned if one not in turn.present]
    return page.say("duty.stands_in", names=_names(view.roster, missing)) if missing else ""


def _span(page: Page, turn: Turn) -> str:
    begins, ends = _when(page, turn.begins), _when(page, turn.ends)
    day, _, clock = ends.rpartition(", ")
    return f"{begins} – {clock if begins.startswith(day) else ends}"


def _when(page: Page, at: datetime) -> str:
    return texts.weekday_clock(page.language, page.zone, at)


def _people(roster: Roster, ids: Iterable[str]) -> list[Person]:
    return [roster.people[one] for one in ids if one in roster.people]


def _names(roster: Roster, ids: Iterable[str]) -> str:
    return ", ".join(person.name for person in _people(roster, ids))


def _show_steps(page: Page, roster: Roster) -> None:
    heading(page.say("duty.steps"), page.say("duty.steps_lead"))
    if not roster.channels:
        note(page.say("duty.no_channel"), "!", "bad")
    for step, ways in outlook(roster, urgency=Urgency.HIGH, now=page.now):
        st.html(f'<h3 class="cci-sub">{_step_name(page, step)}</h3>')
        reached = any(way.reason is None for way in ways)
        if roster.channels and not reached:
            note(page.say("duty.step_nobody"), "!", "bad")
        rows([_way(page, roster, way) for way in ways], kind="slim")
    if roster.plan.repeats:
        st.caption(page.say("duty.repeats", count=roster.plan.repeats, minutes=roster.plan.repeat_minutes))


def _step_name(page: Page, step: DutyStep) -> str:
    if not step.after_minutes:
        return page.say("duty.step_first")
    return page.say("duty.step_after", count=step.after_minutes)


def _way(page: Page, roster: Roster, way: Way) -> str:
    person = roster.people.get(way.person_id)
    name = person.name if person else page.say("frame.nobody")
    if way.reason is not None:
        return row(dot("–", "warn"), name, page.word(way.reason))
    names = ", ".join(channel_name(page, channel) for channel in way.channels)
    asked = "" if person is None or may(person, Act.ACKNOWLEDGE) else page.say("duty.asked_to_call")
    return row(dot("✓", "good"), name, names, asked)


def _show_reach(page: Page, roster: Roster) -> None:
    """Show how everybody who could be told wants to be reached, and let each way be tried."""
    concerned = _people(roster, _concerned(roster))
    with st.expander(page.say("duty.reach"), icon=":material/contact_phone:", key="duty_reach"):
        st.caption(page.say("duty.reach_lead"))
        for person in concerned:
            with st.container(key=f"reach_{person.id}", horizontal=True, vertical_alignment="center", gap="small"):
                st.html(row(dot("●"), person.name, *reach_words(page, roster, person)), width="stretch")
                st.button(
                    page.say("duty.try"),
                    key=f"try_{person.id}",
                    icon=":material/send:",
                    on_click=page.act("try", try_reaching, done="duty.tried", person_id=person.id),
                )
        page.trouble("try")


def _concerned(roster: Roster) -> Sequence[str]:
    plan = roster.plan
    rota = [one for shift in plan.shifts for one in (shift.person_id,)] + [each.person_id for each in plan.exchanges]
    return tuple(dict.fromkeys((*rota, *roster.called_before(len(plan.steps)), *(d.deputy_id for d in plan.deputies))))


def reach_words(page: Page, roster: Roster, person: Person) -> list[str]:
    """Say in lines how somebody wants to be reached."""
    ways = roster.ways.get(person.id, ())
    said = roster.reach.get(person.id)
    known = ", ".join(channel_name(page, way) for way in ways)
    lines = [page.say("duty.ways", names=known) if known else page.say("duty.ways_none")]
    if said is None:
        return [*lines, page.say("duty.said_nothing")]
    if said.channels:
        chosen = ", ".join(
            f"{channel_name(page, each.channel)} ({page.say(f'reach.from_{each.from_urgency.value}')})"
            for each in said.channels
        )
        lines.append(page.say("duty.chosen", names=chosen))
    for hours in said.quiet:
        urgency = page.say(f"reach.from_{said.disturb_from.value}")
        lines.append(page.say("duty.quiet", begins=hours.begins, ends=hours.ends, urgency=urgency))
    if said.away_until is not None and said.away_until > page.now:
        begins = page.moment(said.away_from) if said.away_from else page.say("duty.since_now")
        lines.append(page.say("duty.away", begins=begins, ends=page.moment(said.away_until)))
    return lines
