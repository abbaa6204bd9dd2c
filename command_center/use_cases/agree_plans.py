"""A plan is what two people agreed on: an edited file is a wish until another person says yes to the same content.

Story *a plan is changed*: ``crisis_plans/`` → here → ``use_cases/activate.py``, which uses what was agreed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from command_center.domain.four_eyes import Matter, Proposal, agreed_plan, hash_of
from command_center.domain.people import SYSTEM, Act, Person
from command_center.domain.plans import Plan, PlanStatus
from command_center.domain.response_log import Action
from command_center.domain.shipped_plans import SHIPPED
from command_center.errors import BadInput, Conflict, NotFound
from command_center.ports import Context, Reading, Setting
from command_center.use_cases.command import Work, command, housework
from command_center.use_cases.proposing import log_proposal
from command_center.use_cases.two_people import be_second, first_counts

_SEEN: Final = "plans.seen"


class PlanAgreement(StrEnum):
    """How a plan's file stands to what two people agreed on."""

    AGREED = "agreed"
    CHANGED = "changed"
    NEW = "new"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanStanding:
    """A plan as its ``file`` says (None where it doesn't load any more), and as two people ``agreed`` on it.

    ``waiting`` is the first person's word for exactly the file's content.
    """

    id: str
    state: PlanAgreement
    file: Plan | None
    file_hash: str
    agreed: Plan | None
    waiting: Proposal | None = None

    @property
    def usable(self) -> Plan | None:
        """The plan that may be switched on without breaking the glass."""
        return self.agreed if self.agreed is not None and self.agreed.status is PlanStatus.APPROVED else None


def plan_standings(ctx: Context, store: Reading, *, conflicted: Sequence[str] = ()) -> list[PlanStanding]:
    """Return how every plan stands, those whose file is gone or broken last.

    What people agreed on whom a case is about doesn't count in that case.
    """
    proposals = store.find(Proposal, matter=Matter.PLAN)
    files = {plan.id: plan for plan in ctx.plans()}
    kept = dict.fromkeys(one.subject for one in proposals if one.agreed_at is not None)
    found = [_standing(ctx, plan, proposals, conflicted) for plan in files.values()]
    for plan_id in kept:
        plan = None if plan_id in files else _agreed(ctx, agreed_plan(proposals, plan_id, conflicted=conflicted))
        if plan is not None:
            found.append(PlanStanding(id=plan_id, state=PlanAgreement.MISSING, file=None, file_hash="", agreed=plan))
    return found


def _standing(ctx: Context, plan: Plan, proposals: Sequence[Proposal], conflicted: Sequence[str]) -> PlanStanding:
    content_hash = plan_hash(ctx, plan)
    as_shipped = content_hash in SHIPPED and agreed_plan(proposals, plan.id) is None
    if as_shipped or agreed_plan(proposals, plan.id, content_hash=content_hash, conflicted=conflicted):
        return PlanStanding(id=plan.id, state=PlanAgreement.AGREED, file=plan, file_hash=content_hash, agreed=plan)
    latest = _agreed(ctx, agreed_plan(proposals, plan.id, conflicted=conflicted))
    return PlanStanding(
        id=plan.id,
        state=PlanAgreement.CHANGED if latest else PlanAgreement.NEW,
        file=plan,
        file_hash=content_hash,
        agreed=latest,
        waiting=next((one for one in proposals if one.open and _same(one, plan.id, content_hash)), None),
    )


def _agreed(ctx: Context, agreement: Proposal | None) -> Plan | None:
    """Return the agreed plan; one that a newer program can't read any more keeps no other from being used."""
    if agreement is None:
        return None
    try:
        return ctx.plan_from_snapshot(agreement.plan)
    except BadInput:
        return None


def _same(proposal: Proposal, plan_id: str, content_hash: str) -> bool:
    return proposal.subject == plan_id and proposal.content_hash == content_hash


def plan_hash(ctx: Context, plan: Plan) -> str:
    """Hash a plan's whole content as an incident would keep it; comments and line breaks of the file don't count."""
    return hash_of(ctx.plan_snapshot(plan))


