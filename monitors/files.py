"""Reads any file of mentions: CSV, TSV, JSON and NDJSON, plain or packed with gzip, X's own JSON too.

A file is looked at first (``layout.py``) and refused as a whole, before its first row, where a person
must decide something; after that a bad row is rejected alone. Memory does not grow with the file.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from command_center.domain.mentions import RawMention
from command_center.errors import BadInput
from monitors import x_json
from monitors.columns import plain_name
from monitors.dates import SAMPLE, DateNeeds, DateReader, date_needs, zone_named
from monitors.layout import Layout, layout_of
from monitors.reading import (
    DateOrder,
    FileFormat,
    FileLook,
    Notice,
    Rejected,
    RowProblem,
    rejected,
)
from monitors.rows import RowReader
from monitors.values import is_damaged_id, is_rounded_id

__all__ = ["DateOrder", "FileFormat", "FileLook", "Notice", "Rejected", "inspect_file", "read_file"]

_ROUNDED_AT_LEAST: Final = 3

Progress = Callable[[int, int], None]
Found = RawMention | Rejected | Notice


def inspect_file(path: Path, *, sample: int = 20, mapping: Mapping[str, str] | None = None) -> FileLook:
    """Look at a file without importing it: columns, proposed mapping, first rows, open questions."""
    layout = layout_of(path, mapping)
    needs = _needs(layout)
    rows = [row for row in islice(_raw_rows(layout), sample) if not isinstance(row, Rejected)]
    warnings = [notice.code for notice in _notices_before(layout, needs)]
    ids = _ids(layout)
    if _rounded(ids) or any(map(is_damaged_id, ids)):
        warnings.append("import.ids_damaged")
    warnings += ["import.date_order"] if needs.order_for else []
    warnings += ["import.zone_needed"] if needs.zone_for else []
    return FileLook(
        format=layout.format,
        encoding=layout.packing.encoding,
        delimiter=layout.delimiter,
        compressed=layout.packing.compressed,
        columns=layout.columns,
        mapping=layout.mapping,
        sample=tuple(dict(zip(layout.columns, row, strict=False)) for row in rows),
        warnings=tuple(warnings),
    )


def read_file(
    path: Path,
    *,
    now: datetime,
    mapping: Mapping[str, str] | None = None,
    zone: str | None = None,
    network: str | None = None,
    date_order: DateOrder | None = None,
    on_progress: Progress | None = None,
) -> Iterator[Found]:
    """Return a file's mentions, rejected rows and notices, in the file's order.

    Everything that concerns the whole file is checked before this returns. The rows stay in the file:
    one that is cut or changed while it is being read ends the iteration with BadInput.

    Args:
        now: Aware time; dates more than a day later are rejected.
        mapping: Field → column, for columns with unusual names; "" leaves a field out.
        zone: Time zone of dates that name none, such as Europe/Berlin.
        network: The network of all rows, whatever the file says.
        date_order: Needed only where day and month can be swapped in every date of the file.
        on_progress: Called with bytes read and bytes in all, as stored on disk.

    Raises:
        BadInput: The file cannot be used, or zone or date order must be said.
    """
    layout = layout_of(path, mapping)
    local = zone_named(zone) if zone else None
    needs = _needs(layout)
    _ask(layout, needs, local, date_order)
    dates = DateReader(local, date_order if needs.order_for and date_order else needs.order, now=now)
    return _read(layout, needs, dates, network or "", on_progress)


def _ask(layout: Layout, needs: DateNeeds, zone: ZoneInfo | None, order: DateOrder | None) -> None:
    column = layout.mapping.get("created_at", "")
    if needs.order_for and order is None:
        raise BadInput("import.date_order", column=column, example=needs.order_for, option="--date-order")
    if needs.zone_for and zone is None:
        raise BadInput("import.zone_needed", column=column, example=needs.zone_for, option="--zone")


def _needs(layout: Layout) -> DateNeeds:
    """Return what must be asked about the dates; X's own JSON always names its zone."""
    if layout.x_posts or "created_at" not in layout.mapping:
        return DateNeeds()
    date = layout.columns.index(layout.mapping["created_at"])
    time = layout.columns.index(layout.mapping["time"]) if "time" in layout.mapping else None
    rows = (row for row in _raw_rows(layout) if not isinstance(row, Rejected) and date < len(row))
    return date_needs(
        f"{row[date]} {row[time]}".strip() if time is not None and time < len(row) else row[date].strip()
        for row in rows
    )


