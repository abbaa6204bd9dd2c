"""How a mention file is built: its format, columns and mapping, and its rows from the beginning.

``files.py`` asks for the layout, judges the dates, and then reads the same rows as mentions.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from command_center.errors import BadInput
from monitors import json_rows, x_json
from monitors.columns import listed, settle_mapping
from monitors.csv_rows import CsvRows, delimiter_of, header_of
from monitors.file_bytes import Packing, Progress, look_at_packing, numbered_lines
from monitors.reading import COLUMN_CAP, FileFormat, Rejected, rejected

OBJECT_SAMPLE: Final = 200

Cells = tuple[int, list[str]]
Post = tuple[int, x_json.Json, x_json.Json]

X_MAPPING: Final = {
    "text": "text",
    "created_at": "created_at",
    "id": "id",
    "author": "user.screen_name / author_id",
    "reach": "followers_count",
    "reposts": "retweet_count",
    "language": "lang",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Everything about a file that holds for all of its rows; ``x_posts`` are X's own JSON."""

    path: Path
    packing: Packing
    format: FileFormat
    delimiter: str
    columns: tuple[str, ...]
    mapping: Mapping[str, str]
    x_posts: bool

    def csv_rows(self, on_progress: Progress | None = None) -> tuple[CsvRows, Iterator[Cells | Rejected]]:
        """Return the rows below the header of a CSV or TSV file."""
        rows = CsvRows(numbered_lines(self.path, self.packing, on_progress), self.delimiter)
        cells = iter(rows)
        header_of(cells)
        return rows, cells

    def posts(self, on_progress: Progress | None = None) -> Iterator[Post | Rejected]:
        """Yield the objects of a JSON file, each with its page's users."""
        for item in _values(self.path, self.packing, self.format, on_progress):
            if isinstance(item, Rejected):
                yield item
                continue
            for post, users in x_json.unpacked(item[1]):
                if isinstance(post, dict):
                    yield item[0], post, users
                else:
                    yield rejected(item[0], "import.json_no_object", str(post))

    def cells_of(self, post: x_json.Json) -> list[str]:
        """Return an object's values in the order of the columns."""
        flat = flattened(post)
        return [flat.get(column, "") for column in self.columns]


def layout_of(path: Path, mapping: Mapping[str, str] | None) -> Layout:
    """Look at a file's beginning (at all of a JSON array) and say how it is built; raises BadInput."""
    packing = look_at_packing(path)
    kind = json_rows.format_of(path, packing)
    if kind is not None:
        return _json_layout(path, packing, kind, mapping)
    delimiter = delimiter_of(packing.head, path.name)
    kind = FileFormat.TSV if delimiter == "\t" else FileFormat.CSV
    rows = iter(CsvRows(numbered_lines(path, packing), delimiter))
    columns = header_of(rows)
    if next(rows, None) is None:
        raise BadInput("import.header_only", columns=listed(columns))
    return Layout(
        path=path,
        packing=packing,
        format=kind,
        delimiter=delimiter,
        columns=columns,
        mapping=settle_mapping(columns, mapping),
        x_posts=False,
    )


def _json_layout(path: Path, packing: Packing, kind: FileFormat, mapping: Mapping[str, str] | None) -> Layout:
    columns: dict[str, None] = {}
    bare = Layout(path=path, packing=packing, format=kind, delimiter="", columns=(), mapping={}, x_posts=False)
    if kind is FileFormat.JSON and packing.head.lstrip("\ufeff \t\r\n").startswith("["):
        for _ in json_rows.array_values(path, packing, None):
            pass  # all of it once, so that an array that breaks off adds no row
    posts = [item for item in islice(bare.posts(), OBJECT_SAMPLE) if not isinstance(item, Rejected)]
    if not posts:
        raise BadInput("import.json_no_objects", path=str(path))
    x_posts = not mapping and any(x_json.is_v1(post) or x_json.is_v2(post) for _, post, _ in posts)
    for _, post, _ in posts:
        columns.update(dict.fromkeys(flattened(post)))
        if len(columns) > COLUMN_CAP:
            raise BadInput("import.too_many_columns", columns=len(columns), most=COLUMN_CAP)
    names = tuple(columns)
    return Layout(
        path=path,
        packing=packing,
        format=kind,
        delimiter="",
        columns=names,
        mapping=X_MAPPING if x_posts else settle_mapping(names, mapping),
        x_posts=x_posts,
    )


def _values(
    path: Path, packing: Packing, kind: FileFormat, on_progress: Progress | None
) -> Iterator[json_rows.Item | Rejected]:
    if kind is FileFormat.NDJSON:
        yield from json_rows.line_values(path, packing, on_progress)
    elif packing.head.lstrip("\ufeff \t\r\n").startswith("["):
        yield from json_rows.array_values(path, packing, on_progress)
    else:
        yield 1, json_rows.document(path, packing)
        if on_progress is not None:
            on_progress(path.stat().st_size, path.stat().st_size)


def flattened(post: x_json.Json) -> dict[str, str]:
    """Return an object's plain values as text; those of an object within it as ``outer.inner``."""
    flat: dict[str, str] = {}
    for name, value in post.items():
        if isinstance(value, dict):
            flat.update({f"{name}.{inner}": _cell(held) for inner, held in value.items()})
        else:
            flat[name] = _cell(value)
    return flat


def _cell(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, (int, float)) else ""
