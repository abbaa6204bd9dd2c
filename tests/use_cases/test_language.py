"""Language, sentiment and copies of a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from command_center.domain.mentions import Sentiment
from command_center.language import JUDGES, LANGUAGES, copy_key, detect_language, plain_tag, sentiment
from command_center.language.english import english_score


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Das Gerät hat gerade angefangen zu qualmen, wir haben den Stecker gezogen."),
        ("en", "The device just started smoking, we pulled the plug at once."),
        ("fr", "L'appareil a commencé à fumer, nous avons débranché la prise."),
        ("es", "El aparato empezó a echar humo y lo desenchufamos enseguida."),
        ("it", "L'apparecchio ha iniziato a fumare, abbiamo staccato la spina."),
        ("nl", "Het apparaat begon net te roken, we hebben de stekker eruit getrokken."),
        ("pl", "Urządzenie zaczęło dymić, natychmiast wyciągnęliśmy wtyczkę."),
        ("tr", "Cihazdan duman çıkmaya başladı, hemen fişi çektik."),
        ("pt", "O aparelho começou a soltar fumaça e nós o desligamos da tomada."),
    ],
)
def test_each_language_we_name_is_told(language: str, text: str) -> None:
    assert language in LANGUAGES
    assert detect_language(text) == language


@pytest.mark.parametrize(
    "text", ["", "   ", "😀😀", "12345", "https://x.com/a/status/1 @b", "東京は大きい", "ok", "lol"]
)
def test_what_cannot_be_told_is_unknown(text: str) -> None:
    assert detect_language(text) == ""


def test_the_sources_tag_decides_only_where_the_text_does_not() -> None:
    assert detect_language("ok", "de-DE") == "de"
    assert detect_language("東京は大きい", "ja") == "ja"
    assert detect_language("Das ist wirklich ein sehr langer deutscher Satz.", "en") == "de"
    assert detect_language("@apple 123", "en") == "en"
    assert detect_language("😀", "en") == ""


@pytest.mark.parametrize(
    ("tag", "plain"),
    [("de-DE", "de"), ("EN_us", "en"), ("Deutsch", "de"), ("und", ""), ("qme", ""), ("in", "id"), ("", ""), ("?", "")],
)
def test_a_sources_tag_is_made_plain(tag: str, plain: str) -> None:
    assert plain_tag(tag) == plain


@pytest.mark.parametrize(
    ("language", "text", "verdict"),
    [
        ("de", "Unverschämt, die Hotline ist eine Katastrophe und niemand hilft.", Sentiment.NEGATIVE),
        ("de", "Das Gerät ist super, wir sind sehr zufrieden. Danke!", Sentiment.POSITIVE),
        ("de", "Die Filiale öffnet am Montag um acht Uhr.", Sentiment.NEUTRAL),
        ("de", "Wir sind überhaupt nicht zufrieden.", Sentiment.NEGATIVE),
        ("de", "Brandgefahr: Der Stecker ist verschmort 😡", Sentiment.NEGATIVE),
        ("en", "This is terrible, my bag was lost again and nobody helps.", Sentiment.NEGATIVE),
        ("en", "Great service, thank you so much!", Sentiment.POSITIVE),
        ("en", "The shop opens on Monday at eight.", Sentiment.NEUTRAL),
    ],
)
def test_plain_words_are_judged(language: str, text: str, verdict: Sentiment) -> None:
    assert sentiment(text, language) is verdict


@pytest.mark.parametrize(("text", "language"), [("C'est terrible", "fr"), ("terrible", ""), ("", "de"), ("  ", "en")])
def test_what_nobody_can_judge_is_unknown(text: str, language: str) -> None:
    assert sentiment(text, language) is Sentiment.UNKNOWN


def test_a_judge_can_be_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(JUDGES, "fr", lambda _text: Sentiment.NEGATIVE)
    assert sentiment("C'est terrible", "fr") is Sentiment.NEGATIVE


def test_the_colon_and_slash_of_a_link_are_no_face() -> None:
    assert sentiment("Der Zug fährt um acht. https://t.example/a https://t.example/b", "de") is Sentiment.NEUTRAL


VADER = SentimentIntensityAnalyzer()
TELLING = (
    *("good", "GREAT", "horrible", "sux", "love", "hate", "plane", "late!", "(nice)", "word", "really", "very"),
    *(
        "HARDLY",
        "no",
        "not",
        "n't",
        "never",
        "isn't",
        "without",
        "doubt",
        "so",
        "this",
        "or",
        "nor",
        "at",
        "least",
        "but",
    ),
    *("kind", "of", "sort", "just", "enough", "the", "bomb", "shit", "bad", "ass", "bus", "stop", "yeah", "right"),
    *("kiss", "death", "to", "die", "for", "beating", "heart", ":)", ":D", ";-(", "😁", "💘", "ok??", "!!!", "-", "…"),
)


@given(st.lists(st.sampled_from(TELLING), max_size=14), st.sampled_from([" ", "  ", "\n", ""]))
def test_an_english_text_has_the_score_vader_gives_it(words: list[str], between: str) -> None:
    text = between.join(words)
    assert english_score(text) == VADER.polarity_scores(text)["compound"]


ORIGINAL = "Unsere AirCrisp 2 qualmt, Stecker gezogen. @nordwerk, ist das bekannt?"


@pytest.mark.parametrize(
    "copy",
    [
        "RT @mara: Unsere AirCrisp 2 qualmt, Stecker gezogen. @nordwerk, ist das bekannt?",
        "unsere aircrisp 2 QUALMT,   Stecker gezogen. @jemand, ist das bekannt? https://t.co/abc123",
        "Unsere #AirCrisp 2 qualmt, Stecker gezogen. @nordwerk, ist das bekannt??? 🔥🔥 (1/3)",
        "Unsere AirCrisp 2 qualmt,\nStecker gezogen. ist das bekannt? via @mara",
    ],
)
def test_copies_of_a_text_have_one_key(copy: str) -> None:
    assert copy_key(copy) == copy_key(ORIGINAL)


def test_umlauts_written_apart_are_copies_too() -> None:
    assert copy_key("Großer Ärger über Nordwerk heute") == copy_key("Grosser Aerger ueber Nordwerk heute")


@pytest.mark.parametrize(
    "other",
    [
        "Unsere AirCrisp 2 läuft, Stecker gezogen. @nordwerk, ist das bekannt?",
        "Eure AirCrisp 2 qualmt, Stecker gezogen. @nordwerk, ist das bekannt?",
    ],
)
def test_another_word_is_another_key(other: str) -> None:
    assert copy_key(other) != copy_key(ORIGINAL)


def test_texts_of_nearly_nothing_are_copies_only_when_they_are_the_same() -> None:
    assert copy_key("@a 👍") != copy_key("@b 👎")
    assert copy_key("@a 👍") == copy_key("@A  👍")
    assert copy_key("https://a.example/1") != copy_key("https://a.example/2")
    assert copy_key("") == copy_key("")
    assert copy_key("").isalnum()
