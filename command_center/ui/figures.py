"""The four figures of a situation, each with what is usual and its last hours, and how figures are written."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import streamlit as st

from command_center import texts
from command_center.ui.page import Page
from command_center.ui.picture import Condition, Picture

_MILLION: Final = 1_000_000
_RISE: Final = 1.5
_MUCH_MORE_NEGATIVE: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: its name, value, what it is compared with, and its course; ``loud`` draws attention."""

    code: str
    value: str
    note: str | None
    course: Sequence[float]
    kind: Literal["line", "area"] = "area"
    arrow: Literal["up", "down", "off"] = "off"
    loud: bool = False


def show_figures(page: Page, picture: Picture) -> None:
    """Show the figures side by side, two by two on a phone."""
    with st.grid(4, min_column_width=150, gap="small", key="pic_figures"):
        for figure in (
            _mentions(page, picture),
            _negative(page, picture),
            _reach(page, picture),
            _people(page, picture),
        ):
            st.metric(
                page.say(f"situation.{figure.code}"),
                figure.value,
                figure.note,
                delta_color="red" if figure.loud and picture.condition is not Condition.BLIND else "gray",
                delta_arrow=figure.arrow,
                border=True,
                height="stretch",
                chart_data=figure.course,
                chart_type=figure.kind,
            )


def _mentions(page: Page, picture: Picture) -> Figure:
    loud = picture.condition in {Condition.STORM, Condition.UNUSUAL}
    return Figure(
        code="mentions_hour",
        value=page.number(picture.hour.mentions),
        note=usual_words(page, picture),
        course=[count.mentions for count in picture.quarters],
        arrow="up" if loud else "off",
        loud=loud,
    )


def _negative(page: Page, picture: Picture) -> Figure:
    hour = picture.hour
    said = sum(count.mentions for count in picture.week_before)
    share = hour.negative / hour.mentions if hour.mentions else 0.0
    change = share - sum(count.negative for count in picture.week_before) / said if said else 0.0
    points = f"{round(100 * change):+d}".replace("-", "−")
    return Figure(
        code="negative_share",
        value=texts.percent(page.language, share) if hour.mentions else "–",
        note=page.say("situation.share_change", points=points) if hour.mentions and said else None,
        course=[count.negative / count.mentions if count.mentions else 0.0 for count in picture.quarters],
        kind="line",
        arrow="up" if change > 0 else "down",
        loud=change >= _MUCH_MORE_NEGATIVE,
    )


def _reach(page: Page, picture: Picture) -> Figure:
    known = picture.hour.reach > 0 or any(count.reach for count in picture.quarters)
    return Figure(
        code="reach",
        value=short(page, picture.hour.reach) if known else "–",
        note=page.say("situation.reach_note" if known else "situation.reach_unknown"),
        course=[count.reach for count in picture.quarters],
    )


def _people(page: Page, picture: Picture) -> Figure:
    return Figure(
        code="people_hour",
        value=page.number(picture.hour.authors),
        note=page.say("situation.texts", count=picture.hour.distinct_texts),
        course=list(picture.authors),
    )


def usual_words(page: Page, picture: Picture) -> str:
    """Compare the last hour with what was expected; without a baseline say so."""
    expected = picture.expected
    if expected is None:
        return page.say("situation.usual_unknown")
    ratio = picture.hour.mentions / expected if expected else 0.0
    usual = page.number(round(expected, 1) if expected < 10 else round(expected))
    if ratio >= _RISE:
        return page.say("situation.usual_times", times=times(page, ratio), usual=usual)
    return page.say("situation.usual", usual=usual)


def short(page: Page, value: float) -> str:
    """Write a number: in full below a million, then 1,9 Mio."""
    return page.number(value) if value < _MILLION else texts.compact(page.language, value)


def times(page: Page, ratio: float) -> str:
    """Write how many times as much: 4,8 below ten, 50 above."""
    return page.number(round(ratio, 1) if ratio < 10 else round(ratio))
