"""The curve of a picture: mentions per bucket with the baseline, what surged, and where sources lacked."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from command_center.domain.alerts import JudgedBucket
from command_center.domain.blindness import ENOUGH
from command_center.domain.buckets import BUCKET
from command_center.ports import Reading

MOST_POINTS: Final = 700
MOST_JUDGED: Final = 30_000
_STEPS: Final = (300, 900, 3_600, 10_800, 21_600, 86_400)


@dataclass(frozen=True, slots=True)
class Point:
    """One bucket of the curve; without a baseline ``expected`` is None, ``unseen`` when sources lacked then."""

    at: datetime
    mentions: int
    negative: int
    expected: float | None = None
    low: float = 0.0
    high: float = 0.0
    surging: bool = False
    alert: bool = False
    unseen: bool = False


@dataclass(frozen=True, slots=True)
class Curve:
    """What is drawn: points without gaps and the length of a bucket."""

    points: tuple[Point, ...]
    seconds: int


def step_for(length: timedelta) -> int:
    """Return the bucket length that keeps a curve readable, in seconds."""
    return next((step for step in _STEPS if length.total_seconds() / step <= MOST_POINTS), _STEPS[-1])


def read_curve(
    store: Reading, topic_id: str, *, since: datetime, until: datetime, lacking_since: datetime | None = None
) -> Curve:
    """Read mentions and baseline per bucket; a long bucket not yet complete is left out.

    Unseen are buckets in which too little was delivered, and those since a source lacks now.
    """
    seconds = step_for(until - since)
    start, end = epoch_floor(since, seconds), until if seconds < 3_600 else epoch_floor(until, seconds)
    length = timedelta(seconds=seconds)
    counts = {c.minute: c for c in store.counts(topic_id, since=start, until=end, bucket_seconds=seconds)}
    wanted = min(MOST_JUDGED, int((until - start) / BUCKET) + 2)
    newest = store.find(JudgedBucket, topic_id=topic_id, order="at", descending=True, limit=wanted)
    judged = _bundled(reversed(newest), seconds)
    points = []
    while start < end:
        count, bundle = counts.get(start), judged.get(start)
        mentions, negative = (count.mentions, count.negative) if count else (0, 0)
        point = Point(start, mentions, negative, *(bundle or ()))
        lacking = lacking_since is not None and start + length > lacking_since
        points.append(replace(point, unseen=True) if lacking else point)
        start += length
    return Curve(tuple(points), seconds)


def _bundled(
    judged: Iterable[JudgedBucket], seconds: int
) -> dict[datetime, tuple[float, float, float, bool, bool, bool]]:
    """Sum the baseline into longer buckets, as if counts within one were fully correlated."""
    bundles = {}
    for start, group in groupby(judged, key=lambda bucket: epoch_floor(bucket.at, seconds)):
        parts = list(group)
        bundles[start] = (
            sum(part.expected for part in parts),
            sum(part.low for part in parts),
            sum(part.high for part in parts),
            any(part.lasting for part in parts),
            any(part.alert for part in parts),
            any(part.delivered is not None and part.delivered < ENOUGH for part in parts),
        )
    return bundles


def epoch_floor(moment: datetime, seconds: int) -> datetime:
    """Return the beginning of the bucket a moment lies in."""
    return moment - timedelta(seconds=moment.timestamp() % seconds)
