"""Measure the import against bare SQLite: ``python bench/import.py`` (or ``-m bench.import``) ``[FILE --zone ZONE]``.

Import is what the product does with a file: read, match language and mood, find copies, store with
minute counts, in a fresh store as shipped (WAL, synchronous=FULL). Raw is the driver's ``executemany``
of the rows the product stored, into one table with the same columns and key but no index, no look for
duplicates and no counts, 2 000 rows a transaction. The two alternate, each with nothing remembered from the
round before. Without FILE the bench writes its own: about 60 000 posts, three in ten passed on.
"""

import argparse
import csv
import random
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a file, Python looks only beside it
    sys.path.insert(0, str(ROOT))

from command_center.bootstrap import build  # noqa: E402
from command_center.domain.mentions import Mention, RawMention  # noqa: E402
from command_center.domain.topics import Topic  # noqa: E402
from command_center.language import copy_key, detect_language, sentiment  # noqa: E402
from command_center.ports import Caller  # noqa: E402
from command_center.settings import Settings  # noqa: E402
from command_center.storage import engines  # noqa: E402
from command_center.storage.tables import mentions  # noqa: E402
from command_center.use_cases.command import SHELL  # noqa: E402
from command_center.use_cases.import_mentions import BATCH, import_mentions, mention_of  # noqa: E402
from monitors.files import read_file  # noqa: E402

ROUNDS: Final = 5
ROWS: Final = 60_000
COPIES: Final = 0.3
SEED: Final = 20260915
SENTENCES: Final = ROOT / "data" / "demo" / "storm_texts.txt"
FIRST: Final = datetime(2026, 8, 25, tzinfo=UTC)
WEEKS: Final = timedelta(weeks=4)

Row = tuple[Any, ...]


class Sentences:
    """The demo's sentences and slots; put together they make posts of which hardly two are the same."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._slots: dict[str, list[str]] = {}
        self._by_language: dict[str, list[str]] = {"de": [], "en": []}
        lines: list[str] = []
        for line in SENTENCES.read_text(encoding="utf-8").splitlines():
            if line.startswith("[slot "):
                lines = self._slots.setdefault(line[6:-1], [])
            elif line.startswith("["):
                _, language, kind, _ = line[1:-1].split()
                lines = [] if kind == "copy" else self._by_language[language]
            elif line and not line.startswith("#"):
                lines.append(line)

    def post(self) -> str:
        """Return one or two sentences and a word of its own, seven in ten in German."""
        language = "de" if self._chance.random() < 0.7 else "en"
        parts = self._chance.sample(self._by_language[language], self._chance.choice((1, 2)))
        if self._chance.random() < 0.3:
            parts.insert(0, f"@{self.handle()}")
        if self._chance.random() < 0.4:
            parts.append(f"https://t.example/{self._chance.getrandbits(40):x}")
        if self._chance.random() < 0.3:
            parts.append(f"#{self._word()}")
        return re.sub(r"\{(\w+)\}", self._filled, " ".join(parts))

    def handle(self) -> str:
        """Return an invented handle."""
        return f"{self._word()}_{self._chance.randrange(4_000)}"

    def _word(self) -> str:
        return self._chance.choice(self._slots["last_word"])

    def _filled(self, slot: re.Match[str]) -> str:
        return self._chance.choice(self._slots.get(slot[1], [slot[1]]))


def write_posts(path: Path, rows: int) -> None:
    """Write a file of invented posts; the same number of rows is always the same file."""
    chance = random.Random(SEED)
    sentences = Sentences(chance)
    posts: list[tuple[str, str]] = []
    known: set[str] = set()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("id", "created_at", "network", "author", "author_name", "reach", "url", "text"))
        for number in range(rows):
            author = sentences.handle()
            if posts and chance.random() < COPIES:
                text = _passed_on(chance, *posts[int(len(posts) * chance.random() ** 3)])
            else:
                text = sentences.post()
                while text in known:
                    text = f"{text} @{sentences.handle()}"
                known.add(text)
                posts.append((author, text))
            moment = FIRST + WEEKS * (number / rows)
            native_id = 1_960_000_000_000_000_000 + number * 7_919_000_001
            reach = int(chance.lognormvariate(5.3, 1.4))
            url = f"https://x.com/{author}/status/{native_id}"
            writer.writerow((native_id, f"{moment:%Y-%m-%dT%H:%M:%SZ}", "x", author, author.title(), reach, url, text))


def _passed_on(chance: random.Random, author: str, text: str) -> str:
    """Return a copy as people make them: mostly by the network's button, else by hand."""
    how = chance.random()
    if how < 0.6:
        return f"RT @{author}: {text}"
    return text if how < 0.8 else f"{text} https://t.example/{chance.getrandbits(40):x}"


def posts_of(file: Path, zone: str | None) -> Iterator[RawMention]:
    """Yield the mentions in a file; rejected rows and notices are left out."""
    return (found for found in read_file(file, now=datetime.now(UTC), zone=zone) if isinstance(found, RawMention))


def forget() -> None:
    """Forget what was found out about texts, as if the program had just been started."""


def time_import(file: Path, zone: str | None) -> tuple[float, list[Row]]:
    """Return the seconds an import takes in a fresh store, and the rows it stored."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        ctx = build(settings)
        forget()
        begin = time.perf_counter()
        import_mentions(
            ctx,
            Caller(SHELL, "import"),
            raws=posts_of(file, zone),
            topic_name="Bench",
            source_name=file.name,
        )
        seconds = time.perf_counter() - begin
        with engines.create(settings.store_url).connect() as connection:
            rows = [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM mentions ORDER BY rowid")]
        ctx.store.close()
    return seconds, rows


def time_raw(rows: Sequence[Row]) -> float:
    """Return the seconds the driver needs for the same rows, with the connection set up as the store's is."""
    columns = ", ".join(f"{column.name} {column.type} NOT NULL" for column in mentions.columns)
    marks = ", ".join("?" * len(mentions.columns))
    with tempfile.TemporaryDirectory() as folder:
        engine = engines.create(f"sqlite:///{folder}/raw.sqlite")
        pooled = engine.raw_connection()
        driver: Any = pooled.driver_connection
        driver.execute(f"CREATE TABLE mentions ({columns}, PRIMARY KEY (id, topic_id))")
        begin = time.perf_counter()
        for start in range(0, len(rows), BATCH):
            driver.execute("BEGIN IMMEDIATE")
            driver.executemany(f"INSERT INTO mentions VALUES ({marks})", rows[start : start + BATCH])  # noqa: S608
            driver.execute("COMMIT")
        seconds = time.perf_counter() - begin
        pooled.close()
        engine.dispose()
    return seconds
