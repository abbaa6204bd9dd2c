"""Small builders: say only what a test is about, the rest is filled in.

``example`` fills in every field of any record kind, ``mention`` and ``entry`` have sensible defaults.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from types import NoneType, UnionType
from typing import Any, Final, TypeVar, cast, get_args, get_origin, get_type_hints

from command_center.domain.mentions import Mention, Plane, Sentiment
from command_center.domain.response_log import Action, NewEntry

NOON: Final = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
E = TypeVar("E")


def example(kind: type[E], seed: str = "1", *, only_required: bool = False, **given: Any) -> E:
    """Build any dataclass from its annotations: every field filled in, or only those without a default."""
    hints = get_type_hints(kind)
    values: dict[str, Any] = {}
    for each in fields(cast("Any", kind)):
        optional = each.default is not MISSING or each.default_factory is not MISSING
        if not (only_required and optional):
            values[each.name] = _value(hints[each.name], f"{each.name}-{seed}")
    values["id"] = f"{kind.__name__}-{seed}"
    return kind(**(_known_to(hints, values) | given))


def _known_to(hints: Mapping[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name in hints}


def _value(hint: Any, seed: str) -> Any:
    if get_origin(hint) is UnionType:
        return _value(next(item for item in get_args(hint) if item is not NoneType), seed)
    if get_origin(hint) is tuple:
        return (_value(get_args(hint)[0], seed + "a"), _value(get_args(hint)[0], seed + "b"))
    if get_origin(hint) is dict:
        return {"de": f"Größe {seed}", "en": f"size {seed}"}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return list(hint)[-1]
    if is_dataclass(hint):
        return example(cast("Any", hint), seed)
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:3], "big")
    plain = {
        str: f"{seed} Ünïcode 🙂 'quoted'",
        int: number,
        float: number / 7,
        bool: True,
        datetime: NOON + timedelta(seconds=number, microseconds=7),
    }
    return plain[hint]


def mention(number: int = 1, **given: Any) -> Mention:
    """Build a mention; those with different numbers are different posts, a second apart."""
    values: dict[str, Any] = {
        "id": f"mention-{number:06}",
        "topic_id": "bahn",
        "source_id": "import",
        "plane": Plane.REAL,
        "network": "x",
        "native_id": str(10**15 + number),
        "text": f"Die Bahn ist zu spät, Nummer {number}",
        "created_at": NOON + timedelta(seconds=number),
        "seen_at": NOON + timedelta(days=1),
        "url": f"https://x.example/{number}",
        "author": f"author{number % 7}",
        "author_name": "Jemand",
        "reach": 100,
        "reposts": 3,
        "reply_to": "",
        "is_repost": False,
        "language": "de",
        "sentiment": Sentiment.NEGATIVE,
        "copy_key": f"key{number % 5}",
    }
    return Mention(**(values | given))


def entry(subject: str = "something", **given: Any) -> NewEntry:
    """Build an entry for the log."""
    values: dict[str, Any] = {
        "action": Action.TASK_DONE,
        "actor": "anna",
        "plane": Plane.REAL,
        "subject": subject,
        "at": NOON,
        "details": {"note": "erledigt ✓"},
    }
    return NewEntry(**(values | given))
