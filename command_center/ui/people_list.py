"""Who is responsible and who is in the house, as cards that also work as a phone book."""

from collections.abc import Iterable
from typing import Final

import streamlit as st

from command_center.domain.people import Person, Role
from command_center.ui.page import Page
from command_center.ui.ways import e

_DUTIES: Final = (Role.CRISIS_LEAD, Role.APPROVER, Role.ANALYST, Role.ADMINISTRATOR)


def show_responsible(page: Page, people: Iterable[Person]) -> None:
    """Show who holds the duties everybody must know; an empty one is named as such."""
    active = [person for person in people if person.active]
    rows = []
    for role in _DUTIES:
        names = "<br>".join(e(person.name) for person in active if role in person.roles)
        held = f"<dd>{names}</dd>" if names else f'<dd class="cc-none">! {e(page.say("people.nobody_in_role"))}</dd>'
        rows.append(f"<div><dt>{e(page.word(role))}</dt>{held}</div>")
    with st.container(key="card_responsible"):
        st.subheader(page.say("people.responsible"), anchor=False)
        st.html(f'<dl class="cc-duties">{"".join(rows)}</dl>')


def show_everybody(page: Page, people: Iterable[Person]) -> None:
    """Show everybody with their roles and how to reach them."""
    st.html(f'<div class="cc-people">{"".join(_card(page, person) for person in people)}</div>')


def _card(page: Page, person: Person) -> str:
    initials = "".join(word[0] for word in person.name.split()[:2]).upper()
    roles = " · ".join(page.word(role) for role in person.roles)
    state = "" if person.active else f"<p>{e(page.say('people.disabled'))}</p>"
    mail = f'<a href="mailto:{e(person.email)}">{e(person.email)}</a>' if person.email else ""
    dialled = "".join(sign for sign in person.phone if sign in "+0123456789")
    phone = f'<a href="tel:{dialled}">{e(person.phone)}</a>' if person.phone else ""
    return (
        f'<div class="cc-person{"" if person.active else " cc-gone"}"><i aria-hidden="true">{e(initials)}</i>'
        f"<div><b>{e(person.name)}</b><p>{e(roles)}</p>{state}{mail}{phone}</div></div>"
    )
