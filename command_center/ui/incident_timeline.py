"""The timeline of an incident: every log entry as a sentence, from the first to the last."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import streamlit as st

from command_center import texts
from command_center.domain.people import Act
from command_center.domain.publications import Publication
from command_center.domain.response_log import Action, LogEntry
from command_center.domain.statements import StatementVersion
from command_center.ports import Reading
from command_center.ui.frame import Page
from command_center.ui.incident_look import e, heading, link_to, note
from command_center.ui.incident_scene import Scene, in_words
from command_center.ui.parts import person_name
from command_center.use_cases.command import looking
from command_center.use_cases.evidence import timeline

PER_PAGE: Final = 100
_EXCERPT: Final = 90
# What an entry says beyond who did what to whom, in the order people want to read it.
_TOLD: Final = ("reason", "text", "evidence", "note", "source")


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
    with looking(page.ctx, page.person.id, Act.READ_LOG) as store:
        entries = timeline(store, scene.incident)
        names = subject_names(store, page, scene, entries)
    pages = max(1, -(-len(entries) // PER_PAGE))
    chosen = 1
    if pages > 1:
        chosen = int(st.pagination(pages, key="inc_timeline_page") or 1)
    part = entries[(chosen - 1) * PER_PAGE : chosen * PER_PAGE]
    st.caption(page.say("incident.timeline_count", count=len(entries)))
    st.html(timeline_html(page, [line_of(page, scene, entry, names) for entry in part]))
    link_to(page, "log", Act.READ_LOG, page.say("incident.to_log"), icon="history")


def subject_names(store: Reading, page: Page, scene: Scene, entries: Iterable[LogEntry]) -> Mapping[str, str]:
    """Return what the entries are about, by id: names and titles instead of ids."""
    names = {scene.incident.id: scene.incident.title}
    names |= {person.id: person_name(page, scene.people, person.id) for person in scene.people.values()}
    names |= {account.id: account.name for account in scene.accounts}
    names |= {task.id: in_words(task.title, page.language) for task in scene.tasks}
    names |= {clock.id: in_words(clock.title, page.language) for clock in scene.clocks}
    names |= {fact.id: fact.text for fact in scene.facts}
    names |= {decision.id: decision.text for decision in scene.decisions}
    titles = {item.statement.id: item.statement.title for item in scene.wordings}
    names |= titles
    for version in store.find(StatementVersion, incident_id=scene.incident.id):
        names[version.id] = page.say(
            "incident.version_named", title=titles.get(version.statement_id, ""), number=version.number
        )
    unknown = {entry.subject for entry in entries if entry.action.value.startswith("publication.")} - names.keys()
    for publication in store.find(Publication, id=tuple(unknown)) if unknown else ():
        names[publication.id] = _excerpt(publication.text)
    return names


def line_of(page: Page, scene: Scene, entry: LogEntry, names: Mapping[str, str]) -> Line:
    """Return one entry as a sentence with what it says beyond that."""
    told = entry.details
    subject = names.get(entry.subject, "")
    if entry.action in {Action.PERSON_NOTIFIED, Action.NOTICE_FAILED}:
        subject = names.get(str(told.get("person", "")), subject)
    subject = subject or str(told.get("title") or scene.incident.title)
    sentence = page.say(
        f"action.{entry.action.value}",
        who=person_name(page, scene.people, entry.actor),
        subject=page.say("incident.quoted", text=_excerpt(subject)),
    )
    return Line(entry=entry, sentence=sentence, details=tuple(_details(page, told, subject, names)))


def _details(page: Page, told: Mapping[str, object], subject: str, names: Mapping[str, str]) -> Iterable[str]:
    yield from _level_told(page, told)
    for enum in ("posture", "state"):
        code = f"{'factstate' if enum == 'state' else enum}.{told.get(enum)}"
        if texts.knows(page.language, code):
            yield page.say(code)
    for name in ("person", "account"):
        known = names.get(str(told.get(name, "")))
        if known and known != subject:
            yield page.say(f"incident.told_{name}", name=known)
    held = told.get("held")
    if isinstance(held, int) and held:
        yield page.say("incident.told_held", count=held)
    if told.get("late") is True:
        yield page.say("incident.told_late")
    written = ((name, str(told.get(name) or "").strip()) for name in _TOLD)
    yield from (page.say(f"incident.told_{name}", value=text) for name, text in written if text and text != subject)


def _level_told(page: Page, told: Mapping[str, object]) -> Iterable[str]:
    if "level" not in told:
        return
    before = told.get("before")
    if before is None:
        yield page.say("incident.told_level", level=told["level"])
    else:
        yield page.say("incident.told_level_change", before=before, level=told["level"])


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


def _excerpt(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _EXCERPT else flat[: _EXCERPT - 1].rstrip() + "…"
