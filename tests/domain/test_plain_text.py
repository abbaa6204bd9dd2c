"""HTML becomes what people read, whatever somebody puts into it."""

import pytest

from command_center.domain.plain_text import plain_text

MASTODON_LINK = (
    '<a href="https://example.org/ein/langer/weg?a=1&amp;b=2"><span class="invisible">https://</span>'
    '<span class="ellipsis">example.org/ein/lan</span><span class="invisible">ger/weg?a=1&amp;b=2</span></a>'
)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("nur Text", "nur Text"),
        ("<p>eins</p><p>zwei<br>drei<br/>vier</p>", "eins\n\nzwei\ndrei\nvier"),
        ("<ul><li>a</li><li>b</li></ul>", "a\nb"),
        (MASTODON_LINK, "https://example.org/ein/langer/weg?a=1&b=2"),
        ('<a href="https://e.org/a/b">e.org/…</a>', "https://e.org/a/b"),
        ('<a href="https://e.org/a/b">hier lesen</a>', "hier lesen"),
        ('<a href="https://x.example/@anna">@<span>anna</span></a>', "@anna"),
        ('<a href="https://x.example/tags/Bahn">#<span>Bahn</span></a>', "#Bahn"),
        ('<a href="javascript:alert(1)">alert</a>', "alert"),
        ("&lt;b&gt; &amp;amp; &#8222;x&#x201c;", "<b> &amp; „x“"),
        ("<script>alert('<p>x</p>')</script>da", "da"),
        ("<style>p{}</style><!-- <b>weg</b> -->da", "da"),
        ("<!-- nie zu Ende <p>weg", ""),
        ("5 < 6 und 7 > 3", "5 < 6 und 7 > 3"),
        ('<img alt="a > b" src=x>da', "da"),
        ("<b", "<b"),
        ("a --> b", "a --> b"),
        ("&#99999999999999999999;da", "da"),
        ("a\u00a0 \t\n b", "a b"),
    ],
)
def test_markup_becomes_text(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    "piece",
    ["<a", "<", "<p>", "&", "<!--", "<![CDATA[", "<a href='", "</", "<!", "&#", "<script>", "<a href=x>y", "<?"],
)
def test_hostile_markup_is_read_in_one_go(piece: str) -> None:
    assert isinstance(plain_text(piece * (200_000 // len(piece))), str)
