"""What an incident still owes: off-voice posts on its accounts, accounts nobody can read, old wordings out there."""

import streamlit as st

from command_center.domain.people import Act
from command_center.ui.frame import Page
from command_center.ui.incident_look import link_to, note
from command_center.ui.incident_scene import Scene
from command_center.ui.leftovers import Remains, read_remains, show_remains
from command_center.ui.off_voices import Overheard, read_overheard, show_overheard
from command_center.ui.wordings import show_style
from command_center.use_cases.command import looking

_ON_SITUATION = 3


def _read(page: Page, scene: Scene) -> tuple[Overheard, Remains]:
    locked = {lock.account_id for lock in scene.own_locks()}
    with looking(page.ctx, page.person.id, Act.READ_PICTURE) as store:
        heard = read_overheard(store, page, only=locked)
        return heard, read_remains(store, page, incident_id=scene.incident.id)


def show_open_items(page: Page, scene: Scene) -> None:
    """Name in one line each what is open, above whatever part of the incident is shown."""
    heard, remains = _read(page, scene)
    if heard.alarms:
        note(page.say("incident.off_voices", count=len(heard.alarms)), "▲", "bad")
    if heard.blind:
        note(page.say("incident.watch_blind", count=len(heard.blind)), "◌", "warn")
    if remains.open:
        note(page.say("leftovers.incident", count=len(remains.open)), "○", "warn")


def show_off_voice(page: Page, scene: Scene) -> None:
    """Show what stands on the incident's accounts without having passed the gate."""
    show_style()
    show_overheard(page, _read(page, scene)[0])


def show_old_wordings(page: Page, scene: Scene) -> None:
    """Show where wordings of the incident still stand after they were replaced or withdrawn."""
    show_remains(page, _read(page, scene)[1])


def show_alarms_on_accounts(page: Page) -> None:
    """Show on the situation page the newest off-voice posts and blind accounts; nothing when all is well."""
    with looking(page.ctx, page.person.id, Act.READ_PICTURE) as store:
        heard = read_overheard(store, page)
    if not heard.alarms and not heard.blind:
        return
    show_style()
    with st.container(key="card_off_voice", gap="small"):
        show_overheard(page, heard, most=_ON_SITUATION, folded=False)
        if len(heard.alarms) > _ON_SITUATION:
            link_to(page, "publish", Act.PUBLISH, page.say("page.publish.title"), icon="send")
