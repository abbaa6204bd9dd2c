"""A source: one configured monitor, or one imported file, with what it brought and how it is doing."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from command_center.domain.blindness import Delivery
from command_center.domain.mentions import Plane


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One configured monitor, or one imported file; ``delivery`` is None where nothing is expected.

    ``topic_id`` is empty for a source that is matched against every topic of its plane. ``address`` is a feed,
    server or folder, ``query`` what the network is asked. ``cursor`` is where the monitor goes on, ``quota`` what it
    may still read (both in the monitor's own words). The counters add up:
    fetched = stored + duplicate + filtered + rejected; ``lost`` and ``deleted`` stand beside them.
    ``trouble`` is empty or ``{"code": …, "values": {…}}`` of the last failed try; ``failures`` counts them in a row.
    """

    id: str
    name: str
    kind: str
    plane: Plane
    topic_id: str
    created_at: datetime
    last_success_at: datetime | None = None
    fetched: int = 0
    stored: int = 0
    duplicate: int = 0
    filtered: int = 0
    rejected: int = 0
    delivery: Delivery | None = None
    address: str = ""
    query: str = ""
    connection_id: str = ""
    active: bool = True
    cursor: dict[str, Any] = field(default_factory=dict)
    quota: dict[str, Any] = field(default_factory=dict)
    trouble: dict[str, Any] = field(default_factory=dict)
    failures: int = 0
    lost: int = 0
    deleted: int = 0
    next_try_at: datetime | None = None
    last_try_at: datetime | None = None
