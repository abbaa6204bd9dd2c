"""Inbound adapters: each reads one kind of source. What isn't in this explicit dict can't listen."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from command_center.networks import Monitor
from monitors.bluesky_search import BlueskySearch
from monitors.bluesky_stream import BlueskyStream
from monitors.x import XMentions, XSearch
from monitors.x_stream import XStream


def monitors(*, x_api_base: str, internal_hosts: Sequence[str], inbox: Path) -> Mapping[str, Monitor]:
    """Return every monitor by the kind a source carries."""
    from command_center.safe_web import Web  # what speaks HTTP is loaded when somebody listens, not with every command
    from monitors.feeds import Feeds
    from monitors.folder import WatchedFolder
    from monitors.mastodon import MastodonSearch, MastodonTags
    from monitors.mastodon_stream import MastodonStream

    web = Web(internal_hosts)
    return {
        "feed": Feeds(web),
        "folder": WatchedFolder(inbox),
        "mastodon_tag": MastodonTags(web),
        "mastodon_search": MastodonSearch(web),
        "mastodon_stream": MastodonStream(web),
        "bluesky_search": BlueskySearch(),
        "bluesky_stream": BlueskyStream(),
        "x_search": XSearch(x_api_base),
        "x_mentions": XMentions(x_api_base),
        "x_stream": XStream(x_api_base),
    }
