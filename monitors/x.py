"""X as a source that is asked now and then: recent search for a topic, mentions of an account.

Needs a connection: an app-only bearer or a person's key. ``Source.query`` replaces the query made of the topic, or the
handle of the connection. Quota and cursor are described in ``x_budget.py``, ``x_pages.py`` and ``x_deletions.py``.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from command_center.domain.topics import Topic
from command_center.errors import BadInput, NetworkTrouble
from command_center.networks import Access, Asked, Fetched
from monitors import x_budget, x_deletions
from monitors.x_pages import Look, Params, look
from monitors.x_query import query_of

if TYPE_CHECKING:
    from command_center.x_api.client import Answer, Words, XApi

NETWORK: Final = "X"
_SEARCH: Final = "/2/tweets/search/recent"
_SEARCHABLE: Final = timedelta(days=7) - timedelta(minutes=10)
LEAST_OF_A_SEARCH: Final = 10
_LEAST_OF_A_TIMELINE: Final = 5
_SECONDS: Final = 10  # for one answer; a look takes several


class XSearch:
    """The last seven days of X, asked for a topic."""

    network = "x"
    period_seconds = 60

    def __init__(self, base: str) -> None:
        self._base = base
        self._words: Words | None = None

    def fetch(self, asked: Asked) -> Fetched:
        """Ask for what is new; raises ``NetworkTrouble``, also ``network.budget_spent`` and ``x.query_too_long``."""
        query = search_query(asked)
        if not query:
            return Fetched(cursor=asked.source.cursor, quota=asked.source.quota)
        room = budget_left(asked)
        with self._api(asked.access) as api:
            found = look(
                lambda params: search(api, {"query": query, **params}, asked.now),
                asked.source.cursor,
                asked.now,
                token="next_token",  # noqa: S106 - the name of a parameter
                least=LEAST_OF_A_SEARCH,
                room=room,
            )
            return _fetched(asked, found, api, self.period_seconds)

    def baseline_counts(self, access: Access, topic: Topic) -> list[tuple[datetime, int]]:
        """Return how many posts every whole hour of the last seven days had, oldest first; raises ``NetworkTrouble``.

        One request that reads no post: a new topic knows at once what is usual.
        """
        query = query_or_trouble(topic)
        if not query:
            return []
        with self._api(access) as api:
            answer = api.call("GET", "/2/tweets/counts/recent", params={"query": query, "granularity": "hour"})
        hours = [_hour(row) for row in answer.rows if isinstance(row, dict)]
        return sorted(hour for hour in hours if hour is not None)

    def _api(self, access: Access | None) -> "XApi":
        from command_center.x_api.client import Words

        self._words = self._words or Words()
        return open_api(access, self._base, self._words)


class XMentions:
    """Posts that name an account of ours."""

    network = "x"
    period_seconds = 120

    def __init__(self, base: str) -> None:
        self._base = base
        self._words: Words | None = None

    def fetch(self, asked: Asked) -> Fetched:
        """Ask for what is new; raises ``NetworkTrouble``, also ``network.budget_spent``."""
        from command_center.x_api.client import Words

        self._words = self._words or Words()
        room = budget_left(asked)
        with open_api(asked.access, self._base, self._words) as api:
            identity = _account_id(api, asked)
            found = look(
                lambda params: api.posts(f"/2/users/{identity}/mentions", params),
                {**asked.source.cursor, "user_id": identity, "of": _handle(asked)},
                asked.now,
                token="pagination_token",  # noqa: S106 - the name of a parameter
                least=_LEAST_OF_A_TIMELINE,
                room=room,
            )
            return _fetched(asked, found, api, self.period_seconds)


def open_api(access: Access | None, base: str, words: "Words | None" = None) -> "XApi":
    """Return a line to X with this key; raises ``NetworkTrouble`` where there is none."""
    from command_center.x_api.client import XApi

    if access is None or not access.secret:
        raise NetworkTrouble("network.signed_out", network=NETWORK)
    return XApi(access.secret, base, words, seconds=_SECONDS)


def search_query(asked: Asked) -> str:
    """Return what the source asks for: its own query, else its topic's, else all topics'; raises ``NetworkTrouble``."""
    if asked.source.query.strip():
        return asked.source.query.strip()
    topics = [topic for topic in asked.topics if asked.source.topic_id in {"", topic.id}]
    if len(topics) == 1:
        return query_or_trouble(topics[0])
    together = Topic(
        id="",
        name=asked.source.name,
        terms=tuple(term for topic in topics for term in topic.terms),
        hashtags=tuple(tag for topic in topics for tag in topic.hashtags),
        handles=tuple(handle for topic in topics for handle in topic.handles),
    )
    return query_or_trouble(together)


def query_or_trouble(topic: Topic) -> str:
    """Return the topic as a query of X; raises ``NetworkTrouble`` when it is too long."""
    try:
        return query_of(topic)
    except BadInput as too_long:
        length, most = too_long.values["length"], too_long.values["most"]
        raise NetworkTrouble(too_long.code, network=NETWORK, topic=topic.name, length=length, most=most) from too_long


def budget_left(asked: Asked) -> int | None:
    """Return how many posts may be read this month, None for any number; raises ``NetworkTrouble`` when used up."""
    room = x_budget.left(asked.source.quota, asked.now)
    if room is not None and room < x_budget.LEAST_ASKED:
        begins = x_budget.next_at(asked.source.quota, asked.now, period_seconds=0, just_read=0)
        limit = asked.source.quota.get("limit")
        raise NetworkTrouble("network.budget_spent", retry_at=begins, network=NETWORK, limit=limit)
    return room


def search(api: "XApi", params: Params, now: datetime) -> "Answer":
    """Search once; goes on from a week ago where it is asked from before that. Raises ``XTrouble``."""
    from command_center.x_api.client import time_text
    from command_center.x_api.faults import XTrouble

    try:
        return api.posts(_SEARCH, params)
    except XTrouble as trouble:
        # Whoever comes back after a week asks from a post or a time that can't be searched any more.
        too_old = trouble.status == 400 and any(name in trouble.why for name in ("since_id", "start_time"))
        if not too_old:
            raise
        kept = {name: value for name, value in params.items() if name not in {"since_id", "until_id"}}
        return api.posts(_SEARCH, {**kept, "start_time": time_text(now - _SEARCHABLE)})


def _account_id(api: "XApi", asked: Asked) -> str:
    cursor = asked.source.cursor
    known = cursor.get("user_id")
    if known and cursor.get("of") == _handle(asked):
        return str(known)
    by_name = asked.source.query.strip() or api.app_only
    return str((api.user_named(_handle(asked)) if by_name else api.me())["id"])


def _handle(asked: Asked) -> str:
    connected = asked.access.connection.handle if asked.access else ""
    return (asked.source.query.strip() or connected).lstrip("@＠")


def _fetched(asked: Asked, found: Look, api: "XApi", period_seconds: int) -> Fetched:
    quota = x_budget.counted(asked.source.quota, asked.now, found.read)
    cursor = x_deletions.watched(found.cursor, found.mentions, asked.now)
    deleted: tuple[str, ...] = ()
    if found.whole and x_deletions.is_due(cursor, asked.now) and not x_budget.is_ahead(quota, asked.now):
        deleted, cursor, read = _gone(api, cursor, asked.now)
        quota = x_budget.counted(quota, asked.now, read)
    at = x_budget.next_at(quota, asked.now, period_seconds=period_seconds, just_read=found.read)
    slowed = at > asked.now + timedelta(seconds=period_seconds)
    moments = [moment for moment in (at if slowed else None, found.again_at) if moment is not None]
    return Fetched(
        mentions=tuple(found.mentions.values()),
        cursor=cursor,
        quota=quota,
        deleted=deleted,
        seen=len(found.mentions) + found.rejected,
        rejected=found.rejected,
        lost=found.lost,
        more=not found.whole and not moments,
        next_at=max(moments, default=None),
    )


def _gone(api: "XApi", cursor: Mapping[str, Any], now: datetime) -> tuple[tuple[str, ...], dict[str, Any], int]:
    try:
        return x_deletions.look_up(api, cursor, now)
    except NetworkTrouble:  # what was read must be kept; it is looked up tomorrow
        return (), {**cursor, "looked_up_at": now.isoformat()}, 0


def _hour(row: Mapping[str, Any]) -> tuple[datetime, int] | None:
    from command_center.x_api.client import moment

    start, end = moment(row.get("start")), moment(row.get("end"))
    count = row.get("tweet_count", row.get("post_count"))
    whole = start is not None and end is not None and end - start == timedelta(hours=1)
    return (start, count) if start is not None and whole and isinstance(count, int) else None
