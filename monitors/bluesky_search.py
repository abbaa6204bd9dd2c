"""Bluesky's search, for what was said before anybody listened and for what the stream missed.

It needs a signed-in account. The network's search knows no *or*: without words of its own, a source asks once for
every term of its topics, as many terms a fetch as time allows. The cursor holds the moment up to which all is known
and the posts around it that were brought, since the search learns of posts late; in the middle of a round also when
the round began, which term is asked and its page.
"""

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

from command_center.domain.mentions import RawMention
from command_center.domain.topics import wanted_terms
from command_center.errors import NetworkTrouble
from command_center.networks import Asked, Fetched
from command_center.xrpc import NETWORK, Xrpc, XrpcTrouble
from monitors.bluesky_posts import COLLECTION, mention_of, moment_of

_PAGE: Final = 100
_MOST_PAGES: Final = 20  # of one term in one round
_SECONDS: Final = 12.0
_LOOK_BACK: Final = timedelta(days=7)
_OVERLAP: Final = timedelta(minutes=10)
_MOST_KNOWN: Final = 2_000


@dataclass(slots=True)
class _Round:
    """One walk through all terms back to ``since``; ``known`` was brought before, ``late`` is around its beginning."""

    since: datetime
    begun: datetime
    term: int
    page: str
    pages: int
    known: set[str]
    late: set[str]
    found: dict[str, RawMention] = field(default_factory=dict)
    rejected: int = 0
    cut_off: int = 0

    def next_term(self) -> None:
        """Go on to the next term's first page."""
        self.term, self.page, self.pages = self.term + 1, "", 0


class BlueskySearch:
    """Asks the search through the server of the signed-in account."""

    network = "bluesky"
    period_seconds = 300

    def __init__(self, xrpc: Xrpc | None = None) -> None:
        self._xrpc = xrpc or Xrpc()

    def fetch(self, asked: Asked) -> Fetched:
        """Ask from where the last fetch stopped, for some twelve seconds; raises ``NetworkTrouble``."""
        if asked.access is None:
            raise NetworkTrouble("network.signed_out", network=NETWORK)
        terms = _terms(asked)
        walk = _going_on(asked)
        until = time.monotonic() + _SECONDS
        while walk.term < len(terms) and time.monotonic() < until:
            params: dict[str, str | int] = {
                "q": terms[walk.term],
                "sort": "latest",
                "limit": _PAGE,
                "since": _written(walk.since),
            }
            page = self._xrpc.ask(
                asked.access, "app.bsky.feed.searchPosts", **params | ({"cursor": walk.page} if walk.page else {})
            )
            _turn(walk, page)
        over = walk.term >= len(terms)
        return Fetched(
            mentions=tuple(walk.found.values()),
            cursor=_at_the_end(walk) if over else _in_the_middle(walk),
            quota={"terms": len(terms), "terms_cut_off": walk.cut_off},
            seen=len(walk.found) + walk.rejected,
            rejected=walk.rejected,
            more=not over,
        )


def _terms(asked: Asked) -> list[str]:
    """Return what to ask for: the source's own words, else each term of the topics."""
    if words := asked.source.query.strip():
        return [words]
    terms = dict.fromkeys(term.strip() for topic in asked.topics for term in wanted_terms(topic))
    return [f'"{term.replace(chr(34), " ")}"' if " " in term else term for term in terms if term.strip("#@")]


def _turn(walk: _Round, page: Mapping[str, Any]) -> None:
    """Take in a page and go on to the next, or to the next term after the last, the oldest, or too many."""
    posts = page.get("posts")
    if not isinstance(posts, list):
        raise XrpcTrouble("network.not_understood", sure=True, why="searchPosts")
    older = [_take(walk, post) for post in posts]
    walk.pages += 1
    following = page.get("cursor")
    if not posts or all(older) or not isinstance(following, str) or following in {"", walk.page}:
        walk.next_term()
    elif walk.pages >= _MOST_PAGES:
        walk.cut_off += 1
        walk.next_term()
    else:
        walk.page = following


def _take(walk: _Round, post: object) -> bool:
    """Keep a post that is new; says whether it is older than what is asked for."""
    try:
        mention, heard_at = _read(post, walk.begun)
    except (ValueError, KeyError, TypeError, AttributeError):
        walk.rejected += 1
        return False
    mark = hashlib.sha256(mention.native_id.encode()).hexdigest()[:12]
    if heard_at >= walk.begun - _OVERLAP:
        walk.late.add(mark)
    if heard_at < walk.since:
        return True
    if mark not in walk.known:
        walk.known.add(mark)
        walk.found[mention.native_id] = mention
    return False


def _read(post: Any, begun: datetime) -> tuple[RawMention, datetime]:
    """Return the mention of a post and when the network saw it; raises what reading foreign shapes raises."""
    did, collection, key = post["uri"].removeprefix("at://").split("/")
    heard_at = moment_of(post["indexedAt"])
    if collection != COLLECTION or heard_at is None:
        raise ValueError(collection)
    author, reposts = post["author"], post.get("repostCount")
    mention = mention_of(
        post["record"],
        did=did,
        key=key,
        heard_at=min(heard_at, begun),
        author=str(author.get("handle") or ""),
        name=str(author.get("displayName") or ""),
    )
    return replace(mention, reposts=max(0, reposts) if type(reposts) is int else 0), heard_at


def _going_on(asked: Asked) -> _Round:
    cursor = asked.source.cursor
    begun = moment_of(cursor.get("begun"))
    middle = cursor if begun is not None else {}
    return _Round(
        since=moment_of(cursor.get("since")) or asked.now - _LOOK_BACK,
        begun=begun or asked.now,
        term=_whole(middle.get("term")),
        page=str(middle.get("page") or ""),
        pages=_whole(middle.get("pages")),
        known=_marks(cursor.get("known")),
        late=_marks(middle.get("late")),
    )


def _at_the_end(walk: _Round) -> dict[str, Any]:
    return {"since": _written(walk.begun - _OVERLAP), "known": sorted(walk.late)[:_MOST_KNOWN]}


def _in_the_middle(walk: _Round) -> dict[str, Any]:
    return {
        "since": _written(walk.since),
        "begun": _written(walk.begun),
        "term": walk.term,
        "page": walk.page,
        "pages": walk.pages,
        "known": sorted(walk.known)[:_MOST_KNOWN],
        "late": sorted(walk.late)[:_MOST_KNOWN],
    }


def _marks(kept: object) -> set[str]:
    return {mark for mark in kept if isinstance(mark, str)} if isinstance(kept, list) else set()


def _whole(kept: object) -> int:
    return kept if type(kept) is int and kept > 0 else 0


def _written(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
