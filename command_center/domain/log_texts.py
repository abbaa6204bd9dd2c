"""What people write into the log enters it as a salted commitment, so that it can be erased and the log still holds.

An entry's canonical body holds ``HMAC-SHA256(salt, field ‖ 0 ‖ value)`` in hex; salt (256 bits, hex) and value stand
beside it. Who knows both can check the value; once both are gone the commitment says nothing, not even to somebody
who guesses (EDPB Guidelines 02/2025: commitments only in what can't be changed).
"""

import hmac
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

# Details that hold what a person wrote, or whom they name; lists, figures and codes are neither.
FREE_TEXT: Final = frozenset(
    {
        "address",
        "detail",
        "evidence",
        "handle",
        "login",
        "name",
        "note",
        "query",
        "reason",
        "server",
        "source",
        "text",
        "title",
        "why",
    }
)
# Of these, what names a colleague; while names are sealed it is neither shown nor searched.
NAMING: Final = frozenset({"login"})
# A verdict of the gate is a code of ours, and part of the proof.
_CODE: Final = re.compile(r"gate\.[a-z_]+")


class LogText(NamedTuple):
    """One text of an entry; an erased one has neither salt nor value, but when and why it went.

    A ``withheld`` one is kept, but not told where this copy went: it has neither salt nor value either.
    """

    field: str
    salt: str
    value: str
    erased_at: datetime | None = None
    erased_why: str = ""
    withheld: bool = False


def split(details: Mapping[str, Any], new_salt: Callable[[], str]) -> tuple[dict[str, Any], tuple[LogText, ...]]:
    """Part an entry's details into what its body says openly and the texts it only commits to."""
    kept, texts = {}, []
    for field, value in details.items():
        if field in FREE_TEXT and type(value) is str and value and not _CODE.fullmatch(value):
            texts.append(LogText(field, new_salt(), _clean(value)))
        else:
            kept[field] = value
    return kept, tuple(sorted(texts))


def commitment(text: LogText) -> str:
    """Return what an entry's body says of a text."""
    message = text.field.encode() + b"\0" + text.value.encode()
    return hmac.digest(bytes.fromhex(text.salt), message, "sha256").hex()


def holds(text: LogText, committed: object) -> bool:
    """Tell whether a text is what was committed to; of an erased or withheld one that can't be said, so it holds."""
    if text.erased_at is not None or text.withheld:
        return not text.value
    try:
        return hmac.compare_digest(commitment(text), str(committed))
    except (ValueError, UnicodeError, TypeError):
        return False


def withhold(text: LogText) -> LogText:
    """Return a text without what it says, for a copy whose readers may not know it."""
    return text if text.erased_at is not None else LogText(text.field, "", "", withheld=True)


def as_data(texts: Iterable[LogText]) -> list[dict[str, Any]]:
    """Write texts as an export hands them over: with their salts, so that anybody can check them."""
    return [_data(text) for text in texts]


def _data(text: LogText) -> dict[str, Any]:
    if text.erased_at is not None:
        return {"field": text.field, "erased_at": text.erased_at.isoformat(), "erased_why": text.erased_why}
    if text.withheld:
        return {"field": text.field, "withheld": True}
    return {"field": text.field, "salt": text.salt, "value": text.value}


def texts_in(data: object) -> tuple[LogText, ...] | None:
    """Read what ``as_data`` wrote; None where there is nothing that could be it."""
    if not isinstance(data, list):
        return None
    try:
        return tuple(_read_text(each) for each in data)
    except (KeyError, TypeError, ValueError, AttributeError):
        # Texts nobody can read are texts that were changed: this one can't hold.
        return (LogText("", "", ""),)


def _read_text(data: Mapping[str, Any]) -> LogText:
    if data.get("withheld") is True:
        return LogText(str(data["field"]), "", "", withheld=True)
    erased = data.get("erased_at")
    if erased:
        return LogText(str(data["field"]), "", "", datetime.fromisoformat(erased), str(data["erased_why"]))
    return LogText(str(data["field"]), str(data["salt"]), str(data["value"]))


def as_written(texts: Iterable[LogText]) -> str:
    """Write the commitments to these texts as they stand in a body; erased ones can't be, so that never fits."""
    if not texts:
        return ""
    try:
        each = ",".join(f'"{text.field}":"{commitment(text)}"' for text in texts)
    except ValueError:
        return "?"
    return f'"commitments":{{{each}}},'


def changed_text(body: str, texts: Iterable[LogText]) -> tuple[str, str] | None:
    """Find the first text that isn't what the body commits to, or that went without a trace."""
    committed = json.loads(body).get("commitments", {}) if '"commitments"' in body else {}
    found = {text.field: text for text in texts}
    for field in sorted(committed.keys() | found.keys()):
        text = found.get(field)
        if text is None or not holds(text, committed.get(field)):
            return str(committed.get(field, "")), f"{field}: {text.value if text else ''}"
    return None


def _clean(value: str) -> str:
    # What every database stores to the letter: no lone surrogates, no NUL, composed.
    text = unicodedata.normalize("NFC", value).encode("utf-8", "replace").decode("utf-8")
    return text.replace("\0", "\ufffd")
