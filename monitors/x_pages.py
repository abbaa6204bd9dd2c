"""Reading X's posts from where the last look ended, page by page, newest first, with nothing missed in between.

The cursor: ``since_id`` is the newest post of all that was read whole. When a look ends before it got back there,
``until_id`` is the oldest post it saw and ``newest`` the newest; the next look fills the gap between first.
``start_time`` stands for ``since_id`` as long as no post was ever seen.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from command_center.domain.mentions import RawMention
from monitors.x_posts import Page, number_of, page_of

if TYPE_CHECKING:
    from command_center.x_api.client import Answer

Params = dict[str, object]
Ask = Callable[[Params], "Answer"]

FULL_PAGE: Final = 100
MOST_PAGES: Final = 5
MOST_ROUNDS: Final = 20  # looks that fill one gap: ten thousand posts, then it is given up
_MOST_SECONDS: Final = 8
_LOOK_BACK: Final = timedelta(seconds=30)  # our clock may be ahead of X's


@dataclass(slots=True)
class Look:
    """What one look brought; ``cursor`` is where the next begins, ``whole`` whether it got back to where it should."""

    mentions: dict[str, RawMention] = field(default_factory=dict)
    ids: set[int] = field(default_factory=set)
    cursor: dict[str, Any] = field(default_factory=dict)
    rejected: int = 0
    read: int = 0
    lost: int = 0
    whole: bool = True
    again_at: datetime | None = None


def look(ask: Ask, cursor: Mapping[str, Any], now: datetime, *, token: str, least: int, room: int | None) -> Look:
    """Read what is new since the cursor, at most ``room`` posts.

    ``token`` names the parameter that turns the page, ``least`` is the smallest page this question allows. The first
    look ever takes one page of the past. What came before a line broke is kept; the trouble shows at the next look.

    Raises:
        XTrouble: before anything came.
    """
    from command_center.x_api.faults import XTrouble

    found = Look()
    params = _params(cursor)
    since = number_of(cursor.get("since_id"))
    pages = MOST_PAGES if params else 1
    began = time.monotonic()
    turned: set[str] = set()
    for number in range(pages):
        size = FULL_PAGE if room is None else min(FULL_PAGE, room - found.read)
        if number and (size < least or time.monotonic() - began > _MOST_SECONDS):
            break
        try:
            answer = ask({**params, "max_results": max(least, size)})
        except XTrouble as trouble:
            if number == 0:
                raise
            found.again_at = trouble.retry_at
            break
        new = _take(found, page_of(answer.body), since)
        found.again_at = answer.rests_until
        next_token = answer.meta.get("next_token")
        # A page that repeats, or a token that does, is a circle: there is nothing behind it.
        circle = next_token in turned or (bool(answer.rows) and not new)
        found.whole = circle or pages == 1 or not (isinstance(next_token, str) and next_token)
        if found.whole:
            break
        turned.add(str(next_token))
        params[token] = next_token
    found.cursor = _next_cursor(found, cursor, now)
    return found


def _params(cursor: Mapping[str, Any]) -> Params:
    return {name: cursor[name] for name in ("since_id", "until_id", "start_time") if cursor.get(name)}


def _take(found: Look, page: Page, since: int) -> bool:
    """Keep what is new on the page; say whether anything was."""
    new = {identity for identity in page.ids if identity > since} - found.ids
    for mention in page.mentions:
        if number_of(mention.native_id) in new:
            found.mentions.setdefault(mention.native_id, mention)
    found.ids |= new
    found.rejected += page.rejected
    found.read += page.read
    return bool(new)


def _next_cursor(found: Look, cursor: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    from command_center.x_api.client import time_text

    if not found.whole and not found.ids:
        found.whole = True  # only empty pages: ask from the same place next time
        return dict(cursor)
    newest = max([number_of(cursor.get("newest")), number_of(cursor.get("since_id")), *found.ids])
    rounds = int(cursor.get("rounds") or 0) + 1
    if not found.whole and rounds < MOST_ROUNDS:
        return {**cursor, "newest": str(newest), "until_id": str(min(found.ids)), "rounds": rounds}
    if not found.whole:
        found.lost, found.whole = 1, True  # nobody knows how many: at least one
    if not newest:
        return {"start_time": time_text(now - _LOOK_BACK), **cursor}
    passing = {"start_time", "until_id", "newest", "rounds"}
    return {**{name: value for name, value in cursor.items() if name not in passing}, "since_id": str(newest)}
