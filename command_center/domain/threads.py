"""A thread: one approved text whose lines of only ``---`` say where a new post begins.

The gate compares the text as a whole; each part has to fit its network.
"""

import re
from typing import Final

from command_center.domain.text_length import NETWORK_LIMITS, network_length

# Where a post can follow a post of one's own; elsewhere the line stays a line.
THREADED: Final = frozenset({"x", "bluesky", "mastodon", "threads"})
_CUT: Final = re.compile(r"^[ \t]*---[ \t]*$", re.MULTILINE)


def parts_of(network: str, text: str) -> tuple[str, ...]:
    """Split a text into the posts it becomes on a network; empty parts fall away, one part is the usual case."""
    if network not in THREADED:
        return (text,)
    parts = tuple(part.strip(" \n") for part in _CUT.split(text))
    return tuple(part for part in parts if part) or (text,)


def longest_part(network: str, text: str) -> tuple[int, int]:
    """Return the length of the longest part as the network counts it, and the network's limit (0: none known)."""
    limit = NETWORK_LIMITS.get(network, 0)
    if not limit:
        return 0, 0
    return max(network_length(network, part) for part in parts_of(network, text)), limit
