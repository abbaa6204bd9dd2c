"""Which content of a plan is switched on, and the glass that may have to be broken for it."""

from dataclasses import dataclass

import streamlit as st

from command_center.domain.plans import Plan
from command_center.errors import Conflict
from command_center.ui.frame import Page
from command_center.ui.incident_look import note
from command_center.use_cases.agree_plans import PlanAgreement, PlanStanding
from command_center.use_cases.preview_plan import Preview, preview


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What activation would do, and whether it would use the edited file instead of what was agreed."""

    preview: Preview
    as_edited: bool


def look_ahead(page: Page, standing: PlanStanding | None, plan: Plan) -> Wanted:
    """Return what activation would do; where two people agreed before, somebody may still ask for the edited file."""
    conflicted = tuple(st.session_state.get("inc_start_conflicted", ()))
    given = {"plan_id": plan.id, "plane": page.plane, "conflicted": conflicted}
    as_edited = False
    if standing is not None and standing.state is not PlanAgreement.AGREED:
        note(page.say(f"incident.plan_{standing.state.value}"), "!", "warn")
    if standing is not None and standing.state is PlanAgreement.CHANGED and standing.usable is not None:
        as_edited = st.checkbox(page.say("incident.as_edited"), key=f"inc_as_edited_{plan.id}")
    try:
        shown = preview(page.ctx, page.person.id, as_edited=as_edited, **given)  # type: ignore[arg-type]
    except Conflict:  # nobody agreed on it, or nobody who counts in this case: only the file as it is remains
        as_edited = True
        shown = preview(page.ctx, page.person.id, as_edited=True, **given)  # type: ignore[arg-type]
    return Wanted(preview=shown, as_edited=as_edited)


def ask_glass(page: Page, wanted: Wanted) -> bool:
    """Say why the glass is in the way, and ask whether somebody means it; true where there is none."""
    if not wanted.preview.glass:
        return True
    for code in wanted.preview.glass:
        note(page.say(f"incident.glass_{code}"), "!", "bad")
    return st.checkbox(page.say("incident.glass_meant"), key="inc_glass")
