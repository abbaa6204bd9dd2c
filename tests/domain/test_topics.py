"""What a topic matches: whole words, phrases, hashtags, handles, and no exclusion."""

import unicodedata

import pytest

from command_center.domain.topics import Topic, compile_topic


def matches(text: str, *, terms: str = "", exclusions: str = "", hashtags: str = "", handles: str = "") -> bool:
    topic = Topic(
        id="t",
        name="Topic",
        terms=tuple(filter(None, terms.split("|"))),
        exclusions=tuple(filter(None, exclusions.split("|"))),
        hashtags=tuple(filter(None, hashtags.split("|"))),
        handles=tuple(filter(None, handles.split("|"))),
    )
    return compile_topic(topic)(text)


@pytest.mark.parametrize(
    "text", ["die Bahn!", "BAHN", "#Bahn steht", "(bahn)", "Bahn-Chaos", "@Bahn hilft", "bahn.de", "»Bahn«"]
)
def test_a_term_is_found_as_a_whole_word(text: str) -> None:
    assert matches(text, terms="Bahn")


@pytest.mark.parametrize("text", ["Autobahn", "Bahnhof", "bahn_hof", "Bahn2", "", "Bähn"])
def test_a_term_is_not_found_within_a_word(text: str) -> None:
    assert not matches(text, terms="Bahn")


@pytest.mark.parametrize("text", ["Müller", "MÜLLER", "Mueller", "Muller", unicodedata.normalize("NFD", "Müller")])
def test_a_term_with_an_umlaut_is_found_however_it_is_written(text: str) -> None:
    assert matches(f"Neues von {text}.", terms="Müller")


def test_a_term_without_an_umlaut_does_not_stand_for_one_with_it() -> None:
    assert not matches("Post von Müller", terms="Muller")
    assert not matches("ein Buch über Autos", terms="Uber")


@pytest.mark.parametrize("text", ["AirCrisp 2", "aircrisp-2 qualmt", "Die AirCrisp\n 2.", "AirCrisp\u00a02"])
def test_words_of_a_phrase_may_be_apart_by_spaces_or_hyphens(text: str) -> None:
    assert matches(text, terms="AirCrisp 2")


@pytest.mark.parametrize("text", ["AirCrisp 20", "AirCrisp 1 und 2", "2 AirCrisp"])
def test_a_phrase_needs_all_its_words_in_order(text: str) -> None:
    assert not matches(text, terms="AirCrisp 2")


def test_an_exclusion_outweighs_every_term() -> None:
    assert matches("Apple brings a phone", terms="Apple", exclusions="apple pie|#recipe")
    assert not matches("Apple pie with a phone", terms="Apple", exclusions="apple pie|#recipe")
    assert not matches("Apple, baked #Recipe", terms="Apple", exclusions="apple pie|#recipe")
    assert matches("Apple recipe", terms="Apple", exclusions="apple pie|#recipe")


def test_a_hashtag_needs_its_mark() -> None:
    for tag in ("Apple", "#apple", "＃APPLE"):
        assert matches("new #Apple!", hashtags=tag)
        assert matches("new ＃apple", hashtags=tag)
        assert not matches("new apple", hashtags=tag)
        assert not matches("new #appletree", hashtags=tag)
        assert not matches("page#apple", hashtags=tag)


def test_a_handle_is_found_only_whole() -> None:
    for handle in ("apple", "@Apple"):
        assert matches("thanks @APPLE.", handles=handle)
        assert matches("(@apple)", handles=handle)
        for text in ("@apple_news", "@apple.example", "press@apple", "@@apple", "apple", "@pineapple"):
            assert not matches(text, handles=handle), text
    assert matches("@apple.bsky.social hi", handles="apple.bsky.social")


@pytest.mark.parametrize("term", [".*", "(a+)+$", "[", "\\", "a|b", "^", "*"])
def test_what_people_type_is_text_never_a_pattern(term: str) -> None:
    topic = Topic(id="t", name="Topic", terms=(term,))
    assert not compile_topic(topic)("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")
    assert compile_topic(topic)(f"so {term} it is")


@pytest.mark.parametrize("term", ["C++", "AT&T", ".NET", "Q&A 2026"])
def test_terms_with_signs_are_found(term: str) -> None:
    assert matches(f"we like {term} here", terms=term)


def test_a_topic_without_words_matches_nothing() -> None:
    assert not matches("anything")
    assert not matches("anything", terms=" | ", hashtags="#", handles="@")
    assert not matches("anything", exclusions="nothing")
