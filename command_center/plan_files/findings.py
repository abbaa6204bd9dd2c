"""What is wrong with a plan's data: its shape first, then the rules of the plan as a whole.

One wrong field must not hide the others: where the shape is wrong, a stand-in takes the field's place
so that the rules can still be asked; what they say about the stand-in is left out.
"""

import copy
import difflib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from command_center.domain.plan_rules import problems_of
from command_center.domain.plans import LANGUAGES, Plan
from command_center.plan_files.models import PlanFile
from command_center.plan_files.problems import Finding, Path, path_of
from command_center.plan_files.stand_ins import replaced, shape_at

_TYPE_CODES: Final = {
    "string_type": "plan.not_a_text",
    "int_type": "plan.not_a_number",
    "bool_type": "plan.not_yes_no",
    "list_type": "plan.not_a_list",
    "model_type": "plan.not_a_section",
    "bad_duration": "plan.bad_duration",
    "string_pattern_mismatch": "plan.bad_id",
    "string_too_short": "plan.empty_text",
    "string_too_long": "plan.text_over_limit",
    "too_short": "plan.too_few",
    "greater_than_equal": "plan.out_of_range",
    "less_than_equal": "plan.out_of_range",
    "enum": "plan.not_one_of",
    "literal_error": "plan.not_one_of",
}
_NAMED: Final = {"roles", "statements", "clocks", "triage_questions"}
_NAMING: Final = {"id", "name", "slots"}
_REFERRING: Final = ("plan.unknown_", "plan.unused_slot", "plan.slots_differ")
_ROUNDS: Final = 4


def judge(data: Mapping[str, Any]) -> tuple[Plan | None, list[Finding]]:
    """Return the plan, or None and everything that is wrong with it."""
    found: dict[Path, Finding] = {}
    current: Any = copy.deepcopy(dict(data))
    for _ in range(_ROUNDS):
        try:
            plan = PlanFile.model_validate(current).build()
        except ValidationError as error:
            for detail in error.errors(include_url=False, include_context=True):
                finding = finding_of(detail)
                found.setdefault(finding.path, finding)
                current = replaced(current, finding.path, _schema(), drop=detail["type"] == "extra_forbidden")
            continue
        said = _findings_of(plan, tuple(found))
        return (None if found or said else plan), [*found.values(), *said]
    return None, list(found.values())


def finding_of(detail: ErrorDetails) -> Finding:
    """Turn what pydantic says about a field into our code and values."""
    path, kind = detail["loc"], detail["type"]
    if kind == "missing":
        return _missing(path)
    if kind == "extra_forbidden":
        return _unknown_key(path)
    code = _TYPE_CODES.get(kind, "plan.bad_value")
    if code == "plan.bad_id" and shape_at(_schema(), path).get("pattern") == r"\S":
        code = "plan.empty_text"
    return Finding(path=path, code=code, values=_values(detail, path))


def _values(detail: ErrorDetails, path: Path) -> dict[str, object]:
    shape = shape_at(_schema(), path)
    values: dict[str, object] = {"value": _shown(detail["input"])}
    if "enum" in shape or "const" in shape:
        values["known"] = ", ".join(shape.get("enum", [shape.get("const")]))
    if "minimum" in shape:
        values |= {"lowest": shape["minimum"], "highest": shape.get("maximum", "")}
    if "maxLength" in shape:
        values["limit"] = shape["maxLength"]
    if "minItems" in shape:
        values["least"] = shape["minItems"]
    return values


def _missing(path: Path) -> Finding:
    if path[-1] in LANGUAGES:
        return Finding(path=path, code="plan.missing_language", values={"language": path[-1]})
    return Finding(path=path, code="plan.missing_field", values={"key": path[-1]})


def _unknown_key(path: Path) -> Finding:
    known = list(shape_at(_schema(), path[:-1]).get("properties", {}))
    near = difflib.get_close_matches(str(path[-1]), known, n=1)
    if near:
        return Finding(path=path, code="plan.unknown_key_near", values={"key": path[-1], "suggestion": near[0]})
    return Finding(path=path, code="plan.unknown_key", values={"key": path[-1], "known": ", ".join(known)})


def _findings_of(plan: Plan, touched: Iterable[Path]) -> list[Finding]:
    touched = tuple(touched)
    unsure = any(_hides_a_name(path) for path in touched)
    result = []
    for problem in problems_of(plan):
        path = path_of(problem.field)
        about_stand_in = any(path[: len(other)] == other[: len(path)] for other in touched)
        about_name = unsure and problem.code.startswith(_REFERRING)
        if not about_stand_in and not about_name:
            result.append(Finding(path=path, code=problem.code, values=problem.values))
    return result


def _hides_a_name(path: Path) -> bool:
    last = path[-1] if path else ""
    return not path or (path[0] in _NAMED and (len(path) <= 2 or last in _NAMING or isinstance(last, int)))


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


@cache
def _schema() -> dict[str, Any]:
    return PlanFile.model_json_schema()
