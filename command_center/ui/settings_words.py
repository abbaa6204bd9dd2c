"""Small helpers of the settings: lists people type one per line, and keys that follow what is stored."""

import hashlib
from collections.abc import Iterable


def lines(text: str) -> tuple[str, ...]:
    """Return what somebody typed, one thing per line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def one_per_line(words: Iterable[str]) -> str:
    """Write a list for a text field, one thing per line."""
    return "\n".join(words)


def stamp(record: object) -> str:
    """Return a short mark of a record's content: when somebody else changes it, its form starts anew."""
    return hashlib.sha256(repr(record).encode()).hexdigest()[:10]
