"""What a Mastodon stream says, as mentions and as posts their authors took back."""

import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from command_center.domain.matching import Matcher
from command_center.domain.mentions import RawMention
from command_center.mastodon_api import id_of
from command_center.networks import Fetched
from monitors.event_lines import Sent
from monitors.mastodon_pages import seen_up_to
from monitors.mastodon_posts import mention_of

_REMEMBERED: Final = 10_000
_NEW: Final = frozenset({"update", "notification"})
_EDITED: Final = frozenset({"status.update", "status_update"})


@dataclass(slots=True)
class _Batch:
    mentions: dict[str, RawMention] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    seen: int = 0
    rejected: int = 0


class Ear:
    """Keeps what is about one of the topics, and remembers by which id it may be taken back.

    A post that is edited until it is about no topic any more counts as taken back.
    """

    def __init__(self, host: str, matcher: Matcher, cursor: Mapping[str, Any]) -> None:
        self.mark: dict[str, Any] = dict(cursor)
        self._host = host
        self._matcher = matcher
        self._kept: OrderedDict[str, str] = OrderedDict()

    def read(self, statuses: Sequence[object]) -> Fetched:
        """Return statuses of a timeline, which come newest first; the mark already knows them."""
        batch = _Batch()
        for status in reversed(statuses):
            self._take(status, batch, edited=False)
        return self._fetched(batch)

    def hear(self, events: Sequence[Sent]) -> Fetched:
        """Return what events bring; heartbeats and what doesn't concern posts bring nothing."""
        batch = _Batch()
        known = set(self.mark.get("recent", ()))
        for event in events:
            if event.name == "delete":
                self._take_back(event.data.strip().strip('"'), batch)
            elif event.name in _NEW | _EDITED:
                status = _status_of(event)
                edited = event.name in _EDITED
                identity = id_of(status) if isinstance(status, dict) else ""
                if status is not None and (edited or identity not in known):
                    known.add(identity)
                    self._take(status, batch, edited=edited)
        if batch.ids:
            self.mark = seen_up_to(self.mark, batch.ids)
        return self._fetched(batch)

    def _take(self, status: object, batch: _Batch, *, edited: bool) -> None:
        batch.seen += 1
        try:
            mention = mention_of(status, self._host)
        except ValueError:
            batch.rejected += 1
            return
        identity = id_of(status) if isinstance(status, dict) else ""
        batch.ids += [] if edited else [identity]
        if mention is not None and self._matcher.matching(mention.text):
            batch.mentions[mention.native_id] = mention
            self._kept[identity] = mention.native_id
            if len(self._kept) > _REMEMBERED:
                self._kept.popitem(last=False)
        elif edited:
            self._take_back(identity, batch)

    def _take_back(self, identity: str, batch: _Batch) -> None:
        native_id = self._kept.pop(identity, "")
        if native_id:
            batch.mentions.pop(native_id, None)
            batch.deleted.append(native_id)

    def _fetched(self, batch: _Batch) -> Fetched:
        return Fetched(
            mentions=tuple(batch.mentions.values()),
            cursor=self.mark,
            deleted=tuple(batch.deleted),
            seen=batch.seen,
            rejected=batch.rejected,
        )


def _status_of(event: Sent) -> object | None:
    """Return the status an event carries; None for a notification that is no mention. Broken JSON is an empty one."""
    try:
        data = json.loads(event.data)
    except (ValueError, RecursionError):
        return {}
    if event.name == "notification":
        return data.get("status") if isinstance(data, dict) and data.get("type") == "mention" else None
    return {} if data is None else data
