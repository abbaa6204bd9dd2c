"""Colours for charts and marks, the same as in ``.streamlit/config.toml``, for the theme a person sees."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import streamlit as st

STATIC: Final = Path(__file__).parent / "static"
ICON: Final = STATIC / "icon.svg"
LOGO: Final = STATIC / "logo.svg"
CSS: Final = Path(__file__).parent / "app.css"


@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """Colours by meaning; never the only sign of a state."""

    ink: str
    quiet: str
    grid: str
    paper: str
    mentions: str
    negative: str
    positive: str
    warning: str
    band: str
    area: str


LIGHT: Final = Colours(
    ink="#141822",
    quiet="#5b6472",
    grid="#e3e7ec",
    paper="#ffffff",
    mentions="#2b66dd",
    negative="#c4301c",
    positive="#137a58",
    warning="#a85b00",
    band="rgba(107,114,128,0.16)",
    area="rgba(43,102,221,0.08)",
)
DARK: Final = Colours(
    ink="#e7eaef",
    quiet="#9aa4b2",
    grid="#2b313b",
    paper="#171b22",
    mentions="#6f9bff",
    negative="#ff7663",
    positive="#46c596",
    warning="#f2a541",
    band="rgba(152,161,174,0.18)",
    area="rgba(111,155,255,0.1)",
)


def colours() -> Colours:
    """Return the colours of the theme this person sees now."""
    return DARK if st.context.theme.type == "dark" else LIGHT
