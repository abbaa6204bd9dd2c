"""The shelf of crisis plans: every file of a folder, read and judged.

A file with a mistake is left on the side with everything that is wrong with it; the others load.
"""

from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Final

from command_center.domain.plans import Plan
from command_center.plan_files.findings import judge
from command_center.plan_files.problems import FileProblem, Finding, field_of, line_of
from command_center.plan_files.yaml_text import UnreadableYaml, YamlText

LARGEST_FILE: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanShelf:
    """The plans that can be used, and what is wrong with the files that cannot."""

    plans: tuple[Plan, ...] = ()
    problems: tuple[FileProblem, ...] = ()


def load_plans(folder: FilePath) -> PlanShelf:
    """Read every plan file of a folder, in the order of their names."""
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix in {".yml", ".yaml"})
    except OSError:
        return PlanShelf(problems=(_file_problem(str(folder), "plan.no_folder"),))
    plans: dict[str, tuple[Plan, str]] = {}
    problems: list[FileProblem] = []
    for path in files:
        shelf = _load_file(path)
        problems += shelf.problems
        for plan in shelf.plans:
            if plan.id in plans:
                other = plans[plan.id][1]
                problems.append(
                    _file_problem(path.name, "plan.duplicate_plan", field="id", id=plan.id, other_file=other)
                )
            else:
                plans[plan.id] = (plan, path.name)
    return PlanShelf(plans=tuple(plan for plan, _ in plans.values()), problems=tuple(problems))


def read_plan(text: str, *, file: str) -> PlanShelf:
    """Judge one plan's text; ``file`` is the name its problems carry."""
    try:
        yaml_text = YamlText(text)
    except UnreadableYaml as error:
        problem = FileProblem(file=file, line=error.line, field="", code=error.code, values=error.values)
        return PlanShelf(problems=(problem,))
    if not isinstance(yaml_text.data, dict):
        code = "plan.empty_file" if yaml_text.data is None else "plan.not_a_mapping"
        return PlanShelf(problems=(_file_problem(file, code),))
    plan, findings = judge(yaml_text.data)
    findings = [*yaml_text.findings, *findings]
    if plan is not None and not findings:
        return PlanShelf(plans=(plan,))
    problems = [_located(file, finding, yaml_text) for finding in findings]
    return PlanShelf(problems=tuple(sorted(problems, key=lambda problem: (problem.line, problem.field))))


def _load_file(path: FilePath) -> PlanShelf:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError:
        return PlanShelf(problems=(_file_problem(path.name, "plan.unreadable_file"),))
    if len(content) > LARGEST_FILE:
        limit = LARGEST_FILE // 1_000_000
        return PlanShelf(problems=(_file_problem(path.name, "plan.file_too_large", limit=limit),))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return PlanShelf(problems=(_file_problem(path.name, "plan.not_utf8", line=line),))
    return read_plan(text, file=path.name)


def _located(file: str, finding: Finding, yaml_text: YamlText) -> FileProblem:
    return FileProblem(
        file=file,
        line=line_of(finding.path, yaml_text.lines),
        field=field_of(finding.path),
        code=finding.code,
        values=finding.values,
    )


def _file_problem(file: str, code: str, *, line: int = 1, field: str = "", **values: object) -> FileProblem:
    return FileProblem(file=file, line=line, field=field, code=code, values=values)
