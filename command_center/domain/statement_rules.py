"""What is wrong with the texts of a plan's statements: languages, slots, lengths and words."""

from collections.abc import Iterator
from typing import Final

from command_center.domain.plan_problems import PlanProblem
from command_center.domain.plan_texts import (
    SLOT_LIMITS,
    has_stray_brace,
    holds_word,
    longest_text,
    longest_value,
    placeholders,
)
from command_center.domain.plans import LANGUAGES, MessagePart, Plan, PlanStatement, SlotType
from command_center.domain.text_length import NETWORK_LIMITS, x_length

_SHORT_VARIANTS: Final = ("x", "reply")
_SHORTEST_LINK: Final = len("https://example.org/")


def statement_problems(plan: Plan) -> Iterator[PlanProblem]:
    """Yield what is wrong with each statement, in the order of the plan."""
    for index, statement in enumerate(plan.statements):
        where = f"statements[{index}]"
        yield from _slot_problems(statement, where)
        yield from _language_problems(statement, where)
        yield from _placeholder_problems(statement, where)
        yield from _length_problems(statement, where)
        yield from _word_problems(statement, where)
        yield from _part_problems(statement, where)


def _slot_problems(statement: PlanStatement, where: str) -> Iterator[PlanProblem]:
    used = frozenset[str]().union(*(placeholders(text) for _, _, text in _texts(statement)))
    seen: set[str] = set()
    for index, slot in enumerate(statement.slots):
        field = f"{where}.slots[{index}]"
        if slot.name in seen:
            yield PlanProblem.at(f"{field}.name", "plan.duplicate_id", id=slot.name)
        seen.add(slot.name)
        if slot.name not in used:
            yield PlanProblem.at(f"{field}.name", "plan.unused_slot", slot=slot.name)
        limit = SLOT_LIMITS[slot.type]
        least = _SHORTEST_LINK if slot.type is SlotType.LINK else 1
        if not least <= slot.max_length <= limit:
            values = {"slot": slot.name, "type": str(slot.type), "least": least, "limit": limit}
            yield PlanProblem(field=f"{field}.max_length", code="plan.slot_length", values=values)
        if (slot.type is SlotType.CHOICE) != bool(slot.choices):
            yield PlanProblem.at(field, "plan.slot_choices", slot=slot.name, type=str(slot.type))
        longest = max(x_length(longest_value(slot, language)) for language in LANGUAGES)
        if slot.type is SlotType.CHOICE and longest > slot.max_length:
            values = {"slot": slot.name, "length": longest, "limit": slot.max_length}
            yield PlanProblem(field=f"{field}.choices", code="plan.choice_too_long", values=values)


def _language_problems(statement: PlanStatement, where: str) -> Iterator[PlanProblem]:
    variants = {variant for _, variant, _ in _texts(statement)} | {"long"}
    for language in LANGUAGES:
        missing = sorted(variants - set(statement.text.get(language, {})))
        for variant in missing:
            values = {"statement": statement.id, "language": language, "variant": variant}
            yield PlanProblem(field=f"{where}.text.{language}", code="plan.missing_translation", values=values)


def _placeholder_problems(statement: PlanStatement, where: str) -> Iterator[PlanProblem]:
    known = {slot.name for slot in statement.slots}
    for language, variant, text in _texts(statement):
        field = f"{where}.text.{language}.{variant}"
        if has_stray_brace(text):
            yield PlanProblem.at(field, "plan.stray_brace")
        names = ", ".join(sorted(known)) or "–"
        for name in sorted(placeholders(text) - known):
            yield PlanProblem.at(field, "plan.unknown_slot", slot=name, known=names)
    for variant, german in statement.text.get("de", {}).items():
        english = statement.text.get("en", {}).get(variant)
        differing = placeholders(german) ^ placeholders(english) if english is not None else frozenset()
        if differing:
            field = f"{where}.text.en.{variant}"
            yield PlanProblem.at(field, "plan.slots_differ", slots=", ".join(sorted(differing)), variant=variant)


def _length_problems(statement: PlanStatement, where: str) -> Iterator[PlanProblem]:
    limit = NETWORK_LIMITS["x"]
    for language, variant, _ in _texts(statement):
        if variant not in _SHORT_VARIANTS:
            continue
        length = x_length(longest_text(statement, language, variant))
        if length > limit:
            field = f"{where}.text.{language}.{variant}"
            values = {"length": length, "limit": limit, "excess": length - limit}
            yield PlanProblem(field=field, code="plan.text_too_long", values=values)


def _word_problems(statement: PlanStatement, where: str) -> Iterator[PlanProblem]:
    for language, variant, text in _texts(statement):
        for word in statement.forbidden.get(language, ()):
            if holds_word(text, word):
                yield PlanProblem.at(f"{where}.text.{language}.{variant}", "plan.forbidden_word", word=word)


def _part_problems(statement: PlanStatement, where: str) -> Iterator[PlanProblem]:
    if MessagePart.SOURCE_LINK not in statement.must_contain:
        return
    links = {slot.name for slot in statement.slots if slot.type is SlotType.LINK}
    for language, variant, text in _texts(statement):
        if variant == "long" and "https://" not in text and not links & placeholders(text):
            yield PlanProblem.at(f"{where}.text.{language}.{variant}", "plan.source_link_missing")


def _texts(statement: PlanStatement) -> Iterator[tuple[str, str, str]]:
    for language, variants in statement.text.items():
        for variant, text in variants.items():
            yield language, variant, text
