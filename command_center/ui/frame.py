"""The frame of every page: who is here, may they, in which language and plane, and how acts are carried out.

A page begins with ``page = open_page("situation", Act.READ_PICTURE)`` and changes things only
through ``page.act(…)`` in a button's ``on_click``.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, NoReturn

import streamlit as st

from command_center import texts
from command_center.domain.mentions import Plane
from command_center.domain.people import Act, Person, may
from command_center.errors import CommandCenterError, NotAllowed, StoreUnavailable
from command_center.ports import Caller, Context
from command_center.ui.acts import Acts, Typed, typed
from command_center.use_cases.sign_in import who_holds
from command_center.web.process import current
from command_center.web.sign_in_pages import LANGUAGE_COOKIE

__all__ = ["Page", "Typed", "open_page", "reader", "typed"]

PLANE: Final = "frame.plane"
_SLOT: Final = "frame.slot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page works with: the context, who reads it, in which words, and how to act."""

    code: str
    wanted: Act | None
    ctx: Context
    person: Person
    language: str
    zone: str
    plane: Plane
    now: datetime

    def say(self, code: str, /, **values: object) -> str:
        """Return the sentence for a code."""
        return texts.say(self.language, code, **values)

    def word(self, value: Any, /) -> str:
        """Return the word for an enum value: a posture, role, state or act."""
        return texts.say(self.language, f"{type(value).__name__.lower()}.{value.value}")

    def moment(self, at: datetime) -> str:
        """Write date, time and zone."""
        return texts.moment(self.language, self.zone, at)

    def clock(self, at: datetime) -> str:
        """Write time and zone."""
        return texts.clock(self.language, self.zone, at)

    def ago(self, at: datetime) -> str:
        """Write when something was or will be, seen from now."""
        return texts.ago(self.language, at, self.now)

    def number(self, value: float) -> str:
        """Write a number."""
        return texts.number(self.language, value)

    def may(self, act: Act) -> bool:
        """Tell whether this person may do the act; the use case asks again."""
        return may(self.person, act)

    def act(
        self,
        form: str,
        verb: Callable[..., object],
        /,
        *,
        done: str = "",
        then: Callable[[], None] | None = None,
        clear: tuple[str, ...] = (),
        **arguments: object,
    ) -> Callable[[], None]:
        """Return a callback for ``on_click`` that carries out ``verb(ctx, caller, **arguments)`` once.

        ``form`` names the form on the page. An argument ``typed("key")`` is read from that widget when
        clicked. ``done`` is the code of the sentence shown afterwards, ``clear`` are widgets to empty,
        ``then`` runs after success. An error becomes a sentence: see ``trouble``.
        """
        return Acts(self.code, self.language).callback(
            form, lambda caller, given: verb(self.ctx, caller, **given), _caller, arguments, done, then, clear
        )

    def caller(self, form: str) -> Caller:
        """Return the caller for a verb that a page must run itself, outside a callback."""
        return Caller(person_id=self.person.id, request_id=Acts(self.code, self.language).request_id(form))

    def trouble(self, form: str) -> None:
        """Show here what went wrong with a form, if anything did."""
        Acts(self.code, self.language).show_trouble(form)

    def again(self) -> "Page":
        """Return the page as of now, for a part that refreshes itself; stops when the person has to leave."""
        person = _entitled(_present(touch=False), self.wanted)
        return replace(self, person=person, now=self.ctx.now())


def open_page(code: str, act: Act | None = None) -> Page:
    """Open a page: the first line of each. Stops with a sentence when the person may not be here."""
    person = _entitled(_present(touch=True), act)
    process = current()
    page = Page(
        code=code,
        wanted=act,
        ctx=process.ctx,
        person=person,
        language=language_of(person),
        zone=process.settings.zone,
        plane=plane(),
        now=process.ctx.now(),
    )
    from command_center.ui.bar import show_bar

    show_bar(page)
    return page


def reader(*, touch: bool = False) -> Person | None:
    """Return who is signed in now, asked of the store each time; None when nobody is."""
    identity = st.user.to_dict().get("sid")
    if not isinstance(identity, str) or not identity:
        return None
    process = current()
    return who_holds(process.ctx, identity, limits=process.limits, touch=touch)


def language_of(person: Person | None) -> str:
    """Return the language of a person: their choice, the one chosen at the door, else the house's."""
    chosen = (person.language if person else "", str(st.context.cookies.get(LANGUAGE_COOKIE, "")))
    return next((language for language in chosen if language in texts.LANGUAGES), current().settings.language)


def plane() -> Plane:
    """Return the plane this session looks at: reality unless somebody switched to practice."""
    return Plane.PRACTICE if st.session_state.get(PLANE) == Plane.PRACTICE.value else Plane.REAL


def _present(*, touch: bool) -> Person:
    try:
        person = reader(touch=touch)
    except StoreUnavailable as gone:
        _stop(texts.say_error(language_of(None), gone))
    if person is None:
        language = language_of(None)
        _stop(texts.say(language, "frame.signed_out"), link=texts.say(language, "frame.to_sign_in"))
    return person


def _entitled(person: Person, act: Act | None) -> Person:
    if act is not None and not may(person, act):
        _stop(texts.say_error(language_of(person), NotAllowed("people.no_right", act=act.value)))
    return person


def _stop(sentence: str, *, link: str = "") -> NoReturn:
    st.error(sentence, icon=":material/lock:")
    if link:
        st.html(f'<p><a href="/login" target="_self">{link}</a></p>')
    st.stop()


def _caller(request_id: str) -> Caller:
    """Say who acts, asked of the store again at the moment of the click."""
    person = reader(touch=True)
    if person is None:
        raise NotAllowed("frame.signed_out")
    return Caller(person_id=person.id, request_id=request_id)


def script_error(error: BaseException) -> bool:
    """Show an expected error as a sentence; anything else is for Streamlit to report."""
    if not isinstance(error, CommandCenterError):
        return False
    st.error(texts.say_error(language_of(None), error), icon=":material/error:")
    return True
