"""The curve as a Plotly figure: mentions, how many of them negative, the baseline band, storms and alerts.

A figure is built once for the same points, words and colours, and shared by everybody who looks.
"""

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import plotly.graph_objects as go

from command_center import texts
from command_center.ui.curve import Curve, Point
from command_center.ui.theme import Colours

CONFIG: Final = {"displayModeBar": False, "responsive": True, "scrollZoom": False}
HEIGHT: Final = 300
_SEPARATORS: Final = {"de": ",.", "en": ".,"}
_DAY: Final = {"de": "%d.%m.", "en": "%d/%m"}
_FONT: Final = "Inter, system-ui, sans-serif"


@dataclass(frozen=True, slots=True)
class ChartWords:
    """The words in a figure."""

    mentions: str
    negative: str
    expected: str
    band: str
    storm: str
    alert: str
    unseen: str


@dataclass(frozen=True, slots=True)
class Storm:
    """A stretch of buckets in which the topic surged, or in which too little was delivered."""

    first: datetime
    last: datetime


def storms(points: tuple[Point, ...]) -> list[Storm]:
    """Return the stretches that surged, in the order of time."""
    return _stretches((point.at, point.surging) for point in points)


def unseen(points: tuple[Point, ...]) -> list[Storm]:
    """Return the stretches in which sources lacked, in the order of time."""
    return _stretches((point.at, point.unseen) for point in points)


def _stretches(marked: Iterable[tuple[datetime, bool]]) -> list[Storm]:
    found: list[Storm] = []
    before = False
    for at, mark in marked:
        if mark and before:
            found[-1] = Storm(found[-1].first, at)
        elif mark:
            found.append(Storm(at, at))
        before = mark
    return found


@functools.lru_cache(maxsize=64)
def curve_figure(curve: Curve, words: ChartWords, colours: Colours, language: str, zone: str) -> go.Figure:
    """Draw a curve; times are written in the zone, as it is at the curve's end."""
    figure = go.Figure()
    points = curve.points
    if points:
        at = _local_times(points, zone)
        _draw_band(figure, points, at, words, colours)
        _draw_counts(figure, curve, at, words, colours, language, zone)
        _draw_storms(figure, points, at, words, colours)
        _draw_unseen(figure, points, at, words, colours)
    _lay_out(figure, colours, language)
    return figure


def _local_times(points: tuple[Point, ...], zone: str) -> list[datetime]:
    """Return wall clock times at the offset of the last point, so that a clock change never bends the line."""
    offset = points[-1].at.astimezone(ZoneInfo(zone)).tzinfo
    fixed = points[-1].at.astimezone(offset).utcoffset()
    return [(point.at + fixed).replace(tzinfo=None) if fixed else point.at.replace(tzinfo=None) for point in points]


def _draw_band(
    figure: go.Figure, points: tuple[Point, ...], at: list[datetime], words: ChartWords, colours: Colours
) -> None:
    known = [(x, point) for x, point in zip(at, points, strict=True) if point.expected is not None]
    if not known:
        return
    x = [moment for moment, _ in known]
    edge: dict[str, Any] = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "legendgroup": "band"}
    figure.add_scatter(x=x, y=[point.high for _, point in known], showlegend=False, **edge)
    figure.add_scatter(
        x=x,
        y=[point.low for _, point in known],
        fill="tonexty",
        legendrank=4,
        fillcolor=colours.band,
        name=words.band,
        **edge,
    )
    figure.add_scatter(
        x=x,
        y=[point.expected for _, point in known],
        mode="lines",
        legendrank=3,
        name=words.expected,
        line={"color": colours.quiet, "width": 1.2, "dash": "dot"},
        hovertemplate="%{y:,.1f}<extra>" + words.expected + "</extra>",
    )


