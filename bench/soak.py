"""Kill working processes again and again: ``python -m bench.soak [--kills 1000] [--database URL]``.

One process does what people click: it imports, activates, publishes, locks and logs, and says each wish before it
begins and its result when it is done. Another is the worker: it judges, sends, reads back, signs and leaves heads
outside. ``kill -9`` ends each at a random moment of its own. Then every result that was told must stand in the store
with its log entries, the log must have no gap and no fork and fit the heads outside, every incident all its tasks,
clocks and locks, and the wish nobody heard the result of is sent again, twice, and gives one result. In the end every
post stands on the network once. Prints ``N passed, N failed``, a kill each.
"""

import argparse
import random
import signal
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from bench.bookkeeping import Bookkeeper
from bench.nursery import born, heard, kill_after
from bench.post_box import open_house
from bench.wishes import Wish, clock, furnish, house, person
from command_center.settings import Settings

LONGEST_LIFE: Final = 0.8


def settings_in(folder: Path, database: str) -> Settings:
    """Return the settings of a house that leaves its heads in a file."""
    return Settings(
        data=folder, database_url=database, deposits=(f"file:{folder / 'heads.txt'}",), checkpoint_seconds=1
    )


def told_by(line: Any) -> tuple[list[Wish], dict[str, str]]:
    """Listen until the other end is gone; returns the wishes that were told, and the results."""
    wishes: list[Wish] = []
    told: dict[str, str] = {}
    while True:
        try:
            said = line.recv()
        except (EOFError, OSError):
            return wishes, told
        if "done" in said:
            told[said["done"]] = said["result"]
        elif "id" in said:
            wishes.append(said)


def one_life(settings: Settings, life: int, dice: random.Random) -> tuple[list[Wish], dict[str, str], list[str]]:
    """Let both processes live for a moment; returns what was wished for, what was told, and the worker's faults."""
    worker, from_worker = born(house, settings, life)
    people, from_people = born(person, settings, life)
    ends = [
        threading.Thread(target=kill_after, args=(each, dice.uniform(0, LONGEST_LIFE))) for each in (worker, people)
    ]
    for end in ends:
        end.start()
    wishes, told = told_by(from_people)
    for end in ends:
        end.join()
    for each in (worker, people):
        each.join()
        if each.exitcode != -signal.SIGKILL:
            raise RuntimeError(f"a process ended by itself: {each.exitcode}")
    faults = [said for said in heard(from_worker) if said != "ready"]
    from_people.close()
    from_worker.close()
    return wishes, told, faults


def run(data: Path, database: str, kills: int, seed: int) -> int:
    """Kill and check as often as wanted; prints and returns how many kills left something wrong."""
    settings = settings_in(data, database)
    ctx = open_house(settings)
    furnish(ctx)
    dice, books, failed, unheard = random.Random(seed), Bookkeeper(ctx), 0, 0
    for life in range(-(-kills // 2)):
        wishes, told, faults = one_life(settings, life, dice)
        unheard += len(wishes) - len(told)
        books.ctx = replace(ctx, now=clock(life))
        wrong = [*faults, *books.check(wishes, told)]
        failed += bool(wrong)
        for problem in wrong[:5]:
            print(f"life {life}: {problem}", flush=True)
    last = books.settle()
    for problem in last[:5]:
        print(f"in the end: {problem}")
    failed += bool(last)
    print(f"{kills - failed} passed, {failed} failed: {unheard} unheard wishes sent again, {books.figures()}")
    ctx.store.close()
    return failed


def main(argv: Sequence[str] | None = None) -> int:
    """Kill."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20, help="every second one is the worker's")
    parser.add_argument("--database", default="", help="a fresh PostgreSQL database, as postgresql://…")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        return 1 if run(Path(folder), wanted.database, wanted.kills, wanted.seed) else 0


if __name__ == "__main__":
    raise SystemExit(main())
