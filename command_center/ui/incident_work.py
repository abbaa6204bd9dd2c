"""The work of an incident: tasks to finish or pass on, and clocks to start or meet."""

from datetime import timedelta

import streamlit as st

from command_center.domain.incidents import Clock, Task, TaskState
from command_center.domain.people import DRILL_PARTNER, Act
from command_center.ui.doers import doer_name
from command_center.ui.frame import Page, typed
from command_center.ui.incident_look import chip, duty_of, heading, note, plain, rows, span
from command_center.ui.incident_scene import Scene, in_words, is_running, sorted_tasks
from command_center.ui.parts import person_name, task_html, when
from command_center.ui.ways import e
from command_center.use_cases.follow_clocks import meet_clock, start_clock
from command_center.use_cases.lead import assign_task, finish_task


def show_tasks(page: Page, scene: Scene) -> None:
    """Show open tasks, one's own first, each with what can be done about it; then what is done."""
    still_open = sorted_tasks(scene.tasks, page.person.id)
    mine = [task for task in still_open if task.person_id == page.person.id]
    others = [task for task in still_open if task.person_id != page.person.id]
    done = sorted(
        (task for task in scene.tasks if task.state is not TaskState.OPEN),
        key=lambda task: task.done_at or task.due_at,
        reverse=True,
    )
    said = page.say("incident.tasks_done", done=len(done), total=len(scene.tasks))
    heading(page.say("incident.tasks"), said)
    if scene.tasks:
        width = 100 * len(done) // len(scene.tasks)
        st.html(f'<div class="cci-progress" role="img" aria-label="{e(said)}"><i style="width:{width}%"></i></div>')
    _show_open(page, scene, mine, "incident.tasks_mine")
    _show_open(page, scene, others, "incident.tasks_others" if mine else "incident.tasks_open")
    if not still_open:
        note(page.say("incident.tasks_all_done"), "✓", "good")
    if done:
        with st.expander(page.say("incident.tasks_finished", count=len(done)), icon=":material/check_circle:"):
            rows([_done_html(page, scene, task) for task in done])


def _show_open(page: Page, scene: Scene, tasks: list[Task], code: str) -> None:
    if not tasks:
        return
    st.html(f'<h3 class="cci-sub">{e(page.say(code, count=len(tasks)))}</h3>')
    with st.container(key=f"inc_tasks_{code.rsplit('.', 1)[1]}", gap=None):
        for task in tasks:
            _show_task(page, scene, task)


