"""Triage on screen: the questions that sort a case, who answered what and when, and the least level that follows."""

from collections.abc import Iterable, Mapping
from typing import Any

import streamlit as st

from command_center.domain.incidents import NO, UNKNOWN, YES
from command_center.domain.levels import Floor
from command_center.domain.people import Act
from command_center.domain.plan_words import AnswerType
from command_center.domain.plans import Plan, TriageQuestion
from command_center.domain.triage import SEVERE, asked, floors
from command_center.ui.doers import doer_name
from command_center.ui.frame import Page, typed
from command_center.ui.incident_look import heading, note, plain
from command_center.ui.incident_scene import Scene
from command_center.use_cases.answer_triage import answer_question, question_text


def show_triage(page: Page, scene: Scene) -> None:
    """Show every question of the case with its answer, and let it be answered."""
    heading(page.say("triage.title"), page.say("triage.lead"))
    show_floors(page, scene.plan, scene.answered)
    may = page.may(Act.RECORD_FACT) and not scene.closed
    page.trouble("triage")
    st.html(f'<h3 class="cci-sub">{page.say("triage.of_plan")}</h3>')
    for question in asked(scene.plan, scene.answered):
        _show_question(page, scene, question.id, question, may=may)
    st.html(f'<h3 class="cci-sub">{page.say("triage.of_house")}</h3>')
    for code in SEVERE:
        _show_question(page, scene, code, None, may=may)


def show_floors(page: Page, plan: Plan, answers: Mapping[str, str]) -> None:
    """Say which least level the answers demand, and why; nothing when none does."""
    for floor in floors(plan, answers):
        note(floor_words(page, plan, floor), "▲", "bad")


def floor_words(page: Page, plan: Plan, floor: Floor) -> str:
    """Say in one sentence why the level is at least this."""
    if floor.severity is not None:
        return page.say(f"levels.floor_{floor.severity.value}", level=floor.level)
    question = question_text(plan, floor.answer, page.language)
    return page.say("levels.floor_answer", level=floor.level, question=question)


def _show_question(page: Page, scene: Scene, code: str, question: TriageQuestion | None, *, may: bool) -> None:
    answer = scene.answers.get(code)
    now = answer.answer if answer else UNKNOWN
    with st.container(key=f"triage_{code.replace('.', '_')}", gap="small"):
        key = f"inc_triage_{code}_{answer.answered_at if answer else ''}"
        _ask(page, code, question, now, key, scene.plan, disabled=not may)
        said = page.say("triage.open")
        if answer is not None:
            said = page.say(
                "triage.answered",
                answer=answer_words(page, question, now),
                name=doer_name(page, scene.people, answer.answered_by, answer.incident_id),
                when=page.moment(answer.answered_at),
            )
        st.caption(plain(said))
        if may and st.session_state.get(key, now) != now:
            _show_save(page, scene, code, key)


def _show_save(page: Page, scene: Scene, code: str, key: str) -> None:
    st.button(
        page.say("triage.save"),
        key=f"inc_triage_save_{code}",
        type="primary",
        on_click=page.act(
            "triage",
            answer_question,
            done="triage.saved",
            incident_id=scene.incident.id,
            question=code,
            answer=typed(key, UNKNOWN),
        ),
    )


def answer_words(page: Page, question: TriageQuestion | None, answer: str) -> str:
    """Return an answer as people read it."""
    if answer in {YES, NO, UNKNOWN}:
        return page.say(f"triage.{answer or 'unknown'}")
    choices = question.choices if question else ()
    return next((item.label.in_language(page.language) for item in choices if item.id == answer), answer)


def _ask(
    page: Page,
    code: str,
    question: TriageQuestion | None,
    now: str,
    key: str,
    plan: Plan,
    *,
    disabled: bool = False,
) -> None:
    label = plain(question_text(plan, code, page.language))
    kind = question.answer if question else AnswerType.YES_NO
    if kind is AnswerType.TEXT:
        st.text_input(label, now, key=key, max_chars=500, disabled=disabled)
        return
    choices = [item.id for item in question.choices] if question and kind is AnswerType.CHOICE else [YES, NO]
    st.segmented_control(
        label,
        [*choices, UNKNOWN],
        default=now,
        required=True,
        format_func=lambda answer: plain(answer_words(page, question, answer)),
        key=key,
        disabled=disabled,
        wrap=True,
    )


def ask_first(page: Page, plan: Plan) -> dict[str, Any]:
    """Ask before activation; returns where each answer stands, to be read at the click."""
    slots: dict[str, Any] = {}
    given: dict[str, str] = {}
    for code, question in _first_questions(plan):
        if question is not None and question.only_if is not None and given.get(question.only_if) != YES:
            continue
        key = f"inc_start_{plan.id}_{code}"
        _ask(page, code, question, UNKNOWN, key, plan)
        given[code] = str(st.session_state.get(key) or UNKNOWN)
        slots[code] = typed(key, UNKNOWN)
    show_floors(page, plan, given)
    return slots


def given_first(plan: Plan) -> dict[str, str]:
    """Return what is answered on the form now."""
    codes = [code for code, _ in _first_questions(plan)]
    return {code: str(st.session_state.get(f"inc_start_{plan.id}_{code}") or UNKNOWN) for code in codes}


def _first_questions(plan: Plan) -> Iterable[tuple[str, TriageQuestion | None]]:
    yield from ((question.id, question) for question in plan.triage_questions)
    yield from ((code, None) for code in SEVERE)
