"""Kill the database while people and the worker work: ``python -m bench.failover [--crashes 9] [--failovers 3]``.

*crash*: the PostgreSQL server is stopped in the middle of everything, or it or one of its processes is killed
(``kill -9``), and started again. *failover*: the server is killed and a standby every commit waited for takes its
place, under the other of the two addresses. Meanwhile one process imports, activates, publishes, locks and logs and
another is the worker; neither is started again. Everything told must be there, the log without gap or fork and in line
with the heads outside, each wish sent again gives the first result, and what went wrong meanwhile has a sentence.
*behind*: a standby nobody waited for takes the place; entries are lost, and safe mode must say so.
Prints ``N passed, N failed`` for each. Needs PostgreSQL's programs on this machine.
"""

import argparse
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bench.bookkeeping import Bookkeeper
from bench.nursery import born, heard
from bench.post_box import open_house
from bench.soak import settings_in
from bench.wishes import Wish, furnish, house, perform, person
from command_center import worker
from command_center.domain.accounts import Account, Posture, effective_posture
from command_center.ports import Context, Request
from command_center.settings import Settings
from command_center.texts import LANGUAGES, knows
from command_center.use_cases.checkpoint import sign_head
from command_center.use_cases.lock import standing_locks
from command_center.use_cases.safe_mode import heads_outside, look_outside
from tests.contracts.postgresql import Cluster, NoServerError, started, url_of_both

BACK_WITHIN: Final = 30.0
_WISHED_AGAIN: Final = 5
_STRIKES: Final[tuple[Callable[[Cluster], None], ...]] = (Cluster.halt, Cluster.kill, Cluster.kill_backend)


