"""Who looks at the screen: asked of the store on each run, so that a person disabled a second ago is out."""

from typing import Final, NoReturn

import streamlit as st

from command_center import texts
from command_center.domain.mentions import Plane
from command_center.domain.people import Act, Person
from command_center.domain.people import may as may_by_role
from command_center.errors import NotAllowed, StoreUnavailable
from command_center.ports import Caller
from command_center.use_cases.sign_in import SessionLimits, who_holds
from command_center.use_cases.stand_in import may_now
from command_center.use_cases.unseal import names_read
from command_center.web.door import LANGUAGE_COOKIE
from command_center.web.process import current
from command_center.web.session import cookie_name

PLANE: Final = "frame.plane"


def session() -> str:
    """Return the id of this browser's session, as ``web/session.py`` put it into ``st.user``; empty when none."""
    identity = st.user.to_dict().get("sid")
    return identity if isinstance(identity, str) else ""


def limits() -> SessionLimits:
    """Return how long sessions last here."""
    return current().limits


def reader(*, touch: bool = False) -> Person | None:
    """Return who is signed in now; ``touch`` notes that they did something. None when nobody is."""
    process = current()
    identity = session()
    return who_holds(process.ctx, identity, limits=process.limits, touch=touch) if identity else None


def present(*, touch: bool) -> Person:
    """Return who is signed in, or stop the page with a sentence and the way to the door."""
    language = language_of(None)
    try:
        person = reader(touch=touch)
    except StoreUnavailable as gone:
        stop(texts.say_error(language, gone))
    if person is None:
        stop(texts.say(language, "frame.signed_out"), link=texts.say(language, "frame.to_sign_in"))
    return person


def may(person: Person, act: Act) -> bool:
    """Tell whether somebody may do an act now, by a role of theirs or as a deputy; the store is asked if need be."""
    if may_by_role(person, act):
        return True
    ctx = current().ctx
    with ctx.store.reading() as store:
        return may_now(store, person, act, ctx.now())


def entitled(person: Person, act: Act | None) -> Person:
    """Return the person if they may do the act, or stop the page with a sentence."""
    if act is not None and not may(person, act):
        stop(texts.say_error(language_of(person), NotAllowed("people.no_right", act=act.value)))
    return person


def names_read_by(person: Person) -> frozenset[str]:
    """Return in whose past somebody reads names; nowhere, where the store can't be asked."""
    ctx = current().ctx
    try:
        with ctx.store.reading() as store:
            return names_read(ctx, store, person.id)
    except StoreUnavailable:
        return frozenset()


def caller(request_id: str) -> Caller:
    """Say who acts, asked again at the moment of the click; raises ``NotAllowed``."""
    person = reader(touch=True)
    if person is None:
        raise NotAllowed("frame.signed_out")
    return Caller(person_id=person.id, request_id=request_id)


def language_of(person: Person | None) -> str:
    """Return the language of a person: their choice, the one chosen at the door, else the house's."""
    at_the_door = (str(st.context.cookies.get(cookie_name(LANGUAGE_COOKIE, secure=tls), "")) for tls in (True, False))
    chosen = (person.language if person else "", *at_the_door)
    return next((language for language in chosen if language in texts.LANGUAGES), current().settings.language)


def plane() -> Plane:
    """Return the plane this tab looks at: the one its browser looked at last, at first reality."""
    if PLANE not in st.session_state:
        look_at(Plane.PRACTICE if session() in current().practising else Plane.REAL)
    return Plane.PRACTICE if st.session_state[PLANE] == Plane.PRACTICE.value else Plane.REAL


def look_at(wanted: Plane) -> None:
    """Switch this tab to a plane; a reload stays there."""
    st.session_state[PLANE] = wanted.value
    practising = current().practising
    (practising.add if wanted is Plane.PRACTICE else practising.discard)(session())


def stop(sentence: str, *, link: str = "") -> NoReturn:
    """End the page with one sentence."""
    st.error(sentence, icon=":material/lock:")
    if link:
        st.html(f'<p><a href="/login" target="_self">{link}</a></p>')
    st.stop()
