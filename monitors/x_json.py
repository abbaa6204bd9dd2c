"""X's own JSON, of API v1.1 and v2, as mentions: single posts, response pages and stream lines.

v2 answers name authors only by id; the page's ``includes.users`` gives handle, name and followers.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from command_center.domain.mentions import RawMention
from command_center.language import plain_tag
from monitors.reading import RowProblem
from monitors.values import clean_text, content_hash, count_of, unescape

Json = Mapping[str, Any]
ReadDate = Callable[[str], datetime | None]

_V2_MARKS: Final = ("author_id", "public_metrics", "edit_history_tweet_ids", "edit_history_post_ids")
_LISTS: Final = ("statuses", "tweets", "posts", "items", "results", "mentions", "articles", "hits")


def is_v1(post: Json) -> bool:
    """Say whether this is a post of API v1.1."""
    user = post.get("user")
    has_text = "text" in post or "full_text" in post
    return has_text and isinstance(user, dict) and ("screen_name" in user or "id_str" in user)


def is_v2(post: Json) -> bool:
    """Say whether this is a post of API v2, with "tweet" or "post" in its field names."""
    return isinstance(post.get("text"), str) and any(mark in post for mark in _V2_MARKS)


def unpacked(value: object) -> Iterator[tuple[object, Json]]:
    """Yield the posts of a document or line, each with the page's users by id."""
    if isinstance(value, dict) and not (is_v1(value) or is_v2(value)):
        inner = value.get("data")
        if isinstance(inner, (list, dict)) and "text" not in value:
            includes = _dict(value.get("includes"))
            users = {_text(user.get("id")): user for user in _dicts(includes.get("users"))}
            yield from ((post, users) for post in (inner if isinstance(inner, list) else [inner]))
            return
        for name in _LISTS:
            if isinstance(value.get(name), list) and "text" not in value:
                yield from ((post, {}) for post in value[name])
                return
    yield value, {}


def mention_of(post: Json, users: Json, read_date: ReadDate) -> RawMention:
    """Return the mention of a post of either version; raises RowProblem."""
    return _of_v1(post, read_date) if is_v1(post) else _of_v2(post, users, read_date)


def _of_v1(post: Json, read_date: ReadDate) -> RawMention:
    user = _dict(post.get("user"))
    handle = _text(user.get("screen_name"))
    original = _dict(post.get("retweeted_status"))
    text = _v1_text(post)
    if original and text.endswith("…"):
        text = f"RT @{_text(_dict(original.get('user')).get('screen_name'))}: {_v1_text(original)}"
    created = read_date(_text(post.get("created_at")) or _text(post.get("timestamp_ms")))
    native_id = _text(post.get("id_str")) or _text(post.get("id"))
    return _mention(
        native_id=native_id,
        text=text,
        created_at=created,
        author=handle or _text(user.get("id_str")),
        author_name=_text(user.get("name")),
        reach=_count(user.get("followers_count")),
        reposts=_count(post.get("retweet_count")),
        reply_to=_text(post.get("in_reply_to_status_id_str")) or _text(post.get("in_reply_to_status_id")),
        is_repost=bool(original) or text.startswith("RT @"),
        language=_text(post.get("lang")),
    )


def _v1_text(post: Json) -> str:
    extended = _dict(post.get("extended_tweet"))
    full = _text(extended.get("full_text")) or _text(post.get("full_text")) or _text(post.get("text"))
    return unescape(full)


def _of_v2(post: Json, users: Json, read_date: ReadDate) -> RawMention:
    author_id = _text(post.get("author_id"))
    author = _dict(users.get(author_id))
    related = {
        _text(reference.get("type")): _text(reference.get("id"))
        for reference in [*_dicts(post.get("referenced_tweets")), *_dicts(post.get("referenced_posts"))]
    }
    metrics = _dict(post.get("public_metrics"))
    note = _dict(post.get("note_tweet")) or _dict(post.get("note_post"))
    text = unescape(_text(note.get("text")) or _text(post.get("text")))
    is_repost = bool({"retweeted", "reposted"} & related.keys()) or text.startswith("RT @")
    return _mention(
        native_id=_text(post.get("id")),
        text=text,
        created_at=read_date(_text(post.get("created_at"))),
        author=_text(author.get("username")) or author_id,
        author_name=_text(author.get("name")),
        reach=_count(_dict(author.get("public_metrics")).get("followers_count")),
        reposts=_count(metrics.get("retweet_count")) or _count(metrics.get("repost_count")),
        reply_to=related.get("replied_to", ""),
        is_repost=is_repost,
        language=_text(post.get("lang")),
    )


def _mention(
    *,
    native_id: str,
    text: str,
    created_at: datetime | None,
    author: str,
    author_name: str,
    reach: int,
    reposts: int,
    reply_to: str,
    is_repost: bool,
    language: str,
) -> RawMention:
    text = clean_text(text)
    if not text:
        raise RowProblem("import.row_without_text")
    usable = native_id.isascii() and native_id.isdigit()
    created = created_at.isoformat() if created_at else ""
    handle = author if author and not author.isdigit() else "i"
    return RawMention(
        network="x",
        native_id=native_id if usable else content_hash("x", author, created, text),
        text=text,
        created_at=created_at,
        url=f"https://x.com/{handle}/status/{native_id}" if usable else "",
        author=author,
        author_name=author_name,
        reach=reach,
        reposts=reposts,
        reply_to=reply_to,
        is_repost=is_repost,
        language=plain_tag(language),
    )


def _text(value: object) -> str:
    """Return strings and whole numbers as text; a float id has lost digits and is no id."""
    if isinstance(value, str):
        return clean_text(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _count(value: object) -> int:
    return count_of(_text(value))


def _dict(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[Json]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
