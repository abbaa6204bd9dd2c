"""Triage: which questions sort a case, which of them are asked now, and the least level their answers demand.

The plan asks its own; five about severity are asked in every case, because severity is not volume.
"""

from collections.abc import Mapping
from typing import Final

from command_center.domain.incidents import NO, UNKNOWN, YES
from command_center.domain.levels import Floor, propose
from command_center.domain.plan_words import AnswerType
from command_center.domain.plans import LevelFloor, Plan, TriageQuestion
from command_center.domain.signs import Severity, Signs
from command_center.errors import BadInput

SEVERE: Final[Mapping[str, Severity]] = {f"severity.{severity.value}": severity for severity in Severity}
LONGEST: Final = 500


def asked(plan: Plan, answers: Mapping[str, str]) -> list[TriageQuestion]:
    """Return the plan's questions that are asked now: one that depends on another only after its yes."""
    return [item for item in plan.triage_questions if item.only_if is None or answers.get(item.only_if) == YES]


def severities(answers: Mapping[str, str]) -> frozenset[Severity]:
    """Return what makes the case severe by itself."""
    return frozenset(severity for code, severity in SEVERE.items() if answers.get(code) == YES)


def plan_floors(plan: Plan, answers: Mapping[str, str]) -> tuple[LevelFloor, ...]:
    """Return the plan's least levels whose question is asked and was answered with yes."""
    yes = {item.id for item in asked(plan, answers) if answers.get(item.id) == YES}
    return tuple(floor for floor in plan.min_level_if if floor.when in yes)


def floors(plan: Plan, answers: Mapping[str, str]) -> tuple[Floor, ...]:
    """Return every reason for a least level, highest first."""
    return propose(Signs(severity=severities(answers), answers=plan_floors(plan, answers))).floors


def least_level(plan: Plan, answers: Mapping[str, str]) -> int:
    """Return the level the answers demand at least; 0 when none does."""
    return max((floor.level for floor in floors(plan, answers)), default=0)


def check_answer(plan: Plan, question: str, answer: str) -> str:
    """Return the answer if the question takes it; raises ``BadInput``."""
    wanted = next((item for item in plan.triage_questions if item.id == question), None)
    if wanted is None and question not in SEVERE:
        raise BadInput("triage.no_such_question", question=question)
    answer = answer.strip()
    if wanted is not None and wanted.answer is AnswerType.TEXT:
        if len(answer) > LONGEST:
            raise BadInput("triage.too_long", most=LONGEST)
        return answer
    choice = wanted is not None and wanted.answer is AnswerType.CHOICE
    known = {item.id for item in wanted.choices} if wanted is not None and choice else {YES, NO}
    if answer not in known | {UNKNOWN}:
        raise BadInput("triage.no_such_answer", answer=answer)
    return answer
