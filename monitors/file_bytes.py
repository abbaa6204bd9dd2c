"""A file's bytes as numbered lines of text: unpacked, decoded, never more than one line in memory."""

import codecs
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, NamedTuple, cast

from command_center.errors import BadInput
from monitors.reading import LINE_CAP

PLAIN_CAP: Final = 4 << 30
RATIO_CAP: Final = 500
RATIO_FREE: Final = 16 << 20
HEAD: Final = 1 << 16

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL: Final = frozenset({*range(32), 127}) - {9, 10, 12, 13, 27}

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Packing:
    """How a file's bytes become text."""

    compressed: bool
    encoding: str
    lone_returns: bool
    head: str


class Line(NamedTuple):
    """One line with its number; ``text`` is None where the line is over the cap or binary."""

    number: int
    text: str | None
    code: str = ""
    start: str = ""
    guessed: bool = False


class _Transcoded(io.RawIOBase):
    """Another encoding read as UTF-8, and lone carriage returns as line ends."""

    def __init__(self, source: IO[bytes], encoding: str, lone_returns: bool) -> None:
        self._source = source
        self._decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
        self._lone_returns = lone_returns
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, target: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._ready:
            chunk = self._source.read(HEAD)
            text = self._decoder.decode(chunk, not chunk)
            if self._lone_returns:
                text = text.replace("\r", "\n")
            self._ready = text.encode("utf-8", "replace")
            if not chunk:
                break
        taken = self._ready[: len(target)]
        self._ready = self._ready[len(taken) :]
        target[: len(taken)] = taken
        return len(taken)

    def close(self) -> None:
        self._source.close()
        super().close()


def look_at_packing(path: Path) -> Packing:
    """Return compression, encoding and beginning of a file, or say why it cannot be read."""
    _check_is_file(path)
    try:
        with path.open("rb") as file:
            compressed = file.read(2) == b"\x1f\x8b"
        if compressed:
            _check_gzip(path)
        with _plain(path, compressed) as file:
            head = file.read(HEAD)
    except OSError as error:
        raise BadInput("import.unreadable", path=str(path), reason=error.strerror or str(error)) from error
    if not head.strip():
        raise BadInput("import.empty", path=str(path))
    encoding = _encoding_of(head)
    if not encoding.startswith(("utf-16", "utf-32")) and _is_binary(head):
        code = "import.spreadsheet" if head.startswith(b"PK\x03\x04") else "import.binary"
        raise BadInput(code, path=str(path))
    if encoding == "cp1252":
        encoding = _single_byte_encoding(head)
    text = head.decode(encoding, "replace")
    lone_returns = "\r" in text and "\n" not in text
    return Packing(compressed=compressed, encoding=encoding, lone_returns=lone_returns, head=text)


def _check_is_file(path: Path) -> None:
    try:
        if path.is_dir():
            raise BadInput("import.directory", path=str(path))
        if not path.exists():
            raise BadInput("import.missing", path=str(path))
        if not path.is_file():
            raise BadInput("import.not_a_file", path=str(path))
    except (OSError, ValueError) as error:
        raise BadInput("import.unreadable", path=str(path), reason=str(error)) from error


def _check_gzip(path: Path) -> None:
    """Unpack once without keeping anything, so that a damaged or hostile file adds no row."""
    packed = max(path.stat().st_size, 1)
    plain = 0
    try:
        with gzip.open(path, "rb") as file:
            while chunk := file.read(1 << 20):
                plain += len(chunk)
                if plain > PLAIN_CAP or (plain > RATIO_FREE and plain / packed > RATIO_CAP):
                    raise BadInput("import.gzip_bomb", path=str(path), megabytes=plain >> 20)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise BadInput("import.gzip_broken", path=str(path), megabytes=plain >> 20) from error


def _plain(path: Path, compressed: bool) -> IO[bytes]:
    return cast("IO[bytes]", gzip.open(path, "rb")) if compressed else path.open("rb")


def _encoding_of(head: bytes) -> str:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if b"\0" in head:
        return "utf-8"
    lines = [line for line in head.splitlines()[:-1] or [head] if not line.isascii()]
    broken = sum(not _is_utf8(line) for line in lines)
    return "cp1252" if broken * 2 > len(lines) else "utf-8"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_binary(head: bytes) -> bool:
    controls = sum(head.count(byte) for byte in _CONTROL)
    return b"\0" in head or controls * 100 > len(head)


def _single_byte_encoding(head: bytes) -> str:
    """Windows wrote most of these files; Latin-1 only where Windows has no such character."""
    try:
        head.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def numbered_lines(path: Path, packing: Packing, on_progress: Progress | None = None) -> Iterator[Line]:
    """Yield a file's lines with their ends; a line over the cap is skipped without being kept."""
    total = path.stat().st_size
    next_report = 0
    number = 0
    with path.open("rb") as packed, _reader(packed, packing) as file:
        while raw := file.readline(LINE_CAP + 1):
            number += 1
            if len(raw) > LINE_CAP:
                _skip_rest(file, raw)
                yield Line(number, None, "import.line_too_long", raw[:240].decode("utf-8", "replace"))
            else:
                yield _line(number, raw)
            if on_progress is not None and (done := packed.tell()) >= next_report:
                on_progress(min(done, total), total)
                next_report = done + max(total // 200, 1 << 16)
        if on_progress is not None:
            on_progress(total, total)


def text_chunks(path: Path, packing: Packing, on_progress: Progress | None) -> Iterator[str]:
    """Yield a file's text in pieces of any size, without its mark."""
    total = path.stat().st_size
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    with path.open("rb") as packed, _reader(packed, packing) as file:
        while raw := file.read(HEAD):
            yield decoder.decode(raw)
            if on_progress is not None:
                on_progress(min(packed.tell(), total), total)
        yield decoder.decode(b"", final=True)
        if on_progress is not None:
            on_progress(total, total)


def _reader(packed: IO[bytes], packing: Packing) -> io.BufferedReader:
    plain = cast("IO[bytes]", gzip.GzipFile(fileobj=packed)) if packing.compressed else packed
    if packing.encoding in {"utf-8", "utf-8-sig"} and not packing.lone_returns:
        if packing.encoding == "utf-8-sig":
            plain.read(len(codecs.BOM_UTF8))
        return io.BufferedReader(cast("io.RawIOBase", plain), HEAD)
    return io.BufferedReader(_Transcoded(plain, packing.encoding, packing.lone_returns), HEAD)


def _skip_rest(file: io.BufferedReader, raw: bytes) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = file.readline(LINE_CAP)


def _line(number: int, raw: bytes) -> Line:
    if b"\0" in raw:
        return Line(number, None, "import.line_binary", raw[:240].decode("utf-8", "replace"))
    try:
        return Line(number, raw.decode())
    except UnicodeDecodeError:
        return Line(number, raw.decode("cp1252", "replace"), guessed=True)
