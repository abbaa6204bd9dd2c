"""What was erased before its time, by ids alone, so that it can be erased again in a store put back from a backup.

What goes because its time is up needs no list: the worker erases it anew. An entry of the log is named by number *and*
hash, a key by when it was made, because a store that was put back gives the same names again.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class Erased(StrEnum):
    """What can be erased at somebody's wish."""

    MENTIONS = "mentions"
    LOG_TEXTS = "log_texts"
    PERSON = "person"
    KEY = "key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """One erasure: the ids of what is gone, and of a log entry's texts which fields. ``number`` is its place here."""

    id: str
    number: int
    kind: Erased
    subjects: tuple[str, ...]
    fields: tuple[str, ...] = ()
    at: datetime


def line_of(erasure: Erasure) -> str:
    """Write an erasure as one line of JSON."""
    said = {
        "id": erasure.id,
        "number": erasure.number,
        "kind": erasure.kind.value,
        "subjects": erasure.subjects,
        "fields": erasure.fields,
        "at": erasure.at.astimezone(UTC).isoformat(),
    }
    return json.dumps(said, separators=(",", ":"))


def erasures_in(lines: Iterable[str]) -> list[Erasure]:
    """Read what ``line_of`` wrote, each once; a line that is torn or foreign is left out."""
    found = (_read(line) for line in lines)
    return list({erasure.id: erasure for erasure in found if erasure is not None}.values())


def _read(line: str) -> Erasure | None:
    try:
        said: dict[str, Any] = json.loads(line)
        at = datetime.fromisoformat(said["at"])
        return Erasure(
            id=str(said["id"]),
            number=int(said["number"]),
            kind=Erased(said["kind"]),
            subjects=tuple(map(str, said["subjects"])),
            fields=tuple(map(str, said["fields"])),
            at=at if at.tzinfo else at.replace(tzinfo=UTC),
        )
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
