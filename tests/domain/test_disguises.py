"""The gate under attack: nothing that only looks approved passes, what passes is sent as it was approved."""

from dataclasses import replace

import pytest

from command_center.domain.disguises import disguise_in
from command_center.domain.one_voice import Decision, Draft, Reason, decide
from command_center.domain.plan_words import SlotType
from command_center.domain.slot_values import slot_fault
from command_center.domain.statements import Content, Slot, Variant, content_hash
from command_center.domain.wording import problems_in
from tests.domain.disguise_catalogue import UNSEEN, disguises, honest
from tests.domain.gate import APPROVED, GERMAN, content, house, version

DISGUISES, HONEST = dict(disguises()), dict(honest())


def ask(text: str, made: Content | None = None) -> Decision:
    wording = made or content()
    versions = [version(content=wording, content_hash=content_hash(wording))]
    return decide(Draft(text=text, person_id="anna"), house(versions=versions))


def test_the_catalogue_is_large_and_every_disguise_changes_something() -> None:
    assert len(DISGUISES) == len(list(disguises())) >= 300
    assert len(set(DISGUISES.values())) == len(DISGUISES)
    assert not set(DISGUISES.values()) & set(HONEST.values())


@pytest.mark.parametrize("name", DISGUISES)
def test_no_disguise_leaves_under_one_voice(name: str) -> None:
    decision = ask(DISGUISES[name])
    assert not decision.allowed
    assert decision.text == ""


@pytest.mark.parametrize("name", HONEST)
def test_what_nobody_meant_passes_and_the_approved_rendering_is_sent(name: str) -> None:
    decision = ask(HONEST[name])
    assert decision.allowed
    assert decision.text == ask(APPROVED).text


def test_a_letter_that_unicode_itself_calls_another_is_sent_as_the_approved_one() -> None:
    plain = replace(content(), variants=(Variant(language="de", text="Keine Gefahr, 5 K."),), slots=())
    decision = ask("\u212aeine Gefahr, 5 \u212a.", plain)
    assert decision.text == "Keine Gefahr, 5 K."


SHOWN = {"combining acute", "combining dot below", "strike through", "enclosing circle", "slash overlay"}
SHOWN |= {"object replacement"}


@pytest.mark.parametrize("name", [name for name in UNSEEN if name not in SHOWN])
def test_what_shows_nothing_is_named_and_never_gets_into_a_wording(name: str) -> None:
    assert disguise_in(f"ni{UNSEEN[name]}cht")
    hidden = replace(
        content(), variants=(Variant(language="de", text=GERMAN.replace("nicht", f"ni{UNSEEN[name]}cht")),)
    )
    assert "wording.hidden_characters" in {problem.code for problem in problems_in(hidden)}


def test_a_choice_hides_nothing_either() -> None:
    slot = Slot(name="product", type=SlotType.CHOICE, label={}, choices=("Ja", "Nein\u200b"))
    made = replace(content(), slots=(slot, *content().slots[1:]))
    assert [(each.code, each.where) for each in problems_in(made)] == [("wording.hidden_characters", "product")]


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Modell {a}{b}.", "Modell evil.com."),
        ("Modell {a}.com", "Modell evil.com"),
        ("Mehr: {link}{a}", "Mehr: https://nordwerk.example.com.evil.com"),
        ("Stand {n}.{a}", "Stand 12.de"),
    ],
)
def test_two_harmless_values_side_by_side_make_no_link(template: str, text: str) -> None:
    slots = (
        Slot(name="a", type=SlotType.TEXT, label={}),
        Slot(name="b", type=SlotType.TEXT, label={}),
        Slot(name="n", type=SlotType.NUMBER, label={}),
        Slot(name="link", type=SlotType.LINK, label={}, choices=("nordwerk.example.com",)),
    )
    made = replace(content(), variants=(Variant(language="de", text=template),), slots=slots)
    assert ask(text, made).reason is Reason.SLOT_NOT_ALLOWED


def test_a_value_cannot_cut_the_text_into_two_posts() -> None:
    slots = (Slot(name="a", type=SlotType.TEXT, label={}),)
    made = replace(content(), variants=(Variant(language="de", text="Oben.\n{a}\nUnten."),), slots=slots)
    assert ask("Oben.\nMitte\nUnten.", made).allowed
    assert not ask("Oben.\n---\nUnten.", made).allowed


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        *((SlotType.TEXT, value) for value in ("AirCrisp 2", "z.B. Nr. 12.4", "Müller & Söhne GmbH", "Łódź", "50 %")),
        *((SlotType.TEXT, value) for value in ("i.d.R. am 1.12.", "Freiburg i. Br.", "v.Chr.", "Yıldız", "A/B-Modell")),
        *((SlotType.DATETIME, value) for value in ("16:30", "16.30 Uhr", "9:05 h CET", "21.11., 16:30 Uhr MEZ")),
        *((SlotType.DATETIME, value) for value in ("21.11.2026", "2026-11-21 16:30", "5. März 2026, um 8:00 Uhr")),
        *((SlotType.DATETIME, value) for value in ("29.02.", "29.02.2028", "5 May 2026 at 16:30 UTC", "31. Dezember")),
        *((SlotType.NUMBER, value) for value in ("12", "1.250", "1 000 000", "-3,5", "1.000.000.000")),
        *((SlotType.LINK, value) for value in ("https://nordwerk.example.com", "https://NORDWERK.example.com/a")),
        (SlotType.LINK, "https://nordwerk.example.com/s%C3%BCd/r%20a?b=c&d=1"),
    ],
)
def test_honest_values_stand_in_their_slots(type_: SlotType, value: str) -> None:
    slot = Slot(name="a", type=type_, label={}, choices=("nordwerk.example.com",))
    assert slot_fault(slot, value) == ""
