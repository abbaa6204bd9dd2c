"""What is waiting for a person on screen: alerts with their numbers in words, and the incidents that run."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import streamlit as st

from command_center import alert_texts, texts
from command_center.domain.alerts import Alert, AlertState
from command_center.domain.incidents import Clock
from command_center.domain.mentions import Plane
from command_center.domain.people import Act, Person
from command_center.domain.topics import Topic
from command_center.ui.doers import doer_name
from command_center.ui.figures import times
from command_center.ui.page import Page
from command_center.ui.parts import person_name, when
from command_center.ui.sight import alert_sight
from command_center.ui.told import show_told
from command_center.ui.visitor import look_at
from command_center.ui.waiting import Duty, Ringing, Running
from command_center.ui.ways import e, go, is_there
from command_center.use_cases.acknowledge import acknowledge, judge_alert


def show_alarms(page: Page, duty: Duty) -> None:
    """Show every alert that waits for somebody."""
    for ringing in duty.ringing:
        alert = ringing.alert
        kind = "waiting" if alert.state is AlertState.RAISED else "taken"
        with st.container(key=f"alarm_{kind}_{alert.id}", gap="small"):
            st.html(alarm_html(page, ringing, duty.people))
            with st.container(horizontal=True, gap="small", key=f"alarmacts_{alert.id}"):
                _show_alarm_acts(page, alert)
                show_told(page, alert, duty.people)
            page.trouble(f"ack.{alert.id}")
            page.trouble(f"judge.{alert.id}")
    if duty.more:
        st.caption(page.say("situation.more_alarms", count=duty.more))


def alarm_html(page: Page, ringing: Ringing, people: Mapping[str, Person]) -> str:
    """Return the words of an alert."""
    alert = ringing.alert
    waiting = alert.state is AlertState.RAISED
    eyebrow = [page.say("situation.alarm" if waiting else "situation.alarm_taken"), ringing.topic]
    if alert.plane is Plane.REAL and page.plane is Plane.PRACTICE:
        eyebrow.insert(0, page.say("situation.reality"))
    if alert.replayed:
        eyebrow.append(page.say("situation.replayed"))
    eyebrow.append(page.ago(alert.raised_at))
    said = " · ".join(filter(None, eyebrow))  # a source that fell silent belongs to no topic
    taken = ""
    if alert.acknowledged_at:
        name = _asked_now(page, alert, people, alert.acknowledged_by)
        taken = f"<p>{e(page.say('situation.taken_by', name=name, when=page.ago(alert.acknowledged_at)))}</p>"
    quote = f"<blockquote>{e(ringing.excerpt)}</blockquote>" if ringing.excerpt else ""
    return (
        f'<div class="pic-alarm" role="{"alert" if waiting else "status"}"><small>{e(said)}</small>'
        f"<b><i aria-hidden='true'>{'▲' if waiting else '◐'}</i>{e(alarm_title(page, alert, ringing.topic))}</b>"
        f"<p>{e(alarm_detail(page, alert, people))}</p>{_sight_html(page, alert)}{quote}"
        f"{_along_html(page, ringing)}{taken}</div>"
    )


def _asked_now(page: Page, alert: Alert, people: Mapping[str, Person], identity: str) -> str:
    """Name somebody while the alert is in hand; afterwards it is the past."""
    in_hand = alert.state is not AlertState.IN_INCIDENT and alert.was_real is None
    return (person_name if in_hand else doer_name)(page, people, identity)


def _sight_html(page: Page, alert: Alert) -> str:
    since = _moment(alert.evidence.get("lacking_since"))
    said = alert_sight(page, alert, when(page, since) if since else "")
    return f'<p class="pic-doubt"><i aria-hidden="true">◐</i> {e(said)}</p>' if said else ""


def _along_html(page: Page, ringing: Ringing) -> str:
    """Name the other alerts of the same storm, and say that they are dealt with together."""
    if not ringing.along:
        return ""
    waiting = ringing.alert.state is AlertState.RAISED
    said = page.say("situation.along_waiting" if waiting else "situation.along_taken", count=len(ringing.along))
    titles = (f"{when(page, one.at)}: {alarm_title(page, one, ringing.topic)}" for one in ringing.along)
    return f'<p class="pic-along">{e(said)}</p><ul>{"".join(f"<li>{e(title)}</li>" for title in titles)}</ul>'


def alarm_title(page: Page, alert: Alert, topic: str) -> str:
    """Say what happened in one sentence."""
    if alert.evidence.get("kind") == "escalated":
        return page.say("situation.alarm_escalated")
    if alert.evidence.get("kind") != "spike" or alert.evidence.get("escalates"):
        return alert_texts.alert_title(alert, Topic(id=alert.topic_id, name=topic), page.language)
    since = _moment(alert.evidence.get("since")) or alert.at
    ratio = _number(alert.evidence.get("ratio"))
    return page.say("situation.alarm_spike", times=times(page, ratio), since=when(page, since))


def alarm_detail(page: Page, alert: Alert, people: Mapping[str, Person]) -> str:
    """Say what the alert saw, in numbers."""
    evidence = alert.evidence
    if evidence.get("kind") == "escalated":
        name = _asked_now(page, alert, people, str(evidence.get("by", "")))
        note = str(evidence.get("note", ""))
        return page.say("situation.escalated_note" if note else "situation.escalated_by", name=name, note=note)
    mentions = int(_number(evidence.get("mentions")))
    if not mentions:
        return ""
    return page.say(
        "situation.alarm_saw",
        posts=page.say("situation.posts", count=mentions),
        authors=page.say("situation.authors", count=int(_number(evidence.get("authors")))),
        minutes=page.number(_number(evidence.get("window_minutes"))),
        negative=texts.percent(page.language, _number(evidence.get("negative")) / mentions),
        texts=page.say("situation.texts", count=int(_number(evidence.get("distinct_texts")))),
    )


def _show_alarm_acts(page: Page, alert: Alert) -> None:
    if alert.plane is Plane.REAL and page.plane is Plane.PRACTICE:
        pressed = st.button(
            page.say("situation.to_reality"), key=f"real_{alert.id}", type="primary", icon=":material/public:"
        )
        if pressed:
            look_at(Plane.REAL)
            st.rerun()
        return
    if page.may(Act.ACKNOWLEDGE) and alert.state is AlertState.RAISED:
        st.button(
            page.say("situation.acknowledge"),
            key=f"ack_{alert.id}",
            icon=":material/front_hand:",
            on_click=page.act(f"ack.{alert.id}", acknowledge, alert_id=alert.id),
        )
    if page.may(Act.ACTIVATE) and is_there("incident"):
        pressed = st.button(
            page.say("situation.open_incident"), key=f"open_{alert.id}", type="primary", icon=":material/crisis_alert:"
        )
        if pressed:
            go("incident", alert=alert.id)
    if page.may(Act.ACKNOWLEDGE) and alert.state is AlertState.ACKNOWLEDGED:
        _show_judgement(page, alert)


def _show_judgement(page: Page, alert: Alert) -> None:
    st.html(f'<span class="pic-ask">{e(page.say("situation.was_it_real"))}</span>', width="content")
    for was_real, word, icon in ((True, "yes", "check"), (False, "no", "close")):
        st.button(
            page.say(f"situation.{word}"),
            key=f"judge_{word}_{alert.id}",
            icon=f":material/{icon}:",
            on_click=page.act(f"judge.{alert.id}", judge_alert, alert_id=alert.id, was_real=was_real),
        )


def show_incidents(page: Page, duty: Duty) -> None:
    """Show each running incident as one row, with the way to it."""
    for running in duty.running:
        with st.container(key=f"incident_{running.incident.id}", horizontal=True, vertical_alignment="center"):
            st.html(incident_html(page, running, duty.people), width="stretch")
            if is_there("incident") and st.button(
                page.say("situation.to_incident"), key=f"to_{running.incident.id}", icon=":material/arrow_forward:"
            ):
                go("incident", incident=running.incident.id)


def incident_html(page: Page, running: Running, people: Mapping[str, Person]) -> str:
    """Return an incident in a few words: level, state, locks, next task, clocks."""
    incident = running.incident
    sealed = sum(lock.sealed_at is not None for lock in running.locks)
    facts = [page.say("situation.level", level=incident.level), page.word(incident.state)]
    facts.append(page.say("situation.since", when=page.moment(incident.opened_at)))
    if running.locks:
        locked = page.say("situation.locked", count=len(running.locks))
        facts.append(page.say("situation.sealed", locked=locked, sealed=page.number(sealed)))
    rows = [*_task_facts(page, running, people), *(_clock_html(page, clock) for clock in running.clocks[:3])]
    return (
        f'<div class="pic-incident"><b><i aria-hidden="true">▲</i>{e(incident.title)}</b>'
        f"<p>{e(' · '.join(facts))}</p><ul>{''.join(rows)}</ul></div>"
    )


def _task_facts(page: Page, running: Running, people: Mapping[str, Person]) -> list[str]:
    task = running.next_task
    if task is None:
        return []
    late = task.due_at < page.now
    due = page.say("frame.late_since" if late else "frame.due", when=when(page, task.due_at))
    title = task.title.get(page.language) or next(iter(task.title.values()), "")
    who = person_name(page, people, task.person_id) if task.person_id else page.say("situation.nobody_yet")
    words = page.say("situation.next_task", title=title.rstrip("."), who=who, when=due)
    return [f'<li class="{"pic-late" if late else ""}"><i aria-hidden="true">{"!" if late else "○"}</i>{e(words)}</li>']


def _clock_html(page: Page, clock: Clock) -> str:
    due = clock.due_at or page.now
    late = due < page.now
    title = clock.title.get(page.language) or next(iter(clock.title.values()), "")
    code = "situation.clock_over" if late else "situation.clock_runs"
    words = page.say(code, title=title, ago=page.ago(due), when=page.moment(due))
    return f'<li class="{"pic-late" if late else ""}"><i aria-hidden="true">◷</i>{e(words)}</li>'


def _number(value: Any) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0.0


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None