def _draw_counts(
    figure: go.Figure,
    curve: Curve,
    at: list[datetime],
    words: ChartWords,
    colours: Colours,
    language: str,
    zone: str,
) -> None:
    moments = [texts.moment(language, zone, point.at) for point in curve.points]
    for rank, name, colour, values, width, fill in (
        (1, words.mentions, colours.mentions, [point.mentions for point in curve.points], 1.9, "tozeroy"),
        (2, words.negative, colours.negative, [point.negative for point in curve.points], 1.3, None),
    ):
        figure.add_scatter(
            x=at,
            y=values,
            mode="lines",
            legendrank=rank,
            name=name,
            line={"color": colour, "width": width},
            fill=fill,
            fillcolor=colours.area,
            customdata=moments,
            hovertemplate="%{customdata}: %{y:,}<extra>" + name + "</extra>",
        )


def _draw_storms(
    figure: go.Figure, points: tuple[Point, ...], at: list[datetime], words: ChartWords, colours: Colours
) -> None:
    place = dict(zip((point.at for point in points), at, strict=True))
    length = at[1] - at[0] if len(at) > 1 else None
    for number, storm in enumerate(storms(points)):
        figure.add_vrect(
            x0=place[storm.first],
            x1=place[storm.last] + length if length else place[storm.last],
            fillcolor=colours.negative,
            opacity=0.1,
            line_width=0,
            layer="below",
            annotation_text=words.storm if number == 0 else "",
            annotation_position="top left",
            annotation_font={"size": 11, "color": colours.negative},
        )
    rung = [point for point in points if point.alert]
    if rung:
        figure.add_scatter(
            x=[place[point.at] for point in rung],
            y=[point.mentions for point in rung],
            mode="markers+text",
            text=[words.alert],
            textposition="top left",
            textfont={"size": 11, "color": colours.negative},
            legendrank=5,
            name=words.alert,
            marker={
                "symbol": "diamond",
                "size": 11,
                "color": colours.negative,
                "line": {"width": 1.5, "color": colours.paper},
            },
            hoverinfo="skip",
        )


def _draw_unseen(
    figure: go.Figure, points: tuple[Point, ...], at: list[datetime], words: ChartWords, colours: Colours
) -> None:
    """Veil the stretches in which too little was delivered: what is low there need not have been calm."""
    place = dict(zip((point.at for point in points), at, strict=True))
    length = at[1] - at[0] if len(at) > 1 else None
    stretches = unseen(points)
    for stretch in stretches:
        figure.add_vrect(
            x0=place[stretch.first],
            x1=place[stretch.last] + length if length else place[stretch.last],
            fillcolor=colours.quiet,
            opacity=0.13,
            line={"color": colours.quiet, "width": 1, "dash": "dash"},
            layer="below",
            annotation_text=f"◌ {words.unseen}" if stretch == stretches[-1] else "",
            annotation_position="top left",
            annotation_yshift=-16,
            annotation_font={"size": 11, "color": colours.ink},
        )


def _lay_out(figure: go.Figure, colours: Colours, language: str) -> None:
    day = _DAY.get(language, _DAY["de"])
    figure.update_layout(
        height=HEIGHT,
        margin={"l": 4, "r": 8, "t": 8, "b": 4},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"family": _FONT, "size": 12, "color": colours.quiet},
        hovermode="closest",
        hoverlabel={
            "bgcolor": colours.paper,
            "bordercolor": colours.grid,
            "font": {"color": colours.ink, "family": _FONT},
        },
        separators=_SEPARATORS.get(language, ",."),
        legend={"orientation": "h", "x": 0, "y": -0.14, "yanchor": "top", "traceorder": "normal"},
        dragmode=False,
        uirevision="same",
    )
    figure.update_xaxes(
        showgrid=False,
        linecolor=colours.grid,
        fixedrange=True,
        nticks=7,
        tickformatstops=[
            {"dtickrange": [None, 43_199_999], "value": f"%H:%M\n{day}"},
            {"dtickrange": [43_200_000, None], "value": day},
        ],
        automargin=True,
    )
    figure.update_yaxes(
        gridcolor=colours.grid,
        zeroline=False,
        rangemode="tozero",
        fixedrange=True,
        nticks=5,
        tickformat=",d",
        automargin=True,
    )
