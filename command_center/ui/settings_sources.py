"""Settings: the sources that listen. Live Bluesky in one click, the others with a form that asks for what they need."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from command_center.domain.connections import Connection
from command_center.domain.mentions import Plane
from command_center.domain.people import Act
from command_center.domain.source_health import Health, health
from command_center.domain.source_kinds import KINDS
from command_center.domain.sources import Source
from command_center.domain.topics import Topic
from command_center.ui.frame import Page, typed
from command_center.ui.incident_look import heading, link_to, note, plain
from command_center.ui.source_forms import Choices, listen_to_bluesky, show_form, show_trial
from command_center.ui.source_words import kind_name, topic_name, trouble_words
from command_center.use_cases.command import looking
from command_center.use_cases.keep_sources import pause_source, remove_source, resume_source

_QUICK: Final = "bluesky_stream"


def show_sources(page: Page) -> None:
    """Show the quickest way to hear something, every source with its form, and the form for a new one."""
    with looking(page.ctx, page.person.id, Act.WRITE_TOPIC) as store:
        topics = store.find(Topic, plane=page.plane, order="name")
        found = store.find(Source, plane=page.plane, order="created_at")
        connections = [each for each in store.find(Connection, order="handle") if each.active]
    sources = [source for source in found if source.kind in KINDS]
    choices = Choices(topics={topic.id: topic.name for topic in topics}, connections=connections)
    heading(page.say("sources.settings"), page.say("sources.settings_lead"))
    if page.plane is not Plane.REAL:
        note(page.say("source.not_in_practice"))
        return
    if _QUICK in page.ctx.monitors and not any(source.kind == _QUICK for source in sources):
        _show_quick(page, topics)
    for source in sources:
        label = plain(f"{source.name} · {topic_name(page, source, choices.topics)} · {_state(page, source)}")
        icon = f":material/{KINDS[source.kind].icon}:"
        with st.expander(label, icon=icon, key=f"set_source_{source.id}"):
            _show_source(page, source, choices)
    with st.expander(page.say("sources.add"), icon=":material/add:", key="set_source_new"):
        _show_new(page, choices)
    link_to(page, "sources", Act.WRITE_TOPIC, page.say("sources.see_health"), icon="sensors")


def _state(page: Page, source: Source) -> str:
    return page.word(health(source, page.now))


def _show_quick(page: Page, topics: Sequence[Topic]) -> None:
    """Offer to hear Bluesky live; somebody without a topic names what to listen for on the spot."""
    with st.container(key="card_quick", gap="small"):
        heading(page.say("sources.quick"), page.say("sources.quick_lead"))
        if not any(topic.terms or topic.hashtags or topic.handles for topic in topics):
            st.text_input(
                page.say("sources.quick_topic"),
                key="src_quick_topic",
                max_chars=80,
                placeholder=page.say("sources.quick_topic_hint"),
            )
        page.trouble("quick")
        shown = show_trial(page, "quick")
        st.button(
            page.say("sources.quick_anyway" if shown else "sources.quick_start"),
            key="src_quick",
            type="primary",
            icon=":material/podcasts:",
            on_click=page.act(
                "quick",
                listen_to_bluesky,
                done="sources.quick_done",
                topic=typed("src_quick_topic"),
                name=page.say("sources.kind_bluesky_stream"),
                plane=page.plane,
            ),
        )


def _show_source(page: Page, source: Source, choices: Choices) -> None:
    trouble = trouble_words(page, source) if health(source, page.now) is Health.TROUBLED else ""
    if trouble:
        note(trouble, "!", "bad")
    if source.kind == "webhook":
        note(page.say("sources.webhook_lead"))
        return
    show_form(page, source, choices)
    form = f"source_{source.id}_acts"
    with st.container(horizontal=True, gap="small"):
        active = source.active
        st.button(
            page.say("sources.pause" if active else "sources.resume"),
            key=f"set_source_pause_{source.id}",
            icon=":material/pause:" if active else ":material/play_arrow:",
            on_click=page.act(
                form,
                pause_source if active else resume_source,
                done="sources.paused" if active else "sources.resumed",
                source_id=source.id,
            ),
        )
        with st.popover(page.say("sources.remove"), icon=":material/delete:", key=f"set_source_gone_{source.id}"):
            st.write(page.say("sources.remove_lead"))
            st.button(
                page.say("sources.remove_really"),
                key=f"set_source_remove_{source.id}",
                on_click=page.act(form, remove_source, done="sources.removed", source_id=source.id),
            )
    page.trouble(form)


def _show_new(page: Page, choices: Choices) -> None:
    kinds = [code for code in KINDS if code in page.ctx.monitors or code == "webhook"]
    kind = st.selectbox(
        page.say("sources.kind"),
        kinds,
        index=kinds.index("feed") if "feed" in kinds else 0,
        format_func=lambda code: kind_name(page, code),
        key="set_source_kind",
    )
    if kind == "webhook" or kind is None:
        note(page.say("sources.webhook_lead"))
        return
    st.caption(page.say(f"sources.lead_{kind}"))
    blank = Source(id="", name="", kind=kind, plane=page.plane, topic_id="", created_at=page.now)
    show_form(page, blank, choices)
