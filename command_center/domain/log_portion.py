"""A portion of a log judged by itself: of a fixed power of two, it is a complete subtree wherever it stands.

So portions can be judged apart from each other, several at once; ``verifying.py`` joins what they tell.
"""

import json
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, Final, NamedTuple

from command_center.domain.entry_check import Fault, Row, judge, read
from command_center.domain.merkle import levels_of, peaks
from command_center.domain.response_log import Action

CLOCK_MAY_LAG: Final = timedelta(minutes=2)
_LONG: Final = 2048
_KEY_ROTATED: Final = f'"action":"{Action.LOG_KEY_ROTATED.value}"'
Nodes = Sequence[tuple[int, bytes]]
"""Complete nodes of a tree side by side, each as (level, hash)."""


class Portion(NamedTuple):
    """Entries in a row (rows of a store, or lines of an export) and the number the first must have.

    ``sizes`` are those within them at which the tree is asked for.
    """

    first: int
    entries: Sequence[Row | str]
    sizes: Sequence[int]


@dataclass(frozen=True, slots=True)
class NewKey:
    """An entry that names another key for the log's heads; a ``lost`` one could not vouch for its successor."""

    number: int
    old: str
    new: str
    lost: bool


@dataclass(slots=True)
class Walked:
    """What a portion tells: ``follows`` is the hash it says came before it, which only the whole walk can judge.

    ``nodes`` stand over all its entries that hold, ``nodes_at`` over those up to the sizes asked for; ``began`` and
    ``ended`` are the first and the last time an entry names, the first with its number.
    """

    follows: tuple[object, ...] = ()
    head: str = ""
    fault: Fault | None = None
    nodes: Nodes = ()
    nodes_at: Mapping[int, Nodes] = field(default_factory=dict)
    withheld: int = 0
    back: list[int] = field(default_factory=list)
    keys: list[NewKey] = field(default_factory=list)
    began: tuple[int, str] | None = None
    ended: str = ""


def portions(entries: Iterable[Row | str], sizes: Collection[int]) -> Iterator[Portion]:
    """Cut a log into portions, from its first entry on."""
    coming, wanted, first = iter(entries), sorted(set(sizes)), 1
    while part := tuple(islice(coming, _LONG)):
        after = first + len(part)
        yield Portion(first, part, wanted[bisect_left(wanted, first) : bisect_left(wanted, after)])
        first = after


def walk(portion: Portion) -> Walked:
    """Walk along a portion as if all before it held, up to the first entry that doesn't."""
    walked, leaves = Walked(), list[bytes]()
    previous: object = None
    for number, given in enumerate(portion.entries, portion.first):
        entry = read(given) if isinstance(given, str) else given
        if entry is None:
            walked.fault = Fault("log.unreadable", "JSON", str(given)[:80])
            break
        if not leaves and entry.number == number:
            previous, walked.follows = entry.previous, (entry.previous,)
        judged = judge(entry, number, previous)
        if isinstance(judged, Fault):
            walked.fault = judged
            break
        leaves.append(judged.leaf)
        previous = entry.hash
        if entry.body is None:
            walked.withheld += 1
            continue
        if judged.at < walked.ended and went_back(walked.ended, judged.at):
            walked.back.append(number)
        walked.ended = judged.at
        walked.began = walked.began or (number, judged.at)
        if _KEY_ROTATED in entry.body:
            walked.keys.extend(_new_key(number, entry.body))
    walked.head = leaves[-1].hex() if leaves else ""
    levels = levels_of(leaves)
    walked.nodes = tuple(peaks(levels, len(leaves)))
    within = (size for size in portion.sizes if size < portion.first + len(leaves))
    walked.nodes_at = {size: tuple(peaks(levels, size - portion.first + 1)) for size in within}
    return walked


def went_back(before: str, at: str) -> bool:
    """Tell whether an entry is dated more than two minutes before the one in front of it."""
    return at < before and _lag(before, at) > CLOCK_MAY_LAG


def _lag(earlier: str, at: str) -> timedelta:
    try:
        return datetime.fromisoformat(earlier) - datetime.fromisoformat(at)
    except (ValueError, TypeError):
        return timedelta.max


def _new_key(number: int, body: str) -> Iterator[NewKey]:
    data: Any = json.loads(body)
    details = data.get("details")
    if data.get("action") == Action.LOG_KEY_ROTATED.value and isinstance(details, dict):
        yield NewKey(number, str(details.get("old")), str(details.get("new")), details.get("lost") is True)
