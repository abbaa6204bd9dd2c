"""How fast a log is checked: in the store and as an export, beside bare SHA-256 of the same entries.

Bare is one call of ``hashlib.sha256`` for each entry's bytes; the check needs two (a leaf and a node), one more for
each text, and all that isn't hashing. Used by ``python -m bench.trust``.
"""

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Final

import sqlalchemy as sa

from bench.tampering import entries
from command_center.domain.log_texts import LogText
from command_center.domain.merkle import levels_of
from command_center.domain.response_log import GENESIS, LogEntry, seal, utc_text
from command_center.domain.verifying import verify_lines, verify_rows
from command_center.shell.several import several
from command_center.storage import SqlStore, open_store
from command_center.storage.engines import insert_many, is_sqlite
from command_center.storage.log_tables import log_nodes
from command_center.storage.privacy_tables import log_texts
from command_center.storage.tables import log_entries, log_head
from command_center.use_cases.evidence import log_lines

ROUNDS: Final = 5
_AT_ONCE: Final = 10_000
_TEXT_EVERY: Final = 4
_MEASURED: Final = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(code)
"""


def sealed(count: int) -> Iterator[LogEntry]:
    """Make a log's entries; every fourth commits to a text."""
    previous = GENESIS
    for number, entry in enumerate(entries(count), 1):
        texts = (LogText("note", f"{number:064x}", f"Notiz {number}: dreimal gemeldet"),)
        new = replace(entry, texts=texts) if number % _TEXT_EVERY == 0 else entry
        yield (made := seal(new, number=number, previous_hash=previous))
        previous = made.hash


def fill(store: SqlStore, count: int) -> None:
    """Write a long log at once, past the guards that let in only one entry at a time."""
    leaves: list[bytes] = []
    with store.engine.begin() as connection:
        _drop_guards(connection)
        coming = sealed(count)
        while some := list(islice(coming, _AT_ONCE)):
            insert_many(connection, log_entries, [_row(entry) for entry in some])
            texts = [(entry.number, *text[:3], "", None) for entry in some for text in entry.texts]
            insert_many(connection, log_texts, texts)
            leaves += [bytes.fromhex(entry.hash) for entry in some]
        for level, nodes in enumerate(levels_of(leaves)):
            if level:
                insert_many(connection, log_nodes, [(level, place, node.hex()) for place, node in enumerate(nodes)])
        connection.execute(log_head.update().values(number=count, hash=leaves[-1].hex()))


def _drop_guards(connection: sa.Connection) -> None:
    if not is_sqlite(connection):
        connection.exec_driver_sql("set local session_replication_role = replica")
        return
    for name in connection.exec_driver_sql("select name from sqlite_master where type = 'trigger'").scalars().all():
        connection.exec_driver_sql(f'drop trigger "{name}"')


def _row(entry: LogEntry) -> tuple[object, ...]:
    named = entry.plane.value, entry.action.value, entry.actor, entry.subject, entry.incident_id
    return (entry.number, utc_text(entry.at), *named, entry.body, entry.previous_hash, entry.hash)


def measure_store(name: str, url: str, count: int) -> bool:
    """Measure the check of a store's log and, on the same store, of its export; each beside the bare hashes."""
    store = open_store(url)
    try:
        fill(store, count)
        with store.reading() as look:
            bodies = [row.body.encode() for row in look.log_as_written()]
            lines = list(log_lines(look))

            def bare() -> bool:
                return all(hashlib.sha256(body).digest() for body in bodies)

            def export() -> bool:
                with several() as spread:
                    return verify_lines(lines, spread=spread).intact

            held = _beside(
                f"check of the log in {name}", count, lambda: verify_rows(look.log_as_written()).intact, bare
            )
            return _beside(f"check of its export on {os.cpu_count()} processors", count, export, bare) and held
    finally:
        store.close()


def _beside(what: str, count: int, check: Callable[[], bool], bare: Callable[[], bool]) -> bool:
    held, rounds = [], []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        held.append(check())
        between = time.perf_counter()
        bare()
        rounds.append((between - begun, time.perf_counter() - between))
    ours, theirs = median(a for a, _ in rounds), median(b for _, b in rounds)
    ratio = median(b / a for a, b in rounds)
    print(
        f"{what}: {count:,} entries at {count / ours:,.0f}/s; bare SHA-256 {count / theirs:,.0f}/s,"
        f" ratio {ratio:.3f}; a million take {1e6 * ours / count:.0f} s; {'sound' if all(held) else 'NOT SOUND'}"
    )
    return all(held)


def measure_command(folder: Path, count: int) -> bool:
    """Measure ``verify-log`` itself on a long log in SQLite and on its export: time and the most memory it had."""
    store = open_store(f"sqlite:///{folder / 'command_center.sqlite'}")
    try:
        fill(store, count)
        with store.reading() as look, (folder / "log.jsonl").open("w", encoding="utf-8") as out:
            out.writelines(line + "\n" for line in log_lines(look))
    finally:
        store.close()
    store_held = _command(folder, count)
    return _command(folder, count, str(folder / "log.jsonl")) and store_held


def _command(folder: Path, count: int, *words: str) -> bool:
    told = {**os.environ, "COMMAND_CENTER_DATA": str(folder)}
    begun = time.perf_counter()
    # A process of its own starts the command: what this one holds would count as the command's memory.
    command = [sys.executable, "-c", _MEASURED, sys.executable, "-m", "command_center", "verify-log", *words]
    ended = subprocess.run(command, env=told, capture_output=True, text=True, check=False)  # noqa: S603 - ours
    took, most = time.perf_counter() - begun, int(ended.stdout.split()[-1]) / 1024
    what = "an export" if words else "a store"
    held = "sound" if ended.returncode == 0 else "NOT SOUND"
    print(f"verify-log of {what} with {count:,} entries: {took:.0f} s, {most:,.0f} MB at most; {held}")
    return ended.returncode == 0
