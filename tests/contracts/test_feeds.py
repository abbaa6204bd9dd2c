"""Feeds as they are: edited, repeated, undated, half broken and hostile; read from a real server."""

import gzip
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from command_center.domain.mentions import Plane
from command_center.domain.sources import Source
from command_center.errors import NetworkTrouble
from command_center.networks import Asked, Fetched
from command_center.safe_web import Web
from monitors.feed_items import NotAFeed, read_page
from monitors.feeds import Feeds, canonical
from tests.peers.web_server import Answer, Handler, serving

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
RSS = {"Content-Type": "application/rss+xml"}
FEEDS = Feeds(Web(["127.0.0.1"]))


def rss(*items: str, before: str = "") -> bytes:
    return f'<rss version="2.0"><channel><title>Tagblatt</title>{before}{"".join(items)}</channel></rss>'.encode()


def item(title: str, link: str = "https://t.example/1", **more: str) -> str:
    return (
        f"<item><title>{title}</title><link>{link}</link>{''.join(f'<{n}>{v}</{n}>' for n, v in more.items())}</item>"
    )


def asked(address: str, cursor: Mapping[str, object] | None = None, now: datetime = NOW) -> Asked:
    source = Source(
        id="s",
        name="T",
        kind="feed",
        plane=Plane.REAL,
        topic_id="",
        created_at=NOW,
        address=address,
        cursor=dict(cursor or {}),
    )
    return Asked(source=source, topics=(), now=now)


def fetched(*answers: Answer) -> list[Fetched]:
    """Fetch a feed once for every answer, a minute apart, going on from the cursor."""
    left = list(answers)
    brought: list[Fetched] = []
    with serving(lambda _handler: left.pop(0)) as server:
        for minute in range(len(answers)):
            cursor = brought[-1].cursor if brought else {}
            brought.append(FEEDS.fetch(asked(server.url, cursor, NOW + timedelta(minutes=minute))))
    return brought


def first(body: bytes, kind: str = "application/rss+xml") -> Fetched:
    return fetched((200, {"Content-Type": kind}, body))[0]


def trouble(answer: Answer) -> NetworkTrouble:
    with pytest.raises(NetworkTrouble) as caught:
        fetched(answer)
    return caught.value


@pytest.mark.sockets
def test_an_article_is_a_mention_of_the_paper() -> None:
    page = rss(
        item(
            "Rückruf &amp;amp; mehr",
            pubDate="Fri, 20 Nov 2026 10:00:00 +0100",
            description="&lt;p&gt;Nordwerk &lt;b&gt;ruft&lt;/b&gt; zurück&lt;/p&gt;",
        )
    )
    (mention,) = first(page).mentions
    assert mention.text == "Rückruf & mehr\n\nNordwerk ruft zurück"
    assert (mention.network, mention.native_id, mention.url) == ("news", "https://t.example/1", "https://t.example/1")
    assert (mention.author, mention.author_name) == ("127.0.0.1", "Tagblatt")
    assert mention.created_at == datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.mark.sockets
def test_a_json_feed_is_read() -> None:
    page = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Blog",
        "items": [
            {
                "id": 7,
                "url": "/a",
                "title": "T < 1",
                "content_html": "<p>x &amp; y</p>",
                "date_published": "2026-11-20T10:00:00+01:00",
                "authors": [{"name": "Anna"}],
            },
            {"id": "b", "content_text": "nur Text <b>", "url": "javascript:alert(1)"},
            {"id": "c"},
            "unfug",
        ],
    }
    found = first(json.dumps(page).encode(), "application/feed+json")
    one, two = found.mentions
    assert (one.text, one.author_name) == ("T < 1\n\nx & y", "Anna")
    assert one.url.endswith("/a")
    assert one.created_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert (two.text, two.url, two.native_id) == ("nur Text <b>", "", "b")
    assert found.rejected == 2


@pytest.mark.sockets
def test_an_edited_headline_is_the_same_article_and_a_new_link_is_another() -> None:
    before, after = rss(item("Alt")), rss(item("Neu gefasst"), item("Zweiter", "https://t.example/2"))
    _, second = fetched((200, RSS, before), (200, RSS, after))
    assert [mention.native_id for mention in second.mentions] == ["https://t.example/2"]


@pytest.mark.parametrize(
    "link",
    ["https://t.example/1?utm_source=rss#top", "HTTPS://T.example:443/1", "https://t.example/1?fbclid=x&utm_medium=y"],
)
def test_a_link_is_recognised_whatever_hangs_on_it(link: str) -> None:
    assert canonical(link) == "https://t.example/1"


