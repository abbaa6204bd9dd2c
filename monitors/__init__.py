"""Inbound adapters: each reads one kind of source. What isn't in this explicit dict can't listen."""

from collections.abc import Mapping

from command_center.networks import Monitor
from monitors.x import XMentions, XSearch
from monitors.x_stream import XStream


def monitors(*, x_api_base: str) -> Mapping[str, Monitor]:
    """Return every monitor by the kind a source carries."""
    return {
        "x_search": XSearch(x_api_base),
        "x_mentions": XMentions(x_api_base),
        "x_stream": XStream(x_api_base),
    }
