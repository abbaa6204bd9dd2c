"""One entry of a log judged where it stands: at a glance when all of it reads as it was written, else piece by piece.

Nearly every entry of nearly every log is untouched, and a log has millions. So an entry's columns, place and texts are
first compared, to the letter, with how its body must have been written; whatever doesn't fit is taken apart, and only
that decides.
"""

import json
import re
from typing import Any, Final, NamedTuple

from command_center.domain.log_texts import LogText, as_written, changed_text, texts_in
from command_center.domain.response_log import canonical, columns_in, leaf_of

_HASH: Final = re.compile(r"[0-9a-f]{64}")
# The decoder itself: json.loads around it costs as much again.
_scan: Final = json.JSONDecoder().raw_decode


class Fault(NamedTuple):
    """Why an entry doesn't hold, as the code of a sentence, and what was expected and found."""

    reason: str
    expected: str
    found: str


class Sound(NamedTuple):
    """An entry that holds: its leaf, and the time its body names ("" where it was given without its body)."""

    leaf: bytes
    at: str


class Row(NamedTuple):
    """One entry as a store holds it, its columns unread; ``texts`` are those its body commits to."""

    number: int
    at: str
    plane: str
    action: str
    actor: str
    subject: str
    incident: str
    body: str
    previous: str
    hash: str
    texts: tuple[LogText, ...] = ()


class Line(NamedTuple):
    """One entry as an export hands it over, any of it wrong perhaps; body and texts may be left out."""

    number: object
    previous: object
    hash: object
    body: str | None
    texts: tuple[LogText, ...] | None


def read(line: str) -> Line | None:
    """Read a line of an export; None where it is none."""
    data = _object(line)
    try:
        number, previous, hash_ = data["number"], data["previous"], data["hash"]
    except KeyError:
        return None
    body, texts = data.get("body"), data.get("texts")
    return Line(number, previous, hash_, None if body is None else str(body), texts_in(texts))


def _object(text: str) -> dict[str, Any]:
    """Read a JSON object; what is none, or has something after it, reads as an empty one."""
    try:
        data, end = _scan(text)
    except (ValueError, RecursionError):
        return {}
    whole = end == len(text) or not text[end:].strip()
    return data if whole and isinstance(data, dict) else {}


def judge(entry: Row | Line, number: int, previous: object) -> Sound | Fault:
    """Tell whether an entry holds at this place, after what came before it."""
    return _at_a_glance(entry, number, previous) or _taken_apart(entry, number, previous)


def _at_a_glance(entry: Row | Line, number: int, previous: object) -> Sound | None:
    body = entry.body
    if type(body) is not str or entry.number != number or entry.previous != previous:
        return None
    leaf = leaf_of(body)
    if entry.hash != leaf.hex():
        return None
    at = _row_says(entry) if type(entry) is Row else _line_says(body, number, previous, entry.texts)
    return Sound(leaf, at) if at else None


def _row_says(row: Row) -> str:
    number, at, plane, action, actor, subject, incident, body, previous, _, texts = row
    written = f"{at}{plane}{action}{actor}{subject}{incident}"
    if '"' in written or "\\" in written:
        return ""
    start = f'{{"action":"{action}","actor":"{actor}","at":"{at}",{as_written(texts)}"details":{{'
    middle = f',"incident":"{incident}","number":{number},"plane":"{plane}","previous":"{previous}","request":"'
    end = f'","subject":"{subject}","v":1}}'
    # After the details there are only plain texts, so the last key of this name is the entry's own.
    place = body.rfind(',"incident":"')
    fits = body.startswith(start) and body.startswith(middle, place) and body.endswith(end)
    # What follows must be one text too, or a key written twice could hide there.
    return at if fits and body.find('"', place + len(middle)) == len(body) - len(end) else ""


def _line_says(body: str, number: int, previous: object, texts: tuple[LogText, ...] | None) -> str:
    place = body.rfind(',"number":')
    fits = body.startswith(f',"number":{number},"plane":"', place)
    if not fits or body.find(f'","previous":"{previous}","request":"', place) < 0:
        return ""
    begins = body.find('","at":"') + 8
    ends = body.find('"', begins)
    return body[begins:ends] if texts is None or body.startswith(f'{as_written(texts)}"details":{{', ends + 2) else ""


def _taken_apart(entry: Row | Line, number: int, previous: object) -> Sound | Fault:
    if entry.number != number:
        return Fault("log.gap", str(number), str(entry.number))
    if entry.previous != previous:
        return Fault("log.chain_broken", str(previous), str(entry.previous))
    if not isinstance(entry.hash, str) or not _HASH.fullmatch(entry.hash):
        return Fault("log.unreadable", "SHA-256", str(entry.hash)[:80])
    body = entry.body
    if body is None and type(entry) is Line:
        return Sound(bytes.fromhex(entry.hash), "")
    if not isinstance(body, str):
        return Fault("log.unreadable", "JSON", str(body)[:80])
    actual = leaf_of(body)
    if entry.hash != actual.hex():
        return Fault("log.body_changed", entry.hash, actual.hex())
    written, columns = _object(body), _columns(entry)
    if any(written.get(name) != value for name, value in columns.items()):
        return Fault("log.columns_changed", canonical(columns_in(body)), canonical(columns))
    changed = changed_text(body, entry.texts) if entry.texts is not None else None
    return Fault("log.text_changed", *changed) if changed else Sound(actual, str(written.get("at")))


def _columns(entry: Row | Line) -> dict[str, object]:
    told = entry._asdict() if isinstance(entry, Row) else {"number": entry.number, "previous": entry.previous}
    return {name: value for name, value in told.items() if name not in {"body", "hash", "texts"}}
