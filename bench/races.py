"""Let real processes race on one store: ``python -m bench.races [--rounds 1000] [--race lock …] [--database URL]``.

In each race two or three processes do something at the same moment, give or take some milliseconds, round by round;
then the log is read. The kinds of race are the modules of ``bench/racing``.
Without ``--database`` the store is a SQLite file in a folder of its own.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from bench.post_box import key_to_the_box, open_house
from bench.racing import Race, activate, lock, unlock, wordings
from command_center.domain.people import Person, Role
from command_center.domain.verifying import verify
from command_center.errors import CommandCenterError
from command_center.ports import Context
from command_center.settings import Settings
from command_center.storage import open_store

ROOT: Final = Path(__file__).resolve().parent.parent
RACES: Final[dict[str, Race]] = {
    "lock": lock.RACE,
    "activate": activate.RACE,
    "withdraw": wordings.WITHDRAW,
    "approve": wordings.APPROVE,
    "unlock": unlock.RACE,
}
Runner = subprocess.Popen[str]


def furnish(ctx: Context, rounds: int, names: Sequence[str]) -> None:
    """Store the people, the key to the post box, and what each race needs for every round."""
    people = (("lead", Role.CRISIS_LEAD), ("other", Role.CRISIS_LEAD), ("anna", Role.CO_MANAGER))
    with ctx.store.writing() as store:
        for name, role in people:
            store.add(Person(id=name, login=name, name=name, roles=(role,), created_at=ctx.now()))
        store.add(key_to_the_box(ctx))
        for name in names:
            for number in range(rounds):
                for record in RACES[name].records(ctx, number):
                    store.add(record)
    for name in names:
        RACES[name].ready(ctx, rounds)


def run_side(data: Path, database: str, side: int) -> None:
    """Be one of the racing processes: do your part of a round whenever it is called out, and say that it is done."""
    ctx = open_house(Settings(data=data, database_url=database))
    dice = random.Random(side)
    print("ready", flush=True)
    for line in sys.stdin:
        name, number = line.split()
        act, hesitation = RACES[name].sides[side]
        time.sleep(dice.uniform(0, hesitation) / 1000)
        with suppress(CommandCenterError):
            act(ctx, int(number))
        print("done", flush=True)
    ctx.store.close()


@contextmanager
def runners(data: Path, database: str) -> Iterator[list[Runner]]:
    """Start the processes that race, and let them go home at the end."""
    command = [sys.executable, "-m", "bench.races", "--side"]
    sides = [
        subprocess.Popen(  # noqa: S603 - our own interpreter
            [*command, str(side), str(data), database],
            cwd=ROOT,
            text=True,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for side in range(max(len(race.sides) for race in RACES.values()))
    ]
    try:
        for side in sides:
            wait_for(side)
        yield sides
    finally:
        for side in sides:
            side.communicate()


def wait_for(side: Runner) -> None:
    """Wait until a process has done what was called out."""
    if side.stdout is None or not side.stdout.readline():
        raise RuntimeError(f"a process ended with {side.wait()}")


def race(sides: Sequence[Runner], name: str, rounds: int) -> None:
    """Let the processes go together, round by round."""
    racing = sides[: len(RACES[name].sides)]
    for number in range(rounds):
        for side in racing:
            if side.stdin is not None:
                side.stdin.write(f"{name} {number}\n")
                side.stdin.flush()
        for side in racing:
            wait_for(side)


def run(data: Path, database: str, rounds: int, names: Sequence[str] = tuple(RACES)) -> int:
    """Run every race and print what came of it; returns how many rounds went wrong."""
    settings = Settings(data=data, database_url=database)
    open_store(settings.store_url).close()
    ctx = open_house(settings)
    furnish(ctx, rounds, names)
    failed = 0
    with runners(data, database) as sides:
        for name in names:
            race(sides, name, rounds)
            with ctx.store.reading() as store:
                entries = list(store.log())
            wrong, shown = RACES[name].judge(ctx, entries, rounds)
            if not verify(entries).intact:
                wrong.append("the log")
            failed += len(wrong)
            figures = f"{rounds - len(wrong)} passed, {len(wrong)} failed"
            print(f"{name:9}{figures} ({shown}) {' '.join(wrong[:5])}", flush=True)
    ctx.store.close()
    return failed


def main(argv: Sequence[str] | None = None) -> int:
    """Race."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--race", choices=tuple(RACES), nargs="+", default=tuple(RACES))
    parser.add_argument("--database", default="", help="a fresh PostgreSQL database, as postgresql://…")
    parser.add_argument("--side", nargs=3, help=argparse.SUPPRESS)
    wanted = parser.parse_args(argv)
    if wanted.side:
        side, data, database = wanted.side
        run_side(Path(data), database, int(side))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        return 1 if run(Path(folder), wanted.database, wanted.rounds, wanted.race) else 0


if __name__ == "__main__":
    raise SystemExit(main())
