"""Dates as people and programs write them, read as aware UTC.

A local time in the hour that a clock change repeats is read as the first of the two (``fold=0``);
one in the hour it leaps over is read as if the clock had not been changed yet. The first such value is kept
in ``DateReader.doubtful``. Months may be German or English words.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from zoneinfo import ZoneInfo

from command_center.domain.folding import fold
from command_center.errors import BadInput
from monitors.reading import DateOrder, RowProblem

SAMPLE: Final = 200
_EARLIEST_YEAR: Final = 1990
_CACHE_CAP: Final = 50_000
_VALUE_CAP: Final = 60
_DATE_CHARS: Final = len("2026-09-15")
_FUTURE: Final = timedelta(days=1)

_EPOCH: Final = re.compile(r"(\d{9,10})(?:\.\d+)?|(\d{12,13})", re.ASCII)
_X: Final = re.compile(r"\w{3} (\w{3}) (\d{1,2}) (\d\d):(\d\d):(\d\d) ([+-]\d{4}) (\d{4})", re.ASCII)
_MONTHS: Final = "JanFebMarAprMayJunJulAugSepOctNovDec"
_MONTH_WORDS: Final = {
    "jan": 1,
    "feb": 2,
    "mar": 3,
    "mrz": 3,
    "mae": 3,
    "apr": 4,
    "may": 5,
    "mai": 5,
    "jun": 6,
    "jul": 7,
    "aug": 8,
    "sep": 9,
    "oct": 10,
    "okt": 10,
    "nov": 11,
    "dec": 12,
    "dez": 12,
}
_DAY_WORD: Final = re.compile(r"(?:[a-z]+\.?,? )?(\d{1,2})\.?[ -]([a-z]{3,9})\.?[ ,-]{1,2}(\d{4})\b(.*)", re.ASCII)
_WORD_DAY: Final = re.compile(r"(?:[a-z]+, )?([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b(.*)", re.ASCII)
_NUMBERS: Final = re.compile(
    r"(?P<a>\d{1,4})(?P<mark>[-./])(?P<b>\d{1,2})(?P=mark)(?P<c>\d{2}|\d{4})"
    r"(?:(?:,\s*|\s+|T)(?P<hour>\d{1,2})[:.](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,]\d+)?)?"
    r"(?:\s?(?P<half>[ap])\.?m\.?)?(?:\s?Uhr)?)?"
    r"\s?(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d)?",
    re.ASCII | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DateNeeds:
    """What must be known before a file's dates can be read; an example stands for a need."""

    zone_for: str = ""
    order_for: str = ""
    order: DateOrder = DateOrder.DAY
    without_time: str = ""


def date_needs(values: Iterable[str]) -> DateNeeds:
    """Look at dates until nothing is open: the first 200, and all while day and month can be swapped."""
    zone_for = order_for = without_time = ""
    order: DateOrder | None = None
    for seen, value in enumerate(filter(None, values), start=1):
        if order is None and (swappable := _swappable(value)):
            order = swappable if isinstance(swappable, DateOrder) else None
            order_for = order_for or value
        if not zone_for and _is_without_zone(value, order):
            zone_for = value
        if not without_time and _is_day_only(value) and _is_midnight(value, order):
            without_time = value
        if seen >= SAMPLE and (order or not order_for):
            break
    return DateNeeds(
        zone_for=zone_for,
        order_for="" if order else order_for,
        order=order or DateOrder.DAY,
        without_time=without_time,
    )


def _swappable(value: str) -> DateOrder | bool:
    """Return the order a date gives away, True if it could be either, False if it needs none."""
    found = _NUMBERS.fullmatch(value.strip())
    if found is None or len(found["a"]) > 2 or found["mark"] == ".":
        return False
    first, second = int(found["a"]), int(found["b"])
    if first > 12:
        return DateOrder.DAY
    return DateOrder.MONTH if second > 12 else True


def _is_without_zone(value: str, order: DateOrder | None) -> bool:
    try:
        return _parse(value, order or DateOrder.DAY).tzinfo is None
    except (ValueError, OverflowError):
        return False


def _is_day_only(value: str) -> bool:
    return len(value) <= _DATE_CHARS or (":" not in value and any(map(str.isalpha, value)))


def _is_midnight(value: str, order: DateOrder | None) -> bool:
    try:
        read = _parse(value, order or DateOrder.DAY)
    except (ValueError, OverflowError):
        return False
    return read.tzinfo is None and read.time() == datetime.min.time()


