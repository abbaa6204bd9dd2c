"""Leaves heads in a git repository, one commit each, and pushes them where the repository has an ``origin``."""

import subprocess
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

from command_center.domain.checkpoints import Head, Note, notes_in, read_note
from command_center.errors import BadInput, CommandCenterError

_FILE: Final = "heads.txt"
_SECONDS: Final = 60
_AS: Final = ("-c", "user.name=One Voice", "-c", "user.email=log@localhost", "-c", "commit.gpgsign=false")


class GitDepositor:
    """A repository with a working tree on this machine; the newest head is its file ``heads.txt``."""

    every = timedelta(minutes=10)

    def __init__(self, where: str) -> None:
        self._folder = Path(where).expanduser()

    def deposit(self, head: Head) -> str:
        """Commit the head, push it, and return the commit."""
        self._git("rev-parse", "--is-inside-work-tree")
        note = read_note(head.note).checkpoint
        try:
            (self._folder / _FILE).write_text(head.note, encoding="utf-8")
        except OSError as broken:
            raise self._failed(broken.strerror or "?") from broken
        self._git("add", "--", _FILE)
        self._git(*_AS, "commit", "--quiet", "--allow-empty", "-m", f"{note.origin} {note.size}", "--", _FILE)
        if "origin" in self._git("remote").split():
            self._git("push", "--quiet", "origin", "HEAD")
        return self._git("rev-parse", "HEAD").strip()

    def kept(self) -> Sequence[Note]:
        """Return the head of the last commit."""
        try:
            return notes_in(self._git("show", f"HEAD:{_FILE}"))
        except BadInput as wrong:
            raise self._failed(wrong.code) from wrong
        except CommandCenterError:
            if (self._folder / ".git").exists() and not (self._folder / _FILE).exists():
                return ()  # nothing has been left here yet
            raise

    def _git(self, *words: str) -> str:
        command = ["git", "-C", str(self._folder), *words]
        try:
            # No shell reads it, and every word is this file's or the settings'.
            done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)  # noqa: S603
        except (OSError, subprocess.TimeoutExpired) as broken:
            raise self._failed(type(broken).__name__) from broken
        if done.returncode:
            raise self._failed(done.stderr.strip().split("\n")[-1][:200] or str(done.returncode))
        return done.stdout

    def _failed(self, why: str) -> CommandCenterError:
        return CommandCenterError("deposit.failed", place=f"git:{self._folder}", why=why)
