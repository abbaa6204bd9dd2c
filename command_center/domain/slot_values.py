"""What may stand in a statement's slot: no other alphabet, no link, no mention, no word where a date belongs.

A slot is the one place where somebody under pressure writes something of their own under one voice.
"""

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import unquote

from command_center.domain.disguises import normalise
from command_center.domain.plan_words import SlotType
from command_center.domain.statements import Slot
from command_center.domain.top_level_domains import TOP_LEVEL_DOMAINS

# Latin letters with their accents (without ſ, ŉ, ĸ and others that pass for two or for another one),
# ASCII digits and plain punctuation: no other alphabet, no @, #, line end.
_LETTERS: Final = r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u0131\u0134-\u0137\u0139-\u013E\u0141-\u0148\u014A-\u017E"
_WORDS: Final = rf"[{_LETTERS}0-9 .,;:()'\"/%&+\u20AC\u2013-]"
# A name carries no quotation marks of its own: after folding nobody could tell them from the wording's.
_NAMES: Final = _WORDS.replace(r"\"", "")
_MONTHS: Final = (
    *("Januar|Jan|January", "Februar|Feb|February", r"März|Mär|March|Mar", "April|Apr", "Mai|May", "Juni|Jun|June"),
    *("Juli|Jul|July", "August|Aug", "September|Sept|Sep", "Oktober|Okt|October|Oct", "November|Nov"),
    "Dezember|Dez|December|Dec",
)
_TIME: Final = r"[0-9]{1,2}[:.][0-9]{2}(?: Uhr| h)?(?: (?:MEZ|MESZ|CET|CEST|UTC))?"
_DATE: Final = (
    r"(?:[0-9]{1,2}\.[0-9]{1,2}\.(?:[0-9]{4})?|[0-9]{4}-[0-9]{2}-[0-9]{2}"
    rf"|[0-9]{{1,2}}\.? (?:{'|'.join(_MONTHS)})(?: [0-9]{{4}})?)"
)
_MOMENT: Final = re.compile(rf"(?:(?P<date>{_DATE})(?:,? (?:um |at )?(?P<later>{_TIME}))?|(?P<time>{_TIME}))", re.ASCII)
_LINK: Final = r"https://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~/?=&%+-]*)?"
_PLAIN_PATH: Final = re.compile(rf"(?:[/?][{_LETTERS}0-9 ._~/?=&+-]*)?")

_PATTERNS: Final[dict[SlotType, str]] = {
    SlotType.TEXT: _NAMES,
    SlotType.FACT: _WORDS,
    SlotType.DATETIME: rf"(?:{_DATE}(?:,? (?:um |at )?{_TIME})?|{_TIME})",
    SlotType.NUMBER: r"-?[0-9]{1,3}(?:[., ]?[0-9]{3})*(?:[.,][0-9]{1,4})?",
    SlotType.LINK: _LINK,
}
LONGEST: Final[dict[SlotType, int]] = {SlotType.DATETIME: 34, SlotType.NUMBER: 20}

_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*://\S*|\b(?:mailto|tel|sms|data|javascript):|www\.\S*", re.IGNORECASE)
_DOTTED: Final = re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+")
_ADDRESS: Final = re.compile(r"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}[/:]\S")
_NAME_AND_ENDING: Final = re.compile(r"[\w-]{2,}\.[^\W\d_]{2,}")
# What a network, or the next program, may turn into another sign.
_ESCAPE: Final = re.compile(r"&#?\w+;|%[0-9A-Fa-f]{2}")


def pattern_of(slot: Slot) -> str:
    """Return the regular expression, without groups, of what may stand in the slot by its form."""
    if slot.type is SlotType.CHOICE:
        choices = "|".join(re.escape(normalise(choice)) for choice in slot.choices)
        return f"(?:{choices})" if choices else "(?!)"
    pattern = _PATTERNS[slot.type]
    if slot.type in {SlotType.TEXT, SlotType.FACT}:
        return f"{pattern}{{1,{slot.max_length}}}"
    return pattern


