"""From a post on the network to the store: the real monitor, a server that speaks as Jetstream does, a real store."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from command_center.bootstrap import build
from command_center.domain.mentions import Plane
from command_center.domain.sources import Source
from command_center.domain.topics import Topic
from command_center.listening import Listening
from command_center.ports import Context, MentionFilter
from command_center.settings import Settings
from tests.peers import jetstream

pytestmark = pytest.mark.sockets


def until(true: Callable[[], bool], listening: Listening) -> None:
    for _ in range(1000):
        if true():
            return
        listening.tend()
        time.sleep(0.02)
    raise AssertionError("it never came true")


def source(ctx: Context) -> Source:
    with ctx.store.reading() as store:
        return store.find(Source)[0]


def texts(ctx: Context) -> list[str]:
    with ctx.store.reading() as store:
        return sorted(mention.text for mention in store.mentions(MentionFilter(topic_id="t")).mentions)


def test_what_is_posted_is_stored_and_a_lost_line_is_taken_up_again(tmp_path: Path) -> None:
    ctx = build(Settings(data=tmp_path))
    with jetstream.running() as server:
        made = Source(
            id="s", name="Bluesky", kind="bluesky_stream", plane=Plane.REAL, topic_id="", created_at=ctx.now()
        )
        with ctx.store.writing() as store:
            store.add(Topic(id="t", name="Nordwerk", terms=("Nordwerk",)))
            store.add(replace(made, address=server.address))
        listening = Listening(ctx)
        try:
            until(lambda: source(ctx).last_success_at is not None, listening)
            server.say("Nordwerk qualmt")
            server.say("Schönes Wetter")
            server.say_garbage()
            until(lambda: source(ctx).stored == 1, listening)
            server.cut()
            server.say("Nordwerk brennt")
            until(lambda: source(ctx).stored == 2, listening)
        finally:
            listening.stop()
        assert texts(ctx) == ["Nordwerk brennt", "Nordwerk qualmt"]
        known = source(ctx)
        assert known.fetched == known.stored + known.duplicate + known.filtered + known.rejected
        assert known.cursor
    ctx.store.close()
