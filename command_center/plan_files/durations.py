"""Durations as ISO 8601 writes them: PT10M, PT72H, P7D, P1DT12H."""

import re
from datetime import timedelta
from typing import Final

PATTERN: Final = (
    r"^P(?=[0-9T])(?:[0-9]{1,4}W)?(?:[0-9]{1,5}D)?(?:T(?=[0-9])(?:[0-9]{1,6}H)?(?:[0-9]{1,6}M)?(?:[0-9]{1,6}S)?)?$"
)
_PARTS: Final = re.compile(
    r"P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?",
    re.ASCII,
)


def parse_duration(text: str) -> timedelta | None:
    """Return the duration, or None if the text is not one; years and months have no fixed length."""
    found = _PARTS.fullmatch(text) if re.match(PATTERN, text) else None
    if found is None:
        return None
    return timedelta(**{unit: int(number) for unit, number in found.groupdict(default="0").items()})


def format_duration(duration: timedelta) -> str:
    """Return the duration in whole seconds, as a plan file writes it."""
    hours, rest = divmod(duration.seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    parts = ((hours, "H"), (minutes, "M"), (seconds, "S"))
    time = "".join(f"{number}{unit}" for number, unit in parts if number)
    days = f"{duration.days}D" if duration.days else ""
    return f"P{days}T{time}" if time else f"P{days or '0D'}"
