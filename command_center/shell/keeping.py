"""``migrate``, ``backup``, ``restore``, ``worker``, ``check-plans`` and ``doctor``: keeping the house in order."""

import json
import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Annotated

import typer

from command_center import bootstrap, worker
from command_center.ports import Caller
from command_center.shell.doctor import look_around
from command_center.shell.frame import FAILED, AsJson, answer, failing_clearly, house, language, settings, tell
from command_center.texts import say
from command_center.use_cases.checkpoint import rotate_log_key
from command_center.use_cases.command import SHELL
from command_center.use_cases.connect import rotate_keys
from command_center.use_cases.erase_again import keep_erasures, keep_quietly
from command_center.use_cases.safe_mode import heads_outside, look_outside
from command_center.vault import new_key


def migrate(as_json: AsJson = False) -> None:
    """Bring the store to this version's form."""
    with failing_clearly(as_json):
        waiting = bootstrap.pending_migrations(settings())
    with house(as_json):
        answer(as_json, {"applied": list(waiting)}, "store.migrated", count=len(waiting))


def backup(out: Annotated[Path, typer.Argument(help="A new file.")], as_json: AsJson = False) -> None:
    """Copy the running store into one file and check the copy."""
    with failing_clearly(as_json):
        found = bootstrap.back_up(settings(), out)
        answer(
            as_json,
            {"file": str(out), "entries": found.entries, "head": found.head},
            "backup.written",
            file=str(out),
            entries=found.entries,
            head=found.head,
        )


def restore(file: Annotated[Path, typer.Argument(help="A copy made by backup.")], as_json: AsJson = False) -> None:
    """Put a backup where no store is yet; never overwrites one. What was erased since is erased again."""
    with failing_clearly(as_json):
        found = bootstrap.put_back(settings(), file)
    with house(as_json) as ctx:
        again = keep_erasures(ctx)
        heads = [held.note.checkpoint.size for held in heads_outside(ctx)]
        look_outside(ctx)
    known = max(heads, default=0)
    lost = max(known - found.entries, 0)
    answer(
        as_json,
        {
            "file": str(file),
            "entries": found.entries,
            "head": found.head,
            "known_outside": known,
            "lost": lost,
            "erased_again": again,
        },
        "restore.done",
        file=str(file),
        entries=found.entries,
        head=found.head,
    )
    if as_json:
        return
    if not heads:
        tell("restore.nothing_outside")
    elif lost:
        tell("restore.lost", count=lost, known=known)
    if again:
        tell("restore.erased_again", count=again)


def work(
    once: Annotated[bool, typer.Option(help="Do every job once and stop.")] = False, as_json: AsJson = False
) -> None:
    """Do the background work in a process of its own until it is stopped (Ctrl-C)."""
    with house(as_json) as ctx:
        if once:
            worker.work_once(ctx)
            worker.send_once(ctx)
            worker.read_once(ctx)
            worker.deposit_once(ctx)
            return
        look_outside(ctx)
        keep_quietly(ctx)
        stop = threading.Event()

        def end(_signal: int, _frame: FrameType | None) -> None:
            stop.set()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        answer(as_json, {"worker": "started"}, "worker.started")
        worker.run(ctx, stop)


def check_plans(
    folder: Annotated[Path | None, typer.Argument(help="A folder of plans; the house's own when left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check every plan and name each mistake with file, line, field and remedy; exit code 1 when there are any."""
    with failing_clearly(as_json):
        shelf = bootstrap.shelf(folder or settings().plans)
    for problem in shelf.problems:
        sentence = say(language(), problem.code, **problem.values)
        if as_json:
            found = {"file": str(problem.file), "line": problem.line, "field": problem.field, "code": problem.code}
            print(json.dumps({**found, "sentence": sentence}, ensure_ascii=False, sort_keys=True))
        else:
            print(f"{problem.file}:{problem.line}: {problem.field}: {sentence}")
    answer(
        as_json,
        {"plans": [plan.id for plan in shelf.plans], "problems": len(shelf.problems)},
        "plans.checked",
        plans=len(shelf.plans),
        problems=len(shelf.problems),
    )
    if shelf.problems:
        raise typer.Exit(FAILED)


def make_key(as_json: AsJson = False) -> None:
    """Print a new key for the setting TOKEN_KEY; keep it where the store is not."""
    key = new_key()
    if as_json:
        print(json.dumps({"key": key}))
    else:
        print(key)


def rotate(as_json: AsJson = False) -> None:
    """Seal the keys to all networks again with the newest TOKEN_KEY; afterwards the old one can go."""
    with house(as_json) as ctx:
        count = int(rotate_keys(ctx, Caller(SHELL, ctx.new_id())))
        answer(as_json, {"connections": count}, "keys.rotated", count=count)


def rotate_log(
    lost: Annotated[bool, typer.Option(help="The old key is gone and can't vouch for the new one.")] = False,
    as_json: AsJson = False,
) -> None:
    """Sign the log's heads with a new key from now on, and print its verifier key."""
    with house(as_json) as ctx:
        key = rotate_log_key(ctx, Caller(SHELL, ctx.new_id()), lost=lost)
        answer(as_json, {"key": key, "lost": lost}, "log_key.replaced" if lost else "log_key.rotated", key=key)


def doctor(as_json: AsJson = False) -> None:
    """Look at settings, store, plans and clock and say what is wrong and what to do; exit code 1 if anything is."""
    findings = look_around()
    for finding in findings:
        if as_json:
            print(json.dumps({"ok": finding.ok, "code": finding.code, **finding.values}, default=str, sort_keys=True))
        else:
            print(("✓ " if finding.ok else "✗ ") + say(language(), finding.code, **finding.values))
    if not all(finding.ok for finding in findings):
        raise typer.Exit(FAILED)
    if not as_json:
        tell("doctor.fine")
