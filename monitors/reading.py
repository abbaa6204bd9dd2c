"""What a mention file gives besides mentions: a look at it, rejected rows, and notices."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LINE_CAP: Final = 1 << 20
RECORD_LINES_CAP: Final = 500
COLUMN_CAP: Final = 1_000
EXCERPT_CHARS: Final = 120


class FileFormat(StrEnum):
    """How the rows of a mention file are written; JSON is one array or one document."""

    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    NDJSON = "ndjson"


class DateOrder(StrEnum):
    """What comes first in a date such as 03/04/2026."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be a mention; ``line`` is its line, or its number in a JSON document."""

    line: int
    code: str
    values: dict[str, object]
    excerpt: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something about the whole file that a reader of its numbers has to know; said once."""

    code: str
    values: dict[str, object]


class RowProblem(Exception):
    """One row cannot be read; becomes a ``Rejected`` where its line is known."""

    def __init__(self, code: str, /, **values: object) -> None:
        self.code: Final = code
        self.values: Final = values
        super().__init__(code, values)


def rejected(line: int, code: str, text: str, values: Mapping[str, object] | None = None) -> Rejected:
    """Return a rejected row with what its sentence needs."""
    return Rejected(line, code, {"line": line, **(values or {})}, excerpt(text))


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLook:
    """What a file holds before it is read: for a preview and the questions it raises.

    ``mapping`` is field → column; ``warnings`` are message codes, of which ``import.zone_needed``
    and ``import.date_order`` are questions that must be answered before the file can be read.
    """

    format: FileFormat
    encoding: str
    delimiter: str
    compressed: bool
    columns: tuple[str, ...]
    mapping: Mapping[str, str]
    sample: tuple[Mapping[str, str], ...]
    warnings: tuple[str, ...]


def excerpt(text: str) -> str:
    """Return the beginning of a row in one printable line."""
    cut = text[: EXCERPT_CHARS * 2]
    printable = " ".join("".join(c if c.isprintable() else " " for c in cut).split())
    return printable if len(printable) <= EXCERPT_CHARS else printable[: EXCERPT_CHARS - 1] + "…"
