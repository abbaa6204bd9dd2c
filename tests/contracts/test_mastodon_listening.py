"""What listening to Mastodon has of its own: boosts, edits, deletions, late posts, servers without streams."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from threading import Event
from typing import Any

import pytest

from command_center.domain.matching import Matcher
from command_center.errors import NetworkTrouble
from command_center.networks import Asked, Fetched
from monitors.event_lines import LineTooLong, Sent, sent_events
from monitors.mastodon import MastodonSearch, MastodonTags
from monitors.mastodon_ear import Ear
from monitors.mastodon_pages import earlier, turn_pages
from monitors.mastodon_posts import mention_of
from monitors.mastodon_stream import MastodonStream
from tests.peers.mastodon import TOPIC, WEB, Listening, access, source, stream
from tests.peers.mastodon_server import OTHER_TOKEN, Front, ask

STATUS: dict[str, Any] = {
    "id": "115000000000000001",
    "uri": "https://chaos.example/users/anna/statuses/1",
    "url": "https://chaos.example/@anna/1",
    "created_at": "2026-11-21T10:00:00.000Z",
    "content": "<p>Nordwerk &amp; <a href='https://e.org/lang/er/weg'>e.org/lang/…</a><br/>Zeile zwei</p>",
    "spoiler_text": "Rückruf",
    "language": "de",
    "in_reply_to_id": None,
    "reblogs_count": 3,
    "account": {"acct": "anna", "display_name": "Anna", "followers_count": 1200},
    "reblog": None,
}
MOST = 60  # rounds; what hasn't come by then doesn't


def test_a_status_becomes_text_as_people_read_it() -> None:
    mention = mention_of(STATUS, "chaos.example")
    assert mention is not None
    assert mention.text == "Rückruf\n\nNordwerk & https://e.org/lang/er/weg\nZeile zwei"
    assert (mention.native_id, mention.url) == (STATUS["uri"], STATUS["url"])
    assert (mention.author, mention.author_name, mention.reach) == ("anna@chaos.example", "Anna", 1200)
    assert (mention.reposts, mention.language, mention.is_repost) == (3, "de", False)
    assert mention.created_at == datetime(2026, 11, 21, 10, tzinfo=UTC)


def test_a_boost_is_a_mention_by_who_boosted() -> None:
    booster = {"acct": "ben@other.example", "followers_count": 7}
    boost = {**STATUS, "id": "2", "uri": "https://other.example/2", "content": "", "spoiler_text": "", "url": None}
    mention = mention_of({**boost, "account": booster, "reblog": STATUS}, "chaos.example")
    assert mention is not None
    assert mention.is_repost
    assert (mention.author, mention.reach, mention.native_id) == ("ben@other.example", 7, "https://other.example/2")
    assert "Zeile zwei" in mention.text
    assert mention.url == STATUS["url"]


@pytest.mark.parametrize("status", [None, 7, [], {}, {"id": "1"}, {"id": "1", "account": "x"}, {"account": {}}])
def test_what_is_no_status_is_no_mention(status: object) -> None:
    with pytest.raises(ValueError, match="no status"):
        mention_of(status, "h")


@pytest.mark.parametrize(
    "field", ["content", "created_at", "language", "url", "uri", "reblog", "in_reply_to_id", "spoiler_text"]
)
@pytest.mark.parametrize("value", [None, 7, [], {}, "x"])
def test_no_odd_field_of_a_status_breaks_anything(field: str, value: object) -> None:
    mention_of({**STATUS, field: value}, "h")


def reader(ids: list[int], asked: list[Mapping[str, str]]) -> Callable[[Mapping[str, str]], list[Any]]:
    """Return a timeline of these ids, newest first, as servers page it."""

    def read(params: Mapping[str, str]) -> list[Any]:
        asked.append(params)
        below, since = int(params.get("max_id", 10**20)), int(params.get("since_id", 0))
        shown = [each for each in sorted(ids, reverse=True) if since < each < below]
        return [{"id": str(each)} for each in shown[: int(params["limit"])]]

    return read


def turned_all(ids: list[int], mark: Mapping[str, Any]) -> tuple[list[str], Mapping[str, Any]]:
    found: list[str] = []
    for _ in range(50):
        turned = turn_pages(reader(ids, []), mark)
        found += [status["id"] for status in turned.statuses]
        mark = turned.mark
        if not turned.more:
            return found, mark
    raise AssertionError("it never ends")


def test_a_long_gap_is_gone_back_in_several_goes_without_loss() -> None:
    _, mark = turned_all([100], {})
    found, mark = turned_all(list(range(100, 1_100)), mark)
    assert sorted(map(int, found)) == list(range(101, 1_100))
    assert turned_all(list(range(100, 1_100)), mark)[0] == []


def test_a_post_that_comes_late_with_an_earlier_id_is_found() -> None:
    late, newest = 115_000_000_000_000_000 - (60_000 << 16), 115_000_000_000_000_000
    found, mark = turned_all([newest], {})
    assert found == [str(newest)]
    assert turned_all([newest, late], mark)[0] == [str(late)]


def test_only_ids_that_tell_the_time_are_asked_from_earlier() -> None:
    assert earlier("01HF3Z8Q0R") == "01HF3Z8Q0R"
    assert int(earlier("115000000000000000")) < 115_000_000_000_000_000


def test_pages_that_repeat_themselves_end_and_the_loss_is_said() -> None:
    page = [{"id": str(number)} for number in range(200, 160, -1)]
    turned = turn_pages(lambda _params: page, {"since": "100"}, by_offset=True)
    assert (len(turned.statuses), turned.more, turned.lost) == (40, False, 1)


def test_pages_without_end_are_left_and_the_loss_is_said() -> None:
    mark: dict[str, Any] = {"since": "1"}
    below = 10**9

    def read(_params: Mapping[str, str]) -> list[Any]:
        nonlocal below
        below -= 40
        return [{"id": str(below + number)} for number in range(40, 0, -1)]

    for _ in range(100):
        turned = turn_pages(read, mark)
        mark = turned.mark
        if not turned.more:
            break
    assert (turned.more, turned.lost) == (False, 1)
    assert len(mark["recent"]) <= 1_000


@pytest.mark.parametrize("size", [1, 2, 7, 1000])
def test_events_are_read_however_they_are_cut(size: int) -> None:
    raw = ':thump\r\nevent: update\r\ndata: {"a":\ndata: 1}\nid: 9\n\nevent:delete\ndata:77\n\n:x\ndata: ä\n\n'.encode()
    pieces = (raw[at : at + size] for at in range(0, len(raw), size))
    named = [each for each in sent_events(pieces) if each.name]
    assert named == [Sent("update", '{"a":\n1}'), Sent("delete", "77"), Sent("message", "ä")]


def test_a_line_without_end_is_left() -> None:
    with pytest.raises(LineTooLong):
        list(sent_events(iter([b"x" * 65536] * 20)))


def test_a_post_edited_away_from_the_topic_counts_as_taken_back() -> None:
    ear = Ear("h", Matcher([TOPIC]), {})
    edited = {**STATUS, "content": "<p>Nichts gewesen</p>", "spoiler_text": ""}
    assert len(ear.hear([Sent("update", json.dumps(STATUS))]).mentions) == 1
    still = ear.hear([Sent("status.update", json.dumps({**STATUS, "content": "Nordwerk, neu"}))])
    assert [mention.text for mention in still.mentions] == ["Rückruf\n\nNordwerk, neu"]
    assert ear.hear([Sent("status.update", json.dumps(edited))]).deleted == (STATUS["uri"],)
    assert ear.hear([Sent("delete", STATUS["id"])]).deleted == ()


@pytest.mark.parametrize("data", ["", "{", "null", "[]", "7", '{"type": "follow"}', "[" * 50_000])
@pytest.mark.parametrize("name", ["update", "status.update", "notification", "delete", "announcement", "message"])
def test_no_odd_event_ends_a_line(name: str, data: str) -> None:
    assert Ear("h", Matcher([TOPIC]), {}).hear([Sent(name, data), Sent("", "thump")]).mentions == ()


@pytest.fixture
def line() -> Iterator[Listening]:
    with stream() as running:
        yield running


def heard(monitor: MastodonStream, asked: Asked, act: Callable[[int], bool]) -> list[Fetched]:
    """Listen; before each round ``act`` may do something and says whether that was all."""
    stop = Event()
    found: list[Fetched] = []
    for number, fetched in enumerate(monitor.listen(asked, stop)):
        found.append(fetched)
        if act(number):
            stop.set()
        assert number < MOST
    return found


@pytest.mark.sockets
def test_a_post_taken_back_is_named_by_the_id_it_came_with(line: Listening) -> None:
    said: list[str] = []
    found: list[Fetched] = []
    assert isinstance(line.monitor, MastodonStream)
    stop = Event()
    for fetched in line.monitor.listen(line.asked(), stop):
        found.append(fetched)
        if not said:
            said.append(line.say("Nordwerk, ein Irrtum"))
        elif fetched.mentions:
            ask("DELETE", f"/api/v1/statuses/{said[0].rpartition('/')[2]}", token=OTHER_TOKEN)
        elif fetched.deleted:
            stop.set()
        assert len(found) < MOST
    assert [each for fetched in found for each in fetched.deleted] == said


@pytest.mark.sockets
def test_what_is_about_nothing_is_counted_and_dropped(line: Listening) -> None:
    assert isinstance(line.monitor, MastodonStream)

    stop, found = Event(), list[Fetched]()
    for fetched in line.monitor.listen(line.asked(), stop):
        if not found:
            ask("POST", "/api/v1/statuses", token=OTHER_TOKEN, json={"status": "Guten Morgen"})
        found.append(fetched)
        if fetched.seen or len(found) > MOST:
            stop.set()
    assert sum(fetched.seen for fetched in found) == 1
    assert not any(fetched.mentions for fetched in found)


@pytest.mark.sockets
@pytest.mark.parametrize("query", ["#Rückruf", "public:local", "user"])
def test_each_channel_opens_and_gives_signs_of_life(line: Listening, query: str) -> None:
    assert isinstance(line.monitor, MastodonStream)
    asked = replace(line.asked(), source=source("mastodon_stream", line.front.url, query))
    found = heard(line.monitor, asked, lambda number: number >= 2)
    assert len(found) >= 3


@pytest.mark.sockets
def test_a_server_without_streams_says_so() -> None:
    front = Front(streams=False)
    try:
        asked = Asked(source=source("mastodon_stream", front.url, "#Rückruf"), topics=(TOPIC,), now=datetime.now(UTC))
        with pytest.raises(NetworkTrouble) as caught:
            next(MastodonStream(WEB).listen(replace(asked, access=access(front.url)), Event()))
    finally:
        front.close()
    assert caught.value.code == "network.no_stream"


@pytest.mark.parametrize("monitor", [MastodonTags(WEB), MastodonSearch(WEB)])
def test_a_query_that_asks_for_nothing_is_named(monitor: MastodonTags | MastodonSearch) -> None:
    asked = Asked(source=source("x", "https://m.example", " # "), topics=(), now=datetime.now(UTC))
    empty = replace(asked, source=replace(asked.source, query=" "))
    with pytest.raises(NetworkTrouble) as caught:
        monitor.fetch(empty)
    assert caught.value.code == "network.bad_query"


@pytest.mark.sockets
def test_several_hashtags_bring_a_post_that_has_both_once() -> None:
    with stream() as peer:
        ask("POST", "/api/v1/statuses", token=OTHER_TOKEN, json={"status": "#eins und #zwei"})
        ask("POST", "/api/v1/statuses", token=OTHER_TOKEN, json={"status": "nur #zwei"})
        wanted = source("mastodon_tag", peer.front.url, "#eins, zwei")
        asked = Asked(source=wanted, topics=(), now=datetime.now(UTC))
        found = MastodonTags(WEB).fetch(asked)
    assert sorted(mention.text for mention in found.mentions) == ["#eins und #zwei", "nur #zwei"]
