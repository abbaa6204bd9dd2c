"""X's answers as mentions: pages of posts, and single lines of a stream."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from command_center.domain.mentions import RawMention
from monitors.reading import RowProblem
from monitors.x_json import mention_of

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The mentions of one answer; ``rejected`` items could not be read, ``read`` counts what X charges for.

    ``ids`` has the number of every item that has one, also of those that could not be read.
    """

    mentions: tuple[RawMention, ...]
    ids: frozenset[int]
    rejected: int
    read: int


def page_of(body: Json) -> Page:
    """Read the posts of an answer or a stream's line; a date is taken as it is, however odd."""
    data = body.get("data")
    items = data if isinstance(data, list) else [data] if data is not None else []
    includes = body.get("includes")
    users = _by_id(includes, "users")
    originals = {**_by_id(includes, "tweets"), **_by_id(includes, "posts")}
    mentions = []
    for item in items:
        mention = _mention(item, users, originals)
        if mention is not None:
            mentions.append(mention)
    ids = frozenset(number_of(item.get("id")) for item in items if isinstance(item, dict)) - {0}
    return Page(mentions=tuple(mentions), ids=ids, rejected=len(items) - len(mentions), read=len(items))


def number_of(native_id: object) -> int:
    """Return an id as the number by which X orders its posts, 0 for what is none."""
    text = native_id if isinstance(native_id, str) else ""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 19 else 0


def _mention(item: object, users: Json, originals: Json) -> RawMention | None:
    from command_center.x_api.client import moment

    if not isinstance(item, dict) or not isinstance(item.get("text"), str) or not number_of(item.get("id")):
        return None
    try:
        return mention_of(_whole(item, users, originals), users, moment)
    except RowProblem:
        return None


def _whole(post: Json, users: Json, originals: Json) -> Json:
    """Give a repost the full text of what it passes on, and a reply without parent the one that began it."""
    references = post.get("referenced_tweets") or post.get("referenced_posts")
    related = [one for one in references if isinstance(one, dict)] if isinstance(references, list) else []
    for reference in related:
        original = originals.get(str(reference.get("id")))
        if reference.get("type") in ("retweeted", "reposted") and isinstance(original, dict):
            note = original.get("note_tweet") or original.get("note_post")
            text = note.get("text") if isinstance(note, dict) else original.get("text")
            author = users.get(str(original.get("author_id")))
            handle = author.get("username") if isinstance(author, dict) else None
            if isinstance(text, str) and isinstance(handle, str):
                return {**post, "text": f"RT @{handle}: {text}"}
    conversation = post.get("conversation_id")
    if not related and post.get("in_reply_to_user_id") and conversation not in (None, post.get("id")):
        return {**post, "referenced_tweets": [{"type": "replied_to", "id": conversation}]}
    return post


def _by_id(includes: object, name: str) -> dict[str, Json]:
    rows = includes.get(name) if isinstance(includes, dict) else None
    known = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return {str(row.get("id")): row for row in known}
