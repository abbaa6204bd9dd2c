"""Measure the log: ``python -m bench.trust [--entries N] [--seconds S] [--full]``.

Appending: eight writers, each entry a durable transaction of its own, beside the bare rate at which the same disk
makes a page durable, measured before and after. Verifying: an exported log recomputed whole, beside bare SHA-256 of
the same bytes, alternating. Tampering: every way of ``bench.tampering``, found or not. ``--full`` verifies a million.
Exit code 1 when a way to tamper isn't found, an entry is lost, or a fork appears.
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from bench.tampering import CASES, entries, found
from command_center.domain.response_log import GENESIS, seal
from command_center.domain.verifying import verify_lines, verify_rows
from command_center.ports import Store
from command_center.storage import open_store
from tests.contracts.postgresql import NoServerError, started

WRITERS: Final = 8
ROUNDS: Final = 3
PAGE: Final = 4096


def fsyncs(folder: Path, seconds: float) -> float:
    """Return how many pages a second this disk makes durable, one after the other."""
    count, end = 0, time.perf_counter() + seconds
    with (folder / "bare").open("wb", buffering=0) as out:
        while time.perf_counter() < end:
            out.write(bytes(PAGE))
            os.fdatasync(out.fileno())
            count += 1
    (folder / "bare").unlink()
    return count / seconds


def append(store: Store, seconds: float) -> tuple[int, list[float]]:
    """Let eight writers append at once; returns how many entries and how long each took."""
    end = time.perf_counter() + seconds

    def write(writer: int) -> list[float]:
        took = []
        while (begun := time.perf_counter()) < end:
            with store.writing() as work:
                work.append(entries(1, writer)[0])
            took.append(time.perf_counter() - begun)
        return took

    with ThreadPoolExecutor(WRITERS) as pool:
        spans = sorted(span for each in pool.map(write, range(WRITERS)) for span in each)
    return len(spans), spans


def measure_append(name: str, url: str, folder: Path, seconds: float) -> bool:
    """Measure one engine and check that nothing was lost and nothing forked."""
    before = fsyncs(folder, 1.5)
    store = open_store(url)
    try:
        begun = time.perf_counter()
        count, spans = append(store, seconds)
        rate = count / (time.perf_counter() - begun)
        with store.reading() as look:
            walked, tree = verify_rows(look.log_as_written()), look.tree()
            sound = walked.intact and (walked.entries, walked.root) == (count, tree.root)
    finally:
        store.close()
    bare = median((before, fsyncs(folder, 1.5)))
    late = spans[int(len(spans) * 0.99)] * 1000
    print(
        f"{name}: {rate:,.0f} entries/s by {WRITERS} writers (p99 {late:.0f} ms), bare fsync {bare:,.0f}/s,"
        f" ratio {rate / bare:.2f}; {count} written, {'none lost, no fork' if sound else 'LOST OR FORKED'}"
    )
    return sound


def log_lines(count: int) -> Iterator[tuple[str, bytes]]:
    """Make an exported log: each line, and the bytes its entry's hash is over."""
    previous = GENESIS
    for number, entry in enumerate(entries(count), 1):
        sealed = seal(entry, number=number, previous_hash=previous)
        data = {"number": number, "previous": previous, "hash": sealed.hash, "body": sealed.body}
        previous = sealed.hash
        yield json.dumps(data, ensure_ascii=False, sort_keys=True), sealed.body.encode()


def measure_verify(count: int, rounds: int) -> bool:
    """Measure how fast an export is recomputed, beside the hashes alone."""
    lines, bodies = zip(*log_lines(count), strict=True)
    ours, bare = [], []
    intact = True
    for _ in range(rounds):
        ours.append(_seconds(lambda: verify_lines(lines).intact))
        bare.append(_seconds(lambda: all(hashlib.sha256(body).digest() for body in bodies)))
        intact = intact and verify_lines(lines[:100]).intact
    ratio = median(hashed / walked for walked, hashed in zip(ours, bare, strict=True))
    print(
        f"verify: {count:,} entries in {median(ours):.1f} s = {count / median(ours):,.0f}/s; bare SHA-256"
        f" {count / median(bare):,.0f}/s, ratio {ratio:.3f}; a million take {1e6 * median(ours) / count:.0f} s"
    )
    return intact


def _seconds(do: Callable[[], object]) -> float:
    begun = time.perf_counter()
    if not do():
        raise AssertionError("a sound log was not found sound")
    return time.perf_counter() - begun


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
def postgresql() -> Iterator[str]:
    """Start a durable PostgreSQL for the time of a measurement; raises ``NoServerError``."""
    cluster = started(durable=True)
    try:
        yield cluster.url(cluster.database())
    finally:
        cluster.stop()


def main(given: Sequence[str] | None = None) -> int:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000, help="how many entries to verify")
    parser.add_argument("--seconds", type=float, default=8, help="how long the writers write")
    parser.add_argument("--full", action="store_true", help="verify a million entries, once")
    parser.add_argument("--folder", type=Path, default=None, help="a folder on the disk to measure")
    asked = parser.parse_args(given)
    with tempfile.TemporaryDirectory(prefix="one-voice-bench-", dir=asked.folder) as name:
        folder = Path(name)
        sound = measure_append("SQLite", f"sqlite:///{folder / 'store.sqlite'}", folder, asked.seconds)
        try:
            with postgresql() as url:
                sound = measure_append("PostgreSQL", url, folder, asked.seconds) and sound
        except NoServerError as missing:
            print(f"PostgreSQL: not measured, {missing}")
    sound = measure_verify(1_000_000 if asked.full else asked.entries, 1 if asked.full else ROUNDS) and sound
    return 0 if measure_tampering() and sound else 1


if __name__ == "__main__":
    sys.exit(main())
