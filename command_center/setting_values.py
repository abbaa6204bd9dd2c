"""What a setting looks like, and how its text becomes a value."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from command_center.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingSpec:
    """One setting as people meet it; ``kind`` is text, folder, number, list, zone or ``a|b`` for a choice."""

    name: str
    kind: str
    default: str
    description_en: str
    description_de: str
    least: int = 0
    most: int = 0


def value_of(spec: SettingSpec, name: str, text: str) -> Any:
    """Read the text of a setting; raises ``BadInput`` (``settings.not_a_…``) with the value."""
    if spec.kind == "folder":
        return Path(text).expanduser()
    if spec.kind == "list":
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if spec.kind == "number":
        return _number(spec, name, text)
    if spec.kind == "zone":
        return _zone(name, text)
    if "|" in spec.kind and text not in spec.kind.split("|"):
        raise BadInput("settings.not_a_choice", name=name, value=text, choices=spec.kind.replace("|", ", "))
    return text


def _number(spec: SettingSpec, name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and spec.least <= int(text) <= spec.most):
        raise BadInput("settings.not_a_number", name=name, value=text, least=spec.least, most=spec.most)
    return int(text)


def _zone(name: str, text: str) -> str:
    try:
        ZoneInfo(text)
    except (ValueError, OSError, KeyError) as missing:
        raise BadInput("settings.not_a_zone", name=name, value=text) from missing
    return text