@pytest.mark.sockets
def test_an_archive_that_comes_again_under_new_addresses_is_not_new() -> None:
    new = item("Neu", "https://t.example/new", pubDate="Fri, 20 Nov 2026 10:00:00 GMT")
    old = item("Alt", "https://t.example/moved", pubDate="Mon, 02 Nov 2026 10:00:00 GMT")
    late = item("Spät", "https://t.example/late", pubDate="Thu, 19 Nov 2026 10:00:00 GMT")
    _, second = fetched((200, RSS, rss(new)), (200, RSS, rss(new, old, late)))
    assert [mention.text for mention in second.mentions] == ["Spät"]


@pytest.mark.sockets
@pytest.mark.parametrize("said", ["", "Fri, 31 Dec 2038 10:00:00 GMT", "gestern", "Thu, 01 Jan 1970 00:00:00 GMT"])
def test_an_impossible_date_is_nobody_knows_at_first_and_now_afterwards(said: str) -> None:
    one, two = item("Eins", pubDate=said), item("Zwei", "https://t.example/2", pubDate=said)
    before, after = fetched((200, RSS, rss(one)), (200, RSS, rss(one, two)))
    assert [mention.created_at for mention in before.mentions] == [None]
    assert [mention.created_at for mention in after.mentions] == [NOW + timedelta(minutes=1)]


@pytest.mark.sockets
def test_a_clock_that_is_a_little_ahead_is_believed_up_to_now() -> None:
    (mention,) = first(rss(item("Eins", pubDate="Sat, 21 Nov 2026 12:05:00 GMT"))).mentions
    assert mention.created_at == NOW


@pytest.mark.sockets
@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "JaVaScRiPt:alert(1)", "file:///etc/passwd"]
)
def test_a_link_that_cannot_be_opened_safely_is_dropped(link: str) -> None:
    (mention,) = first(rss(item("Eins", link, guid="nr-1"))).mentions
    assert (mention.url, mention.native_id) == ("", "nr-1")


@pytest.mark.sockets
def test_nothing_new_costs_nothing_where_the_server_can_say_so() -> None:
    def told(handler: Handler) -> Answer:
        headers = {**RSS, "ETag": '"v1"', "Last-Modified": "Fri, 20 Nov 2026 10:00:00 GMT"}
        return (304, {}, b"") if handler.headers["If-None-Match"] == '"v1"' else (200, headers, rss(item("Eins")))

    with serving(told) as server:
        one = FEEDS.fetch(asked(server.url))
        two = FEEDS.fetch(asked(server.url, one.cursor))
        assert server.requests[1]["if-modified-since"] == "Fri, 20 Nov 2026 10:00:00 GMT"
    assert (len(one.mentions), two.mentions, two.cursor) == (1, (), one.cursor)


@pytest.mark.sockets
@pytest.mark.parametrize(
    ("headers", "before", "pause"),
    [
        ({}, "", None),
        ({}, "<ttl>30</ttl>", timedelta(minutes=30)),
        ({"Cache-Control": "public, max-age=900"}, "", timedelta(minutes=15)),
        ({"Cache-Control": "max-age=60"}, "", None),
        ({"Cache-Control": "max-age=99999999"}, "<ttl>x</ttl>", timedelta(hours=1)),
        ({"Retry-After": "7200"}, "", timedelta(hours=2)),
    ],
)
def test_a_feed_is_left_alone_as_long_as_it_asks(headers: dict[str, str], before: str, pause: timedelta | None) -> None:
    (brought,) = fetched((200, {**RSS, **headers}, rss(item("Eins"), before=before)))
    assert brought.next_at == (NOW + pause if pause else None)


@pytest.mark.sockets
@pytest.mark.parametrize(
    ("answer", "code", "why"),
    [
        ((200, RSS, b""), "network.not_understood", "0 bytes"),
        ((200, RSS, b"  \n"), "network.not_understood", "0 bytes"),
        ((200, {"Content-Type": "text/html"}, b"<!doctype html><html><p>x</html>"), "network.not_understood", "HTML"),
        ((200, {}, b"\x89PNG\r\n\x1a\n\0\0"), "network.not_understood", "XML?"),
        ((200, RSS, b'{"version": 1}'), "network.not_understood", "JSON"),
        ((200, RSS, b"{" * 100_000), "network.not_understood", "JSON?"),
        ((410, {}, b""), "network.refused", "410 Gone"),
        ((404, {}, b""), "network.refused", "404 Not Found"),
        ((500, {}, b""), "network.faulty", "500 Internal Server Error"),
    ],
)
def test_what_is_no_feed_says_what_it_is(answer: Answer, code: str, why: str) -> None:
    raised = trouble(answer)
    assert (raised.code, raised.values["why"]) == (code, why)


