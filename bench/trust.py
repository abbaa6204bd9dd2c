"""Measure the log: ``python -m bench.trust [--entries N] [--seconds S] [--full]``.

Appending: eight writers, each entry a durable transaction of its own, beside eight that only make a page durable on the
same disk, in alternating rounds. Checking: a store's log and its export recomputed whole, beside bare SHA-256 of the
same bytes, alternating. Tampering: every way of ``bench.tampering``, found or not. ``--full`` also has ``verify-log``
check a million. Exit code 1 when a way to tamper isn't found, an entry is lost, or a fork appears.
"""

import argparse
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from bench.checking import measure_command, measure_store
from bench.tampering import CASES, entries, found
from command_center.domain.verifying import verify_rows
from command_center.ports import Store
from command_center.storage import open_store
from tests.contracts.postgresql import NoServerError, started

WRITERS: Final = 8
ROUNDS: Final = 5
PAGE: Final = 4096


def bare(folder: Path, seconds: float) -> float:
    """Return how many pages a second eight writers make durable, one after the other, with nothing around it."""
    turn, end = threading.Lock(), time.perf_counter() + seconds

    def write(_writer: int) -> int:
        count = 0
        while time.perf_counter() < end:
            with turn:
                out.write(bytes(PAGE))
                os.fdatasync(out.fileno())
            count += 1
        return count

    with (folder / "bare").open("wb", buffering=0) as out, ThreadPoolExecutor(WRITERS) as pool:
        count = sum(pool.map(write, range(WRITERS)))
    (folder / "bare").unlink()
    return count / seconds


def append(store: Store, seconds: float) -> list[float]:
    """Let eight writers append at once; returns how long each entry took."""
    end = time.perf_counter() + seconds

    def write(writer: int) -> list[float]:
        took = []
        while (begun := time.perf_counter()) < end:
            with store.writing() as work:
                work.append(entries(1, writer)[0])
            took.append(time.perf_counter() - begun)
        return took

    with ThreadPoolExecutor(WRITERS) as pool:
        return [span for each in pool.map(write, range(WRITERS)) for span in each]


def measure_append(name: str, url: str, folder: Path, seconds: float) -> bool:
    """Measure one engine, beside the bare disk in alternating rounds, and check that nothing was lost or forked."""
    store = open_store(url)
    rates, disk, spans = [], [], list[float]()
    try:
        for _ in range(ROUNDS):
            disk.append(bare(folder, seconds / ROUNDS / 3))
            begun = time.perf_counter()
            took = append(store, seconds / ROUNDS)
            rates.append(len(took) / (time.perf_counter() - begun))
            spans += took
        with store.reading() as look:
            walked, tree = verify_rows(look.log_as_written()), look.tree()
            sound = walked.intact and (walked.entries, walked.root) == (len(spans), tree.root)
    finally:
        store.close()
    late = sorted(spans)[int(len(spans) * 0.99)] * 1000
    ratio = median(ours / theirs for ours, theirs in zip(rates, disk, strict=True))
    told = "none lost, no fork" if sound else "LOST OR FORKED"
    print(
        f"{name}: {median(rates):,.0f} entries/s by {WRITERS} writers (p99 {late:.0f} ms), bare fsync"
        f" {median(disk):,.0f}/s, ratio {ratio:.2f}; {len(spans)} written, {told}"
    )
    return sound


def measure_tampering() -> bool:
    """Try every way to tamper; says which were not found."""
    passed, failed = 0, 0
    for case, (_, code) in CASES.items():
        with tempfile.TemporaryDirectory() as name:
            told = found(case, Path(name))
        if told == set() if not code else code in told:
            passed += 1
        else:
            failed += 1
            print(f"  not found: {case} (expected {code or 'nothing'}, got {sorted(told)})")
    print(f"tampering: {passed} passed, {failed} failed")
    return not failed


@contextmanager
def postgresql() -> Iterator[Callable[[], str]]:
    """Start a durable PostgreSQL for the time of a measurement and say how to get a database; ``NoServerError``."""
    cluster = started(durable=True)
    try:
        yield lambda: cluster.url(cluster.database())
    finally:
        cluster.stop()


def main(given: Sequence[str] | None = None) -> int:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=30_000, help="how many entries to check")
    parser.add_argument("--seconds", type=float, default=8, help="how long the writers write")
    parser.add_argument("--full", action="store_true", help="also let verify-log check a million entries")
    parser.add_argument("--folder", type=Path, default=None, help="a folder on the disk to measure")
    asked = parser.parse_args(given)
    with tempfile.TemporaryDirectory(prefix="one-voice-bench-", dir=asked.folder) as name:
        folder = Path(name)
        sound = measure_append("SQLite", f"sqlite:///{folder / 'store.sqlite'}", folder, asked.seconds)
        sound = measure_store("SQLite", f"sqlite:///{folder / 'long.sqlite'}", asked.entries) and sound
        try:
            with postgresql() as database:
                sound = measure_append("PostgreSQL", database(), folder, asked.seconds) and sound
                sound = measure_store("PostgreSQL", database(), asked.entries) and sound
        except NoServerError as missing:
            print(f"PostgreSQL: not measured, {missing}")
        if asked.full:
            sound = measure_command(folder, 1_000_000) and sound
    return 0 if measure_tampering() and sound else 1


if __name__ == "__main__":
    sys.exit(main())
