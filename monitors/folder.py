"""A watched folder: every complete file of mentions that is put there is read once, and none is ever changed."""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

from command_center.domain.mentions import RawMention
from command_center.errors import BadInput, NetworkTrouble
from command_center.networks import Asked, Fetched
from monitors.dates import zone_named
from monitors.files import read_file
from monitors.reading import DateOrder, Notice, Rejected

_AT_ONCE: Final = 10_000
_QUIET_SECONDS: Final = 60
_MOST_FILES: Final = 5_000
_UNFINISHED: Final = (".part", ".partial", ".tmp", ".temp", ".crdownload", ".download", ".filepart", ".swp", "~")
_OPTIONS: Final = frozenset({"zone", "date_order", "network"})


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as it stands there now."""

    path: Path
    size: int
    written: int  # nanoseconds since 1970


class WatchedFolder:
    """Looks into a folder inside the administrator's inbox.

    The cursor remembers, by name, a file's size, time, hash and outcome; ``query`` may say ``zone=…``,
    ``date_order=day`` or ``network=…`` for files that don't.
    """

    network = "folder"
    period_seconds = 60

    def __init__(self, inbox: Path) -> None:
        self._inbox = inbox

    def fetch(self, asked: Asked) -> Fetched:
        """Return the mentions of the next complete file, in portions.

        Raises:
            NetworkTrouble: ``folder.outside``, ``folder.missing``, ``folder.bad_option``; ``folder.bad_file`` as long
                as a file that can't be read stands there and there is nothing else to do.
        """
        options = _options(asked.source.query)
        folder = self._folder(asked.source.address)
        here = _files(folder, asked.source.address)
        cursor = asked.source.cursor
        known = {name: entry for name, entry in cursor.get("files", {}).items() if name in here}
        sizes = {name: [seen.size, seen.written] for name, seen in here.items()}
        open_ones = [name for name, seen in here.items() if not _is_done(known.get(name), seen)]
        for name in open_ones:
            if _is_complete(here[name], cursor.get("sizes", {}).get(name), asked.now):
                fetched, known[name] = _read(here[name], known.get(name, {}), options, asked.now)
                return replace(fetched, cursor={"files": known, "sizes": sizes})
        bad = next((name for name, entry in known.items() if entry.get("bad")), "")
        if bad and not open_ones:
            again = asked.now + timedelta(seconds=self.period_seconds)
            told = {"network": folder.name, "file": bad, "why": known[bad]["bad"]}
            raise NetworkTrouble("folder.bad_file", retry_at=again, **(known[bad].get("values", {}) | told))
        return Fetched(cursor={"files": known, "sizes": sizes})

    def _folder(self, address: str) -> Path:
        """Return the folder, only if it is inside the inbox, links resolved."""
        inbox = self._inbox.expanduser().resolve()
        try:
            folder = (inbox / address.strip()).resolve()
        except (OSError, ValueError) as error:
            raise NetworkTrouble("folder.missing", network=address, path=address) from error
        if not folder.is_relative_to(inbox):
            raise NetworkTrouble("folder.outside", network=address, path=address, inbox=str(self._inbox))
        return folder


def _files(folder: Path, address: str) -> dict[str, _Seen]:
    """Return the ordinary files of a folder by name; links, hidden and unfinished ones are left alone."""
    found: dict[str, _Seen] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                status = entry.stat(follow_symlinks=False)
                is_ready = not entry.name.startswith(".") and not entry.name.casefold().endswith(_UNFINISHED)
                if is_ready and stat.S_ISREG(status.st_mode) and status.st_size:
                    found[entry.name] = _Seen(Path(entry.path), status.st_size, status.st_mtime_ns)
    except OSError as error:
        raise NetworkTrouble("folder.missing", network=folder.name or address, path=address) from error
    in_order = sorted(found.items(), key=lambda item: (item[1].written, item[0]))
    return dict(in_order[-_MOST_FILES:])


def _is_done(entry: Mapping[str, Any] | None, seen: _Seen) -> bool:
    """Tell whether a file was read to its end, or found unreadable, as it stands there now."""
    return entry is not None and "at" not in entry and (entry["size"], entry["written"]) == (seen.size, seen.written)


def _is_complete(seen: _Seen, before: list[int] | None, now: datetime) -> bool:
    """Tell whether nobody writes any more: the same as at the last look, or untouched for a minute."""
    return before == [seen.size, seen.written] or now.timestamp() - seen.written / 1e9 > _QUIET_SECONDS


def _read(
    seen: _Seen, entry: Mapping[str, Any], options: Mapping[str, str], now: datetime
) -> tuple[Fetched, dict[str, Any]]:
    """Read the next portion of a file; the entry says how far it is, or why it can't be read."""
    is_going_on = "at" in entry and (entry["size"], entry["written"]) == (seen.size, seen.written)
    noted: dict[str, Any] = {"size": seen.size, "written": seen.written}
    try:
        noted["hash"] = entry["hash"] if is_going_on else _hash(seen.path)
        if not is_going_on and noted["hash"] == entry.get("hash"):
            return Fetched(more=True), {**noted, **{name: entry[name] for name in ("bad", "values") if name in entry}}
        begin = int(entry["at"]) if is_going_on else 0
        found = list(islice(_rows(seen.path, options, now), begin, begin + _AT_ONCE))
    except OSError as error:
        return Fetched(rejected=1, more=True), {**noted, "bad": str(error.strerror or error)[:200]}
    except BadInput as error:
        values = {name: str(value) for name, value in error.values.items()} | {"path": seen.path.name}
        return Fetched(rejected=1, more=True), {**noted, "bad": error.code, "values": values}
    mentions = tuple(row for row in found if isinstance(row, RawMention))
    if len(found) == _AT_ONCE:
        noted["at"] = begin + _AT_ONCE
    rejected = sum(isinstance(row, Rejected) for row in found)
    return Fetched(mentions=mentions, seen=len(mentions) + rejected, rejected=rejected, more=True), noted


def _rows(path: Path, options: Mapping[str, str], now: datetime) -> Iterator[RawMention | Rejected]:
    order = DateOrder(options["date_order"]) if "date_order" in options else None
    rows = read_file(path, now=now, zone=options.get("zone"), network=options.get("network"), date_order=order)
    return (row for row in rows if not isinstance(row, Notice))


def _options(query: str) -> dict[str, str]:
    """Read ``name=value`` pairs; raises ``folder.bad_option`` for what nobody can mean."""
    options: dict[str, str] = {}
    for pair in query.split():
        name, _, value = pair.partition("=")
        options[name] = value
        try:
            known = bool(value) and name in _OPTIONS
            if name == "zone":
                zone_named(value)
            elif name == "date_order":
                DateOrder(value)
        except (BadInput, ValueError):
            known = False
        if not known:
            raise NetworkTrouble("folder.bad_option", network=pair, option=pair)
    return options


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