def _parse(value: str, order: DateOrder) -> datetime:
    """Read one date; naive where it names no zone. Raises ValueError."""
    value = value.strip()
    if len(value) > _VALUE_CAP:
        raise ValueError(value[:_VALUE_CAP])
    if value[4:5] == "-":
        return _read_iso(value)
    if found := _EPOCH.fullmatch(value):
        return datetime.fromtimestamp(int(found[1]) if found[1] else int(found[2]) / 1000, UTC)
    if found := _X.fullmatch(value):
        return _read_x(found)
    if value.isascii() and value.isdigit():
        return _read_iso(value)
    if found := _NUMBERS.fullmatch(value):
        return _read_numbers(found, order)
    if found := _NUMBERS.fullmatch(_with_month_as_number(value)):
        return _read_numbers(found, DateOrder.DAY)
    return parsedate_to_datetime(value) if "," in value else datetime.fromisoformat(value)


def _read_iso(value: str) -> datetime:
    return datetime.fromisoformat(value.removesuffix(" UTC") + ("Z" if value.endswith(" UTC") else ""))


def _with_month_as_number(value: str) -> str:
    """Return "15. September 2026, 14:05" and "Sep 15, 2026 2:05 PM" as 15.9.2026 and the time."""
    folded = fold(value)
    if found := _DAY_WORD.fullmatch(folded):
        day, word, year, rest = found.groups()
    elif found := _WORD_DAY.fullmatch(folded):
        word, day, year, rest = found.groups()
    else:
        return ""
    rest = rest.replace(" um ", " ").replace(" at ", " ")
    return f"{day}.{_MONTH_WORDS.get(word[:3], 0)}.{year}{rest}"


def _read_x(found: re.Match[str]) -> datetime:
    month = _MONTHS.find(found[1].capitalize()) // 3 + 1
    day, hour, minute, second, year = (int(found[group]) for group in (2, 3, 4, 5, 7))
    return datetime.fromisoformat(f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{found[6]}")


def _read_numbers(found: re.Match[str], order: DateOrder) -> datetime:
    a, b, c = int(found["a"]), int(found["b"]), int(found["c"])
    if len(found["a"]) == 4:
        year, month, day = a, b, c
    elif len(found["a"]) == 3:
        raise ValueError(found[0])
    else:
        year = c if len(found["c"]) == 4 else 2000 + c
        day, month = (b, a) if order is DateOrder.MONTH and found["mark"] != "." else (a, b)
    hour = _hour(int(found["hour"] or 0), (found["half"] or "").casefold())
    read = datetime(year, month, day, hour, int(found["minute"] or 0), int(found["second"] or 0))  # noqa: DTZ001
    if not found["zone"]:
        return read
    zone = found["zone"].upper().replace("UTC", "Z").replace("GMT", "Z")
    return datetime.fromisoformat(f"{read.isoformat()}{zone}")


def _hour(hour: int, half: str) -> int:
    if not half:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half == "p" else 0)


def zone_named(name: str) -> ZoneInfo:
    """Return the time zone of a name such as Europe/Berlin."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        raise BadInput("import.unknown_zone", zone=name[:_VALUE_CAP]) from error


class DateReader:
    """Reads the dates of one file; equal values are read once."""

    def __init__(self, zone: ZoneInfo | None, order: DateOrder, *, now: datetime) -> None:
        self._zone = zone
        self._order = order
        self._latest = now + _FUTURE
        self._known: dict[str, datetime | str] = {}
        self.doubtful = ""

    def read(self, value: str) -> datetime | None:
        """Return a date in UTC, None for an empty value; raises RowProblem."""
        if not value or value.isspace():
            return None
        known = self._known.get(value)
        if known is None:
            if len(self._known) >= _CACHE_CAP:
                self._known.clear()
            known = self._known[value] = self._judge(value)
        if isinstance(known, str):
            raise RowProblem(known, value=value[:_VALUE_CAP])
        return known

    def _judge(self, value: str) -> datetime | str:
        try:
            read = _parse(value, self._order)
            if read.tzinfo is None:
                if self._zone is None:
                    return "import.date_without_zone"
                read = read.replace(tzinfo=self._zone)
                if read.utcoffset() != read.replace(fold=1).utcoffset():
                    self.doubtful = self.doubtful or value
            read = read.astimezone(UTC)
        except (ValueError, OverflowError, OSError):
            return "import.bad_date"
        if read > self._latest:
            return "import.date_in_future"
        return read if read.year >= _EARLIEST_YEAR else "import.date_too_old"
