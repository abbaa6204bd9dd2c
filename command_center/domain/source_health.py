"""How a source is doing, in one word."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from command_center.domain.source_kinds import KINDS
from command_center.domain.sources import Source

_LATE_AFTER: Final = 3  # periods without a word
_LEAST: Final = timedelta(minutes=5)


class Health(StrEnum):
    """What can be said about a source now."""

    WELL = "well"
    NEW = "new"
    LATE = "late"
    TROUBLED = "troubled"
    PAUSED = "paused"
    FILE = "file"


def health(source: Source, now: datetime) -> Health:
    """Say how a source is doing: trouble comes before lateness, a pause before both."""
    if source.kind not in KINDS:
        return Health.FILE
    if not source.active:
        return Health.PAUSED
    if source.trouble:
        return Health.TROUBLED
    if source.last_success_at is None:
        return Health.NEW
    if source.delivery is None:
        return Health.WELL
    patience = max(_LEAST, _LATE_AFTER * timedelta(seconds=source.delivery.period_seconds))
    return Health.LATE if now - source.last_success_at > patience else Health.WELL
