"""Signed heads left at places the house can't change on its own: which is due where, and when to try again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from command_center.domain.checkpoints import Head, Note
from command_center.domain.merkle import Tree

INTERVAL: Final = "interval"
"""The reason of a head that was made only because time had passed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deposit:
    """A head that is at a place outside; ``receipt`` is what the place gave for it: a line, a commit, a token."""

    id: str
    place: str
    head_id: str
    size: int
    at: datetime
    receipt: str


def due(heads: Sequence[Head], last: Deposit | None, *, now: datetime, every: timedelta) -> Head | None:
    """Return the head to leave at a place: the newest, when the time has come or something may not wait."""
    waiting = [head for head in heads if last is None or head.size > last.size]
    if not waiting:
        return None
    urgent = any(head.reason != INTERVAL for head in waiting)
    return waiting[-1] if last is None or urgent or now - last.at >= every else None


def contradictions(tree: Tree, notes: Sequence[Note]) -> list[Note]:
    """Return the deposited heads the log no longer adds to, the newest first: it is shorter, or its past is another.

    A log that adds to the newest is compared no further.
    """
    newest_first = sorted(notes, key=lambda note: note.checkpoint.size, reverse=True)
    if not newest_first or _fits(tree, newest_first[0]):
        return []
    return [note for note in newest_first if not _fits(tree, note)]


def _fits(tree: Tree, note: Note) -> bool:
    size = note.checkpoint.size
    try:
        return size <= tree.size and tree.root_at(size) == note.checkpoint.root
    except KeyError:
        return False
