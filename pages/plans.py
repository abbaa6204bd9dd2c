"""Plans: which crisis plans there are, whether they would carry today, and what is wrong with the rest."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from command_center.domain.people import Act
from command_center.domain.plans import Plan
from command_center.ui.frame import Page, open_page
from command_center.ui.incident_look import wear
from command_center.ui.plan_agreement import read_standings, show_agreement, shown_plan
from command_center.ui.plan_readiness import Staffing, readiness
from command_center.ui.plan_reading import (
    show_clocks,
    show_guidance,
    show_lock_and_end,
    show_roles,
    show_statements,
    show_summary,
    show_tasks,
)
from command_center.ui.plan_shelf import plan_shelf
from command_center.ui.plans import choose_plan, read_staffing, show_problems, show_readiness

PARTS: Final[dict[str, Callable[[Page, Plan, Staffing], None]]] = {
    "tasks": show_tasks,
    "roles": show_roles,
    "clocks": show_clocks,
    "statements": show_statements,
    "guidance": show_guidance,
    "lock": show_lock_and_end,
}


def show_plan(page: Page, plan: Plan, house: Staffing) -> None:
    """Show one plan: what it is for, whether it is agreed and ready, then the part somebody chose."""
    show_summary(page, plan)
    show_agreement(page, standings[plan.id], people)
    with st.container(key="card_plan_ready", gap="small"):
        show_readiness(page, readiness(plan, house, page.now, page.language))
    part = st.segmented_control(
        page.say("plans.parts"),
        list(PARTS),
        format_func=lambda code: page.say(f"plans.part_{code}"),
        default="tasks",
        required=True,
        key="plan_part",
        label_visibility="collapsed",
        wrap=True,
    )
    PARTS[part or "tasks"](page, plan, house)


page = open_page("plans", Act.READ_PLANS)
wear()
shelf, staffing = plan_shelf(), read_staffing(page)
found, people = read_standings(page)
standings = {standing.id: standing for standing in found}
show_problems(page, shelf.problems)
left, right = st.columns([3, 8], gap="large")
with left:
    chosen = choose_plan(page, [shown_plan(standing) for standing in found], staffing, standings)
with right:
    if chosen is not None:
        show_plan(page, chosen, staffing)
