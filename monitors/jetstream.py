"""What one moment of a Jetstream brought: its frames, read one by one.

A frame is one JSON object: ``{"did", "time_us", "kind": "commit" | "identity" | "account", …}``; ``time_us`` is when
the network saw it, in microseconds since 1970. Deleted posts are told, whoever they were by; a deleted account by its
address alone (``at://did``), which stands for all that it wrote. A changed post comes under its old id: it is a find
if the new text matches, and a text that is already kept stays as it was first seen.
"""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from command_center.domain.mentions import RawMention
from monitors.bluesky_posts import COLLECTION, address_of, author_address, mention_of, text_of

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SKEW: Final = timedelta(minutes=5)
_LAST: Final = 253_402_300_799_000_000  # the end of the year 9999


def moment(time_us: int) -> datetime:
    """Return the moment of a ``time_us``."""
    return _EPOCH + timedelta(microseconds=time_us)


def microseconds(at: datetime) -> int:
    """Return the ``time_us`` of a moment."""
    return (at - _EPOCH) // timedelta(microseconds=1)


class Catch:
    """Frames read since the last time something was handed on; ``newest`` is the furthest ``time_us`` of all.

    ``heard`` counts every frame, ``seen`` only posts. A time more than five minutes ahead of the clock doesn't
    move ``newest`` further than that: it would carry the cursor past what is still to come.
    """

    def __init__(self, *, newest: int, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._latest = 0
        self.newest = newest
        self.first = 0
        self.clear()

    def clear(self) -> None:
        """Forget what has been handed on."""
        self.mentions: list[RawMention] = []
        self.deleted: list[str] = []
        self.seen = 0
        self.heard = 0
        self.rejected = 0
        self._latest = microseconds(self._clock() + _SKEW)

    def take(self, frame: str | bytes, matches: Callable[[str], object]) -> None:
        """Read a frame and keep what is a find or a deletion; count what can't be read."""
        self.seen += 1
        self.heard += 1
        try:
            event = json.loads(frame)
            time_us = _time_of(event)
            self.first = self.first or time_us
            self.newest = max(self.newest, min(time_us, self._latest))
            if event["kind"] == "commit":
                self._take_commit(event, matches)
            else:
                self._take_account(event)
        except (ValueError, KeyError, TypeError, RecursionError):
            self.rejected += 1

    def leave_out(self, microseconds: int) -> None:
        """Count a frame too large to be received, and go past it by as much."""
        self.seen += 1
        self.rejected += 1
        self.newest = (self.newest or self._latest) + microseconds

    def _take_commit(self, event: Mapping[str, Any], matches: Callable[[str], object]) -> None:
        commit = event["commit"]
        if commit["collection"] != COLLECTION:
            self.seen -= 1
        elif commit["operation"] == "delete":
            self.deleted.append(address_of(event["did"], commit["rkey"]))
        elif matches(text_of(commit["record"])):
            at = min(moment(event["time_us"]), self._clock())
            self.mentions.append(mention_of(commit["record"], did=event["did"], key=commit["rkey"], heard_at=at))

    def _take_account(self, event: Mapping[str, Any]) -> None:
        self.seen -= 1  # an account's own news is no post
        if event["kind"] == "account":
            account = event["account"]
            if account["active"] is False and account.get("status") == "deleted":
                self.deleted.append(author_address(event["did"]))


def _time_of(event: Mapping[str, Any]) -> int:
    time_us = event["time_us"]
    if type(time_us) is not int or not 0 < time_us <= _LAST:
        raise ValueError(time_us)
    return time_us
