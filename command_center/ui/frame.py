"""The frame of every page: its first line is ``page = open_page("situation", Act.READ_PICTURE)``.

A page changes things only through ``page.act(…)`` in a button's ``on_click``.
"""

from command_center.domain.people import Act
from command_center.ui import visitor
from command_center.ui.acts import typed
from command_center.ui.bar import show_bar
from command_center.ui.page import Page
from command_center.web.process import current

__all__ = ["Page", "open_page", "typed"]


def open_page(code: str, act: Act | None = None) -> Page:
    """Open a page for who is here; stops with a sentence when they may not be."""
    person = visitor.entitled(visitor.present(touch=True), act)
    process = current()
    page = Page(
        code=code,
        wanted=act,
        ctx=process.ctx,
        person=person,
        language=visitor.language_of(person),
        zone=process.settings.zone,
        plane=visitor.plane(),
        now=process.ctx.now(),
        names=visitor.names_read_by(person),
    )
    show_bar(page)
    return page
