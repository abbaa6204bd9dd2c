"""Kill a working process again and again: ``python -m bench.soak [--kills 1000] [--database URL]``.

The process imports, activates, publishes and logs; it says each wish before it begins and its result when it is done.
``kill -9`` ends it at a random moment. Then every result it told must stand in the store with its log entries, the log
must have no gap and no fork, every incident all its tasks, clocks and locks, and the wish nobody heard the result of
is sent again, twice, and gives one result. Prints ``N passed, N failed``, a kill each.
"""

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from command_center.bootstrap import build
from command_center.domain.accounts import Account, Lock, Posture
from command_center.domain.incidents import Clock, FactState, Incident, IncidentState, Task
from command_center.domain.mentions import Plane, RawMention
from command_center.domain.people import Person, Role
from command_center.domain.publications import Publication
from command_center.domain.response_log import GENESIS
from command_center.domain.topics import Topic
from command_center.domain.verifying import verify_rows
from command_center.ports import Caller, Context, Request
from command_center.settings import Settings
from command_center.use_cases.activate import activate
from command_center.use_cases.import_mentions import import_mentions
from command_center.use_cases.lead import record_fact
from command_center.use_cases.lock import lock_account
from command_center.use_cases.publish import ask_to_publish

ROOT: Final = Path(__file__).resolve().parent.parent
KINDS: Final = ("import", "activate", "publish", "publish", "fact", "lock")
PLAN: Final = "product-recall"
ROWS: Final = 40
LONGEST_LIFE: Final = 1.2

Wish = dict[str, Any]


def perform(ctx: Context, wish: Wish) -> str:
    """Carry a wish out and return its result; the same wish gives the same one."""
    caller, number = Caller("lead", str(wish["id"])), str(wish["number"])
    match wish["kind"]:
        case "import":
            at = ctx.now()
            rows = (
                RawMention(
                    network="x", native_id=f"{number}-{row}", text=f"Nordwerk qualmt {number} {row}", created_at=at
                )
                for row in range(ROWS)
            )
            import_mentions(ctx, caller, raws=rows, topic_name="Nordwerk", source_name="soak.csv")
            return ""
        case "activate":
            return activate(ctx, caller, plan_id=PLAN, plane=Plane.REAL, reason="Sturm", topic_id=number)
        case "publish":
            text = f"Guten Morgen {number}!"
            return ask_to_publish(ctx, caller, account_id="free", text=text, reply_to="", due_at=None)
        case "fact":
            given = {"incident_id": "first", "text": f"Fakt {number}", "source": "Leitwarte"}
            return record_fact(ctx, caller, state=FactState.CONFIRMED, **given)
        case _:
            return lock_account(ctx, caller, account_id="locked", posture=Posture.HOLD, reason="Sturm")


def work(data: Path, database: str, life: int) -> None:
    """Carry out wishes until killed, each told before and after."""
    ctx = build(Settings(data=data, database_url=database))
    dice = random.Random(life)
    number = 0
    while True:
        number += 1
        wish = {"id": f"wish-{life}-{number}", "number": f"{life}-{number}", "kind": dice.choice(KINDS)}
        print(json.dumps(wish), flush=True)
        print(json.dumps({"done": wish["id"], "result": perform(ctx, wish)}), flush=True)


def furnish(ctx: Context) -> None:
    """Store somebody who may do everything, and two accounts."""
    with ctx.store.writing() as store:
        roles = (Role.CRISIS_LEAD, Role.CO_MANAGER)
        store.add(Person(id="lead", login="lead", name="lead", roles=roles, created_at=ctx.now()))
        for name, tags in (("free", ()), ("locked", ("corporate",))):
            store.add(Account(id=name, network="x", handle=name, name=name, tags=tags, co_managers=("lead",)))
        store.add(
            Incident(
                id="first", plane=Plane.REAL, title="Sturm", plan_id="", plan_version=1, plan={}, level=1,
                opened_by="lead",
                state=IncidentState.ACTIVE, opened_at=ctx.now(),
            )
        )  # fmt: skip


