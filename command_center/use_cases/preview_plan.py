"""What activating a plan will do, before it does it."""

from collections.abc import Sequence
from dataclasses import dataclass

from command_center.domain.accounts import STRICTNESS, Account, Lock, Posture, effective_posture
from command_center.domain.mentions import Plane
from command_center.domain.people import Act, Person
from command_center.domain.plan_words import TaskPhase
from command_center.domain.plans import Plan, PlanTask
from command_center.domain.publications import WAITING, Publication
from command_center.ports import Context
from command_center.use_cases.activate import accounts_in_scope, staff, whose
from command_center.use_cases.choose_plan import choose_plan
from command_center.use_cases.command import looking


@dataclass(frozen=True, slots=True, kw_only=True)
class LockPreview:
    """One account before and after, and how many waiting posts the lock will hold."""

    account: Account
    before: Posture
    after: Posture
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPreview:
    """One task and who will get it; nobody when no active person has the role."""

    task: PlanTask
    person: Person | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What activating a plan will do, before it does it; ``glass`` says why it takes breaking the glass, if it does."""

    plan: Plan
    glass: tuple[str, ...]
    locks: tuple[LockPreview, ...]
    untouched: tuple[Account, ...]
    tasks: tuple[TaskPreview, ...]


def preview(
    ctx: Context,
    person_id: str,
    *,
    plan_id: str,
    plane: Plane,
    conflicted: Sequence[str] = (),
    as_edited: bool = False,
) -> Preview:
    """Show what activation would lock and who would get which tasks, changing nothing."""
    with looking(ctx, person_id, Act.ACTIVATE) as store:
        plan, glass = choose_plan(ctx, store, person_id, plan_id, plane, conflicted=conflicted, as_edited=as_edited)
        accounts = store.find(Account, plane=plane, active=True, order="name")
        covered = accounts_in_scope(plan, accounts, plane)
        locks = []
        for account in covered:
            standing = store.find(Lock, account_id=account.id, lifted_at=None)
            before = effective_posture(account, standing)
            waiting = store.find(Publication, account_id=account.id, state=tuple(WAITING))
            after = max(before, Posture(plan.lock.posture), key=STRICTNESS.__getitem__)
            locks.append(LockPreview(account=account, before=before, after=after, waiting=len(waiting)))
        people = staff(store, plane, conflicted, ctx.now())
        lead = next((person for person in people if person.id == person_id), None)
    return Preview(
        plan=plan,
        glass=glass,
        locks=tuple(locks),
        untouched=tuple(account for account in accounts if account not in covered),
        tasks=tuple(
            TaskPreview(task=task, person=whose(plan, task.role, people, lead))
            for task in plan.tasks
            if task.phase is not TaskPhase.POST
        ),
    )
