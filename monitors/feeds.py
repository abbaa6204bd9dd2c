"""RSS, Atom and JSON feeds: what is new since the last look, each item once however often it is edited or repeated."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from command_center.domain.mentions import RawMention
from command_center.errors import NetworkTrouble
from command_center.networks import Asked, Fetched
from command_center.safe_web import Answer, Web
from command_center.web_status import retry_after, trouble_of
from monitors.feed_items import Item, NotAFeed, Page, read_page
from monitors.values import clean_text

_LARGEST: Final = 5 << 20
_SEEN_CAP: Final = 5_000
_MARK_CHARS: Final = 12
_REPUBLISHED: Final = timedelta(days=7)
_SLIGHTLY_AHEAD: Final = timedelta(days=1)
_LONGEST_PAUSE: Final = timedelta(hours=1)  # a feed may ask to be left alone, but not for the length of a crisis
_ACCEPTED: Final = "application/atom+xml, application/rss+xml, application/feed+json, application/xml, */*;q=0.5"
_MAX_AGE: Final = re.compile(r"\bmax-age\s*=\s*\"?(\d{1,7})", re.IGNORECASE)
_NOT_MODIFIED: Final = 304
_ADVERTISING: Final = re.compile(r"utm_\w+|fbclid|gclid|mc_[ce]id|at_\w+|wt_?mc|cmpid|xtor", re.IGNORECASE)
_PORTS: Final = {"http": ":80", "https": ":443"}


class Feeds:
    """Asks a feed for what is new; the cursor holds what it has seen and how to ask for changes only."""

    network = "news"
    period_seconds = 300

    def __init__(self, web: Web) -> None:
        self._web = web

    def fetch(self, asked: Asked) -> Fetched:
        """Return the items not seen before; raises ``NetworkTrouble``."""
        source, cursor = asked.source, asked.source.cursor
        name = urlsplit(source.address).hostname or source.address
        answer = self._web.fetch(source.address, network=name, headers=_conditions(cursor), limit=_LARGEST)
        if answer.status == _NOT_MODIFIED:
            return Fetched(cursor=cursor, next_at=_next_at(answer, None, asked.now))
        if trouble := trouble_of(answer, network=name, now=asked.now):
            raise trouble
        try:
            page = read_page(answer.body, content_type=answer.headers.get("content-type", ""), address=answer.address)
        except NotAFeed as error:
            raise NetworkTrouble("network.not_understood", network=name, why=str(error)) from error
        look = _look(page, cursor, outlet=name.removeprefix("www."), now=asked.now)
        is_repeat = cursor.get("body") == (body := _mark(answer.body.hex()))
        return Fetched(
            mentions=look.mentions,
            cursor={"seen": look.seen, "newest": look.newest, "body": body, **_validators(answer)},
            seen=len(page.items),
            rejected=0 if is_repeat else page.unreadable,
            next_at=_next_at(answer, page, asked.now),
        )


@dataclass(frozen=True, slots=True)
class _Look:
    mentions: tuple[RawMention, ...]
    seen: list[str]
    newest: str


def _look(page: Page, cursor: Mapping[str, Any], *, outlet: str, now: datetime) -> _Look:
    """Tell new items from those seen, and from old ones that only come again."""
    known = dict.fromkeys(cursor.get("seen", ()))
    is_first = not cursor
    newest = datetime.fromisoformat(cursor["newest"]) if cursor.get("newest") else None
    mentions: list[RawMention] = []
    here: dict[str, None] = {}
    for item in page.items:
        native_id = _native_id(item)
        mark = _mark(native_id)
        is_new = mark not in known and mark not in here
        here[mark] = None
        at = _moment(item.published_at, now, is_first=is_first)
        is_old = not is_first and newest is not None and at is not None and at < newest - _REPUBLISHED
        if is_new and not is_old:
            mentions.append(_mention(item, native_id, at, outlet=outlet, title=page.title))
    dated = [mention.created_at for mention in mentions if mention.created_at is not None]
    newest = max([*dated, *([newest] if newest else [])], default=None)
    seen = [*here, *(mark for mark in known if mark not in here)][: max(_SEEN_CAP, len(here))]
    return _Look(tuple(mentions), seen, newest.isoformat() if newest else "")


def _moment(said: datetime | None, now: datetime, *, is_first: bool) -> datetime | None:
    """Return when an item appeared: what it says, or now where it says nothing possible and was not there before.

    At the first look nobody knows since when it has been there; a clock that is slightly ahead is believed up to now.
    """
    if said is not None and said <= now:
        return said
    if not is_first or (said is not None and said <= now + _SLIGHTLY_AHEAD):
        return now
    return None


def _mention(item: Item, native_id: str, at: datetime | None, *, outlet: str, title: str) -> RawMention:
    return RawMention(
        network="news",
        native_id=native_id,
        text=clean_text(item.text),
        created_at=at,
        url=item.link,
        author=outlet,
        author_name=clean_text(item.author or title),
    )


def _native_id(item: Item) -> str:
    """Return what stays the same when an item is edited: its link, else its guid, else its text."""
    return canonical(item.link) or item.guid or f"sha256:{hashlib.sha256(item.text.encode()).hexdigest()}"


def canonical(link: str) -> str:
    """Return a link as it is recognised by: without fragment, advertising marks, default port and upper-case host."""
    try:
        parts = urlsplit(link)
        query = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _ADVERTISING.fullmatch(pair[0])]
    except ValueError:
        return link
    host = parts.netloc.casefold().removesuffix(_PORTS.get(parts.scheme.casefold(), ""))
    return urlunsplit((parts.scheme.casefold(), host, parts.path or "/", urlencode(query), "")) if link else ""


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_MARK_CHARS]


def _conditions(cursor: Mapping[str, Any]) -> dict[str, str]:
    named = {"If-None-Match": cursor.get("etag", ""), "If-Modified-Since": cursor.get("modified", "")}
    return {"Accept": _ACCEPTED, **{name: value for name, value in named.items() if value}}


def _validators(answer: Answer) -> dict[str, str]:
    found = {"etag": answer.headers.get("etag", ""), "modified": answer.headers.get("last-modified", "")}
    return {name: value for name, value in found.items() if value and value.isascii() and value.isprintable()}


def _next_at(answer: Answer, page: Page | None, now: datetime) -> datetime | None:
    """Return when to ask again: what Retry-After says, else what caching and ``ttl`` say, within bounds."""
    if wanted := retry_after(answer.headers, now):
        return wanted
    age = _MAX_AGE.search(answer.headers.get("cache-control", ""))
    pauses = [timedelta(seconds=int(age[1]))] if age else []
    if page is not None and page.again_in is not None:
        pauses.append(page.again_in)
    pause = min(max(pauses, default=timedelta(0)), _LONGEST_PAUSE)
    return now + pause if pause > timedelta(seconds=Feeds.period_seconds) else None
