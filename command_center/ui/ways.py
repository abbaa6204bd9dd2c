"""Ways from one page to another that keep the session, and the styles of the pages about mentions."""

import html
from pathlib import Path
from typing import Final

import streamlit as st

PAGES: Final = Path(__file__).resolve().parents[2] / "pages"
_STYLES: Final = Path(__file__).parent / "picture.css"


def use_styles() -> None:
    """Load the styles of these pages."""
    st.html(_STYLES)


def is_there(code: str) -> bool:
    """Tell whether a page is installed."""
    return (PAGES / f"{code}.py").is_file()


def go(code: str, **query: str) -> None:
    """Open another page; whether the person may see it is asked there again."""
    st.switch_page(PAGES / f"{code}.py", query_params=query)


def e(text: object) -> str:
    """Escape anything for a piece of HTML."""
    return html.escape(str(text), quote=True)


def heading(title: str, note: str = "") -> None:
    """Show the head of a card: its title, and on the right a quiet note."""
    st.html(f'<div class="pic-head"><h2>{e(title)}</h2><span>{e(note)}</span></div>')


def warn(sentence: str) -> None:
    """Show a sentence that somebody should read before going on; plain text."""
    st.html(f'<p class="cc-note cc-warn"><i aria-hidden="true">!</i><span>{e(sentence)}</span></p>')
