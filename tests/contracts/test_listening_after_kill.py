"""A listener that is killed goes on from where the store says it was: nothing counted twice, nothing missing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from command_center.domain.mentions import Plane
from command_center.domain.sources import Source
from command_center.domain.topics import Topic
from command_center.storage import open_store
from tests.contracts.factories import NOON

ROOT = Path(__file__).parents[2]
POSTS = 240
LISTENER = f"""
import sys, time
from dataclasses import replace
from pathlib import Path
from command_center.bootstrap import build
from command_center.domain.mentions import RawMention
from command_center.listening import Listening
from command_center.networks import Fetched
from command_center.settings import Settings

class Numbers:
    network, period_seconds = "bluesky", 60
    def listen(self, asked, stop):
        number = asked.source.cursor.get("n", 0)
        while number < {POSTS} and not stop.is_set():
            number += 1
            time.sleep(0.02)
            text = f"Nordwerk {{number}}"
            post = RawMention(network="bluesky", native_id=str(number), text=text, created_at=asked.now)
            yield Fetched(mentions=(post,), cursor={{"n": number}}, seen=3)
        while not stop.is_set():
            time.sleep(0.02)
            yield Fetched()

ctx = build(Settings(data=Path(sys.argv[1])))
listening = Listening(replace(ctx, monitors={{"bluesky_stream": Numbers()}}))
while True:
    listening.tend()
    time.sleep(0.05)
"""


def test_counters_are_right_after_kills(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'command_center.sqlite'}")
    with store.writing() as writing:
        writing.add(Topic(id="t", name="Nordwerk", terms=("Nordwerk",)))
        writing.add(Source(id="s", name="s", kind="bluesky_stream", plane=Plane.REAL, topic_id="t", created_at=NOON))

    def source() -> Source:
        with store.reading() as reading:
            return reading.find(Source, id="s")[0]

    def listen_until(number: int) -> None:
        listener = subprocess.Popen([sys.executable, "-c", LISTENER, str(tmp_path)], cwd=ROOT)
        try:
            for _ in range(3000):
                if source().cursor.get("n", 0) >= number:
                    return
                time.sleep(0.02)
            raise AssertionError(f"only {source()}")
        finally:
            os.kill(listener.pid, signal.SIGKILL)
            listener.wait(timeout=10)

    for goal in (1, POSTS // 3, POSTS):
        listen_until(goal)
        known = source()
        with store.reading() as reading:
            assert reading.extent("t").total == known.stored
        assert known.stored == known.cursor["n"]
    known = source()
    assert (known.fetched, known.stored, known.duplicate, known.filtered) == (3 * POSTS, POSTS, 0, 2 * POSTS)
    store.close()
