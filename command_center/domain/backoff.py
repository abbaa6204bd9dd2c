"""How long to wait after a failure: longer each time, not all at the same moment, and never longer than an hour.

Exponential back-off with jitter (Brooker, *Exponential Backoff and Jitter*, AWS 2015): many that lost the same server
don't come back to it at once. Who listens draws the whole wait by chance; what is to go out keeps a half-hour's rhythm,
spread by its own key, so that its next time is the same whoever works it out.
"""

import secrets
import zlib
from datetime import datetime, timedelta
from typing import Final

FIRST: Final = timedelta(seconds=5)
LONGEST: Final = timedelta(minutes=15)
LONGEST_HOPELESS: Final = timedelta(hours=1)
MOST_OBEYED: Final = timedelta(hours=24)
FIRST_OUT: Final = timedelta(seconds=15)
LONGEST_OUT: Final = timedelta(minutes=30)
# Troubles that asking again does not mend; a person has to.
HOPELESS: Final = frozenset({"network.refused", "network.signed_out", "network.forbidden_address"})
_DOUBLINGS: Final = 16


def draw() -> float:
    """Draw evenly from 0 to 1."""
    return secrets.randbelow(1 << 20) / (1 << 20)


def wait(failures: int, code: str, chance: float) -> timedelta:
    """Return how long to wait after this many failures in a row; ``chance`` is drawn evenly from 0 to 1."""
    longest = LONGEST_HOPELESS if code in HOPELESS or code.startswith("vault.") else LONGEST
    return _doubled(FIRST, max(failures, 1), longest) * min(max(chance, 0.0), 1.0)


def next_try(now: datetime, failures: int, code: str, *, chance: float, retry_at: datetime | None) -> datetime:
    """Return when to ask again: after the wait, and not before the server allows it."""
    return _allowed(now, now + wait(failures, code, chance), retry_at)


def next_attempt(now: datetime, tries: int, *, key: str, asked_for: datetime | None = None) -> datetime:
    """Return when to send again after so many tries: doubling, spread by up to a half, not before ``asked_for``."""
    share = zlib.crc32(f"{key}:{tries}".encode()) / 2**32
    return _allowed(now, now + _doubled(FIRST_OUT, max(tries, 1) - 1, LONGEST_OUT) * (1 + share / 2), asked_for)


def _doubled(first: timedelta, times: int, longest: timedelta) -> timedelta:
    return min(longest, first * (1 << min(times, _DOUBLINGS)))


def _allowed(now: datetime, at: datetime, asked_for: datetime | None) -> datetime:
    # A server that asks for more than a day is asked again after a day.
    return at if asked_for is None else min(max(at, asked_for), now + MOST_OBEYED)
