"""Walking along a log: every entry recomputed, the first that doesn't hold named, roots taken for signed heads.

Story *nothing was changed*: ``entry_check.py`` judges one entry, ``log_portion.py`` some in a row, this joins them;
what the walk and the heads prove together is said in ``proof.py``.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from command_center.domain.entry_check import Fault, Row
from command_center.domain.log_portion import NewKey, Portion, Walked, portions, walk, went_back
from command_center.domain.merkle import EMPTY, Growing
from command_center.domain.response_log import GENESIS, LogEntry, utc_text

Spread = Callable[[Callable[[Portion], Walked], Iterable[Portion]], Iterable[Walked]]
"""Does what ``map`` does, perhaps on several processors."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """What a walk along a log found; ``broken_at`` names the first entry that doesn't hold.

    ``roots`` are the tree's roots at the sizes asked for, ``withheld`` counts entries given without their text, and
    ``back`` names the entries dated more than two minutes before the one in front of them.
    """

    entries: int
    head: str
    root: bytes = EMPTY
    broken_at: int | None = None
    reason: str = ""
    expected: str = ""
    found: str = ""
    withheld: int = 0
    back: tuple[int, ...] = ()
    roots: Mapping[int, bytes] = field(default_factory=dict)
    keys: tuple[NewKey, ...] = ()

    @property
    def intact(self) -> bool:
        """Tell whether every entry holds."""
        return self.broken_at is None


def verify(entries: Iterable[LogEntry], *, sizes: Collection[int] = ()) -> Verification:
    """Walk along log entries from the first one."""
    return verify_rows(map(row_of, entries), sizes=sizes)


def verify_rows(rows: Iterable[Row], *, sizes: Collection[int] = (), spread: Spread = map) -> Verification:
    """Walk along a store's log as it is written there."""
    return _joined(spread(walk, portions(rows, sizes)), sizes)


def verify_lines(lines: Iterable[str], *, sizes: Collection[int] = (), spread: Spread = map) -> Verification:
    """Walk along an exported log (JSON lines with number, previous, hash and, unless left out, body)."""
    return _joined(spread(walk, portions((line for line in lines if line.strip()), sizes)), sizes)


def row_of(entry: LogEntry) -> Row:
    """Return an entry as a store holds it."""
    named = entry.plane.value, entry.action.value, entry.actor, entry.subject, entry.incident_id
    sums = entry.body, entry.previous_hash, entry.hash
    return Row(entry.number, utc_text(entry.at), *named, *sums, entry.texts)


def _joined(walked: Iterable[Walked], sizes: Collection[int]) -> Verification:
    growing, head, fault = Growing(), GENESIS, None
    roots = {0: EMPTY} if 0 in sizes else {}
    withheld, latest = 0, ""
    back: list[int] = []
    keys: list[NewKey] = []
    for part in walked:
        if part.follows and part.follows[0] != head:
            fault = Fault("log.chain_broken", head, str(part.follows[0]))
            break
        roots.update({size: growing.with_all(nodes).root for size, nodes in part.nodes_at.items()})
        growing = growing.with_all(part.nodes)
        head, withheld = part.head or head, withheld + part.withheld
        if part.began and went_back(latest, part.began[1]):
            back.append(part.began[0])
        back.extend(part.back)
        keys.extend(part.keys)
        latest, fault = part.ended or latest, part.fault
        if fault:
            break
    return Verification(
        entries=growing.size,
        head=head,
        root=growing.root,
        broken_at=growing.size + 1 if fault else None,
        **(fault._asdict() if fault else {}),
        withheld=withheld,
        back=tuple(back),
        roots=roots,
        keys=tuple(keys),
    )
