"""The course of an incident: its level, its stand-down by two people, and what follows the end."""

from collections.abc import Callable

import streamlit as st

from command_center.domain.incidents import IncidentState
from command_center.domain.mentions import Plane
from command_center.domain.people import Act
from command_center.domain.plans import StandDownCriterion
from command_center.domain.triage import least_level
from command_center.ports import Caller, Context
from command_center.ui.doers import doer_name
from command_center.ui.frame import Page, typed
from command_center.ui.incident_look import dot, heading, level_name, link_to, note, plain, row, rows
from command_center.ui.incident_scene import Scene
from command_center.ui.incident_triage import show_floors
from command_center.ui.outlook import show_topic_outlook
from command_center.ui.parts import person_name
from command_center.ui.ways import e
from command_center.use_cases.drill_partner import partner_confirms_stand_down
from command_center.use_cases.lead import HIGHEST_LEVEL, set_level
from command_center.use_cases.stand_down import confirm_stand_down, propose_stand_down, withdraw_stand_down


def show_course(page: Page, scene: Scene) -> None:
    """Show the level beside the stand-down."""
    with st.grid(2, min_column_width=380, gap="large") as grid:
        with grid.cell():
            show_level(page, scene)
        with grid.cell():
            show_stand_down(page, scene)


def show_level(page: Page, scene: Scene) -> None:
    """Show the scale with what each level means, and let a lead set it with a reason."""
    heading(page.say("incident.level"), page.say("incident.level_lead"))
    steps = []
    for level in range(HIGHEST_LEVEL + 1):
        here = level == scene.incident.level
        mark = f"<em>{e(page.say('incident.level_here'))}</em>" if here else ""
        steps.append(
            f'<article class="cci-level{" cci-here" if here else ""}"><i>{level}</i><div>'
            f"<b>{e(page.say(f'incident.level_{level}'))}</b> {mark}"
            f"<p>{e(page.say(f'incident.level_{level}_means'))}</p></div></article>"
        )
    rows(steps)
    show_floors(page, scene.plan, scene.answered)
    if scene.incident.topic_id and not scene.closed:
        show_topic_outlook(page, scene.incident.topic_id)
    if scene.closed or not page.may(Act.LEAD_INCIDENT):
        return
    st.selectbox(
        page.say("incident.level_new"),
        list(range(HIGHEST_LEVEL + 1)),
        index=scene.incident.level,
        format_func=lambda level: level_name(page, level),
        key="inc_level",
    )
    st.text_input(page.say("incident.level_reason"), key="inc_level_reason", max_chars=500)
    least = least_level(scene.plan, scene.answered)
    if st.session_state.get("inc_level", scene.incident.level) < least:
        st.checkbox(page.say("triage.below", least=least), key="inc_level_below")
    page.trouble("level")
    st.button(
        page.say("incident.level_set"),
        key="inc_level_set",
        on_click=page.act(
            "level",
            set_level,
            done="incident.level_done",
            clear=("inc_level_reason",),
            incident_id=scene.incident.id,
            level=typed("inc_level", scene.incident.level),
            reason=typed("inc_level_reason"),
            below_least=typed("inc_level_below", default=False),
        ),
    )


def show_stand_down(page: Page, scene: Scene) -> None:
    """Show how the incident ends: criteria, first yes, second yes."""
    heading(page.say("incident.stand_down"), page.say("incident.stand_down_lead"))
    if scene.closed:
        show_ended(page, scene)
    elif scene.incident.state is IncidentState.STANDING_DOWN:
        _show_proposal(page, scene)
    elif not page.may(Act.LEAD_INCIDENT):
        rows([_criterion_html(page, scene, item) for item in scene.plan.stand_down.criteria], kind="slim")
        note(page.say("incident.stand_down_lead_only"))
    else:
        _show_criteria(page, scene)


def unmet_sentence(page: Page, scene: Scene, code: str) -> str:
    """Say what the house itself sees against a criterion; empty when nothing."""
    number = scene.unmet.get(code)
    return page.say(f"incident.unmet_{code}", count=int(number)) if number else ""


def _criterion_html(page: Page, scene: Scene, item: StandDownCriterion) -> str:
    against = unmet_sentence(page, scene, item.code.value)
    sign = dot("!", "warn") if against else dot("○")
    return row(sign, item.text.in_language(page.language), against)


