"""What is wrong with a statement's content before anybody may approve it."""

from collections.abc import Iterator
from dataclasses import dataclass

from command_center.domain.disguises import disguise_in, normalise
from command_center.domain.plan_words import SlotType
from command_center.domain.statements import Content, Variant
from command_center.domain.templates import longest_rendering, slots_in
from command_center.domain.threads import longest_part


@dataclass(frozen=True, slots=True, kw_only=True)
class WordingProblem:
    """One fault; ``where`` names the variant (``de/x``) or slot, ``detail`` the number or name at fault."""

    code: str
    where: str
    detail: str = ""


def problems_in(content: Content) -> tuple[WordingProblem, ...]:
    """List everything that keeps the content from being submitted."""
    found = [*_overall(content), *_slot_problems(content)]
    for variant in content.variants:
        found.extend(_variant_problems(variant, content))
    return tuple(found)


def place(variant: Variant) -> str:
    """Name a variant for people: language, network and audience where they are set."""
    return "/".join(filter(None, (variant.language, variant.network, variant.audience)))


def _overall(content: Content) -> Iterator[WordingProblem]:
    if not content.title.strip():
        yield WordingProblem(code="wording.no_title", where="")
    if not content.variants:
        yield WordingProblem(code="wording.no_variant", where="")
    keys = [(variant.language, variant.network, variant.audience, variant.text) for variant in content.variants]
    if len(set(keys)) < len(keys):
        yield WordingProblem(code="wording.variant_twice", where="")


def _slot_problems(content: Content) -> Iterator[WordingProblem]:
    names = [slot.name for slot in content.slots]
    for slot in content.slots:
        if names.count(slot.name) > 1:
            yield WordingProblem(code="wording.slot_twice", where=slot.name)
        if slot.type is SlotType.LINK and not slot.choices:
            yield WordingProblem(code="wording.link_without_hosts", where=slot.name)
        if slot.type is SlotType.CHOICE and not slot.choices:
            yield WordingProblem(code="wording.choice_without_choices", where=slot.name)
        trick = next(filter(None, map(disguise_in, slot.choices)), "")
        if trick:
            yield WordingProblem(code="wording.hidden_characters", where=slot.name, detail=trick)
        if not 1 <= slot.max_length <= 500:
            yield WordingProblem(code="wording.slot_unbounded", where=slot.name, detail=str(slot.max_length))
        if not any(slot.name in slots_in(variant.text) for variant in content.variants):
            yield WordingProblem(code="wording.slot_unused", where=slot.name)


def _variant_problems(variant: Variant, content: Content) -> Iterator[WordingProblem]:
    where = place(variant)
    if not normalise(variant.text):
        yield WordingProblem(code="wording.empty", where=where)
        return
    trick = disguise_in(variant.text)
    if trick:
        yield WordingProblem(code="wording.hidden_characters", where=where, detail=trick)
    known = {slot.name for slot in content.slots}
    for name in slots_in(variant.text):
        if name not in known:
            yield WordingProblem(code="wording.unknown_slot", where=where, detail=name)
    longest, limit = longest_part(variant.network, longest_rendering(variant.text, content.slots))
    if longest > limit:
        yield WordingProblem(code="wording.too_long", where=where, detail=f"{longest}/{limit}")
