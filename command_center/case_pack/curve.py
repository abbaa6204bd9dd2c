"""The curve of mentions around an incident as one small drawing (SVG) that needs nothing but a reader."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

WIDTH: Final = 860
HEIGHT: Final = 240
MOST: Final = 600
_LEFT, _BOTTOM, _TOP = 44, 24, 12


def curve(buckets: Sequence[Mapping[str, Any]], *, first: str, last: str, title: str) -> str:
    """Draw counts above their expected band; ``first`` and ``last`` label the ends. Empty without two buckets."""
    shown = buckets[-MOST:]
    if len(shown) < 2:
        return ""
    top = max(1.0, *(max(float(each["count"]), float(each["high"])) for each in shown))
    upper = " ".join(_point(at, float(each["high"]), len(shown), top) for at, each in enumerate(shown))
    lower = " ".join(_point(at, float(each["low"]), len(shown), top) for at, each in reversed(list(enumerate(shown))))
    line = " ".join(_point(at, float(each["count"]), len(shown), top) for at, each in enumerate(shown))
    marks = "".join(
        f'<circle cx="{x}" cy="{y}" r="3.5" fill="#b3261e"/>'
        for at, each in enumerate(shown)
        if each["alert"]
        for x, y in [_point(at, float(each["count"]), len(shown), top).split(",")]
    )
    base = HEIGHT - _BOTTOM
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}" width="100%">'
        f'<polygon points="{upper} {lower}" fill="#8a94a6" opacity="0.3"/>'
        f'<polyline points="{line}" fill="none" stroke="#1f4e9c" stroke-width="1.6"/>{marks}'
        f'<line x1="{_LEFT}" y1="{base}" x2="{WIDTH}" y2="{base}" stroke="#888"/>'
        f'<text x="{_LEFT - 6}" y="{_TOP + 8}" text-anchor="end">{top:.0f}</text>'
        f'<text x="{_LEFT - 6}" y="{base}" text-anchor="end">0</text>'
        f'<text x="{_LEFT}" y="{HEIGHT - 6}">{escape(first)}</text>'
        f'<text x="{WIDTH}" y="{HEIGHT - 6}" text-anchor="end">{escape(last)}</text></svg>'
    )


def _point(at: int, value: float, count: int, top: float) -> str:
    x = _LEFT + (WIDTH - _LEFT) * at / (count - 1)
    y = HEIGHT - _BOTTOM - (HEIGHT - _BOTTOM - _TOP) * value / top
    return f"{x:.1f},{y:.1f}"
