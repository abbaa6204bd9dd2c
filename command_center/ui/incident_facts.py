"""What is known and what was decided: facts with how sure we are, decisions with their reason."""

from typing import Final

import streamlit as st

from command_center.domain.incidents import Decision, Fact, FactState
from command_center.domain.people import Act
from command_center.ui.doers import doer_name
from command_center.ui.frame import Page, typed
from command_center.ui.incident_look import chip, dot, heading, note, row, rows
from command_center.ui.incident_scene import Scene
from command_center.use_cases.lead import change_fact, record_decision, record_fact

_SIGNS: Final = {
    FactState.CONFIRMED: ("✓", "good"),
    FactState.UNCONFIRMED: ("?", "warn"),
    FactState.REFUTED: ("✕", "bad"),
    FactState.CHANGED: ("↻", "warn"),
}


def show_facts(page: Page, scene: Scene) -> None:
    """Show facts and decisions beside the forms that add to them."""
    with st.container(key="inc_facts", gap="medium"), st.grid(2, min_column_width=380, gap="medium") as grid:
        with grid.cell():
            _show_fact_list(page, scene)
        with grid.cell():
            _show_decision_list(page, scene)


def _show_fact_list(page: Page, scene: Scene) -> None:
    heading(page.say("incident.facts"), page.say("incident.facts_lead"))
    if scene.facts:
        rows([fact_html(page, scene, fact) for fact in scene.facts])
    else:
        note(page.say("incident.no_facts"))
    if scene.closed or not page.may(Act.RECORD_FACT):
        return
    with st.expander(page.say("incident.fact_add"), icon=":material/add:", expanded=not scene.facts):
        _fact_form(page, scene)
    if scene.facts:
        with st.expander(page.say("incident.fact_change"), icon=":material/published_with_changes:"):
            _change_form(page, scene)


def fact_html(page: Page, scene: Scene, fact: Fact) -> str:
    """Return one fact: how sure, what, from where, by whom."""
    shape, kind = _SIGNS[fact.state]
    small = page.say(
        "incident.fact_from",
        source=fact.source,
        name=doer_name(page, scene.people, fact.recorded_by, fact.incident_id),
        when=page.moment(fact.recorded_at),
    )
    return row(chip(shape, page.word(fact.state), kind), fact.text, small)


def _states(page: Page, key: str) -> None:
    st.segmented_control(
        page.say("incident.fact_state"),
        list(FactState),
        format_func=lambda state: f"{_SIGNS[state][0]} {page.word(state)}",
        default=FactState.UNCONFIRMED,
        required=True,
        key=key,
    )


def _fact_form(page: Page, scene: Scene) -> None:
    keys = ("inc_fact_text", "inc_fact_source")
    st.text_area(page.say("incident.fact_text"), key=keys[0], max_chars=500, height=80)
    _states(page, "inc_fact_state")
    st.text_input(
        page.say("incident.fact_source"), key=keys[1], max_chars=200, placeholder=page.say("incident.fact_source_hint")
    )
    page.trouble("fact")
    st.button(
        page.say("incident.fact_save"),
        key="inc_fact_save",
        type="primary",
        on_click=page.act(
            "fact",
            record_fact,
            done="incident.fact_saved",
            clear=keys,
            incident_id=scene.incident.id,
            text=typed(keys[0]),
            state=typed("inc_fact_state", FactState.UNCONFIRMED),
            source=typed(keys[1]),
        ),
    )


def _change_form(page: Page, scene: Scene) -> None:
    texts = {fact.id: fact.text for fact in scene.facts}
    st.selectbox(page.say("incident.fact_which"), list(texts), format_func=texts.__getitem__, key="inc_fact_which")
    _states(page, "inc_change_state")
    st.text_input(page.say("incident.fact_source"), key="inc_change_source", max_chars=200)
    page.trouble("change_fact")
    st.button(
        page.say("incident.fact_change_save"),
        key="inc_change_save",
        on_click=page.act(
            "change_fact",
            change_fact,
            done="incident.fact_changed",
            clear=("inc_change_source",),
            fact_id=typed("inc_fact_which"),
            state=typed("inc_change_state", FactState.UNCONFIRMED),
            source=typed("inc_change_source"),
        ),
    )


def _show_decision_list(page: Page, scene: Scene) -> None:
    heading(page.say("incident.decisions"), page.say("incident.decisions_lead"))
    if scene.decisions:
        rows([decision_html(page, scene, decision) for decision in scene.decisions], kind="slim")
    else:
        note(page.say("incident.no_decisions"))
    if scene.closed or not page.may(Act.RECORD_FACT):
        return
    with st.expander(page.say("incident.decision_add"), icon=":material/add:", expanded=not scene.decisions):
        keys = ("inc_decision_text", "inc_decision_reason")
        st.text_area(page.say("incident.decision_text"), key=keys[0], max_chars=1000, height=80)
        st.text_area(
            page.say("incident.decision_reason"),
            key=keys[1],
            max_chars=1000,
            height=80,
            placeholder=page.say("incident.decision_hint"),
        )
        page.trouble("decision")
        st.button(
            page.say("incident.decision_save"),
            key="inc_decision_save",
            type="primary",
            on_click=page.act(
                "decision",
                record_decision,
                done="incident.decision_saved",
                clear=keys,
                incident_id=scene.incident.id,
                text=typed(keys[0]),
                reason=typed(keys[1]),
            ),
        )


def decision_html(page: Page, scene: Scene, decision: Decision) -> str:
    """Return one decision with its reason, by whom and when."""
    who = doer_name(page, scene.people, decision.decided_by, decision.incident_id)
    because = page.say("incident.because", reason=decision.reason)
    by = page.say("incident.by_at", name=who, when=page.moment(decision.decided_at))
    return row(dot("◆"), decision.text, because, by)
