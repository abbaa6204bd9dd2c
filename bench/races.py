"""Let real processes race on one store: ``python -m bench.races [--rounds 1000] [--database URL]``.

In each race two or three processes do something at the same moment, give or take some milliseconds, round by round;
then the log is read. *lock*: workers send a post while its account is locked. *activate*: two people activate the same
plan. *withdraw*: an approved wording is taken back while it is published. *approve*: one person approves twice at once.
*unlock*: one person asks for a lock to be lifted and confirms it, while another does too.
Without ``--database`` the store is a SQLite file in a folder of its own.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from command_center.bootstrap import build
from command_center.domain.accounts import Account, Lock, Posture
from command_center.domain.connections import Connection, KeyKind, NetworkRight
from command_center.domain.incidents import Incident
from command_center.domain.mentions import Plane
from command_center.domain.people import Person, Role
from command_center.domain.publications import Publication, PublicationState
from command_center.domain.response_log import Action, LogEntry
from command_center.domain.statements import Content, Statement, StatementState, StatementVersion, Variant, content_hash
from command_center.domain.verifying import verify
from command_center.errors import CommandCenterError
from command_center.networks import Access, Message, Outcome
from command_center.ports import Caller, Context
from command_center.settings import Settings
from command_center.storage import open_store
from command_center.use_cases.activate import activate
from command_center.use_cases.approve import approve_statement, withdraw_statement
from command_center.use_cases.lock import ask_unlock, confirm_unlock, lock_account
from command_center.use_cases.publish import ask_to_publish
from command_center.use_cases.send import take_turn

ROOT: Final = Path(__file__).resolve().parent.parent
TEXT: Final = "Wir prüfen das."


@dataclass(frozen=True)
class PostBox:
    """A network that is a file: whoever posts appends a line, with a little way to go."""

    path: Path
    by_hand: bool = False

    def publish(self, account: Account, message: Message, _access: Access | None) -> Outcome:
        """Append the post, then answer."""
        time.sleep(random.uniform(0, 0.006))
        with self.path.open("a") as file:
            file.write(f"{json.dumps([account.id, message.key, time.monotonic()])}\n")
        return Outcome(state="sent", native_ids=(message.key,))

    def find(self, account: Account, message: Message, access: Access) -> Outcome | None:
        """Find nothing: no answer gets lost here."""
        return None

    def lines(self) -> list[tuple[str, str, float]]:
        """Return what stands there."""
        if not self.path.exists():
            return []
        return [tuple(json.loads(line)) for line in self.path.read_text().splitlines()]


def open_house(data: Path, database: str) -> Context:
    """Open the house whose accounts lead to the post box."""
    ctx = build(Settings(data=data, database_url=database))
    box: Any = PostBox(data / "posts")
    return replace(ctx, networks={"box": box}, publishers={**ctx.publishers, "box": box})


def furnish(ctx: Context, rounds: int, names: Sequence[str]) -> None:
    """Store the people, and for every round an account, a submitted and a valid wording, a lock and a post."""
    now = ctx.now()
    content = Content(title="Lage", kind="holding", variants=(Variant(language="de", text=TEXT),))
    with ctx.store.writing() as store:
        for name, role in (("lead", Role.CRISIS_LEAD), ("other", Role.CRISIS_LEAD), ("anna", Role.CO_MANAGER)):
            store.add(Person(id=name, login=name, name=name, roles=(role,), created_at=now))
        key = Connection(
            id="key", network="box", handle="@a", kind=KeyKind.TOKEN, connected_by="lead", connected_at=now,
            rights=(NetworkRight.POST,), sealed=ctx.vault.seal("key", {"token": "t"}),
        )  # fmt: skip
        store.add(key)
        for number in range(rounds):
            for kind, publisher in (("box", "box"), ("locked", "manual")):
                name = f"{kind}-{number}"
                tags = {"co_managers": ("anna",), "publisher": publisher, "connection_id": "key" * (kind == "box")}
                store.add(Account(id=name, network=kind, handle=name, name=name, **tags))  # type: ignore[arg-type]
            store.add(_lock(f"locked-{number}", now, f"voice-{number}"))
            store.add(_lock(f"locked-{number}", now, f"lock-{number}"))
            for kind, state in (("valid", StatementState.VALID), ("submitted", StatementState.SUBMITTED)):
                if not {"withdraw", "approve"}.intersection(names):
                    continue  # the gate would read them all, every time
                statement = Statement(
                    id=f"st-{kind}-{number}", plane=Plane.REAL, title="Lage", created_by="x", created_at=now
                )
                store.add(statement)
                said = replace(content, variants=(Variant(language="de", text=f"{TEXT} {number}"),))
                store.add(
                    StatementVersion(
                        id=f"{kind}-{number}",
                        statement_id=statement.id,
                        plane=Plane.REAL,
                        number=1,
                        content=said,
                        content_hash=content_hash(said),
                        author_id="x",
                        created_at=now,
                        quorum=2,
                        approver_roles=(),
                        valid_for=0,
                        state=state,
                    )
                )  # fmt: skip


def _lock(account_id: str, now: Any, identity: str) -> Lock:
    return Lock(
        id=identity, account_id=account_id, plane=Plane.REAL, posture=Posture.ONE_VOICE, reason="Sturm",
        locked_by="lead", locked_at=now, review_by=now + timedelta(hours=4),
    )  # fmt: skip


def queue_posts(ctx: Context, rounds: int) -> None:
    """Put one post in line for every account that leads to the post box; its id is the account's."""
    for number in range(rounds):
        named = replace(ctx, new_id=lambda number=number: f"post-{number}")  # type: ignore[misc]
        ask_to_publish(
            named, Caller("anna", f"ask-{number}"), account_id=f"box-{number}", text=TEXT, reply_to="", due_at=None
        )


