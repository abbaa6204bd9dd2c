"""Judging a recorded curve: a ``timestamp,value`` text goes in line by line, scored rows come out.

Every row out depends on the rows up to it only, so the beginning of a file gives the
beginning of its result, and a curve of any length needs the memory of one line.
"""

import csv
import math
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from command_center.domain.spikes import MOST, SHIPPED, Detector, SpikeConfig, Verdict
from command_center.errors import BadInput

HEADER: Final = ("timestamp", "value")
_BUCKET: Final = 300
_DAY: Final = 86_400
_JUST_BELOW: Final = 0.999
_LEAST_RISK: Final = 1e-9

Row = tuple[datetime, float]
JudgedRow = tuple[datetime, float, float, bool]


def read_rows(lines: Iterable[str]) -> Iterator[Row]:
    """Read the rows of a ``timestamp,value`` text, strictly and in one pass.

    Times without a zone are read as UTC. Empty lines are allowed at the end only.

    Raises:
        BadInput: At the first line that cannot be used; the values give ``line``, ``problem``
            and ``remedy``.
    """
    numbered = enumerate(lines, start=1)
    _check_header(next(numbered, (1, None))[1])
    last: datetime | None = None
    empty = 0
    for number, line in numbered:
        if not line.strip():
            empty = empty or number
            continue
        if empty:
            raise _bad("empty_line", empty, "the line is empty", "remove the line")
        at, value = _row(number, line)
        if last is not None and at <= last:
            raise _disorder(number, at, last)
        last = at
        yield at, value
    if last is None:
        raise _bad("no_rows", 2, "there is no row after the header", "give at least one row")


def judge_rows(rows: Iterable[Row], config: SpikeConfig = SHIPPED) -> Iterator[JudgedRow]:
    """Judge counts in the order of time; yield time, count, score and alert of each.

    The distance of the first two rows is taken as the bucket length if it divides a day;
    otherwise, and for a single row, it is five minutes.
    The score is the verdict's, except that a storm already alerted on stays below the alert
    limit until it has become twice as rare as when it was last reported: one storm is one
    piece of news for whoever sets a threshold on the score.

    Raises:
        BadInput: A count or its place in time cannot be used.
    """
    news = _News(config)
    detector: Detector | None = None
    first: Row | None = None
    for at, count in rows:
        if first is not None:
            seconds = _bucket_seconds(first[0], at)
            if seconds != _BUCKET:
                detector = Detector(config, bucket_seconds=seconds)
                detector.judge(*first)
            first = None
        elif detector is None:
            first = at, count
        detector = detector or Detector(config, bucket_seconds=_BUCKET)
        verdict = detector.judge(at, count)
        yield at, count, news.score(verdict), verdict.alert


class _News:
    """How much of a verdict's score has not been reported before."""

    def __init__(self, config: SpikeConfig) -> None:
        self._beyond: Final = math.log2(config.alerts_a_week)
        self._limit: Final = 1.0 / (1.0 + config.alerts_a_week)
        self._told = 0  # doublings of rarity beyond the budget that have been reported

    def score(self, verdict: Verdict) -> float:
        if verdict.score < self._limit:
            return verdict.score
        rarity = math.log2(verdict.score / max(1.0 - verdict.score, _LEAST_RISK))
        doublings = max(0, int(self._beyond + rarity))
        if verdict.alert or doublings > self._told:
            self._told = doublings
            return verdict.score
        return self._limit * _JUST_BELOW


def _bucket_seconds(first: datetime, second: datetime) -> int:
    step = (second - first).total_seconds()
    return int(step) if step >= 1 and step <= _DAY and _DAY % step == 0 else _BUCKET


def _check_header(line: str | None) -> None:
    if line is None or not line.strip("\ufeff \r\n"):
        raise _bad("empty_file", 1, "the file is empty", f"begin it with the line {','.join(HEADER)}")
    fields = [field.strip() for field in _fields(1, line.lstrip("\ufeff"))]
    if tuple(fields) != HEADER:
        raise _bad(
            "wrong_header",
            1,
            f"the header is {','.join(fields)[:80]!r}",
            f"make the first line {','.join(HEADER)}",
        )


def _fields(number: int, line: str) -> list[str]:
    try:
        return next(csv.reader([line.rstrip("\r\n")], strict=True), [])
    except csv.Error as error:
        raise _bad("not_csv", number, f"the line is not CSV: {error}", "write timestamp,value") from error


def _row(number: int, line: str) -> Row:
    fields = _fields(number, line)
    if len(fields) != len(HEADER):
        raise _bad("not_two_fields", number, f"the line has {len(fields)} fields", "write timestamp,value")
    return _time(number, fields[0].strip()), _count(number, fields[1].strip())


def _time(number: int, text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _bad("not_a_time", number, f"{text[:40]!r} is not a time", "write 2026-01-31 09:05:00") from error


def _count(number: int, text: str) -> float:
    try:
        value = float(text) if "_" not in text else None
    except ValueError:
        value = None
    if value is None:
        raise _bad("not_a_number", number, f"{text[:40]!r} is not a number", "write a count such as 12")
    if not math.isfinite(value):
        raise _bad("not_finite", number, f"{text[:40]!r} is not a count", "leave out buckets that were not counted")
    if value < 0:
        raise _bad("negative", number, f"{text[:40]!r} is negative", "counts begin at 0; correct the row")
    if value > MOST:
        raise _bad("too_large", number, f"{text[:40]!r} is more than {MOST:g}", "correct the row")
    return value


def _disorder(number: int, at: datetime, last: datetime) -> BadInput:
    if at == last:
        return _bad("duplicate", number, f"{at.isoformat()} was already given", "keep one row for each time")
    problem = f"{at.isoformat()} is earlier than {last.isoformat()} in the row before"
    return _bad("not_sorted", number, problem, "sort by time; where clocks were set back, write the offset")


def _bad(what: str, line: int, problem: str, remedy: str) -> BadInput:
    return BadInput(f"judge.{what}", line=line, problem=problem, remedy=remedy)
