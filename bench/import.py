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
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any, Final
from unittest.mock import patch

ROOT: Final = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a file, Python looks only beside it
    sys.path.insert(0, str(ROOT))

from command_center.bootstrap import build  # noqa: E402
from command_center.domain.mentions import RawMention  # noqa: E402
from command_center.language import copy_key, detect_language, sentiment  # noqa: E402
from command_center.ports import Caller, Context  # noqa: E402
from command_center.settings import Settings  # noqa: E402
from command_center.storage import engines  # noqa: E402
from command_center.storage.store import SqlStore  # noqa: E402
from command_center.storage.tables import mentions  # noqa: E402
from command_center.storage.transactions import SqlWriting  # noqa: E402
from command_center.use_cases.command import SHELL  # noqa: E402
from command_center.use_cases.import_mentions import import_mentions  # noqa: E402
from monitors.files import read_file  # noqa: E402

ROUNDS: Final = 5
ROWS: Final = 60_000
RAW_BATCH: Final = 2_000
COPIES: Final = 0.3
SEED: Final = 20260915
SENTENCES: Final = ROOT / "data" / "demo" / "storm_texts.txt"
FIRST: Final = datetime(2026, 8, 25, tzinfo=UTC)
WEEKS: Final = timedelta(weeks=3)
STORM: Final = timedelta(hours=6)
HEARD: Final[dict[str, Callable[..., Any]]] = {
    "language": detect_language,
    "sentiment": sentiment,
    "copy key": copy_key,
}
PARTS: Final = ("parse", *HEARD, "store", "the rest")

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
                text = _passed_on(chance, *posts[int(len(posts) * chance.random() ** 8)])
            else:
                text = sentences.post()
                while text in known:
                    text = f"{text} @{sentences.handle()}"
                known.add(text)
                posts.append((author, text))
            moment = _moment(2 * number / rows)
            native_id = 1_960_000_000_000_000_000 + number * 7_919_000_001
            reach = int(chance.lognormvariate(5.3, 1.4))
            url = f"https://x.com/{author}/status/{native_id}"
            writer.writerow((native_id, f"{moment:%Y-%m-%dT%H:%M:%SZ}", "x", author, author.title(), reach, url, text))


def _moment(progress: float) -> datetime:
    """Return when a post is written: the first half over three weeks, the second in a storm on the last day."""
    return FIRST + (WEEKS * progress if progress < 1 else WEEKS + STORM * (progress - 1))


def _passed_on(chance: random.Random, author: str, text: str) -> str:
    """Return a copy as people make them: mostly by the network's button, else by hand."""
    how = chance.random()
    if how < 0.6:
        return f"RT @{author}: {text}"
    return text if how < 0.8 else f"{text} https://t.example/{chance.getrandbits(40):x}"


def posts_of(file: Path, zone: str | None) -> Iterator[RawMention]:
    """Yield the mentions in a file; rejected rows and notices are left out."""
    return (found for found in read_file(file, now=datetime.now(UTC), zone=zone) if isinstance(found, RawMention))


def time_import(file: Path, zone: str | None) -> tuple[float, list[Row]]:
    """Return the seconds an import takes in a fresh store, and the rows it stored."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        ctx = build(settings)
        begin = time.perf_counter()
        run_import(ctx, file, posts_of(file, zone))
        seconds = time.perf_counter() - begin
        ctx.store.close()
        engine = engines.create(settings.store_url)
        with engine.connect() as connection:
            rows = [tuple(row) for row in connection.exec_driver_sql("SELECT * FROM mentions ORDER BY rowid")]
        engine.dispose()
    return seconds, rows


def run_import(ctx: Context, file: Path, posts: Iterable[RawMention]) -> None:
    """Import the mentions as the shell does."""
    import_mentions(ctx, Caller(SHELL, "import"), raws=posts, topic_name="Bench", source_name=file.name)


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
        for start in range(0, len(rows), RAW_BATCH):
            driver.execute("BEGIN IMMEDIATE")
            driver.executemany(f"INSERT INTO mentions VALUES ({marks})", rows[start : start + RAW_BATCH])  # noqa: S608
            driver.execute("COMMIT")
        seconds = time.perf_counter() - begin
        pooled.close()
        engine.dispose()
    return seconds


class Parts:
    """Where an import's time goes, by name."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def timed(self, name: str, do: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with its time taken down."""

        def run(*args: Any, **kwargs: Any) -> Any:
            begin = time.perf_counter()
            result = do(*args, **kwargs)
            self.seconds[name] += time.perf_counter() - begin
            return result

        return run

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """Take down the time of what is done within."""
        begin = time.perf_counter()
        yield
        self.seconds[name] += time.perf_counter() - begin


