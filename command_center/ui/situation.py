"""The situation on screen: alerts first, then the state of a topic, four figures, its curve and its voices."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import streamlit as st

from command_center import texts
from command_center.domain.mentions import Plane
from command_center.domain.people import Act
from command_center.domain.topics import Topic
from command_center.ui.about import STORM_SPAN, show_about
from command_center.ui.alarms import show_alarms, show_incidents
from command_center.ui.charts import CONFIG, ChartWords, curve_figure
from command_center.ui.figures import show_figures, times
from command_center.ui.live import live
from command_center.ui.open_items import show_alarms_on_accounts
from command_center.ui.outlook import show_outlook
from command_center.ui.page import Page
from command_center.ui.picture import SPANS, Condition, Picture, listens, read_picture
from command_center.ui.sight import show_sight, sight_words
from command_center.ui.situation_cards import (
    curve_table_html,
    show_accounts,
    show_feed,
    show_loudest,
    show_sources,
)
from command_center.ui.storm import replay_words, show_empty_house, show_replay_controls
from command_center.ui.theme import colours
from command_center.ui.waiting import Duty, read_duty
from command_center.ui.ways import e
from command_center.use_cases.command import looking
from command_center.use_cases.propose_level import outlook

_SHAPES: Final = {
    Condition.BLIND: "◌",
    Condition.UNCERTAIN: "◐",
    Condition.CALM: "●",
    Condition.UNUSUAL: "◆",
    Condition.STORM: "▲",
}
_FIRST_SPAN: Final = "6h"


def read_topics(page: Page) -> list[Topic]:
    """Return the topics of the plane this session looks at, those with mentions first; none if all are silent."""
    with looking(page.ctx, page.person.id, Act.READ_PICTURE) as store:
        topics = store.find(Topic, plane=page.plane, order="name")
        sizes = {topic.id: store.extent(topic.id).total for topic in topics}
    return sorted(topics, key=lambda topic: sizes[topic.id] == 0) if any(sizes.values()) else []


def topic_key(plane: Plane) -> str:
    """Name the widget, and the part of the address, that holds the chosen topic of a plane."""
    return "topic" if plane is Plane.REAL else "drill_topic"


def choose_topic(page: Page, topics: Sequence[Topic]) -> Topic:
    """Let somebody choose the topic where there are several."""
    if len(topics) == 1:
        return topics[0]
    names = {topic.id: topic.name for topic in topics}
    chosen = st.selectbox(
        page.say("situation.topic"),
        list(names),
        format_func=lambda identity: names.get(identity, identity),
        key=topic_key(page.plane),
        bind="query-params",
        width=360,
    )
    return next((topic for topic in topics if topic.id == chosen), topics[0])


@live("situation")
def show_situation(page: Page) -> None:
    """Show what waits for a person, then the picture of a topic as of its moment."""
    with looking(page.ctx, page.person.id, Act.READ_PICTURE) as store:
        duty = read_duty(store, page.plane)
    show_alarms(page, duty)
    show_incidents(page, duty)
    show_alarms_on_accounts(page)
    topics = read_topics(page)
    if topics:
        _show_picture(page, choose_topic(page, topics), duty)
    else:
        show_empty_house(page)


def _show_picture(page: Page, topic: Topic, duty: Duty) -> None:
    span = str(st.session_state.get("span") or _FIRST_SPAN)
    with looking(page.ctx, page.person.id, Act.READ_PICTURE) as store:
        picture = read_picture(store, topic, span if span in SPANS else _FIRST_SPAN, page.now)
    with st.container(key="pic_top", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(state_html(page, picture), width="stretch")
        if page.may(Act.REPLAY):
            show_replay_controls(page, picture)
    show_sight(page, picture)
    page.trouble("replay")
    show_figures(page, picture)
    with st.container(key="pic_columns"):
        with st.container(key="pic_wide", gap="small"):
            with st.container(key="card_curve", gap="small"):
                _show_curve(page, picture)
            with st.container(key="card_feed", gap="small"):
                show_feed(page, picture)
        with st.container(key="pic_side", gap="small"):
            _show_side(page, picture, duty)


def _show_side(page: Page, picture: Picture, duty: Duty) -> None:
    if picture.moment.as_of:
        at = picture.moment.as_of
        show_outlook(page, outlook(page.ctx, page.person.id, topic=picture.topic, at=at, language=page.language))
    with st.container(key="card_accounts", gap="small"):
        show_accounts(page, duty)
    if picture.moment.as_of and picture.condition is Condition.STORM:
        show_about(page, picture.topic, since=picture.moment.as_of - STORM_SPAN, until=picture.moment.as_of)
    with st.container(key="card_sources", gap="small"):
        show_sources(page, picture)
    with st.container(key="card_loudest", gap="small"):
        show_loudest(page, picture)


def state_html(page: Page, picture: Picture) -> str:
    """Return the topic's state in a word, why, and the moment it is true for."""
    condition = picture.condition
    word = page.say(f"situation.state_{condition.value}")
    ratio = picture.hour.mentions / picture.expected if picture.expected else 0.0
    reason = page.say(picture.reason, times=times(page, ratio))
    return (
        f'<div class="pic-state pic-{condition.value}" role="status">'
        f'<b><i aria-hidden="true">{_SHAPES[condition]}</i>{e(word)}</b>'
        f"<div><h2>{e(picture.topic.name)}</h2><p>{e(reason)}</p>"
        f'<p class="pic-asof">{e(as_of_words(page, picture))}</p></div></div>'
    )