@dataclass
class Shift:
    """Two processes at work, what the people's one says, and the books kept on it."""

    line: Any
    books: Bookkeeper
    wishes: list[Wish] = field(default_factory=list)
    told: dict[str, str] = field(default_factory=dict)
    rests: bool = False
    away: set[str] = field(default_factory=set)
    longest: float = 0.0

    def through(self, trouble: Callable[[], None], dice: random.Random) -> list[str]:
        """Let people work while something happens to the database; returns what is wrong once it is back."""
        self.wishes, self.told, self.rests = [], {}, False
        self.line.send("go")
        self._hear(lambda: False, dice.uniform(0.1, 0.4))
        trouble()
        self._hear(lambda: not self.line.poll(), BACK_WITHIN)
        back, before = time.monotonic(), len(self.told)
        if not self._hear(lambda: len(self.told) > before, BACK_WITHIN):
            return [f"nothing was done for {BACK_WITHIN} seconds"]
        self.longest = max(self.longest, time.monotonic() - back)
        self.line.send("rest")
        if not self._hear(lambda: self.rests, BACK_WITHIN):
            return ["a wish never ended"]
        unheard = [f"{wish} was never told" for wish in self.wishes if wish["id"] not in self.told]
        wrong = self.books.check(self.wishes, self.told) + self.books.again(self.wishes[-_WISHED_AGAIN:])
        return unheard + wrong + self._safe()

    def _safe(self) -> list[str]:
        return ["safe mode, and nothing was lost"] if look_outside(self.books.ctx) else []

    def _hear(self, enough: Callable[[], bool], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not enough():
            left = end - time.monotonic()
            if left <= 0:
                return False
            if self.line.poll(min(left, 0.05)):
                self._take(self.line.recv())
        return True

    def _take(self, said: dict[str, Any]) -> None:
        if "done" in said:
            self.told[said["done"]] = said["result"]
        elif "away" in said:
            self.away.add(said["away"])
        elif "rests" in said:
            self.rests = True
        else:
            self.wishes.append(said)

    def newest_head(self) -> int:
        """Return the size of the newest head outside."""
        return max((held.note.checkpoint.size for held in heads_outside(self.books.ctx)), default=0)

    def words(self) -> list[str]:
        """Return which trouble people met has no sentence."""
        return [
            f"{code} in {language}" for code in sorted(self.away) for language in LANGUAGES if not knows(language, code)
        ]


@contextmanager
def at_work(settings: Settings) -> Iterator[tuple[Shift, list[str]]]:
    """Open a house, let people and the worker begin, and look at the end whether the worker still works."""
    ctx = open_house(settings)
    furnish(ctx)
    wrong: list[str] = []
    working, from_worker = born(house, settings, 0)
    people, line = born(person, settings, 0)
    shift = Shift(line=line, books=Bookkeeper(ctx))
    try:
        yield shift, wrong
        size, end = shift.newest_head(), time.monotonic() + BACK_WITHIN
        perform(ctx, {"id": "last", "number": "last", "kind": "fact"})
        while working.is_alive() and shift.newest_head() <= size and time.monotonic() < end:
            time.sleep(0.1)
        if shift.newest_head() <= size:
            wrong.append("the worker works no more")
    finally:
        for process in (working, people):
            process.kill()
            process.join()
        wrong += [said for said in heard(from_worker) if said != "ready"]
        from_worker.close()
        line.close()
    wrong += [*shift.books.settle(), *shift.words()]
    ctx.store.close()


@dataclass
class Servers:
    """The servers of a run: the one in office comes first, then those that follow it."""

    running: list[Cluster]

    @property
    def first(self) -> Cluster:
        """Return the one in office."""
        return self.running[0]

    def standby(self, *, synchronous: bool) -> Cluster:
        """Start a standby of the one in office."""
        self.running.append(self.first.standby(synchronous=synchronous))
        return self.running[-1]

    def drop_first(self) -> None:
        """Remove what is left of the one that was in office."""
        _away(self.running.pop(0))


def crash(servers: Servers, folder: Path, times: int, seed: int) -> int:
    """Strike the server again and again; prints and returns how often something was wrong."""
    dice, failed, server = random.Random(seed), 0, servers.first
    settings = settings_in(folder, server.url(server.database()))
    with at_work(settings) as (shift, last):
        for turn in range(times):
            strike = _STRIKES[turn % len(_STRIKES)]
            failed += _told(f"crash {turn}", shift.through(lambda: _strike(server, strike, dice), dice))  # noqa: B023
    failed += _told("in the end", last)
    _print("crash", times, failed, f"{len(shift.books.told)} told results all there, back {shift.longest:.1f} s after")
    return failed


def _strike(server: Cluster, strike: Callable[[Cluster], None], dice: random.Random) -> None:
    strike(server)
    if strike is not Cluster.kill_backend:
        time.sleep(dice.uniform(0, 0.5))
        server.go()


def failover(servers: Servers, folder: Path, times: int, seed: int) -> int:
    """Kill the server and let its synchronous standby take over, each time in a new house; as ``crash``."""
    dice, failed, longest, told = random.Random(seed), 0, 0.0, 0
    for turn in range(times):
        database, server = servers.first.database(), servers.first
        standby = servers.standby(synchronous=True)
        both = dice.sample([server, standby], 2)
        (folder / str(turn)).mkdir()
        with at_work(settings_in(folder / str(turn), url_of_both(both, database))) as (shift, last):
            wrong = shift.through(lambda: _switch(server, standby), dice)  # noqa: B023
        failed += _told(f"failover {turn}", [*wrong, *last])
        servers.drop_first()
        longest, told = max(longest, shift.longest), told + len(shift.books.told)
    _print("failover", times, failed, f"{told} told results all there, back {longest:.1f} s after")
    return failed


def _switch(server: Cluster, standby: Cluster) -> None:
    server.kill()
    standby.promote()


def behind(servers: Servers, folder: Path, times: int, seed: int) -> int:
    """Let a standby that lags take over: what was told is lost, and safe mode must find it; as ``crash``."""
    dice, failed, lost = random.Random(seed), 0, 0
    for turn in range(times):
        database, server = servers.first.database(), servers.first
        standby = servers.standby(synchronous=False)
        (folder / str(turn)).mkdir()
        ctx = open_house(settings_in(folder / str(turn), url_of_both([server, standby], database)))
        furnish(ctx)
        _log(ctx, range(dice.randint(1, 20)), "kept")
        server.followed()
        standby.halt()
        gone = _log(ctx, range(dice.randint(1, 20)), "lost")
        wrong = ["safe mode, and nothing was lost yet"] if look_outside(ctx) else []
        server.kill()
        standby.go()
        standby.promote()
        lost += len(gone)
        failed += _told(f"behind {turn}", wrong + _noticed(ctx, gone))
        ctx.store.close()
        servers.drop_first()
    _print("behind", times, failed, f"{lost} told results lost with the server")
    return failed


def _log(ctx: Context, numbers: range, name: str) -> list[str]:
    wishes = [{"id": f"{name}-{number}", "number": f"{name} {number}", "kind": "fact"} for number in numbers]
    for wish in wishes:
        perform(ctx, wish)
    sign_head(ctx, reason="interval")
    worker.deposit_once(ctx)
    return [wish["id"] for wish in wishes]


def _noticed(ctx: Context, gone: Sequence[str]) -> list[str]:
    """Return what is wrong unless all of it is gone, safe mode stands and every account is on hold."""
    wrong = [] if look_outside(ctx) else ["entries are lost and nobody noticed"]
    with ctx.store.reading() as store:
        wrong += [f"{wish} is still there" for wish in gone if store.get(Request, wish)]
        postures = [effective_posture(each, standing_locks(store, each.id)) for each in store.find(Account)]
    return wrong + ["an account that may speak"] * (set(postures) != {Posture.HOLD})


def _told(where: str, wrong: Sequence[str]) -> bool:
    for problem in wrong[:5]:
        print(f"{where}: {problem}", flush=True)
    return bool(wrong)


def _print(name: str, times: int, failed: int, more: str) -> None:
    print(f"{name:9}{times - failed} passed, {failed} failed ({more})", flush=True)


def _away(server: Cluster) -> None:
    with suppress(RuntimeError):
        server.stop()
    shutil.rmtree(server.folder, ignore_errors=True)


def run(data: Path, *, crashes: int, failovers: int, lags: int, seed: int = 1) -> int:
    """Do everything; returns how often something was wrong."""
    failed, servers = 0, Servers([started()])
    try:
        for attack, times in ((crash, crashes), (failover, failovers), (behind, lags)):
            folder = data / attack.__name__
            folder.mkdir()
            failed += attack(servers, folder, times, seed) if times else 0
    finally:
        for server in servers.running:
            _away(server)
    return failed


def main(argv: Sequence[str] | None = None) -> int:
    """Kill the database."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crashes", type=int, default=9)
    parser.add_argument("--failovers", type=int, default=3)
    parser.add_argument("--lags", type=int, default=3, help="how often a standby that is behind takes over")
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        given = {"crashes": wanted.crashes, "failovers": wanted.failovers, "lags": wanted.lags}
        try:
            return 1 if run(Path(folder), **given, seed=wanted.seed) else 0
        except NoServerError as missing:
            print(missing)
            return 2


if __name__ == "__main__":
    raise SystemExit(main())
