"""How wordings look: slots marked, lengths counted, differences word by word; foreign text is escaped here."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import streamlit as st

from command_center.domain.nearest import Difference
from command_center.domain.statements import Slot, Variant
from command_center.domain.templates import SLOT
from command_center.domain.text_length import graphemes
from command_center.domain.threads import longest_part
from command_center.gate_texts import NETWORKS as NETWORKS
from command_center.gate_texts import network_name as network_name
from command_center.gate_texts import noted, verdict
from command_center.texts import knows
from command_center.ui.frame import Page
from command_center.ui.ways import e

_STYLE: Final = Path(__file__).parent / "voice.css"
_MARKDOWN: Final = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$~:])")
_TAGS: Final = {"extra": "del", "missing": "ins", "slot": "ins"}


def show_style() -> None:
    """Load the style that the pages about speaking share."""
    st.html(_STYLE)


def plain(text: str) -> str:
    """Escape text for a label, which Streamlit reads as Markdown."""
    return _MARKDOWN.sub(r"\\\1", " ".join(text.split()))


def variant_name(page: Page, variant: Variant) -> str:
    """Name a variant: language, network and audience where they are set."""
    language = page.say(f"wordings.language.{variant.language}")
    audience = page.say(f"wordings.audience.{variant.audience}") if variant.audience == "employees" else ""
    network = network_name(variant.network) if variant.network else page.say("wordings.any_network")
    return " · ".join(filter(None, (language, network, audience)))


def slot_label(slot: Slot, language: str) -> str:
    """Return what a slot asks for."""
    return slot.label.get(language) or slot.label.get("de") or slot.name


def gate_words(page: Page, reason: str, detail: str) -> str:
    """Return why the gate answered as it did; a slot's fault, a trick or a network in words."""
    return verdict(page.language, reason, detail)


def note_words(page: Page, note: str) -> str:
    """Return what was noted beside a thing: a trouble in the reader's language, or the words as they are."""
    return noted(page.language, note)


def wording_html(text: str, slots: Sequence[Slot], language: str) -> str:
    """Return a wording as HTML, its slots marked with what they ask for."""
    return f'<div class="cc-wording" lang="{e(language)}">{_marked(text, slots, language)}</div>'


def _marked(text: str, slots: Sequence[Slot], language: str) -> str:
    labels = {slot.name: slot_label(slot, language) for slot in slots}
    parts, end = [], 0
    for place in SLOT.finditer(text):
        parts.append(e(text[end : place.start()]))
        parts.append(f'<mark class="cc-slot">{e(labels.get(place[1], place[1]))}</mark>')
        end = place.end()
    parts.append(e(text[end:]))
    return "".join(parts)


def length_of(network: str, text: str) -> tuple[int, int]:
    """Return how long a text (of a thread: its longest part) is for its network, and the limit (0: none known)."""
    used, limit = longest_part(network, text)
    return (used if limit else graphemes(text)), limit


def length_html(page: Page, network: str, text: str, *, code: str = "wordings.length") -> str:
    """Return how long a text is, as words and a bar; a text too long says so."""
    used, limit = length_of(network, text)
    if not limit:
        return f'<span class="cc-length">{e(page.say("wordings.length_free", count=used))}</span>'
    words = page.say(code, used=page.number(used), limit=page.number(limit), network=network_name(network))
    over = used > limit
    sign = f"▲ {page.say('wordings.too_long')} · " if over else ""
    share = min(100, round(100 * used / limit))
    return (
        f'<span class="cc-length{" cc-over" if over else ""}"><i aria-hidden="true">'
        f'<b style="width:{share}%"></b></i>{e(sign + words)}</span>'
    )


def differences_html(
    page: Page,
    found: Iterable[Difference],
    *,
    slots: Sequence[Slot],
    language: str = "",
    legend: tuple[str, str] = ("wordings.only_draft", "wordings.only_approved"),
) -> str:
    """Return differences word by word: what to leave out is struck, what is missing underlined."""
    parts = []
    for piece in found:
        tag = _TAGS.get(piece.kind)
        text = _marked(piece.text, slots, language)
        parts.append(f"<{tag}>{text}</{tag}>" if tag else text)
    old, new = (e(page.say(code)) for code in legend)
    return (
        f'<div class="cc-wording cc-diff" lang="{e(language)}">{"".join(parts)}</div>'
        f'<p class="cc-legend"><del>{old}</del><ins>{new}</ins></p>'
    )


def channel_name(page: Page, channel: str) -> str:
    """Name a way to tell people; a second one of a kind keeps its number, an unknown kind its own name."""
    kind, _, number = channel.partition(" ")
    if not knows(page.language, f"channel.{kind}"):
        return channel
    return f"{page.say(f'channel.{kind}')} {number}".strip()
