"""Mastodon's streams: a hashtag, the home timeline or a server's public posts, heard the moment they are said."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Event
from typing import Final
from urllib.parse import quote

import httpx

from command_center.domain.matching import Matcher
from command_center.errors import NetworkTrouble
from command_center.mastodon_api import MastodonApi, object_in, open_api, text_in
from command_center.networks import Asked, Fetched
from command_center.safe_web import Answer, Web
from command_center.web_status import trouble_of
from monitors.event_lines import Ended, EventLines, LineTooLong, Sent
from monitors.mastodon import Asker, hashtags
from monitors.mastodon_ear import Ear
from monitors.mastodon_pages import turn_pages

_WAIT_SECONDS: Final = 2.0
_AT_ONCE: Final = 200
_NO_STREAM: Final = frozenset({400, 404, 405, 406, 410, 501})


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What can be listened to: the stream's path, and the timeline that shows what was said before."""

    stream: str
    timeline: str
    params: Mapping[str, str]


def channel_of(query: str) -> Channel | None:
    """Return the channel a query names: ``#tag``, ``user``, ``public`` or ``public:local``; None for another."""
    plain = query.strip().casefold()
    if plain == "user":
        return Channel(stream="user", timeline="home", params={})
    if plain in {"public", "public:local"}:
        local = {"local": "true"} if plain == "public:local" else {}
        return Channel(stream=plain.replace(":", "/"), timeline="public", params=local)
    tags = hashtags(query)
    if len(tags) != 1:
        return None
    return Channel(stream="hashtag", timeline=f"tag/{quote(tags[0], safe='')}", params={"tag": tags[0]})


class MastodonStream:
    """Listens to one channel of one server; first reads what was said since it last listened."""

    network = "mastodon"
    period_seconds = 60

    def __init__(self, web: Web) -> None:
        self._web = web

    def listen(self, asked: Asked, stop: Event) -> Iterator[Fetched]:
        """Yield what is said and taken back, at least every few seconds.

        Raises:
            NetworkTrouble: ``network.no_stream`` where the server has none: then it must be asked instead.
        """
        api = open_api(self._web, asked.access, asked.source.address)
        channel = channel_of(asked.source.query)
        if channel is None:
            raise NetworkTrouble("network.bad_query", network=api.name, query=asked.source.query)
        address = f"{_streaming_base(api)}/api/v1/streaming/{channel.stream}"
        ear = Ear(api.name, Matcher(asked.topics), asked.source.cursor)
        with self._web.stream(address, network=api.name, headers=api.headers, params=channel.params) as response:
            _check(response, api)
            lines = EventLines(response)
            with lines.reading():
                yield from _before(api, channel, ear, stop)
                while not stop.is_set():
                    yield ear.hear(_next(lines, api))


def _next(lines: EventLines, api: MastodonApi) -> Sequence[Sent]:
    try:
        return lines.waiting(_WAIT_SECONDS, _AT_ONCE)
    except Ended as error:
        raise NetworkTrouble("network.unreachable", network=api.name, why=str(error)) from error
    except LineTooLong as error:
        raise NetworkTrouble("network.not_understood", network=api.name, why=str(error)) from error


def _before(api: MastodonApi, channel: Channel, ear: Ear, stop: Event) -> Iterator[Fetched]:
    """Yield what was said while nobody listened; a server that shows no timeline has to do without."""
    asker = Asker(api)
    params = {name: value for name, value in channel.params.items() if name != "tag"}
    path = f"/api/v1/timelines/{channel.timeline}"
    while not stop.is_set():
        try:
            turned = turn_pages(lambda page: api.listed(asker.page(path, {**page, **params}).value), ear.mark)
        except NetworkTrouble as error:
            if error.code == "network.refused":
                return
            raise
        ear.mark = turned.mark
        heard = ear.read(turned.statuses)
        yield replace(heard, quota=asker.quota, lost=turned.lost, rejected=heard.rejected + turned.rejected)
        if not turned.more:
            return


def _check(response: httpx.Response, api: MastodonApi) -> None:
    """Say what is wrong with a line that didn't open; raises ``NetworkTrouble``."""
    kind = response.headers.get("content-type", "")
    if response.status_code in _NO_STREAM or (response.is_success and "text/event-stream" not in kind):
        raise NetworkTrouble("network.no_stream", network=api.name)
    answer = Answer(status=response.status_code, headers=response.headers, body=b"", address="")
    if trouble := trouble_of(answer, network=api.name, now=datetime.now(UTC)):
        raise trouble


def _streaming_base(api: MastodonApi) -> str:
    """Return where the server streams from, which may be another host; its own address where it doesn't say."""
    for path, way in (
        ("/api/v2/instance", ("configuration", "urls", "streaming")),
        ("/api/v1/instance", ("urls", "streaming_api")),
    ):
        try:
            found = api.object(api.get(path))
        except NetworkTrouble as error:
            if error.code != "network.refused":
                raise
            continue
        for name in way[:-1]:
            found = object_in(found, name)
        if said := text_in(found, way[-1]):
            return said.replace("wss://", "https://").replace("ws://", "http://").rstrip("/")
    return api.server
