"""The listeners: real threads, small monitors; whatever one source does, the others go on."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from command_center import worker
from command_center.domain.mentions import Plane
from command_center.domain.sources import Source
from command_center.errors import NetworkTrouble
from command_center.listening import AT_ONCE, Listening
from command_center.networks import Fetched, Monitor
from command_center.use_cases.keep_sources import pause_source
from tests.fakes.monitors import FakePoll, FakeStream, posts
from tests.use_cases.conftest import Office
from tests.use_cases.hearing import TOPIC


@contextmanager
def listening_to(
    office: Office, monitors: Mapping[str, Monitor], *sources: Source, hangs: float = 90.0
) -> Iterator[Listening]:
    office.add(TOPIC, *sources)
    office.ctx = replace(office.ctx, monitors=monitors)
    listening = Listening(office.ctx, hangs=hangs)
    try:
        yield listening
    finally:
        listening.stop()


def source(identity: str, kind: str, **more: object) -> Source:
    made = Source(id=identity, name=identity, kind=kind, plane=Plane.REAL, topic_id="t", created_at=TIME)
    return replace(made, **more)  # type: ignore[arg-type]


TIME = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


def now_of(office: Office, identity: str) -> Source:
    with office.ctx.store.reading() as store:
        return store.find(Source, id=identity)[0]


def until(true: Callable[[], bool], listening: Listening | None = None) -> None:
    for _ in range(500):
        if true():
            return
        if listening:
            listening.tend()
        time.sleep(0.02)
    raise AssertionError("it never came true")


def _wait(event: threading.Event) -> None:
    event.wait(20)


def test_a_poll_is_asked_when_due_and_again_while_it_has_more(office: Office) -> None:
    feed = FakePoll([Fetched(mentions=posts([1], office.moment), cursor={"n": 1}, more=True), Fetched(cursor={"n": 2})])
    with listening_to(office, {"feed": feed}, source("s", "feed")) as listening:
        listening.tend()
        until(lambda: now_of(office, "s").cursor == {"n": 2})
        assert [asked.source.cursor for asked in feed.asked] == [{}, {"n": 1}]
        assert now_of(office, "s").next_try_at is not None
        for _ in range(5):
            listening.tend()
        assert len(feed.asked) == 2
        office.later(minutes=2)
        until(lambda: len(feed.asked) == 3, listening)


def test_a_stream_stores_what_it_hears_and_ends_when_told(office: Office) -> None:
    stream = FakeStream()
    with listening_to(office, {"bluesky_stream": stream}, source("s", "bluesky_stream")) as listening:
        listening.tend()
        until(lambda: now_of(office, "s").last_success_at is not None)
        stream.tell(Fetched(mentions=posts([1, 2], office.moment), cursor={"n": 1}))
        until(lambda: now_of(office, "s").stored == 2)
        assert now_of(office, "s").cursor == {"n": 1}
        stream.tell(Fetched(mentions=posts([3], office.moment), cursor={"n": 2}))
        until(stream.line.empty)
        time.sleep(0.05)
        listening.stop()
        assert now_of(office, "s").stored == 3, "what was heard last is stored, not lost"
        assert not [thread for thread in threading.enumerate() if thread.name.startswith("source-s")]


def test_trouble_is_noted_and_waited_for(office: Office) -> None:
    feed = FakePoll([NetworkTrouble("network.faulty", network="Feed", why="502"), ZeroDivisionError()])
    with listening_to(office, {"feed": feed}, source("s", "feed")) as listening:
        listening.tend()
        until(lambda: now_of(office, "s").failures == 1)
        office.later(hours=1)
        until(lambda: now_of(office, "s").failures == 2, listening)
        assert now_of(office, "s").trouble["values"]["why"] == "ZeroDivisionError"
        office.later(hours=1)
        until(lambda: now_of(office, "s").failures == 0, listening)


def test_a_stream_that_breaks_is_taken_up_again_from_its_cursor(office: Office) -> None:
    stream = FakeStream()
    stream.tell(Fetched(cursor={"n": 5}), NetworkTrouble("network.unreachable", network="Bluesky", why="reset"))
    with listening_to(office, {"bluesky_stream": stream}, source("s", "bluesky_stream")) as listening:
        listening.tend()
        until(lambda: now_of(office, "s").failures == 1)
        office.later(minutes=1)
        until(lambda: len(stream.asked) == 2, listening)
        assert stream.asked[1].source.cursor == {"n": 5}


def test_sources_that_hang_block_nobody_and_are_given_up(office: Office) -> None:
    forever = threading.Event()
    hanging = FakePoll(before=lambda: _wait(forever))
    stream, feed = FakeStream(), FakePoll()
    many = [source(f"h{number}", "x_search") for number in range(AT_ONCE)]
    monitors: dict[str, Monitor] = {"x_search": hanging, "bluesky_stream": stream, "feed": feed}
    try:
        with listening_to(
            office, monitors, *many, source("s", "bluesky_stream"), source("z", "feed"), hangs=0.3
        ) as listening:
            listening.tend()
            until(lambda: now_of(office, "s").last_success_at is not None)
            assert feed.asked == [], "the pool is small"
            until(lambda: now_of(office, "h0").failures == 1, listening)
            assert now_of(office, "h0").trouble["code"] == "network.slow"
            until(lambda: bool(feed.asked), listening)
    finally:
        forever.set()


def test_what_a_given_up_listener_still_brings_counts_no_more(office: Office) -> None:
    forever, asked = threading.Event(), []

    def hang_once() -> None:
        asked.append(1)
        if len(asked) == 1:
            forever.wait(20)

    feed = FakePoll([Fetched(mentions=posts([1], office.moment), cursor={"n": 1})], before=hang_once)
    try:
        with listening_to(office, {"feed": feed}, source("s", "feed"), hangs=0.2) as listening:
            listening.tend()
            until(lambda: now_of(office, "s").failures == 1, listening)
            office.later(hours=1)
            until(lambda: now_of(office, "s").cursor == {"n": 1}, listening)
            forever.set()
            until(lambda: not [each for each in threading.enumerate() if each.name == "source-s"])
            assert now_of(office, "s").stored == 1
            assert now_of(office, "s").fetched == 1
    finally:
        forever.set()


def test_a_changed_topic_makes_a_stream_begin_anew_and_a_pause_ends_it(office: Office) -> None:
    stream = FakeStream()
    with listening_to(office, {"bluesky_stream": stream}, source("s", "bluesky_stream")) as listening:
        listening.tend()
        until(lambda: len(stream.asked) == 1)
        office.add(replace(TOPIC, terms=("Nordwerk", "Aircrisp")))
        until(lambda: len(stream.asked) == 2, listening)
        assert stream.asked[1].topics[0].terms == ("Nordwerk", "Aircrisp")
        pause_source(office.ctx, office.says("analyst"), source_id="s")
        until(lambda: not [each for each in threading.enumerate() if each.name == "source-s"], listening)
        listening.tend()
        assert len(stream.asked) == 2


def test_a_store_that_is_away_for_a_moment_loses_nothing(office: Office) -> None:
    stream = FakeStream()
    with listening_to(office, {"bluesky_stream": stream}, source("s", "bluesky_stream")) as listening:
        listening.tend()
        until(lambda: now_of(office, "s").last_success_at is not None)
        office.ctx.store.broken = "store.locked"  # type: ignore[attr-defined]
        stream.tell(Fetched(mentions=posts([1], office.moment), cursor={"n": 1}))
        until(stream.line.empty)
        time.sleep(2.2)
        office.ctx.store.broken = ""  # type: ignore[attr-defined]
        until(lambda: now_of(office, "s").stored == 1)


def test_the_worker_listens_while_it_holds_the_lease(office: Office) -> None:
    stream = FakeStream()
    office.add(TOPIC, source("s", "bluesky_stream"))
    office.ctx = replace(office.ctx, monitors={"bluesky_stream": stream})
    assert worker.hold_lease(office.ctx, "another")
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(office.ctx, stop))
    thread.start()
    time.sleep(0.3)
    assert not stream.listening.is_set()
    office.later(seconds=30)
    assert stream.listening.wait(10)
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert not [each for each in threading.enumerate() if each.name == "source-s"]