@dataclass
class Bookkeeper:
    """What the process said it had done, and how far the log was read."""

    ctx: Context
    told: dict[str, str] = field(default_factory=dict)
    posts: int = 0
    rows: int = 0
    number: int = 0
    hash: str = GENESIS
    wishes: set[str] = field(default_factory=set)

    def check(self, wishes: Sequence[Wish], told: dict[str, str]) -> list[str]:
        """Compare one life of the process with the store; returns what is wrong."""
        self.told |= told
        unheard = [wish for wish in wishes if wish["id"] not in told]
        wrong = [problem for wish in unheard for problem in self._repeat(wish)]
        self.rows += ROWS * sum(wish["kind"] == "import" for wish in wishes)
        self.posts += sum(wish["kind"] == "publish" for wish in wishes)
        with self.ctx.store.reading() as store:
            for wish in wishes:
                kept = store.get(Request, wish["id"] if wish["kind"] != "import" else f"{wish['id']}:close")
                if kept is None or (
                    wish["id"] in told and wish["kind"] != "import" and kept.result != told[wish["id"]]
                ):
                    wrong.append(f"{wish} told {told.get(wish['id'])}, kept {kept}")
            wrong += [*self._log(store), *self._whole(store)]
        wrong += [
            f"{wish} has no log entry" for wish in wishes if not self.wishes & {wish["id"], f"{wish['id']}:close"}
        ]
        return wrong

    def _repeat(self, wish: Wish) -> list[str]:
        with self.ctx.store.reading() as store:
            kept = store.get(Request, wish["id"])
        first, second = perform(self.ctx, wish), perform(self.ctx, wish)
        same = first == second and (kept is None or kept.result == first)
        return [] if same else [f"{wish} gave {first}, then {second}, and {kept} was kept"]

    def _log(self, store: Any) -> list[str]:
        """Read on in the log: every number once, every entry on the one before."""
        for entry in store.log(after=self.number):
            if entry.number != self.number + 1 or entry.previous_hash != self.hash:
                return [f"entry {entry.number} doesn't follow {self.number}"]
            self.number, self.hash = entry.number, entry.hash
            self.wishes.add(json.loads(entry.body)["request"])
        return []

    def _whole(self, store: Any) -> list[str]:
        """Look for an activation, an import or a post of which only a part is there."""
        plan = next(plan for plan in self.ctx.plans() if plan.id == PLAN)
        tasks = sum(task.phase.value != "post" for task in plan.tasks)
        opened = store.find(Incident, plan_id=PLAN)
        expected = {Task: tasks * len(opened), Clock: len(plan.clocks) * len(opened)}
        wrong = [
            f"{kind.__name__}: {len(store.find(kind))}, not {n}"
            for kind, n in expected.items()
            if len(store.find(kind)) != n
        ]
        locks = [lock.incident_id for lock in store.find(Lock, account_id="locked") if lock.incident_id]
        if sorted(locks) != sorted(incident.id for incident in opened):
            wrong.append("an incident without its lock")
        if len(store.find(Publication)) != self.posts:
            wrong.append("posts")
        topics = store.find(Topic)
        if sum(store.extent(topic.id).total for topic in topics) != self.rows:
            wrong.append("mentions")
        return wrong


def one_life(data: Path, database: str, life: int, dice: random.Random) -> tuple[list[Wish], dict[str, str]]:
    """Let the process live for a moment; returns what it wished for and what it said was done."""
    command = [sys.executable, "-m", "bench.soak", "--work", str(data), database, str(life)]
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE)  # noqa: S603
    wishes: list[Wish] = []
    told: dict[str, str] = {}
    born = threading.Event()

    def kill() -> None:
        born.wait(60)
        time.sleep(dice.uniform(0, LONGEST_LIFE))
        os.kill(process.pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    for line in process.stdout or ():
        born.set()
        if not line.endswith("}\n"):
            continue
        said = json.loads(line)
        if "done" in said:
            told[said["done"]] = said["result"]
        else:
            wishes.append(said)
    born.set()
    killer.join()
    process.communicate()
    if process.returncode != -signal.SIGKILL:
        raise RuntimeError(f"the process ended by itself: {process.returncode}")
    return wishes, told


def run(data: Path, database: str, kills: int, seed: int) -> int:
    """Kill and check as often as wanted; prints and returns how many kills left something wrong."""
    ctx = build(Settings(data=data, database_url=database))
    furnish(ctx)
    dice, books, failed, unheard = random.Random(seed), Bookkeeper(ctx), 0, 0
    for life in range(kills):
        wishes, told = one_life(data, database, life, dice)
        unheard += len(wishes) - len(told)
        wrong = books.check(wishes, told)
        failed += bool(wrong)
        for problem in wrong[:5]:
            print(f"life {life}: {problem}")
    with ctx.store.reading() as store:
        found = verify_rows(store.log_as_written())
        lost = [
            wish
            for wish, result in books.told.items()
            if result and getattr(store.get(Request, wish), "result", "") != result
        ]
    failed += (not found.intact) + bool(lost)
    ctx.store.close()
    print(f"{kills - failed} passed, {failed} failed: {len(books.told)} told results all there, {unheard} sent again,")
    print(f"  {found.entries} log entries without gap or fork, {books.rows} mentions, {books.posts} posts")
    return failed


def main(argv: Sequence[str] | None = None) -> int:
    """Kill."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--database", default="", help="a fresh PostgreSQL database, as postgresql://…")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", nargs=3, help=argparse.SUPPRESS)
    wanted = parser.parse_args(argv)
    if wanted.work:
        work(Path(wanted.work[0]), wanted.work[1], int(wanted.work[2]))
    with tempfile.TemporaryDirectory() as folder:
        return 1 if run(Path(folder), wanted.database, wanted.kills, wanted.seed) else 0


if __name__ == "__main__":
    raise SystemExit(main())
