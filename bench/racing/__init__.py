"""The races of ``python -m bench.races``, a module each kind: who takes part, what they find, who judges."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from command_center.domain.response_log import Action, LogEntry
from command_center.ports import Context, Record

Act = Callable[[Context, int], object]
TEXT = "Wir prüfen das."


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """One kind of race.

    ``sides`` are the acts done at the same moment, each with the milliseconds it hesitates at most. ``records`` are
    what has to be stored for a round beforehand, ``ready`` what is done then. ``judge`` returns the rounds that went
    wrong, and a line about the others.
    """

    sides: tuple[tuple[Act, int], ...]
    judge: Callable[[Context, Sequence[LogEntry], int], tuple[list[str], str]]
    records: Callable[[Context, int], Iterable[Record]] = lambda _ctx, _number: ()
    ready: Callable[[Context, int], None] = lambda _ctx, _rounds: None


def first(entries: Sequence[LogEntry]) -> dict[tuple[Action, str], int]:
    """Return the number of the first entry of each action about each subject."""
    found: dict[tuple[Action, str], int] = {}
    for entry in entries:
        found.setdefault((entry.action, entry.subject), entry.number)
    return found
