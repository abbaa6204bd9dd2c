"""The head of an incident: how bad, since when, who leads, are the accounts sealed, and what is due next."""

from functools import partial

import streamlit as st

from command_center.domain.incidents import IncidentState
from command_center.domain.mentions import Plane
from command_center.domain.triage import least_level
from command_center.ui.doers import doer_name
from command_center.ui.frame import Page
from command_center.ui.incident_look import chip, duty_of, level_name, note_html
from command_center.ui.incident_scene import Due, Scene, due_next, read_scene
from command_center.ui.live import live
from command_center.ui.parts import person_name, when
from command_center.ui.ways import e

_STATES = {
    IncidentState.ACTIVE: ("▲", "bad"),
    IncidentState.STANDING_DOWN: ("◐", "warn"),
    IncidentState.CLOSED: ("✓", "good"),
}


@live("incident_head")
def show_head(page: Page, incident_id: str, seen: int) -> None:
    """Show the head as of now; when something happened since the page was drawn, draw it anew."""
    scene = read_scene(page, incident_id)
    if scene.entry != seen:
        st.rerun()
    st.html(head_html(page, scene))
    if not scene.closed:
        st.html(strip_html(page, scene))


def head_html(page: Page, scene: Scene) -> str:
    """Return the card with title, level, plan, lead and locks."""
    incident = scene.incident
    shape, kind = _STATES[incident.state]
    eyebrow = page.say("incident.level_of", level=incident.level, name=page.say(f"incident.level_{incident.level}"))
    drill = f'<span class="cci-drill">{e(page.say("incident.drill"))}</span>' if _is_drill(scene) else ""
    over = incident.state is IncidentState.CLOSED
    name = partial(doer_name, incident_id=incident.id) if over else person_name
    meta = [
        page.say(
            "incident.plan_named", plan=scene.plan.title.in_language(page.language), version=incident.plan_version
        ),
        page.say("incident.since", when=page.moment(incident.opened_at), ago=page.ago(incident.opened_at)),
        page.say("incident.led_by", name=name(page, scene.people, incident.opened_by)),
    ]
    if incident.conflicted:
        names = ", ".join(name(page, scene.people, identity) for identity in incident.conflicted)
        meta.append(page.say("incident.conflicted_named", names=names))
    least = least_level(scene.plan, scene.answered)
    if incident.level < least:
        meta.append(page.say("triage.is_below", least=least))
    facts = "".join(f"<li>{e(text)}</li>" for text in meta)
    locks = "".join(lock_signs(page, scene))
    steps = "".join(f'<i class="{"on" if step <= incident.level else ""}"></i>' for step in range(1, 7))
    watermark = " cci-practice" if _is_drill(scene) else ""
    return (
        f'<section class="cci-head cci-level-{incident.level}{watermark}">'
        f'<div class="cci-eyebrow"><span class="cci-steps" aria-hidden="true">{steps}</span>'
        f"<span>{e(eyebrow)}</span>{chip(shape, page.word(incident.state), kind)}{drill}</div>"
        f'<h2>{e(incident.title)}</h2><ul>{facts}</ul><div class="cci-signs">{locks}</div></section>'
    )


def lock_signs(page: Page, scene: Scene) -> list[str]:
    """Say when this incident's locks began to hold and when they were sealed."""
    locks = scene.own_locks()
    standing = [lock for lock in locks if lock.lifted_at is None]
    if not locks:
        return [chip("○", page.say("incident.no_locks"), "calm")]
    if not standing:
        return [chip("○", page.say("incident.locks_lifted", count=len(locks)), "calm")]
    since = when(page, min(lock.locked_at for lock in standing))
    locked = chip("■", page.say("incident.locked", count=len(standing), when=since), "calm")
    sealed = [lock.sealed_at for lock in standing if lock.sealed_at is not None]
    if len(sealed) < len(standing):
        missing = len(standing) - len(sealed)
        return [locked, chip("◐", page.say("incident.not_sealed", count=missing), "warn")]
    return [locked, chip("✓", page.say("incident.sealed", when=when(page, max(sealed))), "good")]


def strip_html(page: Page, scene: Scene) -> str:
    """Return what is due next as a strip of cards."""
    dues = due_next(scene, page.language)
    if not dues:
        return note_html(page.say("incident.nothing_due"), "✓", "good")
    cards = "".join(_due_html(page, scene, due) for due in dues)
    return f'<section class="cci-strip" aria-label="{e(page.say("incident.next_due"))}">{cards}</section>'


def _due_html(page: Page, scene: Scene, due: Due) -> str:
    late = due.at < page.now
    kind = page.say("incident.kind_clock" if due.kind == "clock" else "incident.kind_task")
    who = person_name(page, scene.people, due.person_id) if due.person_id else duty_of(page, scene.plan, due.duty)
    state = chip("!", page.say("incident.overdue"), "bad") if late else ""
    sign = f'<i aria-hidden="true">{"◷" if due.kind == "clock" else "○"}</i>'
    return (
        f'<article class="cci-due{" cci-late" if late else ""}"><header>{sign}{e(kind)}{state}'
        f"</header><b>{e(page.ago(due.at))}</b><p>{e(due.title)}</p>"
        f"<footer>{e(when(page, due.at))} · {e(who)}</footer></article>"
    )


def _is_drill(scene: Scene) -> bool:
    return scene.incident.plane is Plane.PRACTICE


def short_line(page: Page, title: str, level: int) -> str:
    """Return one line that tells incidents apart."""
    return f"{title} · {level_name(page, level)}"