def longest_value(slot: Slot) -> str:
    """Return a value as long as it may get."""
    if slot.type is SlotType.CHOICE:
        return max(slot.choices, key=len, default="")
    if slot.type is SlotType.LINK:
        host = max(slot.choices, key=len, default="example.com")
        return f"https://{host}/".ljust(slot.max_length, "a")
    return "M" * _limit(slot)


def _limit(slot: Slot) -> int:
    return min(slot.max_length, LONGEST.get(slot.type, slot.max_length))


def slot_fault(slot: Slot, value: str, *, confirmed_facts: Sequence[str] = ()) -> str:
    """Name what is wrong with a slot's value; empty when it may stand there."""
    text = normalise(value)
    if not text or len(text) > _limit(slot):
        return "slot.empty" if not text else "slot.too_long"
    if slot.type is SlotType.CHOICE:
        return "" if text in map(normalise, slot.choices) else "slot.not_a_choice"
    if not re.fullmatch(pattern_of(slot), text, re.ASCII):
        return f"slot.not_a_{slot.type.value}"
    if slot.type is SlotType.LINK:
        return _link_fault(slot, text)
    if slot.type is SlotType.DATETIME:
        return "" if _real_moment(text) else "slot.not_a_datetime"
    return _words_fault(slot, text, confirmed_facts) if slot.type is not SlotType.NUMBER else ""


def _link_fault(slot: Slot, text: str) -> str:
    host = re.split("[/?]", text.removeprefix("https://"), maxsplit=1)[0]
    if host.casefold() not in {choice.casefold() for choice in slot.choices}:
        return "slot.host_not_allowed"
    # Escapes may spell letters and spaces; what they could hide besides leads elsewhere.
    path = unquote(text.removeprefix("https://")[len(host) :])
    plain = _PLAIN_PATH.fullmatch(path) and "//" not in path and "/.." not in path
    return "" if plain else "slot.not_a_link"


def _words_fault(slot: Slot, text: str, confirmed_facts: Sequence[str]) -> str:
    if _ESCAPE.search(text) or not any(map(str.isalnum, text)):
        return f"slot.not_a_{slot.type.value}"
    if _NAME_AND_ENDING.search(text) or any(links_in(text)):
        return "slot.hides_a_link"
    if slot.type is SlotType.FACT and text not in map(normalise, confirmed_facts):
        return "slot.fact_not_confirmed"
    return ""


def links_in(text: str) -> Iterator[tuple[int, int]]:
    """Yield where something stands that a network may make a link of: ``x.com`` and ``t.co/a`` too."""
    for pattern in (_SCHEME, _ADDRESS):
        yield from (found.span() for found in pattern.finditer(text))
    for found in _DOTTED.finditer(text):
        # An ending with other letters than ASCII's may well exist: the list holds Latin ones only.
        if any(not name.isascii() or name.casefold() in TOP_LEVEL_DOMAINS for name in found[0].split(".")[1:]):
            yield found.span()


def _real_moment(text: str) -> bool:
    found = _MOMENT.fullmatch(text)
    if found is None:
        return False
    hour, minute = re.findall("[0-9]+", found["time"] or found["later"] or "0:00")[:2]
    return _real_day(found["date"] or "") and int(hour) < 24 and int(minute) < 60


def _real_day(date: str) -> bool:
    if not date:
        return True
    numbers = [int(number) for number in re.findall("[0-9]+", date)]
    if "-" in date:
        year, month, day = numbers
    elif " " in date:
        word = date.split(" ")[1]
        month = 1 + next(place for place, names in enumerate(_MONTHS) if word in names.split("|"))
        day, year = numbers[0], (*numbers, 0)[1]
    else:
        day, month, year = (*numbers, 0)[:3]
    # Without a year the 29th of February may be meant; a year is one of this century.
    real = 1 <= month <= 12 and (year == 0 or 2000 <= year < 2100)
    return real and 1 <= day <= monthrange(year or 2024, month)[1]
