"""What is stored about one person, for reading: each record with a word to each field, as JSON and as one HTML page."""

import html
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from command_center import texts
from command_center.domain.retention import Data
from command_center.privacy_documents import stored

Found = Mapping[str, Any]
_STYLE: Final = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1f24}"
    "h1{font-size:1.6rem}h2{font-size:1.15rem;margin:2rem 0 .5rem;border-bottom:1px solid #c9cfd6}"
    "section{border:1px solid #dfe3e8;border-radius:6px;padding:.6rem .9rem;margin:.5rem 0;break-inside:avoid}"
    "dl{display:grid;grid-template-columns:minmax(9rem,14rem) 1fr;gap:.15rem 1rem;margin:0}dt{color:#57606a}"
    "dd{margin:0;overflow-wrap:anywhere}@media(max-width:34rem){dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}"
)


def codes(field: str) -> tuple[str, str]:
    """Return the codes of the words for a field, the better first."""
    return f"field.{field}", f"log.detail.{field}"


def label(language: str, field: str) -> str:
    """Return the word for a field."""
    return next((texts.say(language, code) for code in codes(field) if texts.knows(language, code)), field)


def as_json(language: str, found: Found) -> str:
    """Return the records as JSON, with the words for kinds and fields in front."""
    fields = sorted({name for rows in found.values() for row in _rows(rows) for name in row})
    words = {
        "records": {kind: texts.say(language, f"record.{kind}") for kind in found},
        "fields": {name: label(language, name) for name in fields},
    }
    return json.dumps({"words": words, **found}, ensure_ascii=False, indent=2, default=str)


def as_html(language: str, zone: str, house: str, found: Found, days: Mapping[Data, int], *, now: datetime) -> str:
    """Return the records as one page without scripts, to read or print; times are shown in ``zone``."""

    def say(code: str, **values: object) -> str:
        return html.escape(texts.say(language, f"privacy.report_{code}", **values))

    title = say("title", name=found["person"].get("name", ""))
    head = (
        f'<!DOCTYPE html><html lang="{language}"><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{_STYLE}</style><h1>{title}</h1>"
    )
    parts = [
        head,
        f"<p>{say('made', house=house, when=texts.moment(language, zone, now))}</p>",
        f"<p>{say('left_out')}</p><p>{say('rights')}</p>",
    ]
    for kind, rows in found.items():
        head = html.escape(texts.say(language, f"record.{kind}"))
        parts.append(f"<h2>{head} ({len(_rows(rows))})</h2>")
        parts += [_section(language, zone, row) for row in _rows(rows)]
    parts.append(f"<h2>{say('kinds')}</h2>")
    for each in stored(language, days):
        words = f"{each.purpose} {each.time}. {each.readers}. {each.basis}."
        parts.append(f"<section><b>{html.escape(each.name)}</b><br>{html.escape(words)}</section>")
    return "\n".join(parts) + "</html>\n"


def _rows(rows: Any) -> list[Mapping[str, Any]]:
    return [rows] if isinstance(rows, Mapping) else list(rows)


def _section(language: str, zone: str, row: Mapping[str, Any]) -> str:
    terms = "".join(
        f"<dt>{html.escape(label(language, name))}</dt><dd>{html.escape(_shown(language, zone, value))}</dd>"
        for name, value in row.items()
        if value not in ("", None, "[]", "{}", [], {})
    )
    return f"<section><dl>{terms}</dl></section>"


def _shown(language: str, zone: str, value: Any) -> str:
    if isinstance(value, bool):
        return texts.say(language, "log.yes" if value else "log.no")
    if isinstance(value, str) and len(value) >= 20 and value.endswith("Z") and value[4:5] == "-":
        try:
            return texts.moment(language, zone, datetime.fromisoformat(value))
        except ValueError:
            return value
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
