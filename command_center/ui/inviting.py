"""Invitations: the code somebody is handed to choose their password with, shown once to who invites them."""

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import streamlit as st

from command_center.domain.people import Person
from command_center.domain.second_factor import new_code
from command_center.ports import Caller, Context
from command_center.ui.incident_look import note, plain
from command_center.ui.page import Page
from command_center.use_cases.invite import invite
from command_center.use_cases.people import add_person
from command_center.web.process import current

_SHOWN: Final = "people_invitation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """A code as long as it is shown; ``request_id`` is the click it belongs to."""

    request_id: str
    whom: str
    code: str


def show_invitation(page: Page) -> None:
    """Show the code that was just made, until somebody says that they passed it on."""
    made: Invitation | None = st.session_state.get(_SHOWN)
    if made is None:
        return
    with st.container(border=True, key="people_invited"):
        st.markdown(f"**{plain(page.say('people.invited_title', name=made.whom))}**")
        note(page.say("people.invited_lead", url=f"{_house()}/invited"), "!", "warn")
        st.code(made.code, language=None, wrap_lines=True)
        st.button(
            page.say("people.invited_done"), key="invited_done", on_click=lambda: st.session_state.pop(_SHOWN, None)
        )


def _house() -> str:
    """Return where people reach the house: as set, else as this browser did."""
    here = urlsplit(st.context.url or "")
    return current().settings.public_url.rstrip("/") or (f"{here.scheme}://{here.netloc}" if here.netloc else "")


def show_inviting(page: Page, person: Person) -> None:
    """Show the button that takes somebody's password and invites them anew."""
    st.caption(page.say("people.invite_lead"))
    again = page.act("change", invite_again, person_id=person.id, name=person.name)
    st.button(page.say("people.invite"), key="invite", icon=":material/mail_lock:", on_click=again)


def add_and_invite(ctx: Context, caller: Caller, *, name: str, **given: Any) -> None:
    """Add somebody and keep their code for this page."""
    made = _made(caller, name)
    add_person(ctx, caller, name=name, invitation=made.code, **given)
    st.session_state[_SHOWN] = made


def invite_again(ctx: Context, caller: Caller, *, person_id: str, name: str) -> None:
    """Invite somebody anew and keep their code for this page."""
    made = _made(caller, name)
    invite(ctx, caller, person_id=person_id, code=made.code)
    st.session_state[_SHOWN] = made


def _made(caller: Caller, whom: str) -> Invitation:
    """Return a new code, or the one shown already: the second half of a double click stores nothing."""
    shown: Invitation | None = st.session_state.get(_SHOWN)
    if shown is not None and shown.request_id == caller.request_id:
        return shown
    return Invitation(request_id=caller.request_id, whom=whom, code=new_code())
