"""Values of a JSON file, one at a time: lines, the elements of one array, or one document.

Every value is bounded: a line or an array's element by ``LINE_CAP``, a document by ``DOCUMENT_CAP``.
NaN and Infinity, which JSON does not have and tables write for "empty", are read as nothing.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from command_center.errors import BadInput
from monitors.file_bytes import Packing, Progress, numbered_lines, text_chunks
from monitors.reading import LINE_CAP, FileFormat, Rejected, RowProblem, excerpt, rejected

DOCUMENT_CAP: Final = 32 << 20
_SPACE: Final = " \t\r\n"

Item = tuple[int, object]


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise RowProblem("import.json_duplicate_key", key=excerpt(twice))
    return made


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_object, parse_constant=lambda _name: None)


def parsed(text: str) -> object:
    """Parse one JSON value; raises RowProblem."""
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise RowProblem("import.json_broken", column=error.colno) from error
    except RecursionError as error:
        raise RowProblem("import.json_too_deep") from error
    except ValueError as error:
        raise RowProblem("import.json_broken", column=0) from error


def format_of(path: Path, packing: Packing) -> FileFormat | None:
    """Return the kind of JSON in a file, or None if it is something else."""
    start = packing.head.lstrip("\ufeff" + _SPACE)[:1]
    name = path.name.casefold().removesuffix(".gz")
    if start == "[":
        return FileFormat.JSON
    if start == "{":
        return FileFormat.NDJSON if _is_lines(path, packing) else FileFormat.JSON
    if name.endswith((".ndjson", ".jsonl")):
        return FileFormat.NDJSON
    if name.endswith(".json"):
        raise BadInput("import.not_json", path=str(path), excerpt=excerpt(packing.head))
    return None


def _is_lines(path: Path, packing: Packing) -> bool:
    """Say whether each line is a value, judged by the first line, or the second if the first is broken."""
    full = (line for line in numbered_lines(path, packing) if line.text is None or line.text.strip())
    first, second = next(full, None), next(full, None)
    if first is not None and first.text is not None:
        try:
            parsed(first.text)
        except RowProblem as problem:
            if problem.code != "import.json_broken":
                return True
        else:
            return True
    return second is not None and second.text is not None and second.text.startswith("{")


def line_values(path: Path, packing: Packing, on_progress: Progress | None) -> Iterator[Item | Rejected]:
    """Yield the value of each line; a broken line is rejected, blank ones do not count."""
    for line in numbered_lines(path, packing, on_progress):
        if line.text is None:
            yield rejected(line.number, line.code, line.start)
            continue
        if not line.text.strip(_SPACE):
            continue
        try:
            yield line.number, parsed(line.text.lstrip("\ufeff"))
        except RowProblem as problem:
            yield rejected(line.number, problem.code, line.text, problem.values)


def document(path: Path, packing: Packing) -> object:
    """Return a file that is one JSON value; raises BadInput."""
    parts: list[str] = []
    size = 0
    for chunk in text_chunks(path, packing, None):
        size += len(chunk)
        if size > DOCUMENT_CAP:
            raise BadInput("import.json_too_large", path=str(path), megabytes=DOCUMENT_CAP >> 20)
        parts.append(chunk)
    try:
        return parsed("".join(parts).lstrip("\ufeff"))
    except RowProblem as problem:
        raise BadInput("import.json_document_broken", path=str(path), element=1) from problem


class _Array:
    """Takes one element after the other off a JSON array, holding little more than one of them."""

    def __init__(self, path: Path, chunks: Iterator[str]) -> None:
        self._path = path
        self._chunks = chunks
        self._text = ""
        self._at = 0
        self.element = 0

    def __iter__(self) -> Iterator[object]:
        self._expect("[")
        if self._peek() == "]":
            self._at += 1
        else:
            yield self._next_value()
            while self._peek() == ",":
                self._at += 1
                yield self._next_value()
            self._expect("]")
        if self._peek():
            raise self._broken()

    def _broken(self) -> BadInput:
        return BadInput("import.json_document_broken", path=str(self._path), element=self.element + 1)

    def _grow(self) -> bool:
        chunk = next(self._chunks, "")
        self._text = self._text[self._at :] + chunk
        self._at = 0
        return bool(chunk)

    def _peek(self) -> str:
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._grow():
                return ""

    def _expect(self, mark: str) -> None:
        if self._peek() != mark:
            raise self._broken()
        self._at += 1

    def _next_value(self) -> object:
        """Decode one value, reading on while it is not complete; a broken one is found at the cap."""
        self._peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except RecursionError as error:
                raise BadInput(
                    "import.json_document_too_deep", path=str(self._path), element=self.element + 1
                ) from error
            except RowProblem as problem:
                raise BadInput(
                    "import.json_document_duplicate_key",
                    path=str(self._path),
                    element=self.element + 1,
                    **problem.values,
                ) from problem
            except ValueError as error:
                if len(self._text) - self._at > LINE_CAP or not self._grow_twofold():
                    raise self._broken() from error
            else:
                if end < len(self._text) or not self._grow_from(end):
                    self._at = end
                    self.element += 1
                    return value

    def _grow_twofold(self) -> bool:
        wanted = 2 * (len(self._text) - self._at)
        grown = self._grow()
        while grown and len(self._text) < wanted and self._grow():
            pass
        return grown

    def _grow_from(self, end: int) -> bool:
        """Read on where a number ends with the text: 12 could be the beginning of 123."""
        return self._text[end - 1] not in '}]"' and self._grow()


def array_values(path: Path, packing: Packing, on_progress: Progress | None) -> Iterator[Item]:
    """Yield the numbered elements of a file that is one JSON array; raises BadInput where it breaks."""
    array = _Array(path, text_chunks(path, packing, on_progress))
    for value in array:
        yield array.element, value
