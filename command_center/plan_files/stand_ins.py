"""Stand-ins for fields that are missing or wrong, made from the plan's JSON schema."""

import contextlib
from collections.abc import Mapping
from typing import Any, Final

from command_center.plan_files.problems import Path

_NAME: Final = "stand_in"


def shape_at(schema: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Return the schema of the field at a path; empty if the path leads nowhere."""
    shape = _resolved(schema, schema)
    for step in path:
        shape = shape.get("items", {}) if isinstance(step, int) else shape.get("properties", {}).get(step, {})
        shape = _resolved(schema, shape)
    return shape


def replaced(data: Any, path: Path, schema: Mapping[str, Any], *, drop: bool) -> Any:
    """Put a stand-in at the path, or take out what is there; the data is changed in place."""
    if not path:
        return smallest(schema, shape_at(schema, path))
    holder = data
    with contextlib.suppress(KeyError, IndexError, TypeError):
        for step in path[:-1]:
            holder = holder[step]
        if drop:
            del holder[path[-1]]
        else:
            holder[path[-1]] = smallest(schema, shape_at(schema, path))
    return data


def smallest(schema: Mapping[str, Any], shape: Mapping[str, Any]) -> Any:
    """Return the smallest value of a shape."""
    shape = _resolved(schema, shape)
    if "enum" in shape or "const" in shape:
        return shape.get("const", shape.get("enum", [None])[0])
    match shape.get("type"):
        case "object":
            fields = shape.get("properties", {})
            return {name: smallest(schema, fields[name]) for name in shape.get("required", [])}
        case "array":
            return [smallest(schema, shape["items"])] * int(shape.get("minItems", 0))
        case "integer":
            return shape.get("minimum", 1)
        case "boolean":
            return True
        case _:
            return shape.get("examples", [_NAME])[0]


def _resolved(schema: Mapping[str, Any], shape: Mapping[str, Any]) -> dict[str, Any]:
    while "$ref" in shape or "anyOf" in shape:
        shape = shape["anyOf"][0] if "anyOf" in shape else schema["$defs"][shape["$ref"].split("/")[-1]]
    return dict(shape)
