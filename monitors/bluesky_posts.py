"""A Bluesky post as a mention, from its record: for the stream and for the search.

The text is the record's own; what stands in link cards or picture descriptions is not looked at.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from command_center.domain.mentions import RawMention
from command_center.language import plain_tag
from monitors.values import clean_text

COLLECTION: Final = "app.bsky.feed.post"
_LATE: Final = timedelta(minutes=10)
_MOST_TEXT: Final = 3_000  # bytes, by the network's own lexicon; so never more characters
_DID: Final = re.compile(r"did:[a-z0-9]{1,20}:[A-Za-z0-9._:%-]{1,200}")
_KEY: Final = re.compile(r"[A-Za-z0-9._:~-]{1,512}")
_ADDRESS: Final = re.compile(r"at://[A-Za-z0-9._:%~/-]{1,800}")

Json = Mapping[str, Any]


def text_of(record: object) -> str:
    """Return the text of a post; raises ValueError for what is none."""
    text = record.get("text") if isinstance(record, dict) else None
    if not isinstance(text, str) or len(text) > _MOST_TEXT:
        raise ValueError
    return text


def address_of(did: object, key: object) -> str:
    """Return a post's ``at://`` address; raises ValueError where author or key can't be right."""
    if not isinstance(key, str) or not _KEY.fullmatch(key):
        raise ValueError
    return f"{author_address(did)}/{COLLECTION}/{key}"


def author_address(did: object) -> str:
    """Return an author's ``at://`` address; raises ValueError for what can't be an author."""
    if not isinstance(did, str) or not _DID.fullmatch(did):
        raise ValueError
    return f"at://{did}"


def mention_of(record: Json, *, did: str, key: str, heard_at: datetime, author: str = "", name: str = "") -> RawMention:
    """Return the mention of a post; the author is the handle where it is known, else the lasting id (DID).

    ``heard_at`` is when the network saw the post (aware UTC): the writer's own date counts only within ten
    minutes before it, since anybody may write any date into a post. Raises ValueError.
    """
    return RawMention(
        network="bluesky",
        native_id=address_of(did, key),
        text=clean_text(text_of(record)),
        created_at=_created(record.get("createdAt"), heard_at),
        url=f"https://bsky.app/profile/{did}/post/{key}",
        author=clean_text(author) or did,
        author_name=clean_text(name),
        reply_to=_parent(record.get("reply")),
        language=_language(record.get("langs")),
    )


def moment_of(value: object) -> datetime | None:
    """Return a date of the network as aware UTC, or None for what is no date with a zone."""
    if not isinstance(value, str) or len(value) > 64:
        return None
    try:
        read = datetime.fromisoformat(value)
        return read.astimezone(UTC) if read.tzinfo else None
    except (ValueError, OverflowError):
        return None


def _created(value: object, heard_at: datetime) -> datetime:
    written = moment_of(value)
    return written if written is not None and heard_at - _LATE <= written <= heard_at else heard_at


def _parent(reply: object) -> str:
    parent = reply.get("parent") if isinstance(reply, dict) else None
    uri = parent.get("uri") if isinstance(parent, dict) else None
    return uri if isinstance(uri, str) and _ADDRESS.fullmatch(uri) else ""


def _language(langs: object) -> str:
    tags = {plain_tag(tag) for tag in langs if isinstance(tag, str)} if isinstance(langs, list) else set()
    return tags.pop() if len(tags) == 1 else ""
