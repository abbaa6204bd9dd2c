"""A feed's items, whichever of its formats it speaks: RSS, Atom or JSON Feed."""

import calendar
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urljoin

from command_center.domain.plain_text import plain_text
from monitors.feed_markup import HostileMarkup, readable_xml

_TEXT_CHARS: Final = 5_000
_NAME_CHARS: Final = 200
_MOST_ITEMS: Final = 2_000
_EARLIEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
_PLAIN: Final = "text/plain"


class NotAFeed(ValueError):
    """What came is no feed; the text says what it is instead, in a word any language understands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item; ``text`` is title and summary as plain text, ``published_at`` aware UTC as the feed says it."""

    guid: str
    link: str
    text: str
    author: str
    published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a feed held; ``again_in`` is how long it asks to be left alone, ``unreadable`` counts items without text."""

    title: str
    items: tuple[Item, ...]
    unreadable: int
    again_in: timedelta | None


def read_page(body: bytes, *, content_type: str, address: str) -> Page:
    """Read a feed; links are resolved against its address. Raises NotAFeed, also for one that is hostile."""
    if not body.strip():
        raise NotAFeed("0 bytes")
    try:
        if "json" in content_type.casefold() or body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return _json_page(body, address)
        return _xml_page(readable_xml(body, content_type), address)
    except HostileMarkup as error:
        raise NotAFeed(str(error)) from error


def _xml_page(xml: bytes, address: str) -> Page:
    import feedparser  # costs a tenth of a second that no screen needs

    try:
        parsed = feedparser.parse(
            io.BytesIO(xml),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RuntimeError) as error:
        # What its slower parser fails over in broken XML is not foreseeable, and no reason to stop listening.
        raise NotAFeed(f"XML? {type(error).__name__}") from error
    if not parsed.version and not parsed.entries:
        raise NotAFeed("HTML" if b"<html" in xml[:2000].lower() else "XML?")
    items = [_xml_item(entry, address) for entry in parsed.entries[:_MOST_ITEMS]]
    return _page(_plain(parsed.feed, "title"), items, _minutes(parsed.feed.get("ttl")))


def _page(title: str, items: list[Item | None], again_in: timedelta | None) -> Page:
    readable = tuple(item for item in items if item is not None)
    return Page(title=title[:_NAME_CHARS], items=readable, unreadable=len(items) - len(readable), again_in=again_in)


def _xml_item(entry: Mapping[str, Any], address: str) -> Item | None:
    contents = entry.get("content") or [{}]
    summary = _plain(entry, "summary") or _plain_value(contents[0])
    return _item(
        guid=str(entry.get("id") or ""),
        link=str(entry.get("link") or ""),
        title=_plain(entry, "title"),
        summary=summary,
        author=str(entry.get("author") or ""),
        published_at=_first_moment(entry),
        address=address,
    )


def _plain(entry: Mapping[str, Any], field: str) -> str:
    return _plain_value(entry.get(f"{field}_detail") or {})


def _plain_value(detail: Mapping[str, Any]) -> str:
    """Return a text as people see it: what says it is plain is, everything else is read as HTML once."""
    value = str(detail.get("value") or "")
    return value.strip() if detail.get("type") == _PLAIN else plain_text(value)


def _first_moment(entry: Mapping[str, Any]) -> datetime | None:
    for field in ("published_parsed", "created_parsed", "updated_parsed"):
        parts = dict.get(entry, field) if isinstance(entry, dict) else None
        if parts:
            try:
                return _sane(datetime.fromtimestamp(calendar.timegm(parts), UTC))
            except (ValueError, OverflowError, OSError):
                continue
    return None


def _sane(moment: datetime) -> datetime | None:
    return moment if moment >= _EARLIEST else None


def _item(
    *, guid: str, link: str, title: str, summary: str, author: str, published_at: datetime | None, address: str
) -> Item | None:
    text = "\n\n".join(part for part in (title, "" if summary == title else summary) if part)
    if not text:
        return None
    return Item(
        guid=guid.strip()[:_TEXT_CHARS],
        link=_web_link(link, address),
        text=text[:_TEXT_CHARS],
        author=plain_text(author)[:_NAME_CHARS],
        published_at=published_at,
    )


def _web_link(link: str, address: str) -> str:
    """Return an absolute http(s) link; "" for javascript:, data: and whatever else can't be opened safely."""
    try:
        absolute = urljoin(address, link.strip()) if link.strip() else ""
    except ValueError:
        return ""
    is_web = absolute[:8].casefold().startswith(("http://", "https://"))
    return absolute if is_web and not any(character.isspace() for character in absolute) else ""


def _minutes(ttl: object) -> timedelta | None:
    text = str(ttl or "").strip()
    return timedelta(minutes=int(text[:6])) if text.isascii() and text.isdigit() else None


def _json_page(body: bytes, address: str) -> Page:
    try:
        read = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise NotAFeed("JSON?") from error
    if not isinstance(read, dict) or not str(read.get("version", "")).startswith("https://jsonfeed.org/version/"):
        raise NotAFeed("JSON")
    entries = read.get("items")
    found = entries[:_MOST_ITEMS] if isinstance(entries, list) else []
    return _page(_text(read, "title"), [_json_item(entry, address) for entry in found], None)


def _json_item(entry: object, address: str) -> Item | None:
    if not isinstance(entry, dict):
        return None
    summary = _text(entry, "summary") or _text(entry, "content_text") or plain_text(_text(entry, "content_html"))
    guid = entry.get("id")
    return _item(
        guid=str(guid) if isinstance(guid, str | int) else "",
        link=_text(entry, "url") or _text(entry, "external_url"),
        title=_text(entry, "title"),
        summary=summary,
        author=next(_names(entry), ""),
        published_at=_json_moment(_text(entry, "date_published") or _text(entry, "date_modified")),
        address=address,
    )


def _names(entry: Mapping[str, Any]) -> Iterator[str]:
    authors = entry.get("authors")
    for author in [*(authors if isinstance(authors, list) else []), entry.get("author")]:
        if isinstance(author, dict) and (name := _text(author, "name")):
            yield name


def _text(entry: Mapping[str, Any], field: str) -> str:
    value = entry.get(field)
    return value.strip() if isinstance(value, str) else ""


def _json_moment(text: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text) if text[4:5] == "-" else parsedate_to_datetime(text)
        return _sane(read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC))
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
