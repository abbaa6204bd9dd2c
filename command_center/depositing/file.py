"""Leaves heads in a file that only grows, on a disk or share that others look after."""

import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from command_center.domain.checkpoints import Head, Note, notes_in
from command_center.errors import BadInput, CommandCenterError

_END: Final = 1 << 16


class FileDepositor:
    """One file; its folder must be there, so that a share that isn't mounted is noticed."""

    every = timedelta()

    def __init__(self, where: str) -> None:
        self._file = Path(where).expanduser()

    def deposit(self, head: Head) -> str:
        """Append the head and return the place in the file, in bytes."""
        try:
            made = os.open(self._file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
            with os.fdopen(made, "ab") as out:
                start = out.tell()
                out.write(f"{head.note}\n".encode())
                out.flush()
                os.fsync(out.fileno())
        except OSError as broken:
            raise _failed(self._file, broken.strerror) from broken
        return f"{self._file}:{start}"

    def kept(self) -> Sequence[Note]:
        """Return the heads at the end of the file."""
        try:
            with self._file.open("rb") as kept:
                kept.seek(max(0, kept.seek(0, os.SEEK_END) - _END))
                return notes_in(kept.read().decode("utf-8", "replace"))
        except FileNotFoundError:
            return ()
        except OSError as broken:
            raise _failed(self._file, broken.strerror) from broken
        except BadInput as wrong:
            raise _failed(self._file, wrong.code) from wrong


def _failed(file: Path, why: str | None) -> CommandCenterError:
    return CommandCenterError("deposit.failed", place=f"file:{file}", why=why or "?")