def time_parts(file: Path, zone: str | None) -> dict[str, float]:
    """Return where the time of one more import goes; looking costs about two microseconds a row itself."""
    parts = Parts()
    heard: dict[str, Any] = {do.__name__: parts.timed(name, do) for name, do in HEARD.items()}
    writing = SqlStore.writing

    @contextmanager
    def timed_writing(store: SqlStore) -> Iterator[SqlWriting]:
        with parts.part("store"), writing(store) as held:
            yield held

    with (
        tempfile.TemporaryDirectory() as folder,
        patch.multiple("command_center.use_cases.import_mentions", **heard),
        patch.object(SqlStore, "writing", timed_writing),
    ):
        ctx = build(Settings(data=Path(folder)))
        begin = time.perf_counter()
        read = parts.timed("parse", partial(next, posts_of(file, zone), None))
        run_import(ctx, file, iter(read, None))
        whole = time.perf_counter() - begin
        ctx.store.close()
    return {**parts.seconds, "the rest": whole - sum(parts.seconds.values())}


def shown(name: str, figures: Sequence[float], form: str) -> str:
    """Return one line of the table: least, middle and most."""
    return f"{name:24}" + "".join(f"{figure:>12{form}}" for figure in (min(figures), median(figures), max(figures)))


def measure(file: Path, zone: str | None, rounds: int) -> None:
    """Print rows a second of both, round by round in turn, their ratio, and where the time goes."""
    speeds: list[float] = []
    raw_speeds: list[float] = []
    stored = 0
    for _ in range(rounds):
        seconds, rows = time_import(file, zone)
        stored = len(rows)
        speeds.append(stored / seconds)
        raw_speeds.append(stored / time_raw(rows))
    ratios = [speed / raw for speed, raw in zip(speeds, raw_speeds, strict=True)]
    print(f"{file.name}: {stored:,} rows stored, {rounds} rounds, SQLite {engines.sqlite_info().version}")
    print(f"{'':24}{'min':>12}{'median':>12}{'max':>12}")
    print(shown("import, rows/s", speeds, ",.0f"))
    print(shown("raw executemany, rows/s", raw_speeds, ",.0f"))
    print(shown("import / raw", ratios, ".2f"))
    parts = time_parts(file, zone)
    whole = sum(parts.values())
    print("\nWhere the time goes, microseconds a row (one more run):")
    for name in PARTS:
        print(f"{name:24}{1e6 * parts.get(name, 0.0) / stored:>12.1f}{parts.get(name, 0.0) / whole:>12.0%}")


def main(argv: Sequence[str] | None = None) -> int:
    """Measure a file, or one written here."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?", help="a file of mentions; without it the bench writes its own")
    parser.add_argument("--zone", help="time zone of dates that name none, such as Europe/Berlin")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--rows", type=int, default=ROWS, help="rows of the bench's own file")
    wanted = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        file = wanted.file or Path(folder) / "posts.csv"
        if wanted.file is None:
            write_posts(file, wanted.rows)
        measure(file, wanted.zone, wanted.rounds)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
