"""How incidents, plans and settings look: one style sheet, small pieces of escaped HTML, safe labels."""

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

import streamlit as st

from command_center import texts
from command_center.domain.people import Act, Person
from command_center.domain.plans import Plan
from command_center.ui.frame import Page
from command_center.ui.ways import e

CSS: Final = Path(__file__).parent / "incident.css"
PAGES: Final = Path(__file__).resolve().parents[2] / "pages"
_MINUTE: Final = timedelta(minutes=1)
_ADDRESS: Final = re.compile(r"(?<=\w)@(?=\w)")
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!:|~$<>^=&])")


def wear() -> None:
    """Put on the style sheet."""
    st.html(CSS)


def plain(text: str) -> str:
    """Return a text for a widget's label, which reads Markdown, so that it shows as it is.

    A word joiner keeps handles such as ``@house@social.example`` from becoming e-mail links.
    """
    return _ADDRESS.sub("@\u2060", _MARKUP.sub(r"\\\1", " ".join(text.split())))


def chip(shape: str, word: str, kind: str) -> str:
    """Return a state as shape and word; ``kind`` is good, warn, bad or calm."""
    return f'<span class="cc-badge cc-{kind}"><i aria-hidden="true">{e(shape)}</i>{e(word)}</span>'


def heading(text: str, lead: str = "") -> None:
    """Show the heading of a part."""
    below = f"<p>{e(lead)}</p>" if lead else ""
    st.html(f'<div class="cc-heading"><h2>{e(text)}</h2>{below}</div>')


def note(text: str, shape: str = "i", kind: str = "calm") -> None:
    """Show one sentence that explains something."""
    st.html(note_html(text, shape, kind))


def note_html(text: str, shape: str = "i", kind: str = "calm") -> str:
    """Return one sentence that explains something."""
    return f'<p class="cc-note cc-{kind}"><i aria-hidden="true">{e(shape)}</i><span>{e(text)}</span></p>'


def rows(items: Sequence[str], *, kind: str = "") -> None:
    """Show rows of HTML that are escaped already; ``kind`` is wide or slim, for the column of signs."""
    st.html(f'<div class="cci-rows cci-{kind or "usual"}">{"".join(items)}</div>')


def row(sign: str, *lines: str, extra: str = "") -> str:
    """Return a row: a sign (HTML of ours), a first line that stands out, further lines; ``extra`` is HTML of ours."""
    first, *rest = lines
    below = "".join(f"<p>{e(line)}</p>" for line in rest if line)
    return f'<article class="cci-row">{sign}<div><b>{e(first)}</b>{below}{extra}</div></article>'


def dot(shape: str, kind: str = "calm") -> str:
    """Return a small sign without a word, for rows whose text says it all."""
    return f'<span class="cc-badge cc-{kind}"><i aria-hidden="true">{e(shape)}</i></span>'


def span(page: Page, length: timedelta) -> str:
    """Write a length of time exactly: 72 hours stay 72 hours, 30 days do not become 4 weeks."""
    for unit, size, most in (("minutes", _MINUTE, 120), ("hours", 60 * _MINUTE, 96), ("days", 1440 * _MINUTE, 10_000)):
        if length % size == timedelta(0) and length // size <= most:
            return page.say(f"incident.{unit}", count=length // size)
    return texts.span(page.language, length)


def level_name(page: Page, level: int) -> str:
    """Name a level with its number: 3 – frische Brise."""
    return page.say("incident.level_named", level=level, name=page.say(f"incident.level_{level}"))


def duty_of(page: Page, plan: Plan, duty: str) -> str:
    """Name a duty of the plan, or the house role of that name."""
    role = plan.role(duty)
    return role.title.in_language(page.language) if role else page.say(f"role.{duty}")


def reachable(person: Person) -> bool:
    """Tell whether a person left a way to reach them."""
    return bool(person.email.strip() or person.phone.strip())


def link_to(page: Page, code: str, act: Act, label: str, *, icon: str) -> None:
    """Show the way to another page, where there is one and this person may go."""
    file = PAGES / f"{code}.py"
    if file.is_file() and page.may(act):
        st.page_link(file, label=label, icon=f":material/{icon}:")
