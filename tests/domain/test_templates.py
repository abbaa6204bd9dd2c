"""Looking for a wording's fixed parts first changes no answer."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.domain import templates
from command_center.domain.disguises import normalise
from command_center.domain.plan_words import SlotType
from command_center.domain.statements import Slot
from command_center.domain.templates import match, render

SLOTS = [Slot(name=name, type=SlotType.TEXT, label={}, max_length=12) for name in ("a", "b")]
PIECES = st.sampled_from(["{a}", "{b}", "{c}", "x", "Wir ", " prüfen", "{", "\u201e", "\u00a0", "aa", "\n"])
WORDINGS = st.lists(PIECES, max_size=6).map("".join)


def by_pattern_alone(text: str, template: str) -> dict[str, str] | None:
    pattern = templates._template_pattern(normalise(template), {slot.name: slot for slot in SLOTS})
    found = re.fullmatch(pattern, normalise(text), re.ASCII)
    return found.groupdict() if found and render(template, found.groupdict()) == normalise(text) else None


@given(template=WORDINGS, values=st.fixed_dictionaries({"a": WORDINGS, "b": WORDINGS}), end=WORDINGS)
def test_a_text_is_recognised_exactly_when_the_pattern_alone_would(
    template: str, values: dict[str, str], end: str
) -> None:
    for text in (render(template, values), render(template, values) + end, template, end):
        assert match(text, template, SLOTS) == by_pattern_alone(text, template)


@pytest.mark.parametrize(
    ("template", "text"), [("{a}", "eins"), ("{a} und {a}", "eins und eins"), ("Ab {c}", "Ab {c}"), ("", "")]
)
def test_renderings_are_recognised(template: str, text: str) -> None:
    assert match(text, template, SLOTS) is not None
