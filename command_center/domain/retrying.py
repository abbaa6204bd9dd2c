"""When something that didn't work is tried again: longer every time, never all at once."""

import zlib
from datetime import datetime, timedelta
from typing import Final

FIRST: Final = timedelta(seconds=15)
LONGEST: Final = timedelta(minutes=30)
# A network that asks to be left alone for longer than this is asked again all the same.
PATIENCE: Final = timedelta(days=1)


def next_try(now: datetime, tries: int, *, key: str, asked_for: datetime | None = None) -> datetime:
    """Return when to try again after so many tries: doubling, capped, spread by up to a half, not before asked for.

    The spread follows from the key and the count, so that many waiting at once don't come back at once
    ("Exponential backoff and jitter", AWS Architecture Blog, 2015).
    """
    step: timedelta = min(LONGEST, FIRST * (1 << min(max(tries, 1) - 1, 20)))
    share = zlib.crc32(f"{key}:{tries}".encode()) / 2**32
    soonest = now + step * (1 + share / 2)
    return soonest if asked_for is None else max(soonest, min(asked_for, now + PATIENCE))
