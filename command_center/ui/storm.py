"""The ways into an empty house, the demonstration storm, and the controls of a replay."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from command_center import texts
from command_center.domain.alerts import Replay
from command_center.domain.mentions import Plane, RawMention
from command_center.domain.people import Act
from command_center.domain.source_kinds import KINDS
from command_center.domain.sources import Source
from command_center.errors import CommandCenterError
from command_center.ports import Caller
from command_center.ui.acts import typed
from command_center.ui.files import DEMO_STORM, mentions_in
from command_center.ui.page import Page
from command_center.ui.picture import HOUR, Picture, listens
from command_center.ui.practice import offer_practice
from command_center.ui.visitor import look_at
from command_center.ui.ways import e, go, is_there
from command_center.use_cases.command import looking
from command_center.use_cases.replay import start_replay, stop_replay
from command_center.use_cases.show_a_storm import show_a_storm

SPEEDS: Final = (1, 60, 120, 600, 3600, 0)
STARTS: Final = ("start", "peak", "day")
_WISH: Final = "situation.storm_wish"
_EXPECTED: Final = 5_000


def fulfil_wish(page: Page) -> None:
    """Set the demonstration up when somebody asked for it, showing how far it is."""
    wish = st.session_state.pop(_WISH, "")
    if not wish:
        return
    bar = st.progress(0.0, text=page.say("situation.storm_reading"))
    caller = Caller(person_id=page.person.id, request_id=str(wish))
    try:
        show_a_storm(page.ctx, caller, raws=_counted(page, bar))
    except CommandCenterError as problem:
        bar.empty()
        st.error(texts.say_error(page.language, problem), icon=":material/error:")
        return
    look_at(Plane.PRACTICE)
    st.rerun()


def _counted(page: Page, bar: DeltaGenerator) -> Iterator[RawMention]:
    for number, found in enumerate(mentions_in(DEMO_STORM, now=page.ctx.now()), start=1):
        if isinstance(found, RawMention):
            if number % 250 == 0:
                share = min(1.0, number / _EXPECTED)
                bar.progress(share, text=page.say("situation.storm_read", count=number))
            yield found
    bar.progress(1.0, text=page.say("situation.storm_playing"))


def show_empty_house(page: Page) -> None:
    """Show the ways in: live sources, one's own mentions, or a storm to practise with."""
    with looking(page.ctx, page.person.id, Act.READ_PICTURE) as store:
        heard = listens(store.find(Source, plane=page.plane, active=True))
    state = "listening" if heard else "empty"
    with st.container(key="empty_situation", horizontal_alignment="center", gap="small"):
        st.html(
            f'<div class="pic-empty"><i aria-hidden="true">◌</i><h2>{e(page.say(f"situation.{state}.title"))}</h2>'
            f"<p>{e(page.say(f'situation.{state}.lead'))}</p></div>"
        )
        with st.container(horizontal=True, horizontal_alignment="center", gap="small"):
            if page.plane is Plane.REAL and page.may(Act.WRITE_TOPIC):
                _show_way_to_sources(page, heard=heard)
            if (
                page.may(Act.IMPORT_MENTIONS)
                and is_there("import_mentions")
                and st.button(page.say("situation.import"), key="to_import", icon=":material/upload_file:")
            ):
                go("import_mentions")
            show_storm_button(page, "primary")
        if page.may(Act.REPLAY):
            st.caption(page.say("situation.storm_lead"), text_alignment="center")
        offer_practice(page, Act.READ_PICTURE)


def _show_way_to_sources(page: Page, *, heard: bool) -> None:
    label = page.say("situation.to_sources" if heard else "situation.to_listen")
    if st.button(label, key="to_sources", icon=":material/sensors:"):
        if heard:
            go("sources")
        else:
            go("settings", part="sources")


def show_storm_button(page: Page, kind: Literal["primary", "secondary"]) -> None:
    """Show the button that starts the demonstration, to people who may."""
    if not (page.may(Act.REPLAY) and page.may(Act.IMPORT_MENTIONS) and DEMO_STORM.is_file()):
        return
    if st.button(page.say("situation.storm"), key="show_a_storm", icon=":material/cyclone:", type=kind):
        st.session_state[_WISH] = page.ctx.new_id()  # each wish is one request, fulfilled in the next run
        st.rerun()


def speed_name(page: Page, speed: int) -> str:
    """Name a speed: ×120, or straight to the end."""
    return page.say("situation.to_the_end") if speed == 0 else f"×{page.number(speed)}"


def play_from(picture: Picture, start: str) -> datetime | None:
    """Return where a replay becomes visible: at the beginning, before the peak, or on the last day."""
    extent = picture.extent
    if extent.first is None or extent.last is None or start == "start":
        return None
    if start == "day":
        return max(extent.first, extent.last - timedelta(days=1))
    return max(extent.first, picture.peak - 3 * HOUR) if picture.peak else None


def show_replay_controls(page: Page, picture: Picture) -> None:
    """Show how to stop the replay that runs, or how to start one."""
    replay = picture.moment.replay
    if replay is not None and picture.moment.playing:
        st.button(
            page.say("situation.stop"),
            key="stop_replay",
            icon=":material/stop:",
            on_click=page.act("replay", stop_replay, replay_id=replay.id),
        )
        return
    # What is heard live can't be played: the ear would forget what it has learnt.
    listens = any(source.kind in KINDS for source in picture.sources)
    if picture.extent.first is not None and not listens:
        with st.popover(page.say("situation.replay"), icon=":material/play_arrow:", key="replay_menu"):
            _show_replay_form(page, picture)


def _show_replay_form(page: Page, picture: Picture) -> None:
    st.caption(page.say("situation.replay_lead"))
    st.pills(
        page.say("situation.speed"),
        SPEEDS,
        default=120,
        required=True,
        format_func=lambda speed: speed_name(page, speed),
        key="replay_speed",
    )
    start = st.radio(
        page.say("situation.from"),
        STARTS,
        format_func=lambda code: page.say(f"situation.from_{code}"),
        index=1,
        key="replay_start",
    )
    st.button(
        page.say("situation.play"),
        key="start_replay",
        type="primary",
        icon=":material/play_arrow:",
        on_click=page.act(
            "replay",
            start_replay,
            topic_id=picture.topic.id,
            speed=typed("replay_speed", 120),
            play_from=play_from(picture, str(start)),
        ),
    )


def replay_words(page: Page, replay: Replay, at: datetime, *, playing: bool) -> str:
    """Say that this is a replay, how fast, and where it stands."""
    code = "situation.playing" if playing else "situation.played"
    if not playing and at >= replay.last:
        code = "situation.over"
    return page.say(code, speed=speed_name(page, replay.speed), when=page.moment(at))
