"""The filters above the mentions; they live in the address, so that a search can be sent to a colleague."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from command_center.domain.alerts import TriageState
from command_center.domain.mentions import Sentiment
from command_center.ports import MentionFilter
from command_center.ui.mentions import TIMES, Choices, between
from command_center.ui.page import Page
from command_center.ui.situation_cards import language_name, network_name

PAGE: Final = "page"
COPIES: Final = "copies"
_LISTS: Final = ("network", "language", "mood", "state")
_HIDDEN: Final = ("network", "language", "mood", "author")
_MOST_DAYS: Final = 2


def first_page() -> None:
    """Go back to the first page, since another question was asked."""
    st.session_state[PAGE] = 1


def reset_filters() -> None:
    """Ask for everything again."""
    st.session_state.update({"words": "", "author": "", "time": "all", **{key: [] for key in _LISTS}})
    st.query_params.pop(COPIES, None)
    first_page()


def only_copies(copy_key: str) -> None:
    """Ask for the copies of one text."""
    st.query_params[COPIES] = copy_key
    first_page()


def all_texts() -> None:
    """Stop asking for one text only."""
    st.query_params.pop(COPIES, None)
    first_page()


def ask_filter(page: Page, choices: Choices) -> MentionFilter:
    """Show the filters and return what they ask for."""
    with st.container(key="pic_filters", gap="small"):
        wanted, time = _ask_first(page, MentionFilter(topic_id=choices.topic.id, plane=choices.topic.plane))
        days = _choose_days(page, choices) if time == "days" else ()
        wanted = _ask_more(page, choices, wanted)
    since, until = between(choices, time, days, page.zone)
    return replace(wanted, copy_key=st.query_params.get(COPIES, ""), since=since, until=until)


def _ask_first(page: Page, wanted: MentionFilter) -> tuple[MentionFilter, str]:
    with st.grid(3, min_column_width=220, gap="small", vertical_alignment="bottom"):
        words = st.text_input(
            page.say("mentions.words"),
            key="words",
            placeholder=page.say("mentions.words_hint"),
            icon=":material/search:",
            on_change=first_page,
            bind="query-params",
        )
        states = _choose(page, "state", [state.value for state in TriageState], _state_name(page))
        time = st.selectbox(
            page.say("mentions.time"),
            list(TIMES),
            format_func=lambda code: page.say(f"mentions.time_{code}"),
            key="time",
            on_change=first_page,
            bind="query-params",
        )
    triage = tuple(TriageState(state) for state in states)
    return replace(wanted, words=str(words or ""), triage=triage), str(time or "all")


def _ask_more(page: Page, choices: Choices, wanted: MentionFilter) -> MentionFilter:
    hidden = sum(bool(st.session_state.get(key)) for key in _HIDDEN)
    label = page.say("mentions.more_filters_active", count=hidden) if hidden else page.say("mentions.more_filters")
    with (
        st.expander(label, icon=":material/tune:", key="filters"),
        st.grid(4, min_column_width=190, gap="small", vertical_alignment="bottom"),
    ):
        networks = _choose(page, "network", choices.networks, network_name)
        languages = _choose(page, "language", choices.languages, lambda code: language_name(page, code))
        moods = _choose(page, "mood", [mood.value for mood in Sentiment], _mood_name(page))
        author = st.text_input(
            page.say("mentions.author"),
            key="author",
            placeholder=page.say("mentions.author_hint"),
            on_change=first_page,
            bind="query-params",
        )
    return replace(
        wanted,
        networks=tuple(networks),
        languages=tuple(languages),
        sentiments=tuple(Sentiment(mood) for mood in moods),
        author=str(author or "").strip().removeprefix("@"),
    )


def _choose(page: Page, key: str, options: Sequence[str], name: Callable[[str], str]) -> list[str]:
    chosen = st.multiselect(
        page.say(f"mentions.{key}"),
        list(options),
        format_func=name,
        key=key,
        placeholder=page.say("mentions.any"),
        on_change=first_page,
        bind="query-params",
    )
    return [code for code in chosen if code in options]


def _choose_days(page: Page, choices: Choices) -> tuple[date, ...]:
    zone = ZoneInfo(page.zone)
    first = (choices.extent.first or page.now).astimezone(zone).date()
    last = (choices.moment.as_of or choices.extent.last or page.now).astimezone(zone).date()
    chosen = st.date_input(
        page.say("mentions.days"),
        (first, last),
        key="days",
        format="DD.MM.YYYY" if page.language == "de" else "DD/MM/YYYY",
        width=320,
        on_change=first_page,
        bind="query-params",
    )
    days = tuple(chosen) if isinstance(chosen, tuple) else ()
    return days if len(days) == _MOST_DAYS else ()


def _state_name(page: Page) -> Callable[[str], str]:
    return lambda code: page.word(TriageState(code))


def _mood_name(page: Page) -> Callable[[str], str]:
    return lambda code: page.word(Sentiment(code))
