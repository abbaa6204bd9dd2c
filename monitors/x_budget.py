"""The budget of posts that may be read in a month, and how to make it last: slower before it stops.

A quota is ``{"month": "2026-11", "read": 1200, "limit": 15000}``; a missing or zero limit means there is none.
Months are UTC, as X bills them.
"""

import calendar
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

LEAST_ASKED: Final = 10  # X gives no smaller page of a search
_IN_RESERVE: Final = 0.1  # of the limit may be read ahead of time: a storm doesn't wait
_LONGEST_PAUSE: Final = timedelta(hours=1)


def counted(quota: Mapping[str, Any], now: datetime, read: int = 0) -> dict[str, Any]:
    """Return the quota after so many more posts were read; a new month begins at nought."""
    month = now.astimezone(UTC).strftime("%Y-%m")
    before = _whole(quota.get("read")) if quota.get("month") == month else 0
    return {**quota, "month": month, "read": before + read, "limit": _whole(quota.get("limit"))}


def left(quota: Mapping[str, Any], now: datetime) -> int | None:
    """Return how many posts may still be read this month; None without a limit."""
    current = counted(quota, now)
    return max(0, current["limit"] - current["read"]) if current["limit"] else None


def is_ahead(quota: Mapping[str, Any], now: datetime) -> bool:
    """Say whether more was read than the month's share that has passed, plus what is in reserve for a storm."""
    current = counted(quota, now)
    if not current["limit"]:
        return False
    begins, ends = _month_of(now)
    return bool(current["read"] / current["limit"] > (now - begins) / (ends - begins) + _IN_RESERVE)


def next_at(quota: Mapping[str, Any], now: datetime, *, period_seconds: int, just_read: int) -> datetime:
    """Return when to ask again.

    In step with the month: after the usual period. Ahead of it: so late that reading on as just now would make the
    rest last until the month ends, at most an hour. Used up: when the next month begins.
    """
    rest = left(quota, now)
    usual = now + timedelta(seconds=period_seconds)
    if rest is None or (rest >= LEAST_ASKED and not is_ahead(quota, now)):
        return usual
    _, ends = _month_of(now)
    if rest < LEAST_ASKED:
        return ends
    pause = min(_LONGEST_PAUSE, (ends - now) * (max(1, just_read) / rest))
    return max(usual, now + pause)


def _month_of(now: datetime) -> tuple[datetime, datetime]:
    begins = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return begins, begins + timedelta(days=calendar.monthrange(begins.year, begins.month)[1])


def _whole(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0
