"""Bluesky's records: how a text is written down there, and how what stands there is read.

A record's key is a TID: 53 bits of microseconds since 1970 and 10 bits to tell clocks apart, in base 32 that sorts.
Positions within a text ("facets") are counted in bytes of UTF-8.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from command_center.domain.own_posts import OwnKind, OwnPost

POST: Final = "app.bsky.feed.post"
REPOST: Final = "app.bsky.feed.repost"
PROFILE: Final = "app.bsky.actor.profile"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS: Final = "234567abcdefghijklmnopqrstuvwxyz"
_TID: Final = re.compile(r"[234567abcdefghij][234567a-z]{12}")
_LINK: Final = re.compile(r"(?<![\w@])https?://[^\s<>\"“”«»]+", re.IGNORECASE)
_LINK_TAIL: Final = ".,;:!?…'’”)]}"
_LABEL: Final = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?"
_HANDLE: Final = re.compile(rf"(?<![\w@/.])@((?:{_LABEL}\.)+[a-zA-Z](?:[a-zA-Z0-9-]{{0,61}}[a-zA-Z0-9])?)(?![\w-])")
_HASHTAG: Final = re.compile(r"(?<!\S)[#＃](?!\ufe0f)([^\s\u00ad\u2060\u200a-\u200d\u20e2]+)")
_LONGEST_TAG: Final = 64
_FEATURES: Final = {"uri": "link", "tag": "tag", "did": "mention"}

Json = Mapping[str, Any]


def tid(key: str, at: datetime, part: int = 0) -> str:
    """Return the record key of a message's part: the same for the same message, in the order of its parts.

    The milliseconds are the message's; what is finer comes from its key, so that two messages of one
    millisecond differ (but for one in a million).
    """
    fine = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8])
    millis = (at - _EPOCH) // timedelta(milliseconds=1) + part
    number = (millis * 1000 + fine % 1000) << 10 | (fine // 1000) % 1024
    return "".join(_DIGITS[number >> shift & 31] for shift in range(60, -1, -5))


def tid_moment(key: str) -> datetime | None:
    """Return when a record with this key was made, by its writer's clock; None where the key is no TID."""
    if not _TID.fullmatch(key):
        return None
    number = 0
    for digit in key:
        number = number << 5 | _DIGITS.index(digit)
    return _EPOCH + timedelta(microseconds=number >> 10)


def post_record(
    text: str,
    *,
    created_at: datetime,
    language: str,
    facets: Sequence[Json],
    reply: Json | None,
    images: Sequence[Json],
) -> dict[str, Any]:
    """Return the record of a post; equal inputs give the same record."""
    record: dict[str, Any] = {"$type": POST, "text": text, "createdAt": _written(created_at)}
    if language:
        record["langs"] = [language]
    if facets:
        record["facets"] = list(facets)
    if reply:
        record["reply"] = reply
    if images:
        record["embed"] = {"$type": "app.bsky.embed.images", "images": list(images)}
    return record


def facets_of(text: str, did_of: Callable[[str], str]) -> list[dict[str, Any]]:
    """Return what is to be a link, hashtag or mention in a text; ``did_of`` gives "" for a handle nobody has."""
    facets, end = [], 0
    for start, stop, name, written in sorted([*_links(text), *_hashtags(text), *_handles(text)]):
        value = "" if start < end else did_of(written) if name == "did" else written
        if value:
            feature = {"$type": f"app.bsky.richtext.facet#{_FEATURES[name]}", name: value}
            index = {"byteStart": _bytes(text[:start]), "byteEnd": _bytes(text[:stop])}
            facets.append({"index": index, "features": [feature]})
            end = stop
    return facets


def own_post(uri: str, value: Json) -> OwnPost | None:
    """Return a post or repost as it was read back; None for a record that is neither."""
    key = uri.rpartition("/")[2]
    kind = _kind(value)
    if kind is None:
        return None
    parent = _uri_in(value.get("reply"), "parent")
    is_repost = kind is OwnKind.REPOST
    return OwnPost(
        native_id=uri,
        kind=kind,
        text=_uri_in(value, "subject") if is_repost else str(value.get("text", "")),
        created_at=moment_of(key, value),
        url="" if is_repost else web_address(uri),
        reply_to=parent,
    )


def own_profile(did: str, value: Json) -> OwnPost:
    """Return an account's name and description as they were read back."""
    lines = [str(value.get(name) or "") for name in ("displayName", "description")]
    return OwnPost(
        native_id=did,
        kind=OwnKind.PROFILE,
        text="\n".join(line for line in lines if line),
        created_at=_date(value.get("createdAt")) or _EPOCH,
        url=f"https://bsky.app/profile/{did}",
    )


def moment_of(key: str, value: Json) -> datetime:
    """Return when a record was made, by its key or the date in it, whichever is later: both are its writer's word."""
    return max(tid_moment(key) or _EPOCH, _date(value.get("createdAt")) or _EPOCH)


def web_address(uri: str) -> str:
    """Return where people see a post."""
    did, _, key = uri.removeprefix("at://").split("/", 2)
    return f"https://bsky.app/profile/{did}/post/{key}"


def parts_of(uri: str) -> tuple[str, str, str] | None:
    """Return account, collection and key of an ``at://`` address; None for what is none."""
    parts = uri.removeprefix("at://").split("/")
    return (parts[0], parts[1], parts[2]) if uri.startswith("at://") and len(parts) == 3 and all(parts) else None


def _kind(value: Json) -> OwnKind | None:
    if value.get("$type") == REPOST:
        return OwnKind.REPOST
    if value.get("$type") == POST:
        return OwnKind.REPLY if isinstance(value.get("reply"), dict) else OwnKind.POST
    return None


def _uri_in(holder: object, name: str) -> str:
    inner = holder.get(name) if isinstance(holder, dict) else None
    return str(inner.get("uri", "")) if isinstance(inner, dict) else ""


def _links(text: str) -> Iterator[tuple[int, int, str, str]]:
    for match in _LINK.finditer(text):
        link = match[0]
        while link and link[-1] in _LINK_TAIL and not (link[-1] == ")" and link.count("(") >= link.count(")")):
            link = link[:-1]
        if len(link) > len("https://"):
            yield match.start(), match.start() + len(link), "uri", link


def _hashtags(text: str) -> Iterator[tuple[int, int, str, str]]:
    for match in _HASHTAG.finditer(text):
        tag = _without_punctuation(match[1])
        if tag and not tag.isdigit() and len(tag) <= _LONGEST_TAG:
            yield match.start(), match.start(1) + len(tag), "tag", tag


def _handles(text: str) -> Iterator[tuple[int, int, str, str]]:
    for match in _HANDLE.finditer(text):
        yield match.start(), match.end(), "did", match[1].lower()


def _without_punctuation(tag: str) -> str:
    while tag and unicodedata.category(tag[-1]).startswith("P"):
        tag = tag[:-1]
    return tag


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _written(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _date(value: object) -> datetime | None:
    try:
        read = datetime.fromisoformat(value) if isinstance(value, str) else None
        return read.astimezone(UTC) if read and read.tzinfo else None
    except (ValueError, OverflowError):
        return None
