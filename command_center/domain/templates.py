"""A wording with typed slots: checking it, filling it, and recognising its renderings.

What is sent is always the re-rendered wording, never what somebody typed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from command_center.domain.disguises import normalise
from command_center.domain.plan_words import SlotType
from command_center.domain.slot_values import links_in, longest_value, pattern_of
from command_center.domain.statements import Slot

SLOT: Final = re.compile(r"\{([a-z][a-z0-9_]{0,40})\}")
MAX_TEXT: Final = 10_000


def slots_in(text: str) -> tuple[str, ...]:
    """Name the slots of a wording in order, each once."""
    return tuple(dict.fromkeys(SLOT.findall(text)))


def render(text: str, values: Mapping[str, str]) -> str:
    """Fill a wording's slots; a slot without a value stays visible as ``{name}``."""
    return normalise(SLOT.sub(lambda found: normalise(values.get(found[1], found[0])), text))


def longest_rendering(text: str, slots: Iterable[Slot]) -> str:
    """Fill every slot with a value as long as it may get, for checking a network's limit."""
    return render(text, {slot.name: longest_value(slot) for slot in slots})


def joined_link(text: str, slots: Iterable[Slot], values: Mapping[str, str]) -> str:
    """Name a slot whose value makes a link together with what stands beside it; empty when none does.

    A link slot alone may hold one; links within the wording itself are approved with it.
    """
    free = {slot.name for slot in slots if slot.type is not SlotType.LINK}
    template, filled, places, end = normalise(text), "", list[tuple[str, int, int]](), 0
    for place in SLOT.finditer(template):
        filled += template[end : place.start()]
        begin, end = len(filled), place.end()
        filled += values.get(place[1], place[0])
        if place[1] in free:
            places.append((place[1], begin, len(filled)))
    spans = list(links_in(filled + template[end:]))
    return next((name for name, begin, stop in places for a, b in spans if a < stop and begin < b), "")


def match(text: str, template: str, slots: Sequence[Slot]) -> dict[str, str] | None:
    """Return the slot values with which the template renders to exactly this text, or None.

    The text is compared after ``normalise``; the values found still need ``slot_fault``.
    """
    return values_in(normalise(text), template, slots)


def values_in(wanted: str, template: str, slots: Sequence[Slot]) -> dict[str, str] | None:
    """Do what ``match`` does with a text that is normalised already."""
    if len(wanted) > MAX_TEXT or not _has_all(wanted, _fixed_parts(template)):
        return None
    by_name = {slot.name: slot for slot in slots}
    found = re.fullmatch(_template_pattern(normalise(template), by_name), wanted, re.ASCII)
    if found is None:
        return None
    values = found.groupdict()
    return values if render(template, values) == wanted else None


@lru_cache(maxsize=4096)
def _fixed_parts(template: str) -> tuple[str, ...]:
    return tuple(SLOT.split(normalise(template))[::2])


def _has_all(text: str, parts: Sequence[str]) -> bool:
    """Tell whether the parts stand in the text one after the other, the first and the last at its ends.

    Every rendering has them, and hardly anything else does: this spares the regular expression, which costs
    a thousand times as much.
    """
    place = 0
    for part in parts:
        place = text.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return text.startswith(parts[0]) and text.endswith(parts[-1])


def _template_pattern(template: str, slots: Mapping[str, Slot]) -> str:
    parts, seen, end = [], set[str](), 0
    for place in SLOT.finditer(template):
        name = place[1]
        parts.append(re.escape(template[end : place.start()]))
        if name not in slots:
            parts.append(re.escape(place[0]))
        elif name in seen:
            parts.append(f"(?P={name})")
        else:
            parts.append(f"(?P<{name}>{pattern_of(slots[name])})")
        seen.add(name)
        end = place.end()
    return "".join((*parts, re.escape(template[end:])))
