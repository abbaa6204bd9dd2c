"""Which incident the page is about: the one asked for, the running one, or none yet; and the ones that are over."""

from dataclasses import dataclass

import streamlit as st

from command_center.domain.alerts import Alert
from command_center.domain.incidents import Incident
from command_center.domain.people import Act
from command_center.ui.frame import Page
from command_center.ui.incident_head import short_line
from command_center.ui.incident_look import dot, plain, row
from command_center.ui.incident_scene import past_incidents, running_incidents
from command_center.ui.live import live
from command_center.use_cases.command import looking


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What to show: an incident, or activation (perhaps for an alert); and what else there is."""

    incident_id: str
    alert_id: str
    running: tuple[Incident, ...]
    past: tuple[Incident, ...]


def which(page: Page) -> Choice:
    """Find out from the address and the store what the page is about."""
    asked, alert_id = st.query_params.get("incident", ""), st.query_params.get("alert", "")
    with looking(page.ctx, page.person.id, Act.READ_PICTURE) as store:
        running = running_incidents(store, page.plane)
        past = past_incidents(store, page.plane)
        alert = store.get(Alert, alert_id) if alert_id else None
    known = {incident.id for incident in (*running, *past)}
    if alert is not None and alert.incident_id in known:
        asked, alert_id = alert.incident_id, ""
    new = bool(alert_id) or "new" in st.query_params
    if asked not in known:
        asked = "" if new or not running else running[0].id
    return Choice(incident_id=asked, alert_id=alert_id, running=tuple(running), past=tuple(past))


@live("incident_running")
def watch(page: Page, known: tuple[str, ...]) -> None:
    """Draw the page anew when an incident began or ended elsewhere."""
    with looking(page.ctx, page.person.id, Act.READ_PICTURE) as store:
        running = running_incidents(store, page.plane)
    now_running = tuple(incident.id for incident in running)
    if now_running != known:
        ended = next((identity for identity in known if identity not in now_running), "")
        if ended and not now_running and not st.query_params:
            st.query_params["incident"] = ended  # who watched it to its end goes on seeing it, not an empty start
        st.rerun()


def show_choice(page: Page, choice: Choice) -> None:
    """Let somebody switch between running incidents."""
    others = [incident for incident in choice.running if incident.id != choice.incident_id]
    if not others:
        return
    with st.container(key="inc_choice", horizontal=True, gap="small"):
        for incident in others:
            st.button(
                plain(short_line(page, incident.title, incident.level)),
                key=f"inc_goto_{incident.id}",
                icon=":material/crisis_alert:",
                on_click=_go,
                kwargs={"incident": incident.id},
            )


def show_another(page: Page, choice: Choice) -> None:
    """Let a lead activate a further plan beside the running incident, or a new one after the end."""
    if choice.incident_id and page.may(Act.ACTIVATE):
        st.button(
            page.say("incident.another"),
            key="inc_another",
            icon=":material/add:",
            type="tertiary",
            on_click=_go,
            kwargs={"new": "1"},
        )


def show_past(page: Page, choice: Choice) -> None:
    """Show the incidents that are over."""
    show_another(page, choice)
    past = [incident for incident in choice.past if incident.id != choice.incident_id]
    if not past:
        return
    with st.expander(page.say("incident.past", count=len(past)), icon=":material/history:"):
        for incident in past:
            with st.container(key=f"inc_past_{incident.id}", horizontal=True, vertical_alignment="center", gap="small"):
                ended = page.moment(incident.closed_at or incident.opened_at)
                lasted = page.say("incident.past_from_to", start=page.moment(incident.opened_at), end=ended)
                line = short_line(page, incident.title, incident.level)
                st.html(row(dot("✓", "good"), line, lasted), width="stretch")
                st.button(
                    page.say("incident.past_open"),
                    key=f"inc_see_{incident.id}",
                    on_click=_go,
                    kwargs={"incident": incident.id},
                )


def _go(**where: str) -> None:
    st.query_params.from_dict(where)
