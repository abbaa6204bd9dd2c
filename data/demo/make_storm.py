"""Makes ``storm.ndjson.gz``: three quiet weeks around an invented company, and a storm on the last day.

Run ``python data/demo/make_storm.py`` from anywhere; the same seed gives the same mentions.
Company, product, people, papers and events are invented; the sentences are in ``storm_texts.txt``.
"""

import gzip
import json
import math
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

HERE: Final = Path(__file__).resolve().parent
TARGET: Final = HERE / "storm.ndjson.gz"
SEED: Final = 20260915
BERLIN: Final = ZoneInfo("Europe/Berlin")
FIRST_DAY: Final = datetime(2026, 8, 25, tzinfo=BERLIN)
STORM: Final = datetime(2026, 9, 15, 14, 5, tzinfo=BERLIN)
END: Final = datetime(2026, 9, 15, 17, 45, tzinfo=BERLIN)
PAPER: Final = STORM + timedelta(minutes=43)

HOURLY: Final = (0.6, 0.4, 0.2, 0.2, 0.3, 0.7, 2.2, 3.8, 5.0, 5.6, 6.0, 7.2, 8.0, 6.4, 5.8, 6.2, 7.4, 9.6)
HOURLY_EVENING: Final = (11.8, 11.2, 9.4, 6.6, 3.2, 1.4)
WEEKDAY: Final = (0.9, 0.85, 0.9, 0.95, 1.0, 1.2, 1.3)
QUIET_NETWORKS: Final = ("x",) * 9 + ("instagram",) * 5 + ("facebook",) * 4 + ("reddit",) * 2 + ("web",) * 2
STORM_NETWORKS: Final = ("x",) * 13 + ("facebook",) * 4 + ("instagram",) * 3 + ("reddit",) * 2 + ("web",)
PAPERS: Final = ("Weserland-Kurier", "Nordheide-Bote", "Haushalt heute", "Marktblick", "Regionalfunk Weser")

Section = tuple[str, str, str, int, list[str]]
Mention = dict[str, object]


class Texts:
    """The templates and slots of ``storm_texts.txt``."""

    def __init__(self, path: Path) -> None:
        self.sections: list[Section] = []
        self.slots: dict[str, list[str]] = {}
        lines: list[str] = []
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("[slot "):
                lines = self.slots.setdefault(line[6:-1], [])
            elif line.startswith("["):
                mood, language, kind, weight = line[1:-1].split()
                lines = []
                self.sections.append((mood, language, kind, int(weight), lines))
            elif line and not line.startswith("#"):
                lines.append(line)

    def pick(self, chance: random.Random, mood: str, *, without: frozenset[str] = frozenset()) -> tuple[str, str, str]:
        """Return language, kind and a filled sentence."""
        fitting = [section for section in self.sections if section[0] == mood and section[2] not in without]
        chosen = chance.choices(fitting, weights=[section[3] for section in fitting])[0]
        sentence = chance.choice(chosen[4])
        if chosen[2] not in {"trade", "copy"}:
            sentence = self._in_own_words(chance, f"{mood}_{chosen[1]}", sentence)
        return chosen[1], chosen[2], self.filled(chance, sentence)

    def _in_own_words(self, chance: random.Random, slots: str, sentence: str) -> str:
        """Put a remark before or behind a sentence, mostly, so that few people say just the same."""
        before = chance.choice(self.slots[f"{slots}_before"]) + " " if chance.random() < 0.55 else ""
        after = " " + chance.choice(self.slots[f"{slots}_after"]) if chance.random() < 0.6 else ""
        return f"{before}{sentence}{after}"

    def filled(self, chance: random.Random, template: str) -> str:
        """Return a template with every slot filled."""

        def value(found: re.Match[str]) -> str:
            if found[1] == "link":
                return f"https://kurz.example/{chance.getrandbits(36):09x}"
            return chance.choice(self.slots[found[1]])

        return re.sub(r"\{(\w+)\}", value, template)


class People:
    """Invented authors with followers; a few speak to many."""

    def __init__(self, chance: random.Random, texts: Texts, number: int) -> None:
        self._all = []
        for _ in range(number):
            first, last = chance.choice(texts.slots["first_name"]), chance.choice(texts.slots["last_word"])
            handle = f"{first}_{last}_{chance.randrange(1000, 9999)}"
            reach = min(int(math.exp(chance.gauss(5.3, 1.4))), 60_000)
            self._all.append((handle, f"{first.capitalize()} {chance.choice('ABDEFGHKLMNPRSTW')}.", reach))

    def pick(self, chance: random.Random) -> tuple[str, str, int]:
        """Return an author; the first of the list speak more often."""
        return self._all[int(len(self._all) * chance.random() ** 1.3)]


