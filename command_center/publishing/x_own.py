"""What stands on an own account on X, read back."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from command_center.domain.own_posts import OwnKind, OwnPost
from command_center.publishing.x_texts import written

if TYPE_CHECKING:
    from command_center.x_api.client import XApi

Json = Mapping[str, Any]

_MOST_PAGES: Final = 10
_EPOCH_OF_IDS: Final = 1_288_834_974_657  # ms; X's ids carry their time in the bits above 22
_CREATION_BITS: Final = 22


def timeline(api: "XApi", user_id: str, since: datetime) -> Iterator[Json]:
    """Yield the account's posts since then, newest first, each once; raises ``XTrouble``."""
    from command_center.x_api.client import time_text

    params: dict[str, object] = {"max_results": 100, "start_time": time_text(since)}
    seen: set[str] = set()
    for _ in range(_MOST_PAGES):
        answer = api.posts(f"/2/users/{user_id}/tweets", params)
        new = [row for row in answer.rows if isinstance(row, dict) and str(row.get("id")) not in seen]
        yield from new
        seen.update(str(row.get("id")) for row in new)
        token = answer.meta.get("next_token")
        if not new or not isinstance(token, str) or not token:
            return
        params["pagination_token"] = token


def own_post(post: Json, username: str) -> OwnPost | None:
    """Return a row of the timeline as an own post; None for one without id or time."""
    from command_center.x_api.client import moment

    native_id, created_at = str(post.get("id") or ""), moment(post.get("created_at"))
    if not native_id.isdigit() or created_at is None:
        return None
    related = _related(post)
    kind = OwnKind.REPLY if "replied_to" in related else OwnKind.POST
    if "retweeted" in related or "reposted" in related:
        kind = OwnKind.REPOST
    return OwnPost(
        native_id=native_id,
        kind=kind,
        text=written(post),
        created_at=created_at,
        url=post_url(username, native_id),
        reply_to=related.get("replied_to", ""),
        edited_at=_edited_at(post, created_at),
        client=str(post.get("source") or ""),
    )


def profile(me: Json) -> OwnPost:
    """Return the account's description of itself as it stands now; ``created_at`` is when the account was made."""
    from command_center.x_api.client import moment

    username = str(me.get("username") or "")
    links = me.get("entities")
    described = links.get("description") if isinstance(links, dict) else None
    return OwnPost(
        native_id=str(me["id"]),
        kind=OwnKind.PROFILE,
        text=written({"text": me.get("description"), "entities": described}),
        created_at=moment(me.get("created_at")) or datetime.fromtimestamp(0, UTC),
        url=f"https://x.com/{username}",
    )


def post_url(username: str, native_id: str) -> str:
    """Return where people see a post."""
    return f"https://x.com/{username.lstrip('@') or 'i'}/status/{native_id}"


def _related(post: Json) -> dict[str, str]:
    references = post.get("referenced_tweets") or post.get("referenced_posts")
    rows = references if isinstance(references, list) else []
    return {str(row.get("type")): str(row.get("id")) for row in rows if isinstance(row, dict)}


def _edited_at(post: Json, created_at: datetime) -> datetime | None:
    history = post.get("edit_history_tweet_ids") or post.get("edit_history_post_ids")
    if not isinstance(history, list) or len(history) < 2:
        return None
    last = str(history[-1])
    if not last.isdigit() or len(last) < 18:
        return created_at
    milliseconds = (int(last) >> _CREATION_BITS) + _EPOCH_OF_IDS
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=milliseconds)
