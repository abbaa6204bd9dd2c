"""A problem with a plan: where it is, its code, and the values its sentence needs."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanProblem:
    """One mistake; ``field`` is a path such as ``statements[2].text.de.x``."""

    field: str
    code: str
    values: Mapping[str, object]

    @classmethod
    def at(cls, field: str, code: str, **values: object) -> "PlanProblem":
        """Name a problem and the values of its sentence."""
        return cls(field=field, code=code, values=values)
