"""How far the picture can be trusted, in words: which sources lack, how much, and since when."""

import streamlit as st

from command_center.domain.alerts import Alert
from command_center.domain.blindness import Delivered, Look, Sight
from command_center.ui.page import Page
from command_center.ui.parts import when
from command_center.ui.picture import Picture
from command_center.ui.ways import e


def show_sight(page: Page, picture: Picture) -> None:
    """Say under the state, whatever it is, that sources lack; nothing when all of them deliver."""
    look = picture.look
    if look.trusted:
        return
    lacking = "".join(f"<li>{e(lacking_words(page, each))}</li>" for each in look.why)
    tone, shape = ("bad", "◌") if look.state is Sight.BLIND else ("warn", "◐")
    # Calm as well as a storm may look different from what it is, so it is said beside both.
    st.html(
        f'<div class="cc-note cc-{tone} pic-sight" role="status"><i aria-hidden="true">{shape}</i>'
        f"<span><b>{e(page.say(f'sight.{look.state.value}'))}</b><ul>{lacking}</ul></span></div>"
    )


def sight_words(page: Page, look: Look) -> str:
    """Say the same in one sentence."""
    return " ".join([page.say(f"sight.{look.state.value}"), *(lacking_words(page, each) for each in look.why)])


def lacking_words(page: Page, each: Delivered) -> str:
    """Say which source lacks, how much of what it owed came, and since when."""
    values = {"name": each.name, "came": page.number(each.came), "expected": page.number(each.expected)}
    if each.missing_since is None:
        return page.say("situation.lacking", **values)
    since = when(page, each.missing_since)
    return page.say("situation.lacking_since", since=since, ago=page.ago(each.missing_since), **values)


def alert_sight(page: Page, alert: Alert, since: str) -> str:
    """Say how well the house saw when it raised an alert; empty when nothing lacked. ``since`` is in words."""
    state = alert.evidence.get("sight")
    if state not in {Sight.UNCERTAIN.value, Sight.BLIND.value}:
        return ""
    names = ", ".join(str(name) for name in alert.evidence.get("sources_lacking", ()))
    said = page.say(f"situation.alarm_{state}", names=names)
    return f"{said} {page.say('situation.alarm_lacking_since', since=since)}" if since else said
