"""Which content of a plan is switched on: what two people agreed on, or the edited file by breaking the glass."""

from collections.abc import Sequence
from typing import Final

from command_center.domain.mentions import Plane
from command_center.domain.people import Act, Person, may
from command_center.domain.plans import Plan, PlanStatus
from command_center.errors import BadInput, Conflict, NotFound
from command_center.ports import Context, Reading
from command_center.use_cases.agree_plans import PlanAgreement, PlanStanding, plan_standings
from command_center.use_cases.command import need
from command_center.use_cases.stand_in import stand_in

NOT_AGREED: Final = "not_agreed"
DEPUTY: Final = "deputy"


def plans_for(ctx: Context, store: Reading, plane: Plane) -> list[tuple[Plan, PlanStanding | None]]:
    """Return the plans that may be switched on, with how they stand; a drill may try any file that says it is ready."""
    if plane is Plane.PRACTICE:
        return [(plan, None) for plan in ctx.plans() if plan.status is PlanStatus.APPROVED]
    standings = plan_standings(ctx, store)
    chosen = [(one.usable or one.file, one) for one in standings]
    return [(plan, one) for plan, one in chosen if plan is not None and plan.status is PlanStatus.APPROVED]


def choose_plan(
    ctx: Context,
    store: Reading,
    person_id: str,
    plan_id: str,
    plane: Plane,
    *,
    conflicted: Sequence[str],
    as_edited: bool,
) -> tuple[Plan, tuple[str, ...]]:
    """Return the plan's content to switch on, and why that takes breaking the glass, if it does; a drill never does.

    Raises:
        NotFound: there is no such plan.
        BadInput: it doesn't say that it is ready.
        Conflict: ``plan.not_agreed`` - nobody agreed on it yet, and the file as it is was not asked for.
    """
    if plane is Plane.PRACTICE:
        return _ready(next((plan for plan in ctx.plans() if plan.id == plan_id), None), plan_id), ()
    found = plan_standings(ctx, store, conflicted=conflicted)
    standing = next((one for one in found if one.id == plan_id), None)
    if standing is None:
        raise NotFound("plan.not_found", plan=plan_id)
    deputy = () if _leads(ctx, store, person_id) else (DEPUTY,)
    if standing.usable is not None and (not as_edited or standing.state is PlanAgreement.AGREED):
        return standing.usable, deputy
    plan = _ready(standing.file or standing.agreed, plan_id)
    if not as_edited:
        raise Conflict("plan.not_agreed", plan=plan_id)
    return plan, (NOT_AGREED, *deputy)


def _ready(plan: Plan | None, plan_id: str) -> Plan:
    if plan is None:
        raise NotFound("plan.not_found", plan=plan_id)
    if plan.status is not PlanStatus.APPROVED:
        raise BadInput("plan.not_yet_approved", plan=plan_id, status=plan.status.value)
    return plan


def _leads(ctx: Context, store: Reading, person_id: str) -> bool:
    """Tell whether somebody is a crisis lead now: by role, or in the absence of one."""
    person = need(store, Person, person_id)
    return may(stand_in(store, person_id, ctx.now()).as_now(person), Act.ACTIVATE)
