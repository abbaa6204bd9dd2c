"""Plans: which there are, whether they would carry today, and what is wrong with files that do not load.

Reading one plan goes on in ``ui/plan_reading.py``.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

import streamlit as st

from command_center import texts
from command_center.domain.accounts import Account
from command_center.domain.incidents import Incident
from command_center.domain.mentions import Plane
from command_center.domain.people import Act, Person
from command_center.domain.plans import Plan, PlanStatus
from command_center.errors import CommandCenterError
from command_center.plan_files import FileProblem
from command_center.ui.frame import Page
from command_center.ui.incident_look import chip, heading, note, plain
from command_center.ui.parts import empty_state
from command_center.ui.plan_readiness import Check, Staffing, readiness
from command_center.ui.plan_shelf import by_file, plan_folder
from command_center.ui.ways import e
from command_center.use_cases.agree_plans import PlanAgreement, PlanStanding
from command_center.use_cases.command import looking
from command_center.use_cases.plan_statements import link_hosts


def read_staffing(page: Page) -> Staffing:
    """Read what plans ask for."""
    with looking(page.ctx, page.person.id, Act.READ_PLANS) as store:
        return Staffing(
            people=store.find(Person, active=True, order="name"),
            accounts=store.find(Account, plane=Plane.REAL, active=True, order="name"),
            incidents=store.find(Incident),
            link_hosts=link_hosts(store, Plane.REAL),
        )


def show_problems(page: Page, problems: Sequence[FileProblem]) -> None:
    """Show each file that does not load: where, what is wrong, and what to do."""
    if not problems:
        return
    files = by_file(problems)
    heading(page.say("plans.problems", count=len(files)), page.say("plans.problems_lead", folder=plan_folder()))
    for file, found in files.items():
        items = "".join(problem_html(page, problem) for problem in found)
        label = page.say("plans.file_problems", file=file, count=len(found))
        with st.expander(plain(label), icon=":material/error:", expanded=len(files) == 1, key=f"plan_file_{file}"):
            st.html(items)


def problem_html(page: Page, problem: FileProblem) -> str:
    """Return one problem: line and field, then the sentence that says what to do."""
    where = page.say("plans.line", line=problem.line)
    field = f" · <code>{e(problem.field)}</code>" if problem.field else ""
    sentence = texts.say_error(page.language, CommandCenterError(problem.code, **problem.values))
    return f'<article class="cci-problem"><b>{e(where)}</b>{field}<p>{e(sentence)}</p></article>'


def choose_plan(
    page: Page, plans: Sequence[Plan], house: Staffing, standings: Mapping[str, PlanStanding]
) -> Plan | None:
    """Let somebody choose a plan; each shows how ready it is, and whether two people agreed on it."""
    if not plans:
        empty_state(page, "plans.none", icon="checklist", key="plans")
        return None
    by_id = {plan.id: plan for plan in plans}
    asked = st.query_params.get("plan", "")
    order = list(by_id)
    chosen = st.radio(
        page.say("plans.choose"),
        order,
        index=order.index(asked) if asked in by_id else 0,
        format_func=lambda identity: plain(by_id[identity].title.in_language(page.language)),
        captions=[
            summary_line(page, plan, readiness(plan, house, page.now, page.language), standings[plan.id].state)
            for plan in plans
        ],
        key="plan_chosen",
        label_visibility="collapsed",
        width="stretch",
    )
    return by_id[str(chosen)]


def summary_line(page: Page, plan: Plan, checks: Sequence[Check], agreement: PlanAgreement) -> str:
    """Say in one line how ready a plan is, as Markdown that is safe."""
    open_points = sum(not check.ready for check in checks)
    sign = ":material/check_circle:" if not open_points else ":material/error:"
    ready = page.say("plans.ready") if not open_points else page.say("plans.not_ready", count=open_points)
    status = "" if plan.status is PlanStatus.APPROVED else f" · {plain(page.word(plan.status))}"
    agreed = "" if agreement is PlanAgreement.AGREED else f"  \n:material/error: {plain(page.word(agreement))}"
    return f"{sign} {plain(ready)}{status}{agreed}"


def show_readiness(page: Page, checks: Sequence[Check]) -> None:
    """Show every check with its sign and sentence."""
    heading(page.say("plans.readiness"), page.say("plans.readiness_lead"))
    st.html(f'<div class="cci-checks">{"".join(check_html(page, check) for check in checks)}</div>')
    if any(not check.ready for check in checks):
        note(page.say("plans.readiness_note"))


def check_html(page: Page, check: Check) -> str:
    """Return one check."""
    values = dict(check.values)
    at = values.get("at")
    if isinstance(at, datetime):
        values["at"] = f"{texts.day(page.language, page.zone, at)} ({page.ago(at)})"
    sign = (
        chip("✓", page.say("plans.check_yes"), "good") if check.ready else chip("!", page.say("plans.check_no"), "warn")
    )
    sentence = page.say(f"plans.check_{check.code}_{'yes' if check.ready else 'no'}", **values)
    return f'<article class="cci-row">{sign}<div>{e(sentence)}</div></article>'
