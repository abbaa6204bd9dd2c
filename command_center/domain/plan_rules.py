"""What is wrong with a plan as a whole, beyond the shape of each of its fields.

The texts of its statements are judged in ``domain/statement_rules.py``;
``plan_files`` adds the file and the line, and the catalogues the sentence.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Final

from command_center.domain.plan_problems import PlanProblem
from command_center.domain.plans import HOUSE_ROLES, Plan, StatementKind, Strategy, TaskPhase
from command_center.domain.statement_rules import statement_problems

__all__ = ["PlanProblem", "problems_of"]

_PHASE_LIMITS: Final = {TaskPhase.FIRST_HOUR: timedelta(hours=1), TaskPhase.FIRST_DAY: timedelta(days=1)}
_NEEDED_KINDS: Final = (StatementKind.HOLDING, StatementKind.INTERNAL, StatementKind.CLOSING)
_LEAST_QUORUM: Final = 2


def problems_of(plan: Plan) -> list[PlanProblem]:
    """Return everything that keeps a plan from being usable, in the order of its fields."""
    return [
        *_duplicates(plan),
        *_role_problems(plan),
        *_reference_problems(plan),
        *_question_problems(plan),
        *_order_problems(plan),
        *_time_problems(plan),
        *_strategy_problems(plan),
        *_supersede_problems(plan),
        *_ending_problems(plan),
        *statement_problems(plan),
    ]


def _duplicates(plan: Plan) -> Iterator[PlanProblem]:
    sections: dict[str, Iterable[str]] = {
        "triage_questions": (question.id for question in plan.triage_questions),
        "roles": (role.id for role in plan.roles),
        "stakeholders": (stakeholder.id for stakeholder in plan.stakeholders),
        "clocks": (clock.id for clock in plan.clocks),
        "tasks": (task.id for task in plan.tasks),
        "statements": (statement.id for statement in plan.statements),
        "stand_down.criteria": (criterion.code for criterion in plan.stand_down.criteria),
    }
    for section, ids in sections.items():
        yield from _repeated(ids, section, "code" if section.startswith("stand_down") else "id")


def _repeated(ids: Iterable[str], section: str, key: str) -> Iterator[PlanProblem]:
    """Yield a problem for every id that was used before in its list."""
    seen: set[str] = set()
    for index, name in enumerate(ids):
        if name in seen:
            yield PlanProblem.at(f"{section}[{index}].{key}", "plan.duplicate_id", id=str(name))
        seen.add(name)


def _role_problems(plan: Plan) -> Iterator[PlanProblem]:
    needed = {task.role for task in plan.tasks if task.phase is TaskPhase.FIRST_HOUR}
    needed |= {clock.owner for clock in plan.clocks} | {plan.guidance.refer_to}
    needed |= {role for statement in plan.statements for role in statement.approver_roles}
    for index, role in enumerate(plan.roles):
        if role.id in needed and not role.deputy_required:
            yield PlanProblem.at(f"roles[{index}].deputy_required", "plan.deputy_missing", role=role.id)
        if role.id in HOUSE_ROLES and role.house_role != role.id:
            field = f"roles[{index}].house_role"
            yield PlanProblem.at(field, "plan.role_renamed", role=role.id, house_role=role.house_role)


def _reference_problems(plan: Plan) -> Iterator[PlanProblem]:
    roles = [*(role.id for role in plan.roles), *HOUSE_ROLES]
    statements = [statement.id for statement in plan.statements]
    clocks = [clock.id for clock in plan.clocks]
    for i, clock in enumerate(plan.clocks):
        yield from _unknown("role", f"clocks[{i}].owner", clock.owner, roles)
    for i, task in enumerate(plan.tasks):
        yield from _unknown("role", f"tasks[{i}].role", task.role, roles)
    for i, statement in enumerate(plan.statements):
        for j, role in enumerate(statement.approver_roles):
            yield from _unknown("role", f"statements[{i}].approver_roles[{j}]", role, roles)
        yield from _unknown("statement", f"statements[{i}].supersedes", statement.supersedes, statements)
    for i, group in enumerate(plan.stakeholders):
        yield from _unknown("statement", f"stakeholders[{i}].statement", group.statement, statements)
        yield from _unknown("clock", f"stakeholders[{i}].clock", group.clock, clocks)
    yield from _unknown("role", "guidance.refer_to", plan.guidance.refer_to, roles)


def _unknown(kind: str, field: str, name: str | None, known: Iterable[str]) -> Iterator[PlanProblem]:
    choices = list(dict.fromkeys(known))
    if name is not None and name not in choices:
        values = {kind: name, "known": ", ".join(choices) or "–"}
        yield PlanProblem(field=field, code=f"plan.unknown_{kind}", values=values)


def _question_problems(plan: Plan) -> Iterator[PlanProblem]:
    earlier: list[str] = []
    for i, question in enumerate(plan.triage_questions):
        yield from _unknown("question", f"triage_questions[{i}].only_if", question.only_if, earlier)
        earlier.append(question.id)
    for i, floor in enumerate(plan.min_level_if):
        yield from _unknown("question", f"min_level_if[{i}].when", floor.when, earlier)
        if floor.level < plan.default_level:
            field = f"min_level_if[{i}].level"
            values = {"level": floor.level, "default_level": plan.default_level}
            yield PlanProblem(field=field, code="plan.floor_below_default", values=values)


def _order_problems(plan: Plan) -> Iterator[PlanProblem]:
    order = [stakeholder.id for stakeholder in plan.stakeholders]
    if "employees" not in order:
        yield PlanProblem.at("stakeholders", "plan.employees_missing")
    elif "press" in order and order.index("press") < order.index("employees"):
        yield PlanProblem.at(f"stakeholders[{order.index('press')}]", "plan.press_before_employees")


def _time_problems(plan: Plan) -> Iterator[PlanProblem]:
    durations = {"lock.review_by": plan.lock.review_by}
    durations |= {f"roles[{i}].ack_within": role.ack_within for i, role in enumerate(plan.roles)}
    durations |= {f"clocks[{i}].due": clock.due for i, clock in enumerate(plan.clocks)}
    durations |= {f"statements[{i}].valid_for": item.valid_for for i, item in enumerate(plan.statements)}
    for field, duration in durations.items():
        if duration <= timedelta(0):
            yield PlanProblem.at(field, "plan.duration_not_positive")
    for i, task in enumerate(plan.tasks):
        limit = _PHASE_LIMITS.get(task.phase)
        if limit is not None and task.due > limit:
            hours = int(limit.total_seconds() // 3600)
            yield PlanProblem.at(f"tasks[{i}].due", "plan.task_too_late", phase=str(task.phase), hours=hours)


def _strategy_problems(plan: Plan) -> Iterator[PlanProblem]:
    used = {"scct.primary": plan.scct.primary}
    used |= {f"scct.secondary[{i}]": strategy for i, strategy in enumerate(plan.scct.secondary)}
    used |= {f"statements[{i}].strategy": item.strategy for i, item in enumerate(plan.statements)}
    if Strategy.DENY not in used.values():
        return
    for field, strategy in used.items():
        if strategy in {Strategy.DIMINISH, Strategy.REBUILD}:
            yield PlanProblem.at(field, "plan.mixed_strategies", strategy=str(strategy))


def _supersede_problems(plan: Plan) -> Iterator[PlanProblem]:
    replaces = {statement.id: statement.supersedes for statement in plan.statements}
    for i, statement in enumerate(plan.statements):
        seen: set[str] = set()
        current = statement.supersedes
        while current is not None and current not in seen and current != statement.id:
            seen.add(current)
            current = replaces.get(current)
        if current == statement.id:
            yield PlanProblem.at(f"statements[{i}].supersedes", "plan.supersedes_loop", statement=statement.id)


def _ending_problems(plan: Plan) -> Iterator[PlanProblem]:
    kinds = {statement.kind for statement in plan.statements}
    for kind in _NEEDED_KINDS:
        if kind not in kinds:
            yield PlanProblem.at("statements", "plan.statement_missing", kind=str(kind))
    if not plan.stand_down.criteria:
        yield PlanProblem.at("stand_down.criteria", "plan.no_criteria")
    quorums = {"lock.unlock_quorum": plan.lock.unlock_quorum, "stand_down.quorum": plan.stand_down.quorum}
    for field, quorum in quorums.items():
        if quorum < _LEAST_QUORUM:
            yield PlanProblem.at(field, "plan.quorum_too_small", quorum=quorum, least=_LEAST_QUORUM)
        elif quorum > _LEAST_QUORUM:  # a number that nobody would hold is worse than none
            yield PlanProblem.at(field, "plan.quorum_too_large", quorum=quorum, most=_LEAST_QUORUM)
