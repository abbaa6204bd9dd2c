"""X's filtered stream: posts as they are written, for every topic of the source, over one line.

Needs an app-only bearer. What was written while the line was down is fetched by a search for each topic first.
"""

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING, Any, Final

from command_center.domain.mentions import RawMention
from command_center.errors import NetworkTrouble
from command_center.networks import Asked, Fetched
from monitors import x_budget
from monitors.x import LEAST_OF_A_SEARCH, NETWORK, budget_left, open_api, query_or_trouble, search
from monitors.x_line import Item, OpenLine
from monitors.x_pages import look
from monitors.x_posts import number_of, page_of
from monitors.x_rules import TAG, keep_in_step

if TYPE_CHECKING:
    from command_center.x_api.client import Words, XApi

_REMEMBERED: Final = 2_000


class XStream:
    """Posts about the topics while somebody listens."""

    network = "x"
    period_seconds = 60

    def __init__(self, base: str, *, every_seconds: float = 3) -> None:
        self._base = base
        self._every = every_seconds
        self._words: Words | None = None

    def listen(self, asked: Asked, stop: Event) -> Iterator[Fetched]:
        """Yield what comes, at least every few seconds; raises ``NetworkTrouble`` when the line is lost."""
        from command_center.x_api.client import OLD_WORDS, Words

        self._words = self._words or Words()
        wanted = rules_wanted(asked)
        heard = _Heard(asked)
        with open_api(asked.access, self._base, self._words) as api:
            if not api.app_only or asked.access is None:
                raise NetworkTrouble("network.refused", network=NETWORK, why="an app-only bearer token is needed")
            budget_left(asked)
            keep_in_step(api, wanted)
            # The stream still has the old names where the rest of X has the new ones.
            line = OpenLine(asked.access.secret.get("bearer", ""), self._base, OLD_WORDS)
            try:
                first = line.items(self._every)
                yield from _missed(api, heard, wanted.values(), asked)
                yield heard.take(first)
                while not stop.is_set():
                    yield heard.take(line.items(self._every))
            finally:
                line.hang_up()


def rules_wanted(asked: Asked) -> dict[str, str]:
    """Return the query of every topic the source is for, by the tag its rule carries; raises ``NetworkTrouble``."""
    topics = [topic for topic in asked.topics if asked.source.topic_id in {"", topic.id}]
    queries = {TAG + topic.id: query_or_trouble(topic) for topic in topics}
    return {tag: query for tag, query in queries.items() if query}


class _Heard:
    """What was heard so far on this line: where to go on, what was read, what came already."""

    def __init__(self, asked: Asked) -> None:
        self._asked = asked
        self._began = time.monotonic()
        self._came: dict[str, None] = {}
        self._trouble: NetworkTrouble | None = None
        self.cursor: dict[str, Any] = dict(asked.source.cursor)
        self.quota: dict[str, Any] = x_budget.counted(asked.source.quota, asked.now)

    @property
    def now(self) -> datetime:
        return self._asked.now + timedelta(seconds=time.monotonic() - self._began)

    def take(self, items: Iterable[Item]) -> Fetched:
        """Make one moment of what came; a trouble is raised after what came before it was handed on."""
        if self._trouble is not None:
            raise self._trouble
        budget_left(replace(self._asked, source=replace(self._asked.source, quota=self.quota), now=self.now))
        mentions: list[RawMention] = []
        rejected = read = 0
        for item in items:
            if isinstance(item, NetworkTrouble):
                self._trouble = item
                break
            if not item.strip():
                continue
            body = _json(item)
            if "data" not in body and "errors" in body:
                self._trouble = _told(body)
                break
            page = page_of(body)
            mentions += page.mentions
            rejected += page.rejected or int(not page.read)
            read += page.read
        if self._trouble is not None and not mentions and not rejected:
            raise self._trouble
        return self.keep(mentions, rejected=rejected, read=read)

    def keep(self, mentions: Iterable[RawMention], *, rejected: int, read: int, lost: int = 0) -> Fetched:
        """Return the moment without what came before, with cursor and quota as they are now."""
        new = {mention.native_id: mention for mention in mentions if mention.native_id not in self._came}
        self._came.update(dict.fromkeys(new))
        while len(self._came) > _REMEMBERED:
            del self._came[next(iter(self._came))]
        self.quota = x_budget.counted(self.quota, self.now, read)
        newest = max([number_of(self.cursor.get("since_id")), *map(number_of, new)])
        self.cursor = {**self.cursor, "since_id": str(newest)} if newest else self.cursor
        found = tuple(new.values())
        return Fetched(
            mentions=found,
            cursor=self.cursor,
            quota=self.quota,
            seen=len(found) + rejected,
            rejected=rejected,
            lost=lost,
        )


def _missed(api: "XApi", heard: _Heard, queries: Iterable[str], asked: Asked) -> Iterator[Fetched]:
    """Fetch what was written since the last post heard, for one topic after the other."""
    since = heard.cursor.get("since_id")
    if not since:
        return
    found: list[RawMention] = []
    rejected = read = lost = 0
    for query in queries:
        one = look(
            lambda params, query=query: search(api, {"query": query, **params}, asked.now),  # type: ignore[misc]
            {"since_id": since},
            asked.now,
            token="next_token",  # noqa: S106 - the name of a parameter
            least=LEAST_OF_A_SEARCH,
            room=budget_left(asked),
        )
        found += one.mentions.values()
        rejected, read, lost = rejected + one.rejected, read + one.read, lost + int(not one.whole)
    # All topics in one moment: a line that breaks in between must begin again from the same post.
    yield heard.keep(found, rejected=rejected, read=read, lost=lost)


def _json(line: bytes) -> Mapping[str, Any]:
    try:
        body = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return body if isinstance(body, dict) else {}


def _told(body: Mapping[str, Any]) -> NetworkTrouble:
    from command_center.x_api.faults import detail_of

    return NetworkTrouble("network.unreachable", network=NETWORK, why=detail_of(body)[:200] or "stream closed")
