"""The shelf of plans as screens see it: the plans that load, and what is wrong with the files that do not."""

from collections.abc import Iterable

from command_center.bootstrap import shelf
from command_center.plan_files import FileProblem, PlanShelf
from command_center.web.process import current


def plan_shelf() -> PlanShelf:
    """Return the shelf of this house as its folder is now."""
    return shelf(current().settings.plans)


def plan_folder() -> str:
    """Return where the plan files are."""
    return str(current().settings.plans)


def by_file(problems: Iterable[FileProblem]) -> dict[str, list[FileProblem]]:
    """Group problems by their file, in the order they come."""
    grouped: dict[str, list[FileProblem]] = {}
    for problem in problems:
        grouped.setdefault(problem.file, []).append(problem)
    return grouped