@pytest.mark.sockets
def test_a_busy_server_says_when() -> None:
    assert trouble((503, {"Retry-After": "Sat, 21 Nov 2026 13:00:00 GMT"}, b"")).retry_at == NOW + timedelta(hours=1)


HOSTILE = {
    "nested": rss("<item>" + "<b>" * 50_000 + "</b>" * 50_000 + "</item>"),
    "never closed": rss("<b>" * 50_000),
    "attributes": rss("<item " + " ".join(f'a{n}="x"' for n in range(20_000)) + "/>"),
    "namespaces": rss(*(f'<a{n}:b xmlns:a{n}="u:{n}"/>' for n in range(5_000))),
    "entities": b'<!DOCTYPE r [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]>' + rss(item("&b;")),
    "entities behind a comment": b'<!-- <rss --><!DOCTYPE r [<!ENTITY a "lol">]>' + rss(item("&a;")),
    "entities in broken XML": b'<!DOCTYPE r [<!ENTITY a "lol">]>' + rss(item("&a;"))[:-3],
    "entities in UTF-16": (
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE r [<!ENTITY a "lol">]>' + rss(item("&a;")).decode()
    ).encode("utf-16"),
    "entities of a file": b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + rss(item("&a;")),
    "angles": rss("<" * 1_000_000),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_markup_is_refused_before_it_is_parsed(body: bytes) -> None:
    with pytest.raises(NotAFeed):
        read_page(body, content_type="application/xml", address="https://t.example/")


def test_a_definition_that_only_names_the_format_is_well() -> None:
    named = b'<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://my.netscape.com/rss-0.91.dtd">'
    page = read_page(named + rss(item("Eins")), content_type="application/xml", address="https://t.example/")
    assert [each.text for each in page.items] == ["Eins"]


def test_broken_xml_is_read_as_far_as_it_goes() -> None:
    page = read_page(
        rss(item("Müller & Söhne"), item("Zwei", "/2"))[:-20], content_type="text/xml", address="https://t.example/f"
    )
    assert [each.text for each in page.items] == ["Müller & Söhne", "Zwei"]
    assert page.items[1].link == "https://t.example/2"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<title type='text'>1 &lt;b&gt; 2 &amp;amp; 3</title>", "1 <b> 2 &amp; 3"),
        ("<title type='html'>1 &lt;b&gt;2&lt;/b&gt; &amp;amp; 3</title>", "1 2 & 3"),
        ("<title type='html'>&lt;script&gt;x()&lt;/script&gt;Nur das&lt;img src=x onerror=y()&gt;</title>", "Nur das"),
        ("<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>A <b>B</b></div></title>", "A B"),
    ],
)
def test_titles_become_plain_text_and_escapes_are_undone_once(markup: str, text: str) -> None:
    body = f"<feed xmlns='http://www.w3.org/2005/Atom'><entry>{markup}</entry></feed>".encode()
    (only,) = read_page(body, content_type="application/atom+xml", address="https://t.example/").items
    assert only.text == text


@pytest.mark.sockets
def test_a_redirect_into_the_house_is_not_followed() -> None:
    assert trouble((302, {"Location": "http://localhost:9/"}, b"")).code == "network.forbidden_address"


@pytest.mark.sockets
def test_a_packed_bomb_is_left() -> None:
    assert (
        trouble((200, {**RSS, "Content-Encoding": "gzip"}, gzip.compress(b" " * (60 << 20)))).code == "network.too_big"
    )


@pytest.mark.sockets
def test_what_is_remembered_stays_bounded() -> None:
    many = rss(*(item(f"Nr. {n}", f"https://t.example/{n}") for n in range(1_900)))
    more = rss(*(item(f"Nr. {n}", f"https://t.example/{n}") for n in range(1_900, 3_800)))
    cursor = fetched((200, RSS, many), (200, RSS, more), (200, RSS, many), (200, RSS, more))[-1].cursor
    assert len(cursor["seen"]) <= 5_000
    assert replace(asked("https://t.example/").source, cursor=dict(cursor)).cursor == cursor
