"""Acts that were refused to somebody: why, in one word, and how often before the log hears of it again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

# Whoever is refused again and again is one entry a minute with a count, not a flood.
ONE_ENTRY_A: Final = timedelta(minutes=1)


class Refused(StrEnum):
    """Why somebody may not do a thing."""

    NO_RIGHT = "no_right"
    NOT_ACTIVE = "not_active"
    CONFLICT = "conflict"
    OTHER_PERSON = "other_person"


_BY_CODE: Final[Mapping[str, Refused]] = {
    "people.not_active": Refused.NOT_ACTIVE,
    "statement.conflict_of_interest": Refused.CONFLICT,
    "statement.author_never_alone": Refused.OTHER_PERSON,
    "lock.two_people_unlock": Refused.OTHER_PERSON,
    "stand_down.two_people": Refused.OTHER_PERSON,
    "safe_mode.two_people": Refused.OTHER_PERSON,
    "privacy.other_person": Refused.OTHER_PERSON,
    "four_eyes.other_person": Refused.OTHER_PERSON,
    "publication.second_person_needed": Refused.OTHER_PERSON,
}


def why_refused(code: str) -> Refused:
    """Return the word for a refusal's code; what is not about the person or another one is a missing right."""
    return _BY_CODE.get(code, Refused.NO_RIGHT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """What one person was refused of one kind lately: since the entry at ``since``, ``more`` times.

    ``last`` is the id of the last wish, so that the same click, sent again, counts once.
    """

    since: datetime
    more: int
    last: str


def after(before: Tries | None, request_id: str, now: datetime) -> tuple[Tries, int]:
    """Return the tries after one more, and how many an entry written now stands for; 0 means that none is written."""
    if before is None:
        return Tries(since=now, more=0, last=request_id), 1
    if before.last == request_id:
        return before, 0
    if timedelta(0) <= now - before.since < ONE_ENTRY_A:
        return Tries(since=before.since, more=before.more + 1, last=request_id), 0
    return Tries(since=now, more=0, last=request_id), before.more + 1
