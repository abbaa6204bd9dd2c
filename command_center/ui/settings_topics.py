"""The topics of the house: what is watched, and a form for each."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import streamlit as st

from command_center.domain.mentions import Plane
from command_center.domain.people import Act
from command_center.domain.topics import Topic
from command_center.ports import Caller, Context, TopicExtent
from command_center.ui.frame import Page, typed
from command_center.ui.incident_look import heading, note, plain
from command_center.ui.parts import empty_state
from command_center.ui.settings_words import lines, one_per_line, stamp
from command_center.use_cases.command import looking
from command_center.use_cases.keep_topics import add_topic, change_topic

_LISTS: Final = ("terms", "exclusions", "hashtags", "handles")


def show_topics(page: Page) -> None:
    """Show every topic with its form, and the form for a new one."""
    with looking(page.ctx, page.person.id, Act.WRITE_TOPIC) as store:
        topics = store.find(Topic, plane=page.plane, order="name")
        extents = {topic.id: store.extent(topic.id) for topic in topics}
    heading(page.say("settings.topics"), page.say("settings.topics_lead"))
    if not topics:
        empty_state(page, "settings.no_topics", icon="topic", key="topics")
    for topic in topics:
        with st.expander(plain(_label(page, topic, extents)), key=f"set_topic_{topic.id}"):
            _topic_form(page, topic)
    with st.expander(page.say("settings.topic_add"), icon=":material/add:", expanded=not topics, key="set_topic_new"):
        _topic_form(page, Topic(id="", name="", plane=page.plane))


def _label(page: Page, topic: Topic, extents: Mapping[str, TopicExtent]) -> str:
    words = len(topic.terms) + len(topic.hashtags) + len(topic.handles)
    known = page.say("settings.topic_extent", count=extents[topic.id].total)
    return f"{topic.name} · {page.say('settings.topic_words', count=words)} · {known}"


def _topic_form(page: Page, topic: Topic) -> None:
    form = f"topic_{topic.id or 'new'}"
    keys = {name: f"set_{form}_{name}_{stamp(topic)}" for name in ("name", *_LISTS)}
    if topic.id and not (topic.terms or topic.hashtags or topic.handles):
        note(page.say("settings.topic_silent"), "!", "warn")
    with st.form(f"set_{form}", border=False):
        st.text_input(page.say("settings.topic_name"), topic.name, key=keys["name"], max_chars=80)
        with st.grid(2, min_column_width=260) as grid:
            for name in _LISTS:
                grid.text_area(
                    page.say(f"settings.topic_{name}"),
                    one_per_line(getattr(topic, name)),
                    key=keys[name],
                    height=110,
                    help=page.say(f"settings.topic_{name}_help"),
                )
        page.trouble(form)
        st.form_submit_button(
            page.say("settings.topic_save" if topic.id else "settings.topic_add_submit"),
            key=f"set_{form}_save",
            type="primary",
            on_click=page.act(
                form,
                save_topic,
                done="settings.topic_saved",
                clear=() if topic.id else tuple(keys.values()),
                topic_id=topic.id,
                plane=page.plane,
                **{name: typed(key) for name, key in keys.items()},
            ),
        )


def save_topic(
    ctx: Context,
    caller: Caller,
    *,
    topic_id: str,
    plane: Plane,
    name: str,
    terms: str,
    exclusions: str,
    hashtags: str,
    handles: str,
) -> str:
    """Store a topic as typed: a new one, or the changed one with what the form does not ask for kept."""
    with looking(ctx, caller.person_id, Act.WRITE_TOPIC) as store:
        before = store.get(Topic, topic_id) if topic_id else None
    topic = replace(
        before or Topic(id="", name="", plane=plane),
        name=name,
        terms=lines(terms),
        exclusions=lines(exclusions),
        hashtags=lines(hashtags),
        handles=lines(handles),
    )
    return change_topic(ctx, caller, topic=topic) if before else add_topic(ctx, caller, topic=topic)
