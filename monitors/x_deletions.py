"""Whether posts we brought were taken back: once a day the hundred newest are looked up by id.

X asks to forget what its authors deleted and has no cheap feed of deletions; a look costs one post of the budget each.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from monitors.x_posts import number_of

if TYPE_CHECKING:
    from command_center.x_api.client import XApi

EVERY: Final = timedelta(days=1)
MOST_WATCHED: Final = 100


def watched(cursor: Mapping[str, Any], brought: Iterable[str], now: datetime) -> dict[str, Any]:
    """Return the cursor with the posts to be looked up later; the first look is due a day after the first post."""
    ids = {number_of(identity) for identity in [*cursor.get("watched", []), *brought]} - {0}
    newest = [str(identity) for identity in sorted(ids)[-MOST_WATCHED:]]
    return {**cursor, "watched": newest, "looked_up_at": cursor.get("looked_up_at") or now.isoformat()}


def is_due(cursor: Mapping[str, Any], now: datetime) -> bool:
    """Say whether the watched posts should be looked up."""
    from command_center.x_api.client import moment

    before = moment(cursor.get("looked_up_at"))
    return bool(cursor.get("watched")) and before is not None and now - before >= EVERY


def look_up(api: "XApi", cursor: Mapping[str, Any], now: datetime) -> tuple[tuple[str, ...], dict[str, Any], int]:
    """Return which watched posts are gone, the cursor without them, and how many posts were read.

    Raises:
        XTrouble: X can't be asked.
    """
    ids = [str(identity) for identity in cursor.get("watched", [])]
    answer = api.call("GET", "/2/tweets", params={"ids": ",".join(ids)})
    errors = answer.body.get("errors")
    missing = {
        str(error.get("resource_id") or error.get("value"))
        for error in (errors if isinstance(errors, list) else [])
        if isinstance(error, dict) and str(error.get("type")).endswith("/resource-not-found")
    }
    gone = tuple(identity for identity in ids if identity in missing)
    kept = [identity for identity in ids if identity not in missing]
    return gone, {**cursor, "watched": kept, "looked_up_at": now.isoformat()}, len(answer.rows)
