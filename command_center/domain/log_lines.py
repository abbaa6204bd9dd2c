"""Verifying an exported log, which is lines of JSON with some bodies left out."""

import json
from collections.abc import Iterable

from command_center.domain.response_log import GENESIS, Verification, columns_in, entry_hash


def verify_lines(lines: Iterable[str]) -> Verification:
    """Walk an exported log (JSON lines with number, previous, hash and, unless left out, body)."""
    count, previous = 0, GENESIS
    for line in lines:
        if not line.strip():
            continue
        fault = _line_fault(line, number=count + 1, previous=previous)
        if isinstance(fault, tuple):
            reason, expected, found = fault
            return Verification(
                entries=count, head=previous, broken_at=count + 1, reason=reason, expected=expected, found=found
            )
        count, previous = count + 1, fault
    return Verification(entries=count, head=previous)


def _line_fault(line: str, *, number: int, previous: str) -> tuple[str, str, str] | str:
    try:
        data = json.loads(line)
        own, before, found, body = data["number"], data["previous"], data["hash"], data.get("body")
    except (ValueError, KeyError, TypeError, RecursionError):
        return "log.unreadable", "JSON", line[:80]
    if own != number:
        return "log.gap", str(number), str(own)
    if before != previous:
        return "log.chain_broken", previous, str(before)
    if body is not None:
        if entry_hash(str(body)) != found:
            return "log.body_changed", str(found), entry_hash(str(body))
        written = columns_in(str(body))
        if (written.get("number"), written.get("previous")) != (number, previous):
            return "log.columns_changed", f"{number} {previous}", str(written.get("number"))
    return str(found)