@command(Act.AGREE_PLAN)
def agree_plan(work: Work, *, plan_id: str, content_hash: str) -> str:
    """Say yes to a plan's file as it was shown; with another person's yes to the same content it is the plan.

    Returns the proposal's id.

    Raises:
        NotFound: there is no such plan.
        Conflict: the file was changed since it was shown, or is agreed already.
        NotAllowed: ``four_eyes.other_person`` - the same person said yes before.
    """
    standing = next((one for one in plan_standings(work.ctx, work.store) if one.id == plan_id and one.file), None)
    if standing is None or standing.file is None:
        raise NotFound("plan.not_found", plan=plan_id)
    if standing.file_hash != content_hash:
        raise Conflict("plan.shown_content_differs")
    if standing.state is PlanAgreement.AGREED:
        raise Conflict("plan.agreed_before")
    first = standing.waiting
    if first is not None and (first.asked_by == work.who.id or first_counts(work, first.asked_by, Act.AGREE_PLAN)):
        be_second(work, first.asked_by, Act.AGREE_PLAN, same="four_eyes.other_person")
        agreed = replace(first, agreed_by=work.who.id, agreed_at=work.now, done_at=work.now)
        work.store.put(agreed)
        log_proposal(work, Action.SECOND_AGREED, agreed)
        return agreed.id
    return _first_word(work, standing.file, content_hash, first).id


def _first_word(work: Work, plan: Plan, content_hash: str, gone: Proposal | None) -> Proposal:
    """Keep the first person's yes; it takes the place of one whose giver has left."""
    if gone is not None:
        work.store.put(replace(gone, ended_by=work.who.id, ended_at=work.now))
    proposal = Proposal(
        id=work.ctx.new_id(),
        matter=Matter.PLAN,
        subject=plan.id,
        title=plan.title.in_language(work.who.language or "de"),
        content_hash=content_hash,
        asked_by=work.who.id,
        asked_at=work.now,
        plan=work.ctx.plan_snapshot(plan),
    )
    work.store.add(proposal)
    log_proposal(work, Action.SECOND_ASKED, proposal, version=plan.version)
    return proposal


def keep_shipped_plans(ctx: Context) -> int:
    """Keep shipped plans as agreed, so that they can be switched on even after their file was changed or broke.

    Each plan is looked at once, when it is first seen in a house that is open.
    """
    with ctx.store.reading() as store:
        if not _unseen(ctx, store) or not store.find(Person, limit=1):
            return 0
    return int(_keep_shipped(ctx, f"shipped-plans:{ctx.new_id()}"))


def _unseen(ctx: Context, store: Reading) -> list[Plan]:
    setting = store.get(Setting, _SEEN)
    seen = setting.value["plans"] if setting else ()
    return [plan for plan in ctx.plans() if plan.id not in seen]


@housework
def _keep_shipped(work: Work) -> str:
    unseen = _unseen(work.ctx, work.store)
    known = {one.subject for one in work.store.find(Proposal, matter=Matter.PLAN) if one.agreed_at is not None}
    plans = [plan for plan in unseen if plan.id not in known and plan_hash(work.ctx, plan) in SHIPPED]
    before = work.store.get(Setting, _SEEN)
    seen = [*(before.value["plans"] if before else ()), *(plan.id for plan in unseen)]
    work.store.put(Setting(id=_SEEN, value={"plans": seen}))
    for plan in plans:
        proposal = Proposal(
            id=work.ctx.new_id(),
            matter=Matter.PLAN,
            subject=plan.id,
            title=plan.title.in_language("de"),
            content_hash=plan_hash(work.ctx, plan),
            asked_by=SYSTEM,
            asked_at=work.now,
            plan=work.ctx.plan_snapshot(plan),
            done_at=work.now,
            agreed_by=SYSTEM,
            agreed_at=work.now,
        )
        work.store.add(proposal)
        log_proposal(work, Action.PLAN_KEPT, proposal, version=plan.version)
    return str(len(plans))