def poisson(chance: random.Random, expected: float) -> int:
    """Return how many happen where ``expected`` are expected."""
    limit, product, count = math.exp(-expected), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def storm_rate(minutes: float) -> float:
    """Return the mentions expected in five minutes, that many minutes after the photo."""
    if minutes < 20:
        return 2 + minutes * 0.5
    if minutes < 45:
        return 12 + (minutes - 20) * 0.9
    if minutes < 80:
        return 34.5 + (minutes - 45) * 1.3
    return 79 if minutes < 160 else max(79 * math.exp(-(minutes - 160) / 55), 12)


def quiet_mentions(chance: random.Random, texts: Texts, people: People) -> Iterator[Mention]:
    """Yield three weeks of ordinary talk, hour by hour."""
    rhythm = HOURLY + HOURLY_EVENING
    hour = FIRST_DAY
    while hour < END:
        for _ in range(poisson(chance, 0.95 * rhythm[hour.hour] * WEEKDAY[hour.weekday()])):
            language, kind, text = texts.pick(chance, "quiet")
            moment = hour + timedelta(seconds=chance.randrange(3600))
            if moment < END:
                yield mention(chance, moment, text, language, kind, people, QUIET_NETWORKS)
        hour = (hour.astimezone(UTC) + timedelta(hours=1)).astimezone(BERLIN)


def storm_mentions(chance: random.Random, texts: Texts, people: People) -> Iterator[Mention]:
    """Yield the storm: the photo, its copies, the paper, and what people make of it."""
    photo = texts.slots["foto"][0]
    yield entry("x", STORM, f"{photo} https://bild.example/aircrisp2", "de", ("mara_kocht_4187", "Mara kocht", 412))
    story = f"{texts.slots['zeitung'][0]} https://weserland-kurier.example/verden/fritteuse"
    yield entry("x", PAPER, story, "de", ("weserland_kurier", "Weserland-Kurier", 48_300))
    loud = texts.slots["video"][0]
    yield entry("instagram", STORM + timedelta(minutes=66), loud, "de", ("toepfe_und_tine", "Töpfe & Tine", 212_000))
    start = STORM
    while start < END:
        since = (start - STORM) / timedelta(minutes=1)
        for _ in range(poisson(chance, storm_rate(since))):
            moment = start + timedelta(seconds=chance.randrange(300))
            without = frozenset({"trade"} if moment < PAPER else ())
            language, kind, text = texts.pick(chance, "storm", without=without)
            while moment < PAPER and "Verdener Küche" in text:
                language, kind, text = texts.pick(chance, "storm", without=without)
            yield mention(chance, moment, text, language, kind, people, STORM_NETWORKS)
        start += timedelta(minutes=5)


def mention(
    chance: random.Random,
    moment: datetime,
    text: str,
    language: str,
    kind: str,
    people: People,
    networks: tuple[str, ...],
) -> Mention:
    """Return one mention by somebody of the right kind: a paper for news, a person otherwise."""
    if kind == "trade":
        paper = chance.choice(PAPERS)
        handle = paper.casefold().replace(" ", "_").replace("-", "_")
        return entry("news", moment, text, language, (handle, paper, chance.randrange(4_000, 90_000)))
    network = "x" if text.startswith("RT @") else chance.choice(networks)
    return entry(network, moment, text, language, people.pick(chance))


def entry(network: str, moment: datetime, text: str, language: str, author: tuple[str, str, int]) -> Mention:
    """Return a mention in the file's fields, still without its id."""
    handle, name, reach = author
    return {
        "network": network,
        "id": "",
        "text": text,
        "created_at": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "author": handle,
        "author_name": name,
        "reach": reach,
        "url": "",
        "language": language,
    }


def made_mentions() -> list[Mention]:
    """Return all mentions in the order of time, with ids and links."""
    chance = random.Random(SEED)  # noqa: S311 - the same mentions every time are the point
    texts = Texts(HERE / "storm_texts.txt")
    everyday, crowd = People(chance, texts, 700), People(chance, texts, 1_900)
    mentions = [*quiet_mentions(chance, texts, everyday), *storm_mentions(chance, texts, crowd)]
    mentions.sort(key=lambda made: str(made["created_at"]))
    for number, made in enumerate(mentions, start=1):
        made["id"] = f"demo-{number:05}"
        made["url"] = f"https://{made['network']}.example/{made['author']}/{made['id']}"
    return mentions


def lines_of(mentions: list[Mention]) -> bytes:
    """Return the mentions as the bytes of an NDJSON file."""
    return "".join(json.dumps(made, ensure_ascii=False) + "\n" for made in mentions).encode()


if __name__ == "__main__":
    with TARGET.open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(lines_of(made_mentions()))