Act = Callable[[Context, int], object]
Runner = subprocess.Popen[str]


def _lock_now(ctx: Context, number: int) -> None:
    account = f"box-{number}"
    lock_account(ctx, Caller("lead", f"lock-{number}"), account_id=account, posture=Posture.HOLD, reason="Sturm")
    # When it has committed, for whoever wants to know what was still on its way.
    with (ctx.networks["box"].path.parent / "locked").open("a") as file:  # type: ignore[attr-defined]
        file.write(f"{json.dumps([account, time.monotonic()])}\n")


def _send(ctx: Context, number: int) -> None:
    take_turn(ctx, f"post-{number}")


def _activate(who: str) -> Act:
    def act(ctx: Context, number: int) -> None:
        given = {"plan_id": "service-outage", "plane": Plane.PRACTICE, "topic_id": f"topic-{number}"}
        activate(ctx, Caller(who, f"activate-{who}-{number}"), reason="Sturm", **given)  # type: ignore[arg-type]

    return act


def _publish(ctx: Context, number: int) -> None:
    ask_to_publish(
        ctx,
        Caller("anna", f"say-{number}"),
        account_id=f"locked-{number}",
        text=f"{TEXT} {number}",
        reply_to="",
        due_at=None,
    )


def _withdraw(ctx: Context, number: int) -> None:
    withdraw_statement(ctx, Caller("lead", f"withdraw-{number}"), version_id=f"valid-{number}", reason="überholt")


def _approve(ctx: Context, number: int) -> None:
    with ctx.store.reading() as store:
        version = store.find(StatementVersion, id=f"submitted-{number}")[0]
    caller = Caller("lead", f"approve-{os.getpid()}-{number}")
    approve_statement(ctx, caller, version_id=version.id, content_hash=version.content_hash)


def _ask_unlock(ctx: Context, number: int) -> None:
    ask_unlock(ctx, Caller("lead", f"unlock-{number}"), lock_id=f"lock-{number}", reason="ruhig")


def _confirm_unlock(who: str) -> Act:
    def act(ctx: Context, number: int) -> None:
        for turn in range(3):
            with suppress(CommandCenterError):
                confirm_unlock(ctx, Caller(who, f"confirm-{who}-{number}-{turn}"), lock_id=f"lock-{number}")

    return act


# Who takes part, and how many milliseconds they hesitate at most.
RACES: Final[dict[str, tuple[tuple[Act, int], ...]]] = {
    "lock": ((_lock_now, 25), (_send, 10), (_send, 10)),
    "activate": ((_activate("lead"), 10), (_activate("other"), 10)),
    "withdraw": ((_publish, 10), (_withdraw, 10)),
    "approve": ((_approve, 10), (_approve, 10)),
    "unlock": ((_ask_unlock, 5), (_confirm_unlock("lead"), 20), (_confirm_unlock("other"), 20)),
}


def run_side(data: Path, database: str, side: int) -> None:
    """Be one of the racing processes: do your part of a round whenever it is called out, and say that it is done."""
    ctx = open_house(data, database)
    dice = random.Random(side)
    print("ready", flush=True)
    for line in sys.stdin:
        name, number = line.split()
        act, hesitation = RACES[name][side]
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
        for side in range(max(map(len, RACES.values())))
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
    racing = sides[: len(RACES[name])]
    for number in range(rounds):
        for side in racing:
            if side.stdin is not None:
                side.stdin.write(f"{name} {number}\n")
                side.stdin.flush()
        for side in racing:
            wait_for(side)


