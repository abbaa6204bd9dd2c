"""Folding: one spelling for what people read as the same."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.domain.folding import fold, fold_to_pattern


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Heißluft", "heissluft"),
        ("GROSS und GROẞ", "gross und gross"),
        ("Müller", "mueller"),
        ("Ärger, Öl, Übel", "aerger, oel, uebel"),
        ("Café Crème", "cafe creme"),
        ("Łódź", "lodz"),
        ("smørrebrød", "smoerrebroed"),
        ("İstanbul", "istanbul"),
        ("𝐁𝐫𝐚𝐧𝐝 ＃１", "brand #1"),
        ("Rück\u00adruf", "rueckruf"),
        ("Brand\u200bgefahr", "brandgefahr"),
        ("❤️ 👩\u200d🍳", "❤ 👩🍳"),
        ("東京", "東京"),
        ("", ""),
    ],
)
def test_a_text_is_folded_to_one_spelling(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_composed_and_decomposed_umlauts_fold_alike() -> None:
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        assert fold(unicodedata.normalize(form, "Rückrufkäse für Größen")) == "rueckrufkaese fuer groessen"


@given(st.text())
def test_folding_twice_changes_nothing_for_letters_of_ours(text: str) -> None:
    once = fold(text)
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))
    if once.isascii():
        assert fold(once) == once


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Mn", "Me", "Cf")), max_size=20))
def test_the_pattern_of_a_text_finds_the_folded_text(text: str) -> None:
    assert re.fullmatch(fold_to_pattern(text), fold(text)) is not None


@pytest.mark.parametrize("text", ["mueller", "muller"])
def test_the_pattern_of_an_umlaut_also_finds_its_bare_vowel(text: str) -> None:
    assert re.fullmatch(fold_to_pattern("Müller"), text) is not None
