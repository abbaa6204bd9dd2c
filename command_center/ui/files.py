"""Where screens meet mention files: the demonstration, uploads kept only while they are read, and their rows."""

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from command_center.domain.mentions import RawMention
from monitors.columns import FIELDS
from monitors.files import DateOrder, FileFormat, FileLook, Notice, Rejected, inspect_file, read_file
from monitors.layout import X_MAPPING

__all__ = [
    "DEMO",
    "DEMO_STORM",
    "ENDINGS",
    "FIELDS",
    "DateOrder",
    "FileFormat",
    "FileLook",
    "Notice",
    "Reader",
    "Rejected",
    "demo_files",
    "is_x_export",
    "kept",
    "look_into",
    "mentions_in",
]

DEMO: Final = Path(__file__).resolve().parents[2] / "data" / "demo"
DEMO_STORM: Final = DEMO / "storm.ndjson.gz"
ENDINGS: Final = ("csv", "tsv", "txt", "json", "ndjson", "jsonl", "gz")
MOST_REJECTED: Final = 200


def demo_files() -> list[Path]:
    """Return the files that come with the house, to try the import with."""
    return sorted(path for path in DEMO.glob("*") if path.name.endswith((".gz", ".csv", ".tsv", ".ndjson", ".json")))


@contextmanager
def kept(content: memoryview | bytes, name: str) -> Iterator[Path]:
    """Give an upload as a file for as long as it is read; it is deleted whatever happens."""
    with tempfile.TemporaryDirectory(prefix="one_voice_") as folder:
        # Only endings matter to the reader; a name from outside never becomes a path.
        path = Path(folder) / f"upload{_ending(name)}"
        path.write_bytes(content)
        yield path


def _ending(name: str) -> str:
    endings = [part.lower() for part in name.split(".")[1:] if part.lower() in ENDINGS]
    return "".join(f".{ending}" for ending in endings[-2:])


def look_into(path: Path, mapping: Mapping[str, str] | None = None) -> FileLook:
    """Look at a file without reading all of it in: format, columns, first rows, open questions."""
    return inspect_file(path, sample=5, mapping=mapping)


def is_x_export(look: FileLook) -> bool:
    """Tell whether the file is X's own JSON, whose fields are known and need no mapping."""
    return dict(look.mapping) == X_MAPPING


def mentions_in(path: Path, *, now: datetime) -> Iterator[RawMention | Rejected | Notice]:
    """Yield what a file that needs no answers holds."""
    return read_file(path, now=now)


@dataclass(kw_only=True)
class Reader:
    """Reads a file's mentions for an import and keeps what else it says: refused rows and notices."""

    path: Path
    now: datetime
    mapping: Mapping[str, str] | None = None
    zone: str = ""
    network: str = ""
    date_order: str = ""
    on_progress: Callable[[float], None] = lambda _share: None
    rejected: int = 0
    refused: list[Rejected] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def mentions(self) -> Iterator[RawMention]:
        """Yield the mentions; raises BadInput before the first when the file can't be used."""
        found = read_file(
            self.path,
            now=self.now,
            mapping=self.mapping,
            zone=self.zone or None,
            network=self.network or None,
            date_order=DateOrder(self.date_order) if self.date_order else None,
            on_progress=lambda read, whole: self.on_progress(min(1.0, read / whole) if whole else 0.0),
        )
        for item in found:
            if isinstance(item, RawMention):
                yield item
            elif isinstance(item, Rejected):
                self.rejected += 1
                if len(self.refused) < MOST_REJECTED:
                    self.refused.append(item)
            else:
                self.notices.append(item)
