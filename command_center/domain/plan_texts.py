"""What a plan's statement looks like when its slots are filled, and how long it can get.

The longest value of a slot, by type:

* text, fact, number, datetime: ``max_length`` characters that count 1 each,
* link: an address of ``max_length`` characters (X counts 23, other networks all of it),
* choice: the longest label in that language.

``SLOT_LIMITS`` bounds ``max_length`` itself, so that no slot is open-ended.
"""

import re
from collections.abc import Mapping
from typing import Final

from command_center.domain.plans import PlanSlot, PlanStatement, SlotType
from command_center.domain.text_length import x_length

SLOT_LIMITS: Final = {
    SlotType.TEXT: 1000,
    SlotType.FACT: 1000,
    SlotType.CHOICE: 200,
    SlotType.LINK: 500,
    SlotType.DATETIME: 60,
    SlotType.NUMBER: 20,
}
PLACEHOLDER: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def placeholders(template: str) -> frozenset[str]:
    """Return the names of the slots that a template uses."""
    return frozenset(PLACEHOLDER.findall(template))


def has_stray_brace(template: str) -> bool:
    """Say whether a brace remains that is not part of a ``{slot}``."""
    rest = PLACEHOLDER.sub("", template)
    return "{" in rest or "}" in rest


def longest_value(slot: PlanSlot, language: str) -> str:
    """Return a value that is as long as the slot allows."""
    if slot.type is SlotType.CHOICE:
        return max((choice.label.in_language(language) for choice in slot.choices), key=x_length, default="")
    if slot.type is SlotType.LINK:
        return "https://example.org/".ljust(slot.max_length, "x")
    return "x" * slot.max_length


def fill(template: str, values: Mapping[str, str]) -> str:
    """Return the template with its slots filled; a slot without a value stays as it is."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), template)


def longest_text(statement: PlanStatement, language: str, variant: str) -> str:
    """Return a variant with every slot filled to its longest."""
    values = {slot.name: longest_value(slot, language) for slot in statement.slots}
    return fill(statement.text[language][variant], values)


def holds_word(text: str, word: str) -> bool:
    """Say whether a forbidden word occurs.

    Short words match as a whole; from six letters on their inflected forms match too,
    so that ``freiwillig`` finds ``freiwilligen``.
    """
    ending = "" if len(word) >= 6 else r"(?!\w)"
    return re.search(rf"(?<!\w){re.escape(word)}{ending}", text, re.IGNORECASE) is not None
