"""Keeps a page true: when what it shows has changed in the house, the page runs again."""

from collections.abc import Callable

import streamlit as st

from command_center.ui.frame import Page
from command_center.ui.live import live


def rerun_on_news(page: Page, name: str, look: Callable[[Page], object]) -> None:
    """Compare what the page shows now with what the house says later; run the page again when they differ."""
    shown = look(page)

    @live(name)
    def watch(later: Page) -> None:
        if look(later) != shown:
            st.rerun()

    watch(page)