def _show_criteria(page: Page, scene: Scene) -> None:
    checked = {}
    with st.container(key="inc_criteria", gap="small"):
        for item in scene.plan.stand_down.criteria:
            key = f"inc_met_{item.code.value}"
            against = unmet_sentence(page, scene, item.code.value)
            st.checkbox(plain(item.text.in_language(page.language)), key=key, disabled=bool(against))
            if against:
                note(against, "!", "warn")
            checked[item.code.value] = typed(key, default=False)
    st.text_input(page.say("incident.stand_down_reason"), key="inc_end_reason", max_chars=500)
    page.trouble("stand_down")
    all_met = not scene.unmet and all(st.session_state.get(slot.key, False) for slot in checked.values())
    if not all_met:
        note(page.say("incident.stand_down_open"))
    st.button(
        page.say("incident.stand_down_propose"),
        key="inc_end_propose",
        type="primary",
        icon=":material/flag:",
        disabled=not all_met,
        on_click=page.act(
            "stand_down",
            _propose,
            done="incident.stand_down_proposed",
            clear=("inc_end_reason",),
            incident_id=scene.incident.id,
            reason=typed("inc_end_reason"),
            **checked,
        ),
    )


def _propose(ctx: Context, caller: Caller, *, incident_id: str, reason: str, **checked: object) -> str:
    met = tuple(code for code, yes in checked.items() if yes)
    return propose_stand_down(ctx, caller, incident_id=incident_id, criteria_met=met, reason=reason)


def _show_proposal(page: Page, scene: Scene) -> None:
    incident = scene.incident
    proposed = page.say(
        "incident.stand_down_by",
        name=person_name(page, scene.people, incident.proposed_by),
        when=page.moment(incident.proposed_at or incident.opened_at),
        reason=incident.proposal_reason,
    )
    note(proposed, "◐", "warn")
    texts = {item.code.value: item.text.in_language(page.language) for item in scene.plan.stand_down.criteria}
    rows([row(dot("✓", "good"), texts.get(code, code)) for code in incident.criteria_met], kind="slim")
    page.trouble("confirm")
    others = [person for person in scene.able(Act.UNLOCK) if person.id != incident.proposed_by]
    if page.person in others:
        note(page.say("incident.stand_down_effect"))
        _confirm(page, scene, "incident.stand_down_confirm", confirm_stand_down)
    elif incident.plane is Plane.PRACTICE and page.may(Act.UNLOCK) and not others:
        note(page.say("incident.partner_note"))
        _confirm(page, scene, "incident.partner_ends", partner_confirms_stand_down)
    else:
        names = ", ".join(person.name for person in others) or page.say("incident.nobody_second")
        note(page.say("incident.stand_down_second", names=names))
    if page.may(Act.LEAD_INCIDENT):
        _withdraw(page, scene)


def _confirm(page: Page, scene: Scene, label: str, verb: Callable[..., object]) -> None:
    st.button(
        page.say(label),
        key="inc_end_confirm",
        type="primary",
        icon=":material/flag:",
        on_click=page.act(
            "confirm",
            verb,
            done="incident.stood_down",
            then=lambda: st.query_params.from_dict({"incident": scene.incident.id}),
            incident_id=scene.incident.id,
        ),
    )


def _withdraw(page: Page, scene: Scene) -> None:
    with st.popover(page.say("incident.withdraw"), icon=":material/undo:", key="inc_withdraw"):
        st.text_input(page.say("incident.reason"), key="inc_withdraw_reason", max_chars=500)
        page.trouble("withdraw")
        st.button(
            page.say("incident.withdraw_submit"),
            key="inc_withdraw_submit",
            width="stretch",
            on_click=page.act(
                "withdraw",
                withdraw_stand_down,
                done="incident.withdrawn",
                clear=("inc_withdraw_reason",),
                incident_id=scene.incident.id,
                reason=typed("inc_withdraw_reason"),
            ),
        )


def show_ended(page: Page, scene: Scene) -> None:
    """Show who ended the incident, what waits in quarantine, and what the plan asks for afterwards."""
    incident = scene.incident
    ended = page.say(
        "incident.ended_by",
        first=doer_name(page, scene.people, incident.proposed_by, incident.id),
        second=doer_name(page, scene.people, incident.closed_by, incident.id),
        when=page.moment(incident.closed_at or incident.opened_at),
    )
    note(ended, "✓", "good")
    if scene.quarantined:
        note(page.say("incident.quarantined", count=scene.quarantined), "◐", "warn")
        link_to(page, "publish", Act.PUBLISH, page.say("incident.to_quarantine"), icon="inventory_2")
    after = [page.word(step) for step in scene.plan.stand_down.after]
    if after:
        st.html(f'<h3 class="cci-sub">{e(page.say("incident.afterwards"))}</h3>')
        rows([row(dot("→"), step) for step in after], kind="slim")
