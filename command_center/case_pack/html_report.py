"""A case's report as one HTML page that needs no other file; whatever people or networks wrote is escaped.

Signs that turn the words beside them around, or have no look at all, stand as ``▯``, counted in a note.
"""

from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from typing import Final

from command_center.case_pack.dossier import Card, Dossier, Pair, Part, Table
from command_center.texts import say

_CONTROLS: Final = [*range(9), *range(11, 32), *range(127, 160), 0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F)]
_SHOWN: Final = dict.fromkeys([*_CONTROLS, *range(0x2066, 0x206A)], "▯")


def as_html(dossier: Dossier) -> str:
    """Return the page."""
    page = _page(dossier, dossier.notes)
    unseen = sum(ord(sign) in _SHOWN for sign in page)
    if unseen:
        page = _page(dossier, [*dossier.notes, say(dossier.language, "report.note_controls", count=unseen)])
    return page.translate(_SHOWN)


def _page(dossier: Dossier, told: Sequence[str]) -> str:
    style = files("command_center.case_pack").joinpath("report.css").read_text("utf-8")
    title, house = escape(dossier.title), escape(dossier.house)
    mark = f'<p class="practice">◇ {escape(dossier.practice)}</p>' if dossier.practice else ""
    notes = "".join(f"<p>{escape(note)}</p>" for note in told)
    return (
        f'<!doctype html><html lang="{escape(dossier.language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{title} · {house}</title><style>{style}</style></head><body>"
        f'<header><p class="kind">{escape(dossier.kind)} · {house}</p><h1 dir="auto">{title}</h1>{mark}'
        f'{_terms(dossier.terms)}<div class="notes">{notes}</div></header>{_contents(dossier)}'
        f"<main>{''.join(map(_part, dossier.parts))}</main></body></html>\n"
    )


def _contents(dossier: Dossier) -> str:
    links = "".join(f'<li><a href="#{part.name}">{escape(part.title)}</a></li>' for part in dossier.parts)
    return f'<nav aria-label="{escape(dossier.contents)}"><ol>{links}</ol></nav>'


def _part(part: Part) -> str:
    lead = f"<p>{escape(part.lead)}</p>" if part.lead else ""
    after = f'<p class="quiet">{escape(part.after)}</p>' if part.after else ""
    inside = "".join(
        (
            lead,
            f"<figure>{part.drawing}</figure>" if part.drawing else "",
            "".join(map(_code, part.codes)),
            _table(part.table) if part.table else "",
            "".join(map(_card, part.cards)),
            after,
        )
    )
    return f'<section id="{part.name}"><h2>{escape(part.title)}</h2>{inside}</section>'


def _terms(terms: Iterable[Pair]) -> str:
    rows = "".join(f"<div><dt>{escape(label)}</dt><dd>{_lines(text)}</dd></div>" for label, text in terms)
    return f"<dl>{rows}</dl>" if rows else ""


def _code(pair: Pair) -> str:
    return f'<p class="label">{escape(pair.label)}</p><pre>{escape(pair.text.strip())}</pre>'


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in table.head)
    rows = "".join(
        "<tr>"
        + "".join(
            f'<td data-head="{escape(name)}" dir="auto">{_lines(cell)}</td>'
            for name, cell in zip(table.head, row, strict=True)
        )
        + "</tr>"
        for row in table.rows
    )
    whole = sum(table.widths)
    columns = "".join(f'<col style="width:{100 * width / whole:.1f}%">' for width in table.widths)
    return f"<table><colgroup>{columns}</colgroup><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _card(card: Card) -> str:
    texts = "".join(
        (f'<p class="label">{escape(label)}</p>' if label else "")
        + f'<blockquote dir="auto">{escape(text)}</blockquote>'
        for label, text in card.texts
    )
    code = f'<p class="code">SHA-256 {escape(card.code)}</p>' if card.code else ""
    return (
        f'<article><h3 dir="auto">{escape(card.title)} <span>{escape(card.state)}</span></h3>'
        f"{_terms(card.terms)}{texts}{code}</article>"
    )


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")
