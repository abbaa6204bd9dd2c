"""Mastodon's hashtags and search, asked now and then."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from command_center.domain.mentions import RawMention
from command_center.errors import NetworkTrouble
from command_center.mastodon_api import MastodonApi, Reply, open_api
from command_center.networks import Asked, Fetched
from command_center.safe_web import Web
from command_center.web_status import retry_after
from monitors.mastodon_pages import Page, Turned, turn_pages
from monitors.mastodon_posts import mention_of

_SECONDS: Final = 8.0
_LIMITS: Final = ("limit", "remaining", "reset")


class Asker:
    """Reads pages of one server and keeps what it says about its limits."""

    def __init__(self, api: MastodonApi) -> None:
        self.api = api
        self.quota: dict[str, Any] = {}
        self._limits: Mapping[str, str] = {}

    def page(self, path: str, params: Mapping[str, str]) -> Reply:
        """Read one page; raises ``NetworkTrouble``."""
        reply = self.api.call("GET", path, params=dict(params), seconds=_SECONDS)
        self._limits = reply.headers
        found = {name: reply.headers.get(f"x-ratelimit-{name}", "") for name in _LIMITS}
        self.quota = {name: value for name, value in found.items() if value}
        return reply

    @property
    def next_at(self) -> datetime | None:
        """When the server may be asked again, where it said that nothing is left."""
        return retry_after(self._limits, datetime.now(UTC))

    def fetched(self, turned: Iterable[Turned], cursor: Mapping[str, Any]) -> Fetched:
        """Put together what was brought; a status met twice counts once."""
        pages = list(turned)
        mentions, rejected, seen = mentions_of((each for page in pages for each in page.statuses), self.api.name)
        return Fetched(
            mentions=mentions,
            cursor=cursor,
            quota=self.quota,
            seen=seen,
            rejected=rejected + sum(page.rejected for page in pages),
            lost=sum(page.lost for page in pages),
            more=any(page.more for page in pages) and self.next_at is None,
            next_at=self.next_at,
        )


class MastodonTags:
    """Asks one server for the hashtags in ``query``; ``address`` or the connection names the server."""

    network = "mastodon"
    period_seconds = 60

    def __init__(self, web: Web) -> None:
        self._web = web

    def fetch(self, asked: Asked) -> Fetched:
        """Return what is new under the hashtags; raises ``NetworkTrouble``."""
        asker = Asker(open_api(self._web, asked.access, asked.source.address))
        marks = asked.source.cursor.get("tags", {})
        turned = {tag: self._turn(asker, tag, marks.get(tag, {})) for tag in hashtags(asked.source.query)}
        if not turned:
            raise NetworkTrouble("network.bad_query", network=asker.api.name, query=asked.source.query)
        return asker.fetched(turned.values(), {"tags": {tag: each.mark for tag, each in turned.items()}})

    def _turn(self, asker: Asker, tag: str, mark: Mapping[str, Any]) -> Turned:
        path = f"/api/v1/timelines/tag/{quote(tag, safe='')}"
        return turn_pages(lambda params: asker.api.listed(asker.page(path, params).value), mark)


class MastodonSearch:
    """Searches a server's posts for ``query``; needs a key, and finds what that server has indexed."""

    network = "mastodon"
    period_seconds = 120

    def __init__(self, web: Web) -> None:
        self._web = web

    def fetch(self, asked: Asked) -> Fetched:
        """Return what is new among the finds; raises ``NetworkTrouble``."""
        asker = Asker(open_api(self._web, asked.access, asked.source.address))
        query = asked.source.query.strip()
        if not query:
            raise NetworkTrouble("network.bad_query", network=asker.api.name, query=query)
        if asked.access is None:
            raise NetworkTrouble("network.signed_out", network=asker.api.name, why="")

        def read(params: Mapping[str, str]) -> Page:
            wanted = {**params, "q": query, "type": "statuses", "resolve": "false"}
            found = asker.api.object(asker.page("/api/v2/search", wanted).value)
            return asker.api.listed(found.get("statuses"))

        turned = turn_pages(read, asked.source.cursor, by_offset=True)
        return asker.fetched([turned], turned.mark)


def hashtags(query: str) -> tuple[str, ...]:
    """Return the hashtags of a query, without "#", each once."""
    words = query.replace(",", " ").split()
    return tuple(dict.fromkeys(tag for word in words if (tag := word.lstrip("#＃").casefold())))


def mentions_of(statuses: Iterable[object], host: str) -> tuple[tuple[RawMention, ...], int, int]:
    """Return the mentions of statuses, oldest first, how many could not be read, and how many were looked at."""
    found: dict[str, RawMention] = {}
    rejected = seen = 0
    for status in statuses:
        seen += 1
        try:
            mention = mention_of(status, host)
        except ValueError:
            rejected += 1
            continue
        if mention is not None:
            found.setdefault(mention.native_id, mention)
    return tuple(reversed(found.values())), rejected, seen
