"""Incident: what do we do now? Activation with a preview, then tasks, clocks, facts, voices, timeline, end."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from command_center.domain.people import Act
from command_center.ui.frame import Page, open_page
from command_center.ui.incident_course import show_course, show_ended
from command_center.ui.incident_facts import show_facts
from command_center.ui.incident_head import show_head
from command_center.ui.incident_list import Choice, show_choice, show_past, watch, which
from command_center.ui.incident_look import wear
from command_center.ui.incident_scene import Scene, read_scene
from command_center.ui.incident_start import show_start
from command_center.ui.incident_timeline import show_timeline
from command_center.ui.incident_triage import show_triage
from command_center.ui.incident_voice import show_accounts, show_wordings
from command_center.ui.incident_work import show_clocks, show_tasks
from command_center.ui.open_items import show_off_voice, show_old_wordings, show_open_items

PARTS: Final[dict[str, tuple[Callable[[Page, Scene], None], ...]]] = {
    "tasks": (show_tasks,),
    "clocks": (show_clocks,),
    "triage": (show_triage,),
    "facts": (show_facts,),
    "voice": (show_off_voice, show_wordings, show_accounts, show_old_wordings),
    "timeline": (show_timeline,),
    "course": (show_course,),
}


def show_incident(page: Page, incident_id: str) -> None:
    """Show one incident: its head, then the part somebody chose."""
    scene = read_scene(page, incident_id)
    show_head(page, incident_id, scene.entry)
    if scene.closed:
        show_ended(page, scene)
    show_open_items(page, scene)
    asked = st.query_params.get("part", "")
    first = asked if asked in PARTS else next(iter(PARTS))
    part = st.segmented_control(
        page.say("incident.parts"),
        list(PARTS),
        format_func=lambda code: page.say(f"incident.part_{code}"),
        default=first,
        required=True,
        key="inc_part",
        label_visibility="collapsed",
        wrap=True,
    )
    for show in PARTS[part or first]:
        show(page, scene)


page = open_page("incident", Act.READ_PICTURE)
wear()
chosen: Choice = which(page)
watch(page, tuple(incident.id for incident in chosen.running))
show_choice(page, chosen)
if chosen.incident_id:
    show_incident(page, chosen.incident_id)
else:
    show_start(page, chosen.alert_id)
show_past(page, chosen)
