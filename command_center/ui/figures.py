"""How figures are written where there is little room."""

from command_center import texts
from command_center.ui.page import Page

_MILLION = 1_000_000


def short(page: Page, value: float) -> str:
    """Write a number: in full below a million, then 1,9 Mio."""
    return page.number(value) if value < _MILLION else texts.compact(page.language, value)


def times(page: Page, ratio: float) -> str:
    """Write how many times as much: 4,8 below ten, 50 above."""
    return page.number(round(ratio, 1) if ratio < 10 else round(ratio))