def _first(entries: Sequence[LogEntry]) -> dict[tuple[Action, str], int]:
    found: dict[tuple[Action, str], int] = {}
    for entry in entries:
        found.setdefault((entry.action, entry.subject), entry.number)
    return found


def judge_lock(ctx: Context, entries: Sequence[LogEntry], rounds: int) -> tuple[list[str], str]:
    """No attempt begins after its lock; what began stands there once; sealed only when it is known."""
    box = ctx.networks["box"]
    lines = box.lines()  # type: ignore[attr-defined]
    posted = [key for _, key, _ in lines]
    at, wrong = _first(entries), []
    with ctx.store.reading() as store:
        states = {post.account_id: post.state for post in store.find(Publication) if post.id.startswith("post-")}
    for number in range(rounds):
        locked, begun = at[Action.ACCOUNT_LOCKED, f"box-{number}"], at.get((Action.POST_INTENDED, f"post-{number}"))
        sealed, sent = (
            at.get((Action.ACCOUNT_SEALED, f"box-{number}"), 0),
            at.get((Action.POST_SENT, f"post-{number}"), 0),
        )
        fine = posted.count(f"post-{number}") == (begun is not None) and sealed > max(locked, sent)
        expected = PublicationState.SENT if begun else PublicationState.HELD
        if (begun or 0) > locked or not fine or states[f"box-{number}"] is not expected:
            wrong.append(f"lock {number}")
    times = dict(json.loads(line) for line in (box.path.parent / "locked").read_text().splitlines())  # type: ignore[attr-defined]
    late = sum(when > times[account] for account, _, when in lines)
    shown = (
        f"{len(lines)} sent, {rounds - len(lines)} held; {late} were on their way as the lock came, none began after it"
    )
    return wrong, shown


def judge_activate(ctx: Context, _entries: Sequence[LogEntry], rounds: int) -> tuple[list[str], str]:
    """One incident a round."""
    with ctx.store.reading() as store:
        topics = [incident.topic_id for incident in store.find(Incident)]
    return [f"activate {n}" for n in range(rounds) if topics.count(f"topic-{n}") != 1], f"{len(topics)} incidents"


def judge_withdraw(_ctx: Context, entries: Sequence[LogEntry], rounds: int) -> tuple[list[str], str]:
    """No intent follows the withdrawal of its wording."""
    gone = {entry.subject: entry.number for entry in entries if entry.action is Action.STATEMENT_WITHDRAWN}
    said = {
        str(entry.details["statement_version"]): entry.number
        for entry in entries
        if entry.action is Action.POST_INTENDED and entry.details["statement_version"]
    }
    wrong = [name for number in range(rounds) if said.get(name := f"valid-{number}", 0) > gone.get(name, 0)]
    return wrong, f"{len(said)} published, {rounds - len(said)} refused"


def judge_approve(ctx: Context, entries: Sequence[LogEntry], rounds: int) -> tuple[list[str], str]:
    """One person counts once: no wording becomes valid."""
    given = [entry.subject for entry in entries if entry.action is Action.STATEMENT_APPROVED]
    with ctx.store.reading() as store:
        waiting = {version.id for version in store.find(StatementVersion, state=StatementState.SUBMITTED)}
    names = [f"submitted-{number}" for number in range(rounds)]
    return [name for name in names if given.count(name) != 1 or name not in waiting], f"{len(given)} approvals"


def judge_unlock(_ctx: Context, entries: Sequence[LogEntry], rounds: int) -> tuple[list[str], str]:
    """Whoever asked never lifts, and nobody lifts twice."""
    lifted = [(str(entry.details["lock"]), entry.actor) for entry in entries if entry.action is Action.ACCOUNT_UNLOCKED]
    names = [lock for lock, _ in lifted]
    wrong = [lock for lock, who in lifted if who != "other" or names.count(lock) != 1]
    return wrong, f"{len(lifted)} lifted by two people, {rounds - len(lifted)} still asked for"


JUDGES: Final = {
    "lock": judge_lock,
    "activate": judge_activate,
    "withdraw": judge_withdraw,
    "approve": judge_approve,
    "unlock": judge_unlock,
}


def run(data: Path, database: str, rounds: int, names: Sequence[str] = tuple(RACES)) -> int:
    """Run every race and print what came of it; returns how many rounds went wrong."""
    open_store(database or Settings(data=data).store_url).close()
    ctx = open_house(data, database)
    furnish(ctx, rounds, names)
    if "lock" in names:
        queue_posts(ctx, rounds)
    failed = 0
    with runners(data, database) as sides:
        for name in names:
            race(sides, name, rounds)
            with ctx.store.reading() as store:
                entries = list(store.log())
            wrong, shown = JUDGES[name](ctx, entries, rounds)
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
