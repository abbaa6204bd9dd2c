"""A problem with a plan file: which file, which line, which field, and what its sentence needs."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

Path = tuple[str | int, ...]
_STEP: Final = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProblem:
    """One mistake in a file; ``line`` counts from 1, ``field`` is empty for the file as a whole."""

    file: str
    line: int
    field: str
    code: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A mistake at a path of the data, before its line is known."""

    path: Path
    code: str
    values: Mapping[str, object]


def path_of(field: str) -> Path:
    """Return ``statements[2].text`` as ("statements", 2, "text")."""
    return tuple(int(number) if number else name for number, name in _STEP.findall(field))


def field_of(path: Path) -> str:
    """Return ("statements", 2, "text") as ``statements[2].text``."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def line_of(path: Path, lines: Mapping[Path, int]) -> int:
    """Return the line of a path, or of the nearest thing around it that the file holds."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)
