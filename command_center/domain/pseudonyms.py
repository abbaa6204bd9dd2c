"""Names of colleagues in what the house writes about their acts: sealed by default, unsealed by two people.

A pseudonym follows from the person's id alone, so that it is the same in every report.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

_SHORTEST: Final = 4
UNSEALED_FOR: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsealing:
    """A wish to read names, of one incident or (without one) of the whole log, and who else agreed to it."""

    id: str
    incident_id: str
    reason: str
    asked_by: str
    asked_at: datetime
    agreed_by: str = ""
    agreed_at: datetime | None = None


def pseudonyms(identities: Iterable[str]) -> Mapping[str, str]:
    """Return four hex digits of each id's SHA-256, more where two people of the house would share them."""
    digests = {identity: hashlib.sha256(identity.encode()).hexdigest().upper() for identity in identities}
    length = _SHORTEST
    while len({digest[:length] for digest in digests.values()}) < len(digests):
        length += 1
    return {identity: digest[:length] for identity, digest in digests.items()}


def is_open(unsealing: Unsealing, now: datetime) -> bool:
    """Tell whether names may be read because of this now: agreed, and less than a day ago."""
    return unsealing.agreed_at is not None and now - unsealing.agreed_at < UNSEALED_FOR
