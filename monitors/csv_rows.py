"""Rows of a CSV or TSV file, each with the line it starts on; an open quote costs one row, not the file."""

import csv
from collections import deque
from collections.abc import Iterator
from typing import Final

from command_center.errors import BadInput
from monitors.file_bytes import Line
from monitors.reading import COLUMN_CAP, LINE_CAP, RECORD_LINES_CAP, Rejected, rejected

DELIMITERS: Final = (",", ";", "\t", "|")

Row = tuple[int, list[str]]


class _OpenQuote(Exception):
    """The record goes on for longer than any mention would."""


class _Feed:
    """Hands lines to the csv reader and remembers those of the record being read."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._again: deque[Line] = deque()
        self.record: list[Line] = []
        self.size = 0
        self.rejects: list[Rejected] = []
        self.guessed = 0

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        while True:
            line = self._again.popleft() if self._again else next(self._lines, None)
            if line is None:
                if self.record:
                    raise _OpenQuote
                raise StopIteration
            if line.text is None:
                self._refuse(line, line.code, line.start)
                continue
            self.record.append(line)
            self.size += len(line.text)
            if line.guessed and not self.guessed:
                self.guessed = line.number
            if len(self.record) > RECORD_LINES_CAP or self.size > LINE_CAP:
                raise _OpenQuote
            return line.text

    def _refuse(self, line: Line, code: str, text: str) -> None:
        self.rejects.append(rejected(line.number, code, text))

    def finish_record(self) -> int:
        """Forget the record just read; returns the line it started on."""
        start = self.record[0].number
        self.record = []
        self.size = 0
        return start

    def give_up_first_line(self, code: str) -> None:
        """Reject the record's first line and read the others again."""
        first, *rest = self.record
        self._refuse(first, code, first.text or "")
        self._again.extendleft(reversed(rest))
        self.record = []
        self.size = 0


class CsvRows:
    """The rows of one file; ``guessed`` is the first line that was not UTF-8, or 0."""

    def __init__(self, lines: Iterator[Line], delimiter: str) -> None:
        self._feed = _Feed(lines)
        self._delimiter = delimiter

    @property
    def guessed(self) -> int:
        return self._feed.guessed

    def __iter__(self) -> Iterator[Row | Rejected]:
        feed = self._feed
        reader = self._reader()
        while True:
            try:
                for row in reader:
                    if feed.rejects:
                        yield from self._take_rejects()
                    start = feed.finish_record()
                    if row:
                        yield start, row
                break
            except _OpenQuote:
                feed.give_up_first_line("import.quote_open")
                reader = self._reader()
            except csv.Error:
                feed.give_up_first_line("import.row_broken")
                reader = self._reader()
            yield from self._take_rejects()
        yield from self._take_rejects()

    def _reader(self) -> "Iterator[list[str]]":
        csv.field_size_limit(LINE_CAP)  # an article may be longer than the module's 128 KiB
        return csv.reader(self._feed, delimiter=self._delimiter)

    def _take_rejects(self) -> list[Rejected]:
        taken, self._feed.rejects = self._feed.rejects, []
        return taken


def delimiter_of(head: str, name: str) -> str:
    """Return the delimiter that splits the first line most often; a .tsv name settles a tie."""
    first = next((line for line in head.splitlines() if line.strip()), "")
    outside = "".join(part for index, part in enumerate(first.split('"')) if index % 2 == 0)
    preferred = "\t" if ".tsv" in name.casefold() or ".tab" in name.casefold() else ","
    counts = {mark: outside.count(mark) for mark in DELIMITERS}
    best = max(DELIMITERS, key=lambda mark: (counts[mark], mark == preferred))
    return best if counts[best] else preferred


def header_of(rows: Iterator[Row | Rejected]) -> tuple[str, ...]:
    """Take the header row off and check it."""
    first = next(rows, None)
    if first is None:
        raise BadInput("import.header_only", columns="")
    if isinstance(first, Rejected):
        raise BadInput("import.header_broken", line=first.line, excerpt=first.excerpt)
    names = tuple(name.strip() for name in first[1])
    if len(names) > COLUMN_CAP:
        raise BadInput("import.too_many_columns", columns=len(names), most=COLUMN_CAP)
    return names
