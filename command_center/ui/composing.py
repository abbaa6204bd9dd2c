"""Fill an approved wording: choose the variant, type what its slots ask for, see exactly what will be sent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from command_center.domain.accounts import Account
from command_center.domain.one_voice import House
from command_center.domain.plan_words import SlotType
from command_center.domain.slot_values import LONGEST, slot_fault
from command_center.domain.statements import Slot, Variant
from command_center.domain.templates import render, slots_in
from command_center.ui.frame import Page
from command_center.ui.saying import Offer
from command_center.ui.ways import e
from command_center.ui.wordings import length_html, length_of, plain, slot_label, variant_name, wording_html


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """A filled wording; ``ready`` when nothing is missing, wrong or too long."""

    text: str
    variant: Variant
    ready: bool


def compose(page: Page, offer: Offer, house: House, form: str) -> Composed:
    """Let somebody choose a variant and fill its slots; shows the text exactly as it will be sent."""
    variant = _choose_variant(page, offer, form)
    slots = [slot for slot in offer.version.content.slots if slot.name in slots_in(variant.text)]
    facts = house.facts.get(offer.version.incident_id, ())
    if slots:
        st.markdown(f"**{page.say('compose.fill')}**")
    values = {slot.name: _ask(page, slot, variant.language, facts, f"{form}.slot.{slot.name}") for slot in slots}
    faults = {slot.name: slot_fault(slot, values[slot.name], confirmed_facts=facts) for slot in slots}
    for slot in slots:
        if values[slot.name] and faults[slot.name]:
            st.error(
                f"**{plain(slot_label(slot, page.language))}:** {page.say(faults[slot.name])}", icon=":material/error:"
            )
    return _show(page, house.account, variant, values, faults, slots)


def _show(
    page: Page,
    account: Account,
    variant: Variant,
    values: Mapping[str, str],
    faults: Mapping[str, str],
    slots: Sequence[Slot],
) -> Composed:
    good = {name: value for name, value in values.items() if not faults[name]}
    text = render(variant.text, good)
    used, limit = length_of(account.network, text)
    st.html(
        f'<div class="cc-sent"><small>{e(page.say("compose.as_sent"))}</small>'
        f"{wording_html(text, slots, variant.language)}{length_html(page, account.network, text)}</div>"
    )
    missing = [slot_label(slot, page.language) for slot in slots if faults[slot.name]]
    if missing:
        st.caption(page.say("compose.missing", names=plain(", ".join(missing))))
    return Composed(text=text, variant=variant, ready=not missing and not (limit and used > limit))


def _choose_variant(page: Page, offer: Offer, form: str) -> Variant:
    if len(offer.variants) == 1:
        return offer.variants[0]
    names = [variant_name(page, variant) for variant in offer.variants]

    def name(place: int) -> str:
        twin = names.count(names[place]) > 1
        return f"{names[place]} · {page.say('compose.words', count=_words(offer, place))}" if twin else names[place]

    key = variant_key(form, offer.version.id)
    chosen = st.pills(
        page.say("compose.variant"),
        range(len(offer.variants)),
        format_func=name,
        default=None if key in st.session_state else 0,
        required=True,
        key=key,
    )
    return offer.variants[chosen or 0]


def variant_key(form: str, version_id: str) -> str:
    """Name the widget that holds which variant was chosen."""
    return f"{form}.variant.{version_id}"


def _words(offer: Offer, place: int) -> int:
    return len(offer.variants[place].text.split())


def _ask(page: Page, slot: Slot, language: str, facts: Sequence[str], key: str) -> str:
    label = plain(slot_label(slot, page.language))
    if slot.type is SlotType.CHOICE:
        return str(_pick(page, label, slot.choices, key) or "")
    if slot.type is SlotType.FACT:
        if not facts:
            st.warning(page.say("compose.no_fact", name=label), icon=":material/fact_check:")
            return ""
        return str(_pick(page, label, tuple(facts), key) or "")
    hosts = page.say("compose.hosts", hosts=plain(", ".join(slot.choices) or "–"))
    return str(
        st.text_input(
            label,
            key=key,
            max_chars=LONGEST.get(slot.type) or slot.max_length,
            placeholder=_example(page, slot, language),
            help=hosts if slot.type is SlotType.LINK else None,
            live="300ms",
        )
    )


def _pick(page: Page, label: str, options: Sequence[str], key: str) -> str | None:
    return st.selectbox(label, options, index=None, key=key, placeholder=page.say("compose.choose"))


def _example(page: Page, slot: Slot, language: str) -> str:
    if slot.type is SlotType.LINK:
        return f"https://{slot.choices[0]}/…" if slot.choices else "https://…"
    if slot.type in {SlotType.DATETIME, SlotType.NUMBER}:
        return page.say(f"compose.example.{slot.type.value}.{language if language in {'de', 'en'} else 'en'}")
    return page.say("compose.at_most", count=slot.max_length)
