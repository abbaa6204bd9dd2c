"""The list of what was erased, in a file beside the backups and not in them; it only grows."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from command_center.domain.erasures import Erasure, erasures_in, line_of
from command_center.errors import CommandCenterError


@dataclass(slots=True)
class ErasureFile:
    """One line of JSON for each erasure, ids only; a torn line spoils no other."""

    file: Path
    _settled: tuple[int, ...] = ()

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return str(self.file)

    def read(self) -> Sequence[Erasure]:
        """Return what stands in it, nothing where it isn't yet; raises ``CommandCenterError`` ("erasures.failed")."""
        try:
            return erasures_in(self.file.read_text(encoding="utf-8", errors="replace").splitlines())
        except FileNotFoundError:
            return ()
        except OSError as broken:
            raise self._failed(broken) from broken

    def append(self, erasures: Iterable[Erasure]) -> None:
        """Add lines, on the disk when this returns; raises ``CommandCenterError`` ("erasures.failed")."""
        text = "".join(f"{line_of(erasure)}\n" for erasure in erasures)
        if not text:
            return
        try:
            made = os.open(self.file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(made, "r+b") as out:
                end = out.seek(0, os.SEEK_END)
                torn = end > 0 and os.pread(out.fileno(), 1, end - 1) != b"\n"
                out.write(("\n" * torn + text).encode())
                out.flush()
                os.fsync(out.fileno())
        except OSError as broken:
            raise self._failed(broken) from broken

    def settled(self, number: int) -> bool:
        """Tell whether neither the file nor the store's list, which ends at ``number``, changed since ``settle``."""
        return self._settled == (number, *self._stamp())

    def settle(self, number: int) -> None:
        """Remember that the file and the store's list hold the same."""
        self._settled = (number, *self._stamp())

    def _stamp(self) -> tuple[int, ...]:
        try:
            known = self.file.stat()
        except OSError:
            return ()
        return known.st_size, known.st_mtime_ns

    def _failed(self, broken: OSError) -> CommandCenterError:
        return CommandCenterError("erasures.failed", place=self.place, why=broken.strerror or "?")
