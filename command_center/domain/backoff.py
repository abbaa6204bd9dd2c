"""How long to wait after a failure: longer each time, by chance, and never longer than an hour.

Exponential back-off with full jitter (Brooker, *Exponential Backoff and Jitter*, AWS 2015): many listeners that lost
the same server don't come back to it at the same moment.
"""

from datetime import datetime, timedelta
from typing import Final

FIRST: Final = timedelta(seconds=5)
LONGEST: Final = timedelta(minutes=15)
LONGEST_HOPELESS: Final = timedelta(hours=1)
MOST_OBEYED: Final = timedelta(hours=24)
# Troubles that asking again does not mend; a person has to.
HOPELESS: Final = frozenset({"network.refused", "network.signed_out", "network.forbidden_address"})
_DOUBLINGS: Final = 16


def wait(failures: int, code: str, chance: float) -> timedelta:
    """Return how long to wait after this many failures in a row; ``chance`` is drawn evenly from 0 to 1."""
    longest = LONGEST_HOPELESS if code in HOPELESS or code.startswith("vault.") else LONGEST
    ceiling = min(longest, FIRST * (1 << min(max(failures, 1), _DOUBLINGS)))
    return ceiling * min(max(chance, 0.0), 1.0)


def next_try(now: datetime, failures: int, code: str, *, chance: float, retry_at: datetime | None) -> datetime:
    """Return when to try again: after the wait, and not before the server allows it.

    A server that asks for more than a day is asked again after a day.
    """
    at = now + wait(failures, code, chance)
    return at if retry_at is None else min(max(at, retry_at), now + MOST_OBEYED)