def _show_task(page: Page, scene: Scene, task: Task) -> None:
    who = person_name(page, scene.people, task.person_id) if task.person_id else page.say("incident.unassigned")
    duty = duty_of(page, scene.plan, task.duty)
    with st.container(key=f"inc_row_{task.id}", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(open_task_html(page, task, f"{who} · {duty}"), width="stretch")
        if page.may(Act.WORK_TASK):
            with st.popover(page.say("incident.task_act"), icon=":material/check:", key=f"inc_open_{task.id}"):
                _finish(page, task)
                if page.may(Act.LEAD_INCIDENT):
                    _pass_on(page, scene, task)


def open_task_html(page: Page, task: Task, who: str) -> str:
    """Return one open task; a due time of another day carries its date."""
    late = task.due_at < page.now
    due = page.say("frame.late_since" if late else "frame.due", when=when(page, task.due_at))
    return (
        f'<div class="cc-task cc-{"late" if late else "open"}"><i aria-hidden="true">{"!" if late else "○"}</i>'
        f"<b>{e(in_words(task.title, page.language))}</b><span>{e(who)}</span><span>{e(due)}</span></div>"
    )


def _finish(page: Page, task: Task) -> None:
    form, key = f"task_{task.id}", f"inc_evidence_{task.id}"
    st.markdown(plain(in_words(task.title, page.language)))
    st.text_area(
        page.say("incident.evidence_needed" if task.evidence_required else "incident.evidence"),
        key=key,
        max_chars=2000,
        height=90,
        placeholder=page.say("incident.evidence_hint"),
    )
    page.trouble(form)
    st.button(
        page.say("incident.task_finish"),
        key=f"inc_finish_{task.id}",
        type="primary",
        icon=":material/check:",
        width="stretch",
        on_click=page.act(
            form, finish_task, done="incident.task_finished", clear=(key,), task_id=task.id, evidence=typed(key)
        ),
    )


def _pass_on(page: Page, scene: Scene, task: Task) -> None:
    form, key = f"assign_{task.id}", f"inc_person_{task.id}"
    people = [
        person.id
        for person in scene.people.values()
        if person.active and person.id not in {DRILL_PARTNER, task.person_id}
    ]
    if not people:
        return
    st.selectbox(
        page.say("incident.task_pass_to"),
        people,
        format_func=lambda identity: person_name(page, scene.people, identity),
        key=key,
    )
    page.trouble(form)
    st.button(
        page.say("incident.task_pass"),
        key=f"inc_assign_{task.id}",
        icon=":material/move_up:",
        width="stretch",
        on_click=page.act(
            form, assign_task, done="incident.task_passed", task_id=task.id, person_id=typed(key, people[0])
        ),
    )


def _done_html(page: Page, scene: Scene, task: Task) -> str:
    who = doer_name(page, scene.people, task.done_by or task.person_id, task.incident_id)
    row = task_html(page, task, person=who)
    evidence = f'<p class="cci-evidence">{e(task.evidence)}</p>' if task.evidence else ""
    return f"<div>{row}{evidence}</div>"


def show_clocks(page: Page, scene: Scene) -> None:
    """Show the countdowns with their legal basis: running ones by due time, then waiting, then met."""
    heading(page.say("incident.clocks"), page.say("incident.clocks_lead"))
    if not scene.clocks:
        note(page.say("incident.no_clocks"))
    for clock in sorted(scene.clocks, key=_clock_rank):
        with st.container(key=f"inc_clock_{clock.id}", border=True, gap="small"):
            st.html(clock_html(page, scene, clock))
            if page.may(Act.WORK_TASK) and not scene.closed:
                _act_on_clock(page, clock)


def _clock_rank(clock: Clock) -> tuple[int, float]:
    if is_running(clock) and clock.due_at is not None:
        return 0, clock.due_at.timestamp()
    return (1 if clock.started_at is None else 2), float(clock.seconds)


def clock_html(page: Page, scene: Scene, clock: Clock) -> str:
    """Return one clock: state, title, legal basis, who sees to it, and the bar of what is left."""
    state, moment, left = _clock_state(page, clock)
    bar = f'<div class="cci-progress"><i style="width:{left}%"></i></div>' if left is not None else ""
    length = span(page, timedelta(seconds=clock.seconds))
    again = page.say("incident.clock_repeats") if clock.repeats else ""
    small = " · ".join(filter(None, (clock.basis, duty_of(page, scene.plan, clock.duty), length, again)))
    return (
        f'<article class="cci-clock"><header>{state}<b>{e(in_words(clock.title, page.language))}</b></header>'
        f"<p>{e(moment)}</p>{bar}<footer>{e(small)}</footer></article>"
    )


def _clock_state(page: Page, clock: Clock) -> tuple[str, str, int | None]:
    if clock.started_at is None:
        reason = page.say(f"incident.clock_waits_{clock.starts}")
        return chip("○", page.say("incident.clock_waiting"), "calm"), reason, None
    if clock.stopped_at is not None:
        late = clock.due_at is not None and clock.stopped_at > clock.due_at
        word = page.say("incident.clock_met_late" if late else "incident.clock_met")
        text = page.say("incident.clock_met_at", when=page.moment(clock.stopped_at))
        return chip("✓", word, "warn" if late else "good"), text, None
    due = clock.due_at or page.now
    if due < page.now:
        text = page.say("incident.clock_late_since", when=page.moment(due), ago=page.ago(due))
        return chip("!", page.say("incident.overdue"), "bad"), text, 100
    passed = (page.now - clock.started_at).total_seconds() / max(1, clock.seconds)
    near = passed > 0.75
    text = page.say("incident.clock_due", ago=page.ago(due), when=page.moment(due))
    kind = "warn" if near else "calm"
    return chip("◷", page.say("incident.clock_running"), kind), text, min(100, round(100 * passed))


def _act_on_clock(page: Page, clock: Clock) -> None:
    form, key = f"clock_{clock.id}", f"inc_note_{clock.id}"
    page.trouble(form)
    if is_running(clock):
        with st.popover(page.say("incident.clock_meet"), icon=":material/check:", key=f"inc_meet_{clock.id}"):
            st.text_input(page.say("incident.clock_note"), key=key, max_chars=500)
            st.button(
                page.say("incident.clock_meet_submit"),
                key=f"inc_met_{clock.id}",
                type="primary",
                width="stretch",
                on_click=page.act(
                    form, meet_clock, done="incident.clock_met_done", clear=(key,), clock_id=clock.id, note=typed(key)
                ),
            )
        return
    st.button(
        page.say("incident.clock_start" if clock.started_at is None else "incident.clock_restart"),
        key=f"inc_start_{clock.id}",
        icon=":material/timer:",
        on_click=page.act(form, start_clock, done="incident.clock_started", clock_id=clock.id),
    )
