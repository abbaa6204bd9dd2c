"""A plan as plain data: the snapshot an incident keeps, and the schema that editors understand."""

import dataclasses
from collections.abc import Mapping
from datetime import timedelta
from enum import Enum
from typing import Any

from pydantic import ValidationError

from command_center.domain.plans import Plan
from command_center.errors import BadInput
from command_center.plan_files.durations import format_duration
from command_center.plan_files.findings import finding_of
from command_center.plan_files.models import PlanFile
from command_center.plan_files.problems import field_of

_FORMAT = "crisis-plan/1"


def plan_to_data(plan: Plan) -> dict[str, Any]:
    """Return the plan as data that JSON can hold, with the keys of a plan file."""
    return {"schema": _FORMAT, **_plain(plan)}


def plan_from_data(data: Mapping[str, Any]) -> Plan:
    """Return the plan a snapshot holds; the rules it was approved under are not asked again.

    Raises:
        BadInput: the data is not a plan; the values name the first field that is wrong.
    """
    try:
        return PlanFile.model_validate(data).build()
    except ValidationError as error:
        finding = finding_of(error.errors(include_url=False)[0])
        raise BadInput(finding.code, field=field_of(finding.path), **finding.values) from error


def plan_schema() -> dict[str, Any]:
    """Return the JSON schema of a plan file."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **PlanFile.model_json_schema()}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, timedelta):
        return format_duration(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
