"""What a report of a case is made of, before it becomes HTML or PDF: parts with terms, tables, cards and texts.

Everything is plain text; ``case_dossier.py`` fills it, ``html_report.py`` and ``pdf_report.py`` draw it.
"""

from dataclasses import dataclass
from typing import NamedTuple


class Reader(NamedTuple):
    """For whom a report is written: language, time zone (IANA), and the house's name."""

    language: str
    zone: str
    house: str


class Pair(NamedTuple):
    """A label and what it says."""

    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a head; ``widths`` are shares of the line, one for each column."""

    head: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One thing that was said or done: its name and state, what is known of it, and its texts to the letter."""

    title: str
    state: str
    terms: tuple[Pair, ...] = ()
    texts: tuple[Pair, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part under its heading; ``codes`` are for machines and eyes alike, ``drawing`` is an SVG."""

    name: str
    title: str
    lead: str = ""
    table: Table | None = None
    cards: tuple[Card, ...] = ()
    codes: tuple[Pair, ...] = ()
    drawing: str = ""
    said_of_drawing: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A whole report; ``terms`` stand on its first page, ``notes`` say how to read it."""

    language: str
    kind: str
    house: str
    title: str
    practice: str
    terms: tuple[Pair, ...]
    notes: tuple[str, ...]
    parts: tuple[Part, ...]
    page: str
    contents: str
