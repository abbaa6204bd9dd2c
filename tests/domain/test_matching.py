"""Matching for many topics at once gives the answers of matching one by one."""

import re
import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.domain.folding import fold_to_pattern, fold_to_spellings
from command_center.domain.matching import Matcher
from command_center.domain.topics import Topic, compile_topic

LETTERS = (
    "Bahn bahn ＢＡＨＮ Müller Mu\u0308ller Mueller Muller ÜBER Straße Łódź İzmir 東京 हिन्दी ½ ﬁ ſ ß µ 2 é \U0001d401"
)
SIGNS = "# @ ＃ ＠ - _ . + * ( | \\ & / ' \u00ad \u200b \u0301 ❤️ 🔥 \x00 \ud800"
PIECES = st.sampled_from([*LETTERS.split(), *SIGNS.split(" "), " ", "\n", "\u00a0", "ä" * 7, "Ä", "ö", "ü"]) | st.text(
    max_size=3
)
WORDS = st.lists(PIECES, min_size=1, max_size=4).map("".join)
LISTS = st.lists(WORDS, max_size=4).map(tuple)
CHANGES: st.SearchStrategy[Callable[[str], str]] = st.sampled_from([str.strip, str.upper, str.lower])
SHAPES = st.sampled_from(
    ["{}", "die {}!", "{}haus", "x{}", "#{}", "@{}", "@{}.example", "{}-{}", "mail@{}", "\u00ab{}\u00bb"]
)


@st.composite
def topics_and_text(draw: st.DrawFn) -> tuple[list[Topic], str]:
    topics = [
        Topic(
            id=str(number),
            name="",
            terms=draw(LISTS),
            exclusions=draw(LISTS) if draw(st.booleans()) else (),
            hashtags=draw(LISTS),
            handles=draw(LISTS),
        )
        for number in range(draw(st.integers(1, 4)))
    ]
    known = [word for topic in topics for word in (*topic.terms, *topic.exclusions, *topic.hashtags, *topic.handles)]
    words = st.sampled_from(known) | WORDS if known else WORDS
    parts = draw(st.lists(st.tuples(SHAPES, words, CHANGES), max_size=5))
    text = " ".join(change(shape.format(word, word)) for shape, word, change in parts)
    return topics, unicodedata.normalize(draw(st.sampled_from(["NFC", "NFD"])), text)


@given(topics_and_text())
def test_matching_many_topics_gives_the_answers_of_matching_each(given_: tuple[list[Topic], str]) -> None:
    topics, text = given_
    assert Matcher(topics).matching(text) == tuple(topic.id for topic in topics if compile_topic(topic)(text))


@given(WORDS)
def test_the_spellings_are_what_the_pattern_matches(word: str) -> None:
    pattern = re.compile(fold_to_pattern(word))
    for spelling in fold_to_spellings(word):
        assert pattern.fullmatch(spelling)


def test_a_word_with_an_umlaut_has_two_spellings() -> None:
    assert fold_to_spellings("Grüße") == ("gruesse", "grusse")
    assert fold_to_spellings("ÄÖ") == ("aeoe", "aeo", "aoe", "ao")
    assert fold_to_spellings("ä" * 6) == ()


@pytest.mark.parametrize("text", ["🔥 brennt", "C++ und 🔥", "ÄÄÄÄÄÄÄ!", "aaaaeaaaae"])
def test_terms_no_word_stands_for_are_found_all_the_same(text: str) -> None:
    topics = [Topic(id="t", name="", terms=("🔥", "+", "ä" * 7), exclusions=("*",))]
    assert Matcher(topics).matching(text) == tuple(t.id for t in topics if compile_topic(t)(text))


def test_topics_keep_their_order_and_each_is_named_once() -> None:
    topics = [Topic(id=name, name=name, terms=("Bahn", "#Bahn", "die Bahn", "bahn")) for name in ("b", "a", "c")]
    assert Matcher(topics).matching("die #Bahn, die Bahn") == ("b", "a", "c")
    assert Matcher([]).matching("die Bahn") == ()
