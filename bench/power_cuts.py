"""Cut the power, on paper: ``python -m bench.power_cuts [--cuts 5000] [--faults]``. Needs Linux and strace.

A process appends to the log while strace takes down every write, truncation and sync of the store's files, and every
append it told. A cut is a place in that record: what was synced is there, of the rest each write is there, gone or torn
at 512 bytes, in any combination. From every such state the store must open, undamaged and with all entries told so far.
The same cuts must find losses with ``synchronous=NORMAL`` and ``OFF``, or they would prove nothing.
``--faults`` lets every single write and sync fail once, with EIO and with ENOSPC, while the process goes on.
"""

import argparse
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from command_center.domain.mentions import Plane
from command_center.domain.response_log import Action, NewEntry
from command_center.domain.verifying import verify_rows
from command_center.errors import StoreUnavailable
from command_center.storage import SqlStore, engines, open_store

ROOT: Final = Path(__file__).resolve().parent.parent
FILE: Final = "store.sqlite"
APPENDS: Final = 40
SECTOR: Final = 512
# So few pages that the record holds checkpoints too.
CHECKPOINT_EVERY: Final = 60
CALLS: Final = "pwrite64,write,fsync,fdatasync,ftruncate"
_LINE: Final = re.compile(r'(\w+)\(\d+<([^>]*)>(?:, "((?:\\x..)*)")?(?:, (\d+))?(?:, (\d+))?\) += (-?\d+)')


@dataclass(frozen=True, slots=True)
class Call:
    """One call in the record; ``told`` counts the appends told so far, where it is one of those."""

    kind: str
    file: str = ""
    data: bytes = b""
    at: int = 0


def append(folder: Path, mode: str, number: int) -> None:
    """Be the process: append, tell each number when it is in, and go on when one is not."""
    store = SqlStore(engines.create(f"sqlite:///{folder / FILE}"))

    @sa.event.listens_for(store.engine, "connect")
    def prepare(connection: object, _record: object) -> None:
        connection.execute(f"PRAGMA synchronous={mode}")  # type: ignore[attr-defined]
        connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_EVERY}")  # type: ignore[attr-defined]

    for turn in range(number):
        entry = NewEntry(
            action=Action.TASK_DONE, actor="soak", plane=Plane.REAL, subject=str(turn), at=datetime.now(UTC),
            details={"note": "x" * 300},
        )  # fmt: skip
        with suppress(StoreUnavailable):
            with store.writing() as writing:
                made = writing.append(entry)
            os.write(1, f"told {made.number} {turn}\n".encode())
    # No tidy end: the power goes, nothing is closed.
    os._exit(0)


def strace_works() -> bool:
    """Tell whether strace is here and may look at our processes."""
    if shutil.which("strace") is None:
        return False
    command = ["strace", "-qq", "-e", "trace=none", sys.executable, "-c", ""]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603


def prepare(folder: Path) -> None:
    """Make an empty store."""
    open_store(f"sqlite:///{folder / FILE}").close()


