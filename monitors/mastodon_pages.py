"""Pages back through a Mastodon timeline, from the newest status to the last one seen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from command_center.mastodon_api import id_of

PAGE: Final = 40
_PAGES_AT_ONCE: Final = 4
_PAGES_IN_ALL: Final = 250
_RECENT_CAP: Final = 1_000
_RECENT_LEAST: Final = 2 * PAGE  # a line that was opened while pages were read brings their newest once more
_LATE: Final = timedelta(minutes=10)  # a status from another server comes late, with an id of when it was written
_SNOWFLAKE_DIGITS: Final = 17

Page = Sequence[Any]
ReadPage = Callable[[Mapping[str, str]], Page]


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What turning pages brought; ``mark`` is where to go on, ``more`` that there are pages left.

    ``lost`` is 1 when the way back was given up before its end; nobody knows how much was missed.
    """

    statuses: tuple[Any, ...]
    mark: dict[str, Any]
    rejected: int
    more: bool
    lost: int


def turn_pages(read: ReadPage, mark: Mapping[str, Any], *, by_offset: bool = False) -> Turned:
    """Read some pages; what doesn't fit is gone on with next time. Pages that repeat or never end are left.

    ``mark`` holds ``since`` (the newest id seen), ``recent`` (ids that may come again) and, in the midst of a long
    way back, ``gap``.
    """
    way = _WayBack(mark, by_offset=by_offset)
    for _ in range(_PAGES_AT_ONCE):
        if not way.take(read(way.params())):
            break
    else:
        if way.goes_on:
            return Turned(
                statuses=tuple(way.found.values()), mark=way.mark_within(), rejected=way.rejected, more=True, lost=0
            )
    return Turned(
        statuses=tuple(way.found.values()),
        mark=seen_up_to(mark, [way.newest, *way.ids]),
        rejected=way.rejected,
        more=False,
        lost=int(way.gave_up and bool(mark.get("since"))),
    )


class _WayBack:
    """How far back the pages have been turned, now and in the fetches before."""

    def __init__(self, mark: Mapping[str, Any], *, by_offset: bool) -> None:
        gap = mark.get("gap") or {}
        self.found: dict[str, Any] = {}
        self.rejected = 0
        self.gave_up = False  # for too many pages, or for a search that shows the same one again and again
        self.newest = str(gap.get("newest", mark.get("since", "")))
        self.ids: list[str] = list(gap.get("ids", ()))
        self._mark = mark
        self._floor = earlier(str(mark.get("since", "")))
        self._recent = {*mark.get("recent", ()), *self.ids}
        self._below = str(gap.get("below", ""))
        self._pages = int(gap.get("pages", 0))
        self._by_offset = by_offset

    @property
    def goes_on(self) -> bool:
        """Whether older pages matter: at the very first look the newest ones are enough."""
        return bool(self._mark.get("since")) and not self.gave_up

    def params(self) -> dict[str, str]:
        """Return how to ask for the next page."""
        if self._by_offset:
            return {"limit": str(PAGE), "offset": str(self._pages * PAGE)}
        bounds = {"since_id": self._floor, "max_id": self._below}
        return {"limit": str(PAGE), **{name: value for name, value in bounds.items() if value}}

    def take(self, page: Page) -> bool:
        """Take what is new on a page; tells whether there may be another one."""
        self._pages += 1
        self.gave_up = self._pages >= _PAGES_IN_ALL
        known = {id_of(each): each for each in page if isinstance(each, dict) and id_of(each)}
        self.rejected += sum(not (isinstance(each, dict) and id_of(each)) for each in page)
        self.gave_up |= self._by_offset and len(page) >= PAGE and known.keys() <= self.found.keys()
        ids = [each for each in known if self._is_between(each)]
        self.found |= {each: known[each] for each in ids if each not in self._recent}
        self.ids += ids
        self.newest = max([self.newest, *ids], key=order)
        self._below = min(ids, key=order, default=self._below)
        return bool(ids) and not (self._by_offset and len(page) < PAGE)

    def _is_between(self, identity: str) -> bool:
        if order(identity) <= order(self._floor) or identity in self.found:
            return False
        return self._by_offset or not self._below or order(identity) < order(self._below)

    def mark_within(self) -> dict[str, Any]:
        """Return a mark from which the way back is gone on with."""
        gap = {
            "newest": self.newest,
            "below": self._below,
            "pages": self._pages,
            "ids": sorted(self.ids, key=order)[-_RECENT_CAP:],
        }
        return {**self._mark, "gap": gap}


def seen_up_to(mark: Mapping[str, Any], ids: Sequence[str]) -> dict[str, Any]:
    """Return a mark with these ids seen, and everything before the newest of them done."""
    since = max([str(mark.get("since", "")), *ids], key=order)
    floor = order(earlier(since))
    recent = sorted({*mark.get("recent", ()), *ids}, key=order)[-_RECENT_CAP:]
    late = sum(order(each) > floor for each in recent)
    return {"since": since, "recent": recent[-max(late, _RECENT_LEAST) :]}


def order(identity: str) -> tuple[int, str]:
    """Return what ids are sorted by: numbers by size, the letters of other servers by alphabet."""
    return len(identity), identity


def earlier(identity: str) -> str:
    """Return an id some minutes before this one where ids tell the time, else the id itself."""
    if len(identity) < _SNOWFLAKE_DIGITS or not (identity.isascii() and identity.isdigit()):
        return identity
    milliseconds = (int(identity) >> 16) - int(_LATE.total_seconds() * 1000)
    return str(max(0, milliseconds) << 16)
