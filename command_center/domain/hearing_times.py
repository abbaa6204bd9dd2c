"""When live mentions count: which dates are believed, and from when on a bucket can be judged."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from command_center.domain.buckets import BUCKET, floor
from command_center.domain.sources import Source

AHEAD: Final = timedelta(minutes=5)
OLDEST: Final = datetime(1990, 1, 1, tzinfo=UTC)
SETTLING: Final = timedelta(seconds=30)
PATIENCE: Final = timedelta(minutes=5)


def believed(created_at: datetime | None, now: datetime) -> datetime | None:
    """Return the date a live mention counts under.

    What claims to come from more than five minutes ahead was said at the latest now: it counts now, and that its
    ``created_at`` equals its ``seen_at`` says who dated it. What claims to be older than the web has a damaged date
    and none counts: it is stored and found, in no curve. Everything else is believed; what is old lies in buckets
    long judged and is nobody's spike.
    """
    if created_at is None or created_at < OLDEST:
        return None
    return now if created_at > now + AHEAD else created_at


def judged_by(sources: Iterable[Source], now: datetime) -> datetime:
    """Return up to which moment a topic's buckets can be judged.

    A bucket waits until every source that is well was heard after its end, for half a minute at least (networks are
    late with their own news) and five minutes at most. What comes later counts in curves, never in verdicts.
    """
    heard = [source.last_success_at for source in sources if not source.trouble and source.last_success_at is not None]
    ready = floor(now - SETTLING)
    if not heard:
        return floor(now - PATIENCE)
    return max(floor(now - PATIENCE), min(ready, floor(min(heard))))


def was_heard(start: datetime, sources: Iterable[Source]) -> bool:
    """Tell whether any source delivered while a bucket was filled or shortly after it."""
    end = start + BUCKET + PATIENCE
    return any(start <= at <= end for source in sources if source.delivery for at in source.delivery.fetches)
