"""Processes for benches: quick copies of one that has loaded everything and opened nothing, ended by ``kill -9``."""

import multiprocessing
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.context import ForkServerProcess
from typing import Any, Final

from command_center.settings import Settings

BEGINNING: Final = 60.0
_NURSERY: Final = multiprocessing.get_context("forkserver")
_NURSERY.set_forkserver_preload(["bench.wishes"])


def born(job: Callable[[Settings, int, Any], None], settings: Settings, life: int) -> tuple[ForkServerProcess, Any]:
    """Start a process, wait until it says something, and return it with the line to it."""
    ours, theirs = _NURSERY.Pipe()
    process = _NURSERY.Process(target=job, args=(settings, life, theirs), daemon=True)
    process.start()
    theirs.close()
    if not ours.poll(BEGINNING):
        raise RuntimeError(f"{job.__name__} never began")
    return process, ours


def kill_after(process: ForkServerProcess, seconds: float) -> None:
    """Kill a process some time from now."""
    time.sleep(seconds)
    process.kill()


def heard(line: Any) -> list[Any]:
    """Return everything a process has said since it was asked last."""
    said = []
    with suppress(EOFError, OSError):
        while line.poll():
            said.append(line.recv())
    return said
