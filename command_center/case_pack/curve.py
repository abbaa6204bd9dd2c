"""The curve of mentions around an incident as one small drawing (SVG) that needs nothing but a reader.

Colours are those of print; a page may restyle the classes ``band``, ``line``, ``alarm``, ``grid`` and ``axis``.
"""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

WIDTH: Final = 860
HEIGHT: Final = 250
MOST: Final = 600
_LEFT, _RIGHT, _BOTTOM, _TOP = 52, 14, 30, 14
_BASE: Final = HEIGHT - _BOTTOM
_FONT: Final = 'font-family="Libertinus Serif, system-ui, sans-serif" font-size="13" fill="#4a5568"'


def curve(buckets: Sequence[Mapping[str, Any]], *, times: Sequence[str], title: str) -> str:
    """Draw counts above their expected band; ``times`` label the axis at equal steps. Empty without two buckets."""
    shown = buckets[-MOST:]
    if len(shown) < 2:
        return ""
    top = _round_up(max(1.0, *(max(float(each["count"]), float(each["high"])) for each in shown)))
    upper = " ".join(_point(at, float(each["high"]), len(shown), top) for at, each in enumerate(shown))
    lower = " ".join(_point(at, float(each["low"]), len(shown), top) for at, each in reversed(list(enumerate(shown))))
    line = " ".join(_point(at, float(each["count"]), len(shown), top) for at, each in enumerate(shown))
    marks = "".join(
        f'<circle class="alarm" cx="{x}" cy="{y}" r="4.5" fill="#b3261e" stroke="#fff" stroke-width="1.2"/>'
        for at, each in enumerate(shown)
        if each["alert"]
        for x, y in [_point(at, float(each["count"]), len(shown), top).split(",")]
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}" width="100%">{_axis(top)}'
        f'<polygon class="band" points="{upper} {lower}" fill="#c9d3e0"/>'
        f'<polyline class="line" points="{line}" fill="none" stroke="#1f4e9c" stroke-width="1.8" '
        f'stroke-linejoin="round"/>{marks}{_times(times)}</svg>'
    )


def _axis(top: float) -> str:
    lines = []
    for part in range(5):
        y = _BASE - (_BASE - _TOP) * part / 4
        shade = ("axis", "#4a5568") if part == 0 else ("grid", "#e2e6ec")
        lines.append(
            f'<line class="{shade[0]}" x1="{_LEFT}" y1="{y:.1f}" x2="{WIDTH - _RIGHT}" y2="{y:.1f}" '
            f'stroke="{shade[1]}" stroke-width="1"/>'
            f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" {_FONT}>{top * part / 4:.10g}</text>'
        )
    return "".join(lines)


def _times(times: Sequence[str]) -> str:
    """Label the axis; labels ``between`` may be left out where there is little room."""
    last = len(times) - 1
    anchors = {0: "start", last: "end"}
    labels = []
    for at, time in enumerate(times):
        x = _LEFT + (WIDTH - _RIGHT - _LEFT) * at / max(1, last)
        kind = "time" if at in {0, last / 2, last} else "time between"
        place = f'class="{kind}" x="{x:.1f}" y="{HEIGHT - 8}" text-anchor="{anchors.get(at, "middle")}"'
        labels.append(f"<text {place} {_FONT}>{escape(time)}</text>")
    return "".join(labels)


def _round_up(value: float) -> float:
    """Return the next height whose quarters are whole numbers that read well."""
    size: int = 10 ** (len(str(int(value))) - 1)
    step: int = {1: 4, 10: 20}.get(size, size // 5)
    return -(-value // step) * step


def _point(at: int, value: float, count: int, top: float) -> str:
    x = _LEFT + (WIDTH - _RIGHT - _LEFT) * at / (count - 1)
    y = _BASE - (_BASE - _TOP) * value / top
    return f"{x:.1f},{y:.1f}"