def _ids(layout: Layout) -> list[str]:
    """Return the ids of the first rows, to see what a spreadsheet has done to them."""
    if layout.x_posts or "id" not in layout.mapping:
        return []
    at = layout.columns.index(layout.mapping["id"])
    rows = (row for row in islice(_raw_rows(layout), SAMPLE) if not isinstance(row, Rejected))
    return [row[at].strip() for row in rows if at < len(row)]


def _rounded(ids: list[str]) -> bool:
    """Say whether all long ids end in zeros: fifteen digits are what a spreadsheet keeps of a number."""
    long = [value for value in ids if len(value) >= 16]
    return len(long) >= _ROUNDED_AT_LEAST and all(map(is_rounded_id, long))


def _raw_rows(layout: Layout) -> Iterator[list[str] | Rejected]:
    if layout.delimiter:
        for row in layout.csv_rows()[1]:
            yield row if isinstance(row, Rejected) else row[1]
        return
    for post in layout.posts():
        yield post if isinstance(post, Rejected) else layout.cells_of(post[1])


def _notices_before(layout: Layout, needs: DateNeeds) -> Iterator[Notice]:
    """Yield what can be said before the first row."""
    encoding = layout.packing.encoding
    if not encoding.startswith("utf-8"):
        yield Notice("import.encoding", {"encoding": encoding})
    names = [plain_name(column) for column in layout.columns if column]
    twice = sorted({name for name in names if names.count(name) > 1})
    if layout.delimiter and twice:
        yield Notice("import.columns_twice", {"columns": ", ".join(twice[:10])})
    if "created_at" not in layout.mapping:
        yield Notice("import.no_dates", {})
    if needs.without_time:
        yield Notice("import.dates_without_time", {"example": needs.without_time})


def _read(
    layout: Layout, needs: DateNeeds, dates: DateReader, network: str, on_progress: Progress | None
) -> Iterator[Found]:
    yield from _notices_before(layout, needs)
    try:
        if layout.delimiter:
            yield from _read_cells(layout, dates, network, on_progress)
        else:
            yield from _read_posts(layout, dates, network, on_progress)
    except (OSError, EOFError) as error:
        raise BadInput("import.unreadable", path=str(layout.path), reason=str(error)) from error


def _read_cells(layout: Layout, dates: DateReader, network: str, on_progress: Progress | None) -> Iterator[Found]:
    reader = RowReader(layout.columns, layout.mapping, dates=dates, network=network, rounded_ids=_rounded(_ids(layout)))
    mention = reader.mention
    source, rows = layout.csv_rows(on_progress)
    for row in rows:
        if isinstance(row, Rejected):
            yield row
            continue
        try:
            yield mention(row[1])
        except RowProblem as problem:
            yield rejected(row[0], problem.code, layout.delimiter.join(row[1]), problem.values)
    if source.guessed:
        yield Notice("import.encoding_mixed", {"line": source.guessed})
    yield from reader.notices()


def _read_posts(layout: Layout, dates: DateReader, network: str, on_progress: Progress | None) -> Iterator[Found]:
    reader = None
    if not layout.x_posts:
        reader = RowReader(
            layout.columns, layout.mapping, dates=dates, network=network, rounded_ids=_rounded(_ids(layout))
        )
    for post in layout.posts(on_progress):
        if isinstance(post, Rejected):
            yield post
            continue
        number, value, users = post
        try:
            if reader is None:
                yield x_json.mention_of(value, users, dates.read)
            else:
                yield reader.mention(layout.cells_of(value))
        except RowProblem as problem:
            yield rejected(number, problem.code, str(dict(value)), problem.values)
    if reader is not None:
        yield from reader.notices()
