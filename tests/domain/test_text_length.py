"""Text lengths as networks count them; the first X cases are those of twitter-text's own conformance suite."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.domain.text_length import NETWORK_LIMITS, graphemes, network_length, x_length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("This is a test.", 15),
        ("http://test.com", 23),
        ("https://test.com", 23),
        ("test.com", 23),
        ("Test https://test.com test https://test.com test.com test", 86),
        ("저찀쯿쿿", 8),
        ("H🐱☺", 5),
        ("Grüße aus Köln", 14),
        ("e\u0301", 1),
        ("Ich – „ja“ …", 13),
        ("👨‍👩‍👧‍👦", 2),
        ("👍🏽", 2),
        ("🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", 2),
        ("1️⃣", 2),
        ("🇩🇪🇦🇹", 4),
        ("© 2026", 6),
        ("z.B. d.h. 3.5 Uhr.Ende", 22),
        ("presse@example.org", 18),
        ("(https://a.de/x_(y)).", 26),
        ("https://example.org/abc?d=1.", 24),
        ("Mehr: www.example.org/sehr/langer/pfad/zur/seite", 29),
        ("", 0),
    ],
)
def test_x_counts_as_its_configuration_says(text: str, length: int) -> None:
    assert x_length(text) == length


def test_a_link_with_an_unknown_ending_never_counts_less_than_it_shows() -> None:
    assert x_length("https://a.notatopleveldomain/" + "x" * 40) == 69


@pytest.mark.parametrize(
    ("network", "text", "length"),
    [
        ("bluesky", "👨‍👩‍👧‍👦 ok", 4),
        ("mastodon", "Siehe https://example.org/ein/sehr/langer/pfad/zur/seite.", 30),
        ("mastodon", "@presse@social.example.org hallo", 13),
        ("threads", "👍 ok", 7),
        ("linkedin", "👍 ok", 5),
        ("noticeboard", "abc", 3),
    ],
)
def test_other_networks_count_in_their_own_way(network: str, text: str, length: int) -> None:
    assert network_length(network, text) == length


def test_the_limits_are_those_the_networks_publish() -> None:
    assert (NETWORK_LIMITS["x"], NETWORK_LIMITS["bluesky"], NETWORK_LIMITS["mastodon"]) == (280, 300, 500)


@given(st.text(alphabet=st.characters(exclude_characters=".", exclude_categories=["Cs"])))
def test_without_links_x_never_counts_less_than_people_see(text: str) -> None:
    assert x_length(text) >= graphemes(text)


@pytest.mark.parametrize(
    "text", ["a." * 20_000, "https://a.de/" + "(a" * 10_000, "a-" * 20_000, "@a" * 10_000, "https://" * 5_000]
)
def test_long_and_odd_texts_are_counted_quickly(text: str) -> None:
    assert all(network_length(network, text) > 0 for network in NETWORK_LIMITS)
