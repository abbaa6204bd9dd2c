"""One row of named cells as a mention, by a mapping; what every row shares is decided once."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from command_center.domain.mentions import RawMention
from command_center.language import plain_tag
from monitors.dates import DateReader
from monitors.reading import Notice, RowProblem
from monitors.values import (
    clean_text,
    clean_url,
    content_hash,
    count_of,
    is_damaged_id,
    is_rounded_id,
    is_yes,
    network_named,
    network_of,
    plain_id,
    sentiment_of,
    unescape,
    x_author_and_id,
)

_SHORT_CHARS: Final = 300
_URL_CHARS: Final = 2_000
_FIELDS_NEEDED: Final = ("text", "created_at", "time")


def _short(value: str) -> str:
    return clean_text(value[:_SHORT_CHARS])


_READERS: Final[Mapping[str, Callable[[str], object]]] = {
    "id": _short,
    "author": lambda value: _short(value).lstrip("@"),
    "author_name": _short,
    "url": lambda value: clean_url(clean_text(value[:_URL_CHARS])),
    "reach": count_of,
    "reposts": count_of,
    "reply_to": _short,
    "is_repost": is_yes,
    "language": plain_tag,
    "sentiment": sentiment_of,
    "network": lambda value: network_named(value[:_SHORT_CHARS]),
}
"""How a cell becomes a field; text and date are read by the row itself."""


class RowReader:
    """Turns the rows of one file into mentions and keeps count of what its reader has to know."""

    def __init__(
        self,
        columns: Sequence[str],
        mapping: Mapping[str, str],
        *,
        dates: DateReader,
        network: str = "",
        rounded_ids: bool = False,
    ) -> None:
        self._at = {field: columns.index(column) for field, column in mapping.items()}
        self._mapping = mapping
        self._width = len(columns)
        self._text_at = self._at["text"]
        self._readers = [(field, self._at[field], read) for field, read in _READERS.items() if field in self._at]
        self._needed = 1 + max(self._at.get(field, 0) for field in _FIELDS_NEEDED)
        self._dates = dates
        self._network = network_named(network)
        self._rounded_ids = rounded_ids
        self.counts: Counter[str] = Counter()
        self.damaged_example = ""

    def mention(self, cells: list[str]) -> RawMention:
        """Return the mention in a row; raises RowProblem."""
        cells = self._squared(cells)
        text = clean_text(unescape(cells[self._text_at]))
        if not text:
            self.counts["without_text"] += 1
            raise RowProblem("import.row_without_text")
        created = self._created(cells)
        known: dict[str, Any] = {field: read(cells[at]) for field, at, read in self._readers if cells[at]}
        url: str = known.get("url", "")
        network = self._network or known.get("network") or network_of(url)
        author: str = known.get("author", "")
        native_id = self._native_id(known.pop("id", ""))
        if url and network == "x" and not (author and native_id):
            url_author, url_id = x_author_and_id(url)
            author, native_id = author or url_author, native_id or url_id
        known["network"] = network
        known["author"] = author
        known["is_repost"] = known.get("is_repost", False) or text.startswith("RT @")
        return RawMention(
            native_id=native_id or self._hash(network, author, created, text, url),
            text=text,
            created_at=created,
            **known,
        )

    def _squared(self, cells: list[str]) -> list[str]:
        """Return a row as wide as the header: empty cells may be missing or too many at its end."""
        found = len(cells)
        if found == self._width:
            return cells
        if found < self._needed or any(cells[self._width :]):
            raise RowProblem("import.row_length", expected=self._width, found=found)
        return [*cells, *[""] * (self._width - found)][: self._width]

    def _created(self, cells: list[str]) -> datetime | None:
        at = self._at.get("created_at")
        if at is None:
            return None
        value = cells[at]
        if value and "time" in self._at:
            value = f"{value} {cells[self._at['time']]}"
        created = self._dates.read(value)
        if created is None:
            self.counts["without_date"] += 1
        return created

    def _native_id(self, value: str) -> str:
        """Return the network's id of a row, or "" where it is missing or damaged."""
        if value and (is_damaged_id(value) or (self._rounded_ids and is_rounded_id(value))):
            self.counts["damaged_ids"] += 1
            self.damaged_example = self.damaged_example or value
            return ""
        return plain_id(value)

    def _hash(self, network: str, author: str, created: datetime | None, text: str, url: str) -> str:
        self.counts["hashed"] += 1
        when = created.isoformat() if created is not None else ""
        # Without author and date, two people's equal words are told apart by where they stand.
        return content_hash(network, author or url if created is None else author, when, text)

    def notices(self) -> list[Notice]:
        """Return what has to be said about the rows read so far."""
        counts = self.counts
        made: list[Notice] = []
        if counts["damaged_ids"]:
            values = {"column": self._mapping["id"], "example": self.damaged_example}
            made.append(Notice("import.ids_damaged", {**values, "count": counts["damaged_ids"]}))
        if counts["hashed"] > counts["damaged_ids"]:
            made.append(Notice("import.ids_missing", {"count": counts["hashed"] - counts["damaged_ids"]}))
        if counts["without_text"]:
            made.append(Notice("import.rows_without_text", {"count": counts["without_text"]}))
        if counts["without_date"]:
            made.append(Notice("import.rows_without_date", {"count": counts["without_date"]}))
        if self._dates.doubtful:
            made.append(Notice("import.clock_change", {"example": self._dates.doubtful}))
        return made
