"""Measure what a storm is about: ``python -m bench.narratives [N]``, seconds per step for N mentions.

The mentions are made of the demo's sentences; four in ten are copies. Seven in ten
texts are about the storm, of the background none. Processor time of one core, best of three.
"""

import argparse
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Final, TypeVar

from command_center.domain.growth import grown_terms
from command_center.domain.mentions import Mention, Plane, Sentiment
from command_center.domain.narratives import about
from command_center.domain.new_terms import NewTerms
from command_center.domain.term_counts import TermCounts, gather
from command_center.domain.topics import Topic
from command_center.language import copy_key

SENTENCES: Final = Path(__file__).resolve().parent.parent / "data" / "demo" / "storm_texts.txt"
TOPIC: Final = Topic(
    id="demo", name="Nordwerk", terms=("Nordwerk", "AirCrisp 2"), hashtags=("AirCrisp2",), handles=("nordwerk",)
)
STORM: Final = datetime(2026, 9, 15, 12, 5, tzinfo=UTC)
COPIES: Final = 0.4
SAMPLE: Final = 5_000
BUCKET: Final = timedelta(minutes=5)
ROUNDS: Final = 3
NETWORKS: Final = ("x", "x", "x", "facebook", "instagram", "reddit", "news")
R = TypeVar("R")


class Posts:
    """Invented posts; the same seed gives the same ones."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._slots: dict[str, list[str]] = {}
        self._moods: dict[str, list[tuple[str, str]]] = {"quiet": [], "storm": []}
        self._said: list[str] = []
        section: list[str] | None = None
        mood = language = ""
        for line in SENTENCES.read_text(encoding="utf-8").splitlines():
            if line.startswith("[slot "):
                section = self._slots.setdefault(line[6:-1], [])
            elif line.startswith("["):
                mood, language, section = *line[1:-1].split()[:2], None
            elif line and not line.startswith("#"):
                if section is None:
                    self._moods[mood].append((language, line))
                else:
                    section.append(line)

    def mentions(self, number: int, *, first: datetime, span: timedelta, storm: bool) -> list[Mention]:
        """Return mentions spread evenly over a span."""
        name = "storm" if storm else "quiet"
        return [self._mention(f"{name}-{n:07}", first + span * (n / number), storm=storm) for n in range(number)]

    def _mention(self, identity: str, at: datetime, *, storm: bool) -> Mention:
        chance = self._chance
        language, text = self._text(storm=storm)
        author = f"{chance.choice(self._slots['last_word'])}_{chance.randrange(30_000)}"
        return Mention(
            id=identity,
            topic_id=TOPIC.id,
            source_id="bench",
            plane=Plane.REAL,
            network=chance.choice(NETWORKS),
            native_id=identity,
            text=text,
            created_at=at,
            seen_at=at,
            url="",
            author=author,
            author_name=author.title(),
            reach=int(chance.lognormvariate(5.3, 1.4)),
            reposts=0,
            reply_to="",
            is_repost=text.startswith("RT @"),
            language=language,
            sentiment=chance.choice(tuple(Sentiment)),
            copy_key=copy_key(text),
        )

    def _text(self, *, storm: bool) -> tuple[str, str]:
        chance = self._chance
        if self._said and chance.random() < COPIES:
            return "de", f"RT @weserland: {self._said[int(len(self._said) * chance.random() ** 6)]}"
        mood = "storm" if storm and chance.random() < 0.7 else "quiet"
        language, sentence = chance.choice(self._moods[mood])
        sentence = f"{self._remark(mood, language, 'before')}{sentence} {self._remark(mood, language, 'after')}"
        text = re.sub(r"\{(\w+)\}", self._filled, sentence)
        if chance.random() < 0.4:
            text += f" https://{self._word()}.example/{chance.getrandbits(36):09x}"
        if chance.random() < 0.3:
            text += f" #{self._word()}{self._word()}"
        self._said.append(text)
        return language, text

    def _remark(self, mood: str, language: str, place: str) -> str:
        """Return a word and a remark, mostly, so that few people say just the same."""
        chosen = self._chance.choice(self._slots[f"{mood}_{language}_{place}"])
        return f"{self._word()} {chosen} " if self._chance.random() < 0.6 else ""

    def _word(self) -> str:
        words = self._slots["last_word"] + self._slots["gericht"]
        return self._chance.choice(words).lower()

    def _filled(self, slot: re.Match[str]) -> str:
        return self._chance.choice(self._slots.get(slot[1], [slot[1]]))


def timed(step: str, work: Callable[[], R]) -> R:
    """Do the work three times and print the best processor time."""
    seconds = []
    for _ in range(ROUNDS):
        begin = time.process_time()
        result = work()
        seconds.append(time.process_time() - begin)
    print(f"{step:<46}{min(seconds):8.3f}")
    return result


def listen(mentions: Sequence[Mention]) -> Counter[datetime]:
    """Hear mentions in buckets of five minutes and return what was heard."""
    ear, heard, rest = NewTerms(TOPIC), Counter[datetime](), iter(mentions)
    at = STORM
    while bucket := list(islice(rest, max(1, len(mentions) // 72))):
        heard[at] = ear.hear(at, bucket).mentions
        at += BUCKET
    return heard


def main(arguments: Sequence[str] | None = None) -> int:
    """Print seconds per step."""
    parser = argparse.ArgumentParser(description="seconds to say what a storm is about")
    parser.add_argument("mentions", nargs="?", type=int, default=100_000, metavar="N")
    number = parser.parse_args(arguments).mentions
    posts = Posts(20260915)
    background = posts.mentions(
        min(SAMPLE, number), first=STORM - timedelta(weeks=3), span=timedelta(weeks=3), storm=False
    )
    storm = posts.mentions(number, first=STORM, span=timedelta(hours=6), storm=True)
    distinct, length = len({each.copy_key for each in storm}), sum(len(each.text) for each in storm) // len(storm)
    print(f"{number} mentions of {length} characters, {distinct} distinct texts; background {len(background)}\n")
    print(f"{'step':<46}{'seconds':>8}")
    usual = timed("count the background sample", lambda: TermCounts.of(background))
    gathered = timed("gather the storm: order, copies, links, draw", lambda: gather(storm))
    now = timed("count the draw", lambda: TermCounts.of_gathered(gathered))
    timed("rank, spell, and count in every text", lambda: grown_terms(gathered, now, usual, TOPIC))
    timed("about, background counted before", lambda: about(storm, usual, TOPIC))
    found = timed("about, everything from mentions", lambda: about(storm, background, TOPIC))
    timed("new terms, 72 buckets", lambda: listen(storm))
    print("\ngrew most:", ", ".join(term.text for term in (*found.words[:5], *found.phrases[:3])))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
