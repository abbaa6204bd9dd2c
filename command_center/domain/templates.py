"""A wording with typed slots: checking it, filling it, and recognising its renderings.

What is sent is always the re-rendered wording, never what somebody typed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from command_center.domain.disguises import normalise
from command_center.domain.plan_words import SlotType
from command_center.domain.statements import Slot

SLOT: Final = re.compile(r"\{([a-z][a-z0-9_]{0,40})\}")
MAX_TEXT: Final = 10_000

# Latin letters with their accents, ASCII digits and plain punctuation: no other alphabet, no @, #, links.
_WORDS: Final = r"[A-Za-z0-9\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u017F .,;:()'\"/%&+\u20AC\u2013-]"
# A name carries no quotation marks of its own: after folding nobody could tell them from the wording's.
_NAMES: Final = _WORDS.replace(r"\"", "")
_TIME: Final = r"[0-9]{1,2}[:.][0-9]{2}(?: Uhr| h)?(?: (?:MEZ|MESZ|CET|CEST|UTC))?"
_DATE: Final = (
    r"(?:[0-9]{1,2}\.[0-9]{1,2}\.(?:[0-9]{4})?|[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"|[0-9]{1,2} [A-Z][a-z]{2,8}(?: [0-9]{4})?)"
)
_LINK: Final = r"https://[A-Za-z0-9.-]+(?:/[A-Za-z0-9._~/?=&%+-]*)?"
_LOOKS_LIKE_LINK: Final = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|www\.|\b[a-z0-9-]{2,}\.[a-z]{2,}(?:/|\b))", re.IGNORECASE
)

_PATTERNS: Final[dict[SlotType, str]] = {
    SlotType.TEXT: _NAMES,
    SlotType.FACT: _WORDS,
    SlotType.DATETIME: rf"(?:{_DATE}(?:,? (?:um |at )?{_TIME})?|{_TIME})",
    SlotType.NUMBER: r"-?[0-9]{1,3}(?:[., ]?[0-9]{3})*(?:[.,][0-9]{1,4})?",
    SlotType.LINK: _LINK,
}
LONGEST: Final[dict[SlotType, int]] = {SlotType.DATETIME: 34, SlotType.NUMBER: 20}


@dataclass(frozen=True, slots=True)
class SlotFault:
    """A value that may not stand in its slot, and why."""

    slot: str
    code: str


def slots_in(text: str) -> tuple[str, ...]:
    """Name the slots of a wording in order, each once."""
    return tuple(dict.fromkeys(SLOT.findall(text)))


def render(text: str, values: Mapping[str, str]) -> str:
    """Fill a wording's slots; a slot without a value stays visible as ``{name}``."""
    return normalise(SLOT.sub(lambda found: normalise(values.get(found[1], found[0])), text))


def longest_rendering(text: str, slots: Iterable[Slot]) -> str:
    """Fill every slot with a value as long as it may get, for checking a network's limit."""
    return render(text, {slot.name: _longest_value(slot) for slot in slots})


def _longest_value(slot: Slot) -> str:
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
    if not re.fullmatch(_slot_pattern(slot), text, re.ASCII):
        return f"slot.not_a_{slot.type.value}"
    return _meaning_fault(slot, text, confirmed_facts)


def _meaning_fault(slot: Slot, text: str, confirmed_facts: Sequence[str]) -> str:
    if slot.type is SlotType.LINK:
        host = text.removeprefix("https://").split("/", 1)[0].casefold()
        return "" if host in {choice.casefold() for choice in slot.choices} else "slot.host_not_allowed"
    if slot.type is SlotType.DATETIME and not _real_moment(text):
        return "slot.not_a_datetime"
    if slot.type in {SlotType.TEXT, SlotType.FACT} and _LOOKS_LIKE_LINK.search(text):
        return "slot.hides_a_link"
    if slot.type is SlotType.FACT and text not in map(normalise, confirmed_facts):
        return "slot.fact_not_confirmed"
    return ""


def _real_moment(text: str) -> bool:
    clock = re.search(r"([0-9]{1,2})[:.]([0-9]{2})(?![0-9.])", text)
    day = re.search(r"\b([0-9]{1,2})\.([0-9]{1,2})\.", text)
    iso = re.search(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text)
    if iso:
        try:
            datetime.strptime(iso[0], "%Y-%m-%d")  # noqa: DTZ007 - only the calendar day is checked
        except ValueError:
            return False
    day_ok = day is None or (1 <= int(day[1]) <= 31 and 1 <= int(day[2]) <= 12)
    if day is not None:
        clock = re.search(r"([0-9]{1,2}):([0-9]{2})", text)
    return day_ok and (clock is None or (int(clock[1]) < 24 and int(clock[2]) < 60))


def match(text: str, template: str, slots: Sequence[Slot]) -> dict[str, str] | None:
    """Return the slot values with which the template renders to exactly this text, or None.

    The text is compared after ``normalise``; the values found still need ``slot_fault``.
    """
    wanted = normalise(text)
    if len(wanted) > MAX_TEXT:
        return None
    by_name = {slot.name: slot for slot in slots}
    found = re.fullmatch(_template_pattern(normalise(template), by_name), wanted, re.ASCII)
    if found is None:
        return None
    values = found.groupdict()
    return values if render(template, values) == wanted else None


def _template_pattern(template: str, slots: Mapping[str, Slot]) -> str:
    parts, seen, end = [], set[str](), 0
    for place in SLOT.finditer(template):
        name = place[1]
        parts.append(re.escape(template[end : place.start()]))
        if name in seen:
            parts.append(f"(?P={name})")
        elif name in slots:
            parts.append(f"(?P<{name}>{_slot_pattern(slots[name])})")
        else:
            parts.append(re.escape(place[0]))
        seen.add(name)
        end = place.end()
    return "".join((*parts, re.escape(template[end:])))


def _slot_pattern(slot: Slot) -> str:
    if slot.type is SlotType.CHOICE:
        choices = "|".join(re.escape(normalise(choice)) for choice in slot.choices)
        return f"(?:{choices})" if choices else "(?!)"
    pattern = _PATTERNS[slot.type]
    if slot.type in {SlotType.TEXT, SlotType.FACT}:
        return f"{pattern}{{1,{slot.max_length}}}"
    return pattern
