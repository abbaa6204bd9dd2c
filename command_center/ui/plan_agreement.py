"""Whether two people agreed on a plan's file, what is different in it, and the button to agree."""

import difflib
import json
from collections.abc import Mapping
from typing import Final

import streamlit as st

from command_center.domain.people import SYSTEM, Act, Person
from command_center.domain.plans import Plan
from command_center.ui.frame import Page
from command_center.ui.incident_look import chip, note
from command_center.ui.parts import person_name
from command_center.use_cases.agree_plans import PlanAgreement, PlanStanding, agree_plan, plan_standings
from command_center.use_cases.command import looking

_SIGNS: Final = {
    PlanAgreement.AGREED: ("✓", "good"),
    PlanAgreement.CHANGED: ("!", "warn"),
    PlanAgreement.NEW: ("!", "warn"),
    PlanAgreement.MISSING: ("!", "warn"),
}
_MOST_LINES: Final = 400


def read_standings(page: Page) -> tuple[list[PlanStanding], Mapping[str, Person]]:
    """Read how every plan stands, and the people, to name who agreed first."""
    with looking(page.ctx, page.person.id, Act.READ_PLANS) as store:
        return plan_standings(page.ctx, store), {one.id: one for one in store.find(Person)}


def shown_plan(standing: PlanStanding) -> Plan:
    """Return the plan to read: the file as it is, or what was agreed where the file is gone."""
    plan = standing.file or standing.agreed
    if plan is None:
        raise LookupError(standing.id)
    return plan


def show_agreement(page: Page, standing: PlanStanding, people: Mapping[str, Person]) -> None:
    """Say whether two people agreed on what the file says now, and let somebody agree who may."""
    with st.container(key="card_plan_agreed", gap="small"):
        shape, kind = _SIGNS[standing.state]
        st.html(chip(shape, page.word(standing.state), kind))
        note(page.say(f"plans.agreement_{standing.state.value}"))
        if standing.file is None or standing.state is PlanAgreement.AGREED:
            return
        if standing.agreed is not None:
            _show_changes(page, standing.agreed, standing.file)
        first = standing.waiting
        if first is not None:
            who = page.say("frame.system") if first.asked_by == SYSTEM else person_name(page, people, first.asked_by)
            st.text(page.say("plans.first_word", who=who, when=page.moment(first.asked_at)))
        page.trouble("agree_plan")
        own = first is not None and first.asked_by == page.person.id
        if page.may(Act.AGREE_PLAN) and not own:
            st.button(
                page.say("plans.agree_second" if first is not None else "plans.agree_first"),
                key=f"plan_agree_{standing.id}",
                type="primary",
                icon=":material/verified_user:",
                on_click=page.act(
                    "agree_plan",
                    agree_plan,
                    done="plans.agreed_done",
                    plan_id=standing.id,
                    content_hash=standing.file_hash,
                ),
            )


def _show_changes(page: Page, before: Plan, after: Plan) -> None:
    """Show line by line what the file says that was not agreed; plain text."""
    old, new = (
        json.dumps(page.ctx.plan_snapshot(plan), indent=1, ensure_ascii=False, sort_keys=True).splitlines()
        for plan in (before, after)
    )
    found = difflib.unified_diff(old, new, lineterm="", n=2)
    changes = [line for line in found if not line.startswith(("---", "+++"))]
    label = page.say("plans.changes", count=sum(line[0] in "+-" for line in changes))
    with st.expander(label, icon=":material/difference:"):
        st.code("\n".join(changes[:_MOST_LINES]), language="diff", wrap_lines=True)
