"""Walking along a log: every entry recomputed, the first that doesn't hold named, roots taken for signed heads.

What the walk and the heads prove together is said in ``proof.py``.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

from command_center.domain.log_texts import LogText, changed_text, texts_in
from command_center.domain.merkle import EMPTY, Growing
from command_center.domain.response_log import GENESIS, Action, LogEntry, canonical, columns_in, entry_hash, utc_text

CLOCK_MAY_LAG: Final = timedelta(minutes=2)
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_KEY_ROTATED: Final = f'"action":"{Action.LOG_KEY_ROTATED.value}"'
# The decoder itself: json.loads around it costs as much again, and a log has millions of lines.
_scan: Final = json.JSONDecoder().raw_decode
Fault = tuple[str, str, str]


class Line(NamedTuple):
    """One entry as it is presented: ``columns`` is what is said beside the body, which may be left out.

    ``texts`` are those the body commits to; None where they were not handed over.
    """

    number: object
    previous: object
    hash: object
    body: str | None
    columns: Mapping[str, object]
    texts: tuple[LogText, ...] | None = None


@dataclass(frozen=True, slots=True)
class NewKey:
    """An entry that names another key for the log's heads; a ``lost`` one could not vouch for its successor."""

    number: int
    old: str
    new: str
    lost: bool


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
    """Walk along a store's log from its first entry."""
    return _walk((_line_of(entry) for entry in entries), sizes)


def verify_lines(lines: Iterable[str], *, sizes: Collection[int] = ()) -> Verification:
    """Walk along an exported log (JSON lines with number, previous, hash and, unless left out, body)."""
    return _walk((_read(line) for line in lines if line.strip()), sizes)


def _line_of(entry: LogEntry) -> Line:
    columns = {
        "number": entry.number,
        "at": utc_text(entry.at),
        "plane": entry.plane.value,
        "action": entry.action.value,
        "actor": entry.actor,
        "subject": entry.subject,
        "incident": entry.incident_id,
        "previous": entry.previous_hash,
    }
    return Line(entry.number, entry.previous_hash, entry.hash, entry.body, columns, entry.texts)


def _read(line: str) -> Line | str:
    data = _object(line)
    try:
        number, previous, hash_, body = data["number"], data["previous"], data["hash"], data.get("body")
    except KeyError:
        return line
    text = None if body is None else str(body)
    return Line(number, previous, hash_, text, {"number": number, "previous": previous}, texts_in(data.get("texts")))


def _object(text: str) -> dict[str, Any]:
    """Read a JSON object; what is none, or has something after it, reads as an empty one."""
    try:
        data, end = _scan(text)
    except (ValueError, RecursionError):
        return {}
    whole = end == len(text) or not text[end:].strip()
    return data if whole and isinstance(data, dict) else {}


def _walk(lines: Iterable[Line | str], sizes: Collection[int]) -> Verification:
    seen, wanted = _Seen(), frozenset(sizes)
    growing, previous = Growing(), GENESIS
    roots = {0: EMPTY} if 0 in wanted else {}
    fault: Fault | None = None
    for line in lines:
        fault = seen.fault(line, growing.size + 1, previous)
        if fault is not None or isinstance(line, str):
            break
        previous = str(line.hash)
        growing.add(bytes.fromhex(previous))
        if growing.size in wanted:
            roots[growing.size] = growing.root
    reason, expected, found = fault or ("", "", "")
    return Verification(
        entries=growing.size,
        head=previous,
        root=growing.root,
        broken_at=growing.size + 1 if fault else None,
        reason=reason,
        expected=expected,
        found=found,
        withheld=seen.withheld,
        back=tuple(seen.back),
        roots=roots,
        keys=tuple(seen.keys),
    )


@dataclass(slots=True)
class _Seen:
    withheld: int = 0
    back: list[int] = field(default_factory=list)
    keys: list[NewKey] = field(default_factory=list)
    _latest: str = ""

    def fault(self, line: Line | str, number: int, previous: str) -> Fault | None:
        """Say what is wrong with the entry at this place, and remember what it tells."""
        if isinstance(line, str):
            return "log.unreadable", "JSON", line[:80]
        if line.number != number:
            return "log.gap", str(number), str(line.number)
        if line.previous != previous:
            return "log.chain_broken", previous, str(line.previous)
        if not isinstance(line.hash, str) or not _HASH.fullmatch(line.hash):
            return "log.unreadable", "SHA-256", str(line.hash)[:80]
        if line.body is None:
            self.withheld += 1
            return None
        actual = entry_hash(line.body)
        if line.hash != actual:
            return "log.body_changed", line.hash, actual
        written = _object(line.body)
        for name, value in line.columns.items():
            if written.get(name) != value:
                return "log.columns_changed", canonical(columns_in(line.body)), canonical(line.columns)
        changed = changed_text(line.body, line.texts) if line.texts is not None else None
        if changed is not None:
            return "log.text_changed", *changed
        self._remember(number, line.body, str(written.get("at")))
        return None

    def _remember(self, number: int, body: str, at: str) -> None:
        if at < self._latest and _lag(self._latest, at) > CLOCK_MAY_LAG:
            self.back.append(number)
        self._latest = at
        if _KEY_ROTATED in body:
            self.keys.extend(_new_key(number, body))


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
