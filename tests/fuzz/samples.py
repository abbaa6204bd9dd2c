"""Valid input of every kind, to be spoilt."""

import json
from collections.abc import Iterator
from typing import Final

from command_center.setting_specs import SPECS
from command_center.settings import PREFIX


def _lines(*documents: object) -> tuple[bytes, ...]:
    return tuple(json.dumps(each).encode() for each in documents)


def _setting_lines() -> Iterator[bytes]:
    for spec in SPECS:
        yield f"{PREFIX}{spec.name}={spec.default or 'https://one.example.org'}".encode()


_MENTION: Final = {
    "network": "news",
    "id": "1",
    "text": "Nordwerk ruft zurück",
    "created_at": "2026-03-14T09:26:53+01:00",
    "url": "https://news.example.org/1",
    "author": "redaktion",
    "author_name": "Die Redaktion",
    "reach": 1200,
    "reposts": 3,
    "reply_to": "",
    "is_repost": False,
    "language": "de",
    "sentiment": "negative",
}
HOOKS: Final = _lines(_MENTION, {"mentions": [_MENTION, _MENTION]}, [_MENTION])
WISHES: Final = _lines({"account": "@a", "text": "Guten Tag", "due_at": "2026-03-14T09:26:53Z", "reply_to": "m"})
_COMMIT: Final = {
    "did": "did:plc:abc",
    "time_us": 1_790_000_000_000_000,
    "kind": "commit",
    "commit": {
        "operation": "create",
        "collection": "app.bsky.feed.post",
        "rkey": "3k",
        "record": {
            "text": "Nordwerk",
            "createdAt": "2026-09-21T14:13:20Z",
            "langs": ["de"],
            "reply": {"parent": {"uri": "at://a/b/c"}},
        },
    },
}
_GONE: Final = {**_COMMIT, "commit": {"operation": "delete", "collection": "app.bsky.feed.post", "rkey": "3k"}}
_LEFT: Final = {
    "did": "did:plc:abc",
    "time_us": 1,
    "kind": "account",
    "account": {"active": False, "status": "deleted"},
}
FRAMES: Final = (b"\n".join(_lines(_COMMIT, _GONE, _LEFT)), *_lines(_COMMIT))
_POST: Final = {
    "id": "1790000000000000000",
    "text": "RT @b: Nordwerk …",
    "author_id": "7",
    "created_at": "2026-03-14T09:26:53.000Z",
    "lang": "de",
    "conversation_id": "1",
    "in_reply_to_user_id": "8",
    "public_metrics": {"retweet_count": 2, "like_count": 1},
    "referenced_tweets": [{"type": "retweeted", "id": "2"}],
    "entities": {"urls": [{"url": "https://t.co/1", "expanded_url": "https://a.example"}]},
    "note_tweet": {"text": "lang"},
}
X_PAGES: Final = _lines(
    {
        "data": [_POST],
        "includes": {
            "users": [{"id": "7", "username": "b", "name": "B", "public_metrics": {"followers_count": 9}}],
            "tweets": [{"id": "2", "author_id": "7", "text": "Nordwerk ganz"}],
        },
        "meta": {"newest_id": "1", "result_count": 1},
    }
)
STATUSES: Final = _lines(
    {
        "id": "1",
        "uri": "https://chaos.example/1",
        "url": "https://chaos.example/@a/1",
        "content": "<p>Nordwerk &amp; <a href='https://a.example'>Co</a></p>",
        "created_at": "2026-03-14T09:26:53.000Z",
        "account": {"id": "2", "acct": "a", "display_name": "A", "followers_count": 5},
        "reblog": None,
        "reblogs_count": 1,
        "language": "de",
        "in_reply_to_id": None,
        "media_attachments": [{"description": "Bild"}],
    }
)
_RSS: Final = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Tagblatt</title><ttl>60</ttl>'
    "<item><title>Nordwerk &amp; Co</title><link>https://news.example.org/1</link><guid>1</guid>"
    "<description>&lt;p&gt;Ruft zurück&lt;/p&gt;</description><pubDate>Sat, 14 Mar 2026 09:26:53 +0100</pubDate></item>"
    "</channel></rss>"
).encode()
_ATOM: Final = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><id>urn:1</id>'
    b'<title type="html">A &lt;b&gt;</title><link href="/1"/><updated>2026-03-14T09:26:53Z</updated>'
    b'<content type="xhtml"><div><p>B</p></div></content>'
    b"<author><name>C</name></author></entry></feed>"
)
_JSON_FEED: Final = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "T",
        "items": [
            {
                "id": "1",
                "url": "https://a.example/1",
                "content_html": "<p>A</p>",
                "date_published": "2026-03-14T09:26:53Z",
            }
        ],
    }
).encode()
FEEDS: Final = (_RSS, _ATOM, _JSON_FEED)
COUNTS: Final = b"timestamp,value\n" + b"".join(
    b"2026-03-14 09:%02d:00,%d\n" % (minute, minute % 7) for minute in range(0, 60, 5)
)
SETTINGS: Final = (b"\n".join(_setting_lines()),)
TOKENS: Final = (
    b"eyJhbGciOiJSUzI1NiIsImtpZCI6IjEifQ.eyJzdWIiOiIxIn0.AAAA",
    b"eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIxIn0." + b"A" * 86,
    b"eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.",
)