def as_of_words(page: Page, picture: Picture) -> str:
    """Say for which moment the picture is true, and whether it is a replay."""
    moment = picture.moment
    if moment.as_of is None:
        return page.say("situation.no_moment")
    if moment.replay is not None:
        return replay_words(page, moment.replay, moment.as_of, playing=moment.playing)
    at = min(moment.as_of, page.now)  # the five minutes of the last mention may not be over yet
    return page.say("situation.as_of", when=page.moment(at), ago=page.ago(at))


def _show_curve(page: Page, picture: Picture) -> None:
    length = texts.span(page.language, timedelta(seconds=picture.curve.seconds))
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="pic_curve_head"):
        st.html(
            f'<div class="pic-head"><h2>{e(page.say("situation.curve", length=length))}</h2></div>', width="stretch"
        )
        st.segmented_control(
            page.say("situation.span"),
            list(SPANS),
            default=_FIRST_SPAN,
            required=True,
            format_func=lambda span: page.say(f"situation.span_{span}"),
            key="span",
            label_visibility="collapsed",
            bind="query-params",
        )
    words = ChartWords(
        mentions=page.say("situation.line_mentions"),
        negative=page.say("situation.line_negative"),
        expected=page.say("situation.line_expected"),
        band=page.say("situation.line_band"),
        storm=page.say("situation.line_storm"),
        alert=page.say("situation.line_alert"),
        unseen=page.say("situation.line_unseen"),
    )
    figure = curve_figure(picture.curve, words, colours(), page.language, page.zone)
    st.plotly_chart(figure, theme=None, config=dict(CONFIG), key="curve", alt=curve_words(page, picture))
    if all(point.expected is None for point in picture.curve.points):
        st.caption(page.say("situation.baseline_learns" if listens(picture.sources) else "situation.no_baseline"))
    if picture.extent.undated:
        st.caption(page.say("situation.undated", count=picture.extent.undated))
    with st.expander(page.say("situation.as_table"), key="curve_table"):
        st.html(curve_table_html(page, picture.curve))


def curve_words(page: Page, picture: Picture) -> str:
    """Say what the curve shows, for those who hear the page."""
    points = picture.curve.points
    if not points:
        return page.say("situation.curve_empty")
    peak = max(points, key=lambda point: point.mentions)
    doubt = "" if picture.look.trusted else " " + sight_words(page, picture.look)
    said = page.say(
        "situation.curve_alt",
        total=page.number(sum(point.mentions for point in points)),
        first=page.moment(points[0].at),
        last=page.moment(points[-1].at),
        peak=page.number(peak.mentions),
        when=page.moment(peak.at),
        state=page.say(f"situation.state_{picture.condition.value}"),
    )
    return said + doubt
