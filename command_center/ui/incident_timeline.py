"""The timeline of an incident: every log entry as a sentence, from the first to the last."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from command_center import texts
from command_center.domain.people import Act
from command_center.domain.response_log import LogEntry
from command_center.ui.frame import Page
from command_center.ui.incident_look import heading, link_to, note
from command_center.ui.incident_scene import Scene
from command_center.ui.log_words import Names, details, read_names, sentence
from command_center.ui.ways import e
from command_center.use_cases.command import looking
from command_center.use_cases.evidence import note_reading, timeline

PER_PAGE: Final = 100
# What a reader of the timeline wants to know beyond who did what to whom; the log has the rest.
_TOLD: Final = frozenset(
    {"reason", "text", "evidence", "note", "source", "posture", "state", "before", "level", "held", "late", "ratio"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry as people read it."""

    entry: LogEntry
    sentence: str
    details: tuple[str, ...]


def show_timeline(page: Page, scene: Scene) -> None:
    """Show the timeline, a hundred entries at a time, for those who may read the log."""
    heading(page.say("incident.timeline"), page.say("incident.timeline_lead"))
    if not page.may(Act.READ_LOG):
        note(page.say("incident.timeline_closed"))
        return
    note_reading(page.ctx, page.person.id, incident_id=scene.incident.id)
    with looking(page.ctx, page.person.id, Act.READ_LOG) as store:
        entries = timeline(store, scene.incident)
        names = read_names(page, store, entries, incident_id=scene.incident.id)
    pages = max(1, -(-len(entries) // PER_PAGE))
    chosen = 1
    if pages > 1:
        chosen = int(st.pagination(pages, key="inc_timeline_page") or 1)
    part = entries[(chosen - 1) * PER_PAGE : chosen * PER_PAGE]
    st.caption(page.say("incident.timeline_count", count=len(entries)))
    st.html(timeline_html(page, [line_of(page, entry, names) for entry in part]))
    link_to(page, "log", Act.READ_LOG, page.say("incident.to_log"), icon="history")


def line_of(page: Page, entry: LogEntry, names: Names) -> Line:
    """Return one entry as a sentence with what it says beyond that."""
    told = tuple(f"{label}: {value}" for label, value in details(page, names, entry, only=_TOLD))
    return Line(entry=entry, sentence=sentence(page, names, entry), details=told)


def timeline_html(page: Page, lines: Iterable[Line]) -> str:
    """Return the lines as a list, a heading for each day."""
    out, day = [], ""
    for line in lines:
        today = texts.day(page.language, page.zone, line.entry.at, long=True)
        if today != day:
            day = today
            out.append(f"<h3>{e(day)}</h3>")
        details = "".join(f"<p>{e(detail)}</p>" for detail in line.details)
        out.append(
            f'<article><time datetime="{line.entry.at.isoformat()}">{e(page.clock(line.entry.at))}</time>'
            f"<div><b>{e(line.sentence)}</b>{details}</div>"
            f'<span title="{e(line.entry.hash)}">{line.entry.number}</span></article>'
        )
    return f'<div class="cci-timeline">{"".join(out)}</div>'
