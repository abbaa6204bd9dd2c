"""Buckets: the five minutes in which mentions are counted and judged."""

from datetime import datetime, timedelta
from typing import Final

BUCKET: Final = timedelta(minutes=5)
BUCKET_SECONDS: Final = 300


def floor(moment: datetime) -> datetime:
    """Return the start of the bucket a moment falls into."""
    return moment.replace(second=0, microsecond=0) - timedelta(minutes=moment.minute % 5)
