"""X's own ways of going wrong while we listen, against the little X of ``tests/peers``."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any

import pytest

import monitors.x
from command_center.domain.topics import Topic
from command_center.errors import NetworkTrouble
from command_center.networks import Asked, Fetched
from monitors.x import XMentions, XSearch
from monitors.x_stream import XStream
from tests.peers.x import BEARER, OAUTH2, TOPIC, Listening, access, x_mentions, x_search, x_stream

pytestmark = pytest.mark.sockets


@pytest.fixture
def peer() -> Iterator[Listening]:
    with x_search() as running:
        yield running


@pytest.fixture
def line() -> Iterator[Listening]:
    with x_stream() as running:
        yield running


def fetch(peer: Listening, asked: Asked) -> Fetched:
    assert isinstance(peer.monitor, XSearch | XMentions)
    return peer.monitor.fetch(asked)


def going_on(asked: Asked, fetched: Fetched, **source: Any) -> Asked:
    kept = {"cursor": dict(fetched.cursor), "quota": dict(fetched.quota), **source}
    return replace(asked, source=replace(asked.source, **kept), now=datetime.now(UTC))


def with_quota(asked: Asked, read: int, limit: int) -> Asked:
    quota = {"month": asked.now.strftime("%Y-%m"), "read": read, "limit": limit}
    return replace(asked, source=replace(asked.source, quota=quota))


def begun(peer: Listening) -> Asked:
    """A source that has looked once, so that the past is behind it."""
    peer.say("Nordwerk, zu Beginn")
    asked = peer.asked()
    return going_on(asked, fetch(peer, asked))


def test_a_storm_between_two_looks_comes_whole_over_several(peer: Listening) -> None:
    asked = begun(peer)
    said = {peer.say(f"Nordwerk {number}") for number in range(1234)}
    came: list[str] = []
    looks = 0
    while True:
        fetched = fetch(peer, asked)
        came += [mention.native_id for mention in fetched.mentions]
        looks += 1
        asked = going_on(asked, fetched)
        if looks == 1:
            said.add(peer.say("Nordwerk, mitten im Nachholen"))
        if not fetched.more:
            break
    last = fetch(peer, asked)
    came += [mention.native_id for mention in last.mentions]
    assert sorted(came) == sorted(said)
    assert looks == 3
    assert last.quota["read"] == len(said) + 1


def test_a_line_that_breaks_between_pages_keeps_what_came_and_fills_the_gap_later(peer: Listening) -> None:
    asked = begun(peer)
    said = [peer.say(f"Nordwerk {number}") for number in range(250)]
    peer.server.script += ["", "cut"]
    first = fetch(peer, asked)
    assert [mention.native_id for mention in first.mentions] == said[:149:-1]
    asked = going_on(asked, first)
    second = fetch(peer, asked)
    assert [mention.native_id for mention in second.mentions] == said[149::-1]
    assert fetch(peer, going_on(asked, second)).mentions == ()


def test_a_limit_between_pages_says_when_to_go_on(peer: Listening) -> None:
    asked = begun(peer)
    for number in range(150):
        peer.say(f"Nordwerk {number}")
    peer.server.script += ["", "limit"]
    fetched = fetch(peer, asked)
    assert len(fetched.mentions) == 100
    assert fetched.more is False
    assert fetched.next_at is not None
    assert fetched.next_at > asked.now + timedelta(minutes=5)


@pytest.mark.parametrize("fault", ["endless", "repeat"])
def test_pages_that_go_in_circles_are_left_after_one_turn(peer: Listening, fault: str) -> None:
    asked = begun(peer)
    said = [peer.say(f"Nordwerk {number}") for number in range(3)]
    peer.server.faults.add(fault)
    before = len(peer.server.paths)
    fetched = fetch(peer, asked)
    assert {mention.native_id for mention in fetched.mentions} == set(said)
    assert fetched.more is False
    assert len(peer.server.paths) - before == 2


def test_empty_pages_that_never_end_are_left_and_not_asked_for_at_once(peer: Listening) -> None:
    asked = begun(peer)
    peer.server.faults.add("endless")
    fetched = fetch(peer, asked)
    assert (fetched.mentions, fetched.more) == ((), False)
    assert fetched.cursor["since_id"] == asked.source.cursor["since_id"]


def test_a_server_that_ignores_since_when_brings_nothing_twice(peer: Listening) -> None:
    asked = begun(peer)
    new = peer.say("Nordwerk, neu")
    peer.server.faults.add("timeless")
    fetched = fetch(peer, asked)
    assert [mention.native_id for mention in fetched.mentions] == [new]


def test_new_names_are_found_out_where_old_ones_are_ignored_in_silence() -> None:
    with x_search("post") as peer:
        peer.server.faults.add("lenient")
        peer.say("Nordwerk")
        asked = peer.asked()
        first = fetch(peer, asked)
        assert first.mentions[0].author == "kundin"
        peer.say("Nordwerk, noch einmal")
        before = len(peer.server.paths)
        fetch(peer, going_on(asked, first))
        assert len(peer.server.paths) == before + 1


def test_an_answer_that_drips_is_cut_short(peer: Listening, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(monitors.x, "_SECONDS", 0.3)
    peer.server.faults.add("slow")
    with pytest.raises(NetworkTrouble) as caught:
        fetch(peer, peer.asked())
    assert caught.value.code == "network.slow"


@pytest.mark.parametrize(
    ("fault", "code"),
    [("strange", "network.refused"), ("babble", "network.not_understood"), ("elsewhere", "network.not_understood")],
)
def test_nothing_of_the_library_leaks_out(peer: Listening, fault: str, code: str) -> None:
    peer.server.faults.add(fault)
    with pytest.raises(NetworkTrouble) as caught:
        fetch(peer, peer.asked())
    assert caught.value.code == code
    assert "/elsewhere" not in peer.server.paths


def test_a_refusal_that_repeats_the_key_does_not_show_it(peer: Listening) -> None:
    peer.server.faults.add("echo")
    with pytest.raises(NetworkTrouble) as caught:
        fetch(peer, peer.asked())
    assert caught.value.values["why"] == "no: Bearer …"


def test_the_budget_is_counted_and_a_spent_one_asks_nothing(peer: Listening) -> None:
    for number in range(20):
        peer.say(f"Nordwerk {number}")
    asked = with_quota(peer.asked(), 100, 1000)
    fetched = fetch(peer, asked)
    assert fetched.quota == {"month": asked.now.strftime("%Y-%m"), "read": 120, "limit": 1000}
    before = len(peer.server.paths)
    with pytest.raises(NetworkTrouble) as caught:
        fetch(peer, with_quota(peer.asked(), 995, 1000))
    assert caught.value.code == "network.budget_spent"
    assert caught.value.retry_at is not None
    assert (caught.value.retry_at.day, caught.value.retry_at.hour) == (1, 0)
    assert len(peer.server.paths) == before


def test_a_page_is_never_larger_than_what_is_left(peer: Listening) -> None:
    for number in range(40):
        peer.say(f"Nordwerk {number}")
    fetched = fetch(peer, with_quota(peer.asked(), 980, 1000))
    assert len(fetched.mentions) == 20
    assert fetched.quota["read"] == 1000


def test_a_window_that_is_used_up_is_waited_for(peer: Listening) -> None:
    peer.server.faults.add("used_up")
    fetched = fetch(peer, peer.asked())
    assert fetched.next_at is not None
    assert timedelta(minutes=8) < fetched.next_at - datetime.now(UTC) < timedelta(minutes=11)


def test_a_post_too_old_to_ask_from_does_not_end_the_source(peer: Listening) -> None:
    asked = peer.asked()
    asked = replace(asked, source=replace(asked.source, cursor={"since_id": "1200000000000000000"}))
    said = peer.say("Nordwerk nach langer Pause")
    fetched = fetch(peer, asked)
    assert [mention.native_id for mention in fetched.mentions] == [said]


def test_what_its_author_took_back_is_noticed_a_day_later(peer: Listening) -> None:
    kept, gone = peer.say("Nordwerk bleibt"), peer.say("Nordwerk geht")
    asked = peer.asked()
    first = fetch(peer, asked)
    del peer.server.posts.standing[gone]
    same_day = fetch(peer, going_on(asked, first))
    assert same_day.deleted == ()
    later = replace(going_on(asked, same_day), now=asked.now + timedelta(days=1, minutes=1))
    next_day = fetch(peer, later)
    assert next_day.deleted == (gone,)
    assert next_day.cursor["watched"] == [kept]
    assert next_day.quota["read"] == 3


def test_a_look_for_deletions_that_fails_loses_nothing(peer: Listening) -> None:
    asked = begun(peer)
    new = peer.say("Nordwerk, neu")
    peer.server.script += ["", "fail"]
    fetched = fetch(peer, replace(asked, now=asked.now + timedelta(days=2)))
    assert [mention.native_id for mention in fetched.mentions] == [new]
    assert fetched.deleted == ()


def test_the_last_seven_days_are_counted_in_one_question(peer: Listening) -> None:
    now = datetime.now(UTC)
    for hours in (3, 3, 30, 100):
        peer.server.posts.put("2002", f"Nordwerk vor {hours} Stunden", at=now - timedelta(hours=hours))
    peer.server.posts.put("2002", "etwas anderes", at=now - timedelta(hours=3))
    assert isinstance(peer.monitor, XSearch)
    counts = peer.monitor.baseline_counts(access(dict(BEARER)), TOPIC)
    assert sum(count for _, count in counts) == 4
    assert 166 <= len(counts) <= 168
    assert all(start.minute == 0 for start, _ in counts)
    assert [path for path in peer.server.paths if "counts" not in path] == []


@pytest.mark.parametrize("names", ["tweet", "post"])
def test_a_repost_has_the_full_text_of_what_it_passes_on(names: str) -> None:
    with x_search(names) as peer:
        said = peer.server.posts.put("1001", "Nordwerk: " + "sehr lang " * 30)
        peer.server.posts.put("2002", "RT @nordwerk: Nordwerk: sehr lang…", repeats=said.id)
        fetched = fetch(peer, peer.asked())
        repost, original = fetched.mentions
        assert repost.is_repost
        assert repost.text == f"RT @nordwerk: {said.text.strip()}"
        assert (original.author, original.reach, original.reposts) == ("nordwerk", 52_000, 2)


def test_a_date_in_the_future_is_left_to_those_who_judge(peer: Listening) -> None:
    at = datetime(2031, 5, 1, 12, tzinfo=UTC)
    peer.server.posts.put("2002", "Nordwerk von morgen", at=at)
    (mention,) = fetch(peer, peer.asked()).mentions
    assert mention.created_at == at


def test_a_topic_too_long_for_x_is_named(peer: Listening) -> None:
    topic = Topic(id="nordwerk", name="Nordwerk", terms=tuple(f"begriff{number:04d}" for number in range(60)))
    with pytest.raises(NetworkTrouble) as caught:
        fetch(peer, replace(peer.asked(), topics=(topic,)))
    assert caught.value.code == "x.query_too_long"
    assert caught.value.values["most"] == 512


def test_without_a_key_nothing_is_asked(peer: Listening) -> None:
    with pytest.raises(NetworkTrouble) as caught:
        fetch(peer, replace(peer.asked(), access=None))
    assert caught.value.code == "network.signed_out"
    assert peer.server.paths == []


def test_mentions_of_an_account_can_be_read_with_an_apps_bearer() -> None:
    with x_mentions() as peer:
        peer.secret = dict(BEARER)
        said = peer.say("Liebe Leute von Nordwerk")
        asked = peer.asked()
        fetched = fetch(peer, asked)
        assert [mention.native_id for mention in fetched.mentions] == [said]
        fetch(peer, going_on(asked, fetched))
        assert peer.server.paths.count("/2/users/by/username/nordwerk") == 1
        other = fetch(peer, going_on(asked, fetched, query="@kundin"))
        assert other.cursor["user_id"] == "2002"


def hear(line: Listening, asked: Asked, *, moments: int = 6) -> list[Fetched]:
    assert isinstance(line.monitor, XStream)
    stop = Event()
    heard = []
    for fetched in line.monitor.listen(asked, stop):
        heard.append(fetched)
        if len(heard) >= moments:
            stop.set()
    return heard


def test_rules_are_kept_in_step_and_those_of_others_left_alone(line: Listening) -> None:
    line.server.rules = [
        {"id": "1", "value": "cats", "tag": "someone else's"},
        {"id": "2", "value": "gone", "tag": "one-voice:a-topic-of-before"},
        {"id": "3", "value": "Nordwerk alt", "tag": "one-voice:nordwerk"},
        {"id": "4", "value": "dogs"},
    ]
    hear(line, line.asked(), moments=1)
    assert [(rule["value"], rule.get("tag")) for rule in line.server.rules] == [
        ("cats", "someone else's"),
        ("dogs", None),
        ("(Nordwerk OR @nordwerk)", "one-voice:nordwerk"),
    ]
    changes = len([one for one in line.server.asked if one.method == "POST"])
    hear(line, line.asked(), moments=1)
    assert len([one for one in line.server.asked if one.method == "POST"]) == changes == 2


def test_a_rule_that_stands_in_anothers_name_is_well(line: Listening) -> None:
    line.server.rules = [{"id": "1", "value": "(Nordwerk OR @nordwerk)", "tag": "theirs"}]
    hear(line, line.asked(), moments=1)
    assert [rule["tag"] for rule in line.server.rules] == ["theirs"]


def listen(line: Listening, asked: Asked, each: Callable[[int, Fetched], None]) -> None:
    """Listen without end, doing something at each moment."""
    assert isinstance(line.monitor, XStream)
    for number, fetched in enumerate(line.monitor.listen(asked, Event())):
        each(number, fetched)
        assert number < 1000


def test_a_disconnect_that_x_announces_is_told_after_what_came_before(line: Listening) -> None:
    heard: list[str] = []

    def announce(number: int, fetched: Fetched) -> None:
        heard.extend(mention.native_id for mention in fetched.mentions)
        if number == 0:
            said.append(line.say("Nordwerk, kurz davor"))
        elif heard:
            line.server.lines = ['{"errors": [{"title": "operational-disconnect", "type": "x"}]}\r\n']

    said: list[str] = []
    with pytest.raises(NetworkTrouble, match="operational"):
        listen(line, line.asked(), announce)
    assert heard == said


def test_a_stream_needs_an_apps_bearer(line: Listening) -> None:
    line.secret = dict(OAUTH2)
    with pytest.raises(NetworkTrouble) as caught:
        hear(line, line.asked())
    assert caught.value.code == "network.refused"


def test_a_stream_stops_when_the_budget_is_spent(line: Listening) -> None:
    def say(number: int, _fetched: Fetched) -> None:
        line.say(f"Nordwerk {number}")

    with pytest.raises(NetworkTrouble) as caught:
        listen(line, with_quota(line.asked(), 985, 1000), say)
    assert caught.value.code == "network.budget_spent"


@pytest.mark.parametrize("how", ["", "farewell"])
def test_a_line_that_ends_is_not_opened_again_in_silence(line: Listening, how: str) -> None:
    line.server.faults.add(how)
    with pytest.raises(NetworkTrouble):
        listen(line, line.asked(), lambda number, _fetched: line.server.drop_lines() if number == 0 else None)
    assert line.server.paths.count("/2/tweets/search/stream") == 1