def _traced(folder: Path, options: Sequence[str], mode: str, number: int) -> str:
    command = ["strace", "-f", "-qq", *options]
    process = [sys.executable, "-m", "bench.power_cuts", "--append", str(folder), mode, str(number)]
    done = subprocess.run([*command, *process], cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout


def record(folder: Path, mode: str, number: int = APPENDS) -> list[Call]:
    """Let the process append and return what it did to the files, in order."""
    log = folder / "strace.log"
    _traced(folder, ["-y", "-xx", "-s", "100000", "-e", f"trace={CALLS}", "-o", str(log)], mode, number)
    return list(_calls(log))


def _calls(log: Path) -> Iterator[Call]:
    for line in log.read_text().splitlines():
        found = _LINE.search(line)
        if found is None or int(found[6]) < 0:
            continue
        kind, path = found[1], bytes.fromhex(found[2].replace("\\x", "")).decode() if "\\x" in found[2] else found[2]
        data = bytes.fromhex((found[3] or "").replace("\\x", ""))
        if data.startswith(b"told "):
            yield Call("told")
        elif Path(path).name in {FILE, f"{FILE}-wal"}:
            name = Path(path).name
            if kind == "pwrite64":
                yield Call("write", name, data, int(found[5]))
            elif kind == "ftruncate":
                yield Call("truncate", name, b"", int(found[4]))
            elif kind in {"fsync", "fdatasync"}:
                yield Call("sync", name)
            else:
                raise RuntimeError(f"a call that can't be replayed: {line[:120]}")


def cut(calls: Sequence[Call], before: bytes, dice: random.Random) -> tuple[dict[str, bytes], int]:
    """Return the files as a power cut at some moment may leave them, and how many appends had been told."""
    happened = calls[: dice.randrange(1, len(calls) + 1)]
    files = {FILE: bytearray(before), f"{FILE}-wal": bytearray()}
    for name, content in files.items():
        own = [call for call in happened if call.file == name]
        synced = max((place + 1 for place, call in enumerate(own) if call.kind == "sync"), default=0)
        for call in own[:synced]:
            _apply(content, call)
        for call in own[synced:]:
            _maybe(content, call, dice)
    return {name: bytes(content) for name, content in files.items()}, sum(call.kind == "told" for call in happened)


def _maybe(content: bytearray, call: Call, dice: random.Random) -> None:
    """Let an unsynced call have happened, not at all, or for some sectors of it."""
    fate = dice.random()
    if fate < 0.4:
        _apply(content, call)
    elif fate < 0.6 and call.kind == "write":
        for start in range(0, len(call.data), SECTOR):
            if dice.random() < 0.5:
                _apply(content, Call("write", call.file, call.data[start : start + SECTOR], call.at + start))


def _apply(content: bytearray, call: Call) -> None:
    if call.kind == "write":
        content.extend(b"\0" * (call.at - len(content)))
        content[call.at : call.at + len(call.data)] = call.data
    elif call.kind == "truncate":
        content.extend(b"\0" * (call.at - len(content)))
        del content[call.at :]


def judged(folder: Path, files: dict[str, bytes], told: int) -> str:
    """Open what the cut left; returns what is wrong with it, empty when all that was told is there."""
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return opened(folder, told)


def opened(folder: Path, told: int) -> str:
    """Say what is wrong with the store in a folder, from which at least ``told`` entries must be read."""
    path = folder / FILE
    (folder / f"{FILE}-shm").unlink(missing_ok=True)
    try:
        with closing(SqlStore(engines.create(f"sqlite:///{path}"))) as store:
            with store.engine.connect() as connection:
                damage = connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar_one()
            if damage != "ok":
                return f"damaged: {damage}"
            with store.reading() as reading:
                found = verify_rows(reading.log_as_written())
                length = reading.tree().size
            if not found.intact or length != found.entries:
                return f"log broken at {found.broken_at}"
            if found.entries < told:
                return f"lost {told - found.entries} of {told}"
            with store.writing() as writing:
                writing.append(
                    NewEntry(
                        action=Action.TASK_DONE, actor="after", plane=Plane.REAL, subject="", at=datetime.now(UTC),
                        details={},
                    )
                )  # fmt: skip
    except (StoreUnavailable, sa.exc.DBAPIError) as error:
        return f"doesn't open: {error}"
    return ""


def cut_often(mode: str, cuts: int, seed: int = 1) -> list[str]:
    """Return what was wrong after each of many cuts, empty where nothing was."""
    with tempfile.TemporaryDirectory(dir=_quick()) as name:
        folder = Path(name)
        prepare(folder)
        before = (folder / FILE).read_bytes()
        calls = record(folder, mode)
        if sum(call.kind == "told" for call in calls) != APPENDS:
            raise RuntimeError("the record is not complete")
        dice = random.Random(seed)
        return [judged(folder, *cut(calls, before, dice)) for _ in range(cuts)]


def fail_often(calls: Sequence[str] = ("pwrite64", "fsync,fdatasync"), most: int = 10_000) -> list[str]:
    """Let each write and each sync fail once; returns what was wrong after each, empty where nothing was."""
    found = []
    for call in calls:
        for error in ("EIO", "ENOSPC"):
            for nth in range(1, most + 1):
                with tempfile.TemporaryDirectory(dir=_quick()) as name:
                    problem, happened = _fail_once(Path(name), call, error, nth)
                if not happened:
                    break
                found.append(problem)
    return found


def _fail_once(folder: Path, call: str, error: str, nth: int) -> tuple[str, bool]:
    prepare(folder)
    log = folder / "strace.log"
    paths = [part for name in (FILE, f"{FILE}-wal") for part in ("-P", str(folder / name))]
    inject = ["-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={nth}", "-o", str(log)]
    said = _traced(folder, [*paths, *inject], "FULL", 10)
    told = [line.split() for line in said.splitlines() if line.startswith("told ")]
    happened = "(INJECTED)" in log.read_text()
    if len(told) < 9:
        return f"{call} {nth} {error}: only {len(told)} of 10 went on", happened
    with closing(SqlStore(engines.create(f"sqlite:///{folder / FILE}"))) as store, store.reading() as reading:
        subjects = {str(entry.number): entry.subject for entry in reading.log()}
    if any(subjects.get(number) != turn for _, number, turn in told):
        return f"{call} {nth} {error}: something told is not there", happened
    problem = opened(folder, len(told))
    return problem and f"{call} {nth} {error}: {problem}", happened


def _quick() -> str | None:
    """Return a folder in memory where there is one: the record is what counts, not the disk below it."""
    memory = Path("/dev/shm")  # noqa: S108
    return str(memory) if memory.is_dir() and os.access(memory, os.W_OK) else None


def main(argv: Sequence[str] | None = None) -> int:
    """Cut the power."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cuts", type=int, default=500)
    parser.add_argument("--faults", action="store_true", help="let every write and sync fail once as well")
    parser.add_argument("--append", nargs=3, help=argparse.SUPPRESS)
    wanted = parser.parse_args(argv)
    if wanted.append:
        append(Path(wanted.append[0]), wanted.append[1], int(wanted.append[2]))
    if not strace_works():
        print("strace is missing here, or may not look at processes")
        return 2
    failed = 0
    runs: dict[str, Callable[[], list[str]]] = {"power cuts": lambda: cut_often("FULL", wanted.cuts)}
    if wanted.faults:
        runs["failing writes"] = fail_often
    for name, run in runs.items():
        found = run()
        wrong = [problem for problem in found if problem]
        failed += len(wrong)
        print(f"{name}: {len(found) - len(wrong)} passed, {len(wrong)} failed", *wrong[:5], sep="\n  ", flush=True)
    teeth = {mode: sum(map(bool, cut_often(mode, wanted.cuts))) for mode in ("NORMAL", "OFF")}
    for mode, spoilt in teeth.items():
        print(f"the same cuts with synchronous={mode}, which we don't use: {spoilt} of {wanted.cuts} spoilt")
    return 0 if not failed and all(teeth.values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
