"""Requests nobody sends by mistake: odd methods, addresses, headers, cookies and bodies, put together at random."""

import gzip
import json
from typing import Final

from hypothesis import strategies as st

from command_center.shell.rights import ADDRESSES
from command_center.web.door import STEP_COOKIE
from command_center.web.session import COOKIE
from tests.fuzz.asking import Asked, Headers

# What Streamlit answers besides; a test holds this list against the real application.
STREAMLIT: Final = (
    "/",
    "/_stcore/health",
    "/_stcore/metrics",
    "/_stcore/host-config",
    "/_stcore/upload_file/{session_id}/{file_id}",
    "/_stcore/bidi-components/{path:path}",
    "/_stcore/stream",
    "/_stcore/agent/interact",
    "/_stcore/agent/openapi.json",
    "/_stcore/agent/mcp",
    "/media/{file_id:path}",
    "/component/{path:path}",
    "/auth/login",
    "/auth/logout",
    "/oauth2callback",
    "/app/static/{path:path}",
)
OURS: Final = tuple(dict.fromkeys(address.split()[1] for address in ADDRESSES))
METHODS: Final = (
    "GET",
    "POST",
    "HEAD",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "get",
    "X" * 300,
)
_FILLED: Final = {
    "{incident_id}.{form}": ("log.jsonl", "log.zip", "x.sqlite", "../log.jsonl", "%00.zip", "a.b.c", "."),
    "{publication_id}": ("x", "%2e%2e", "0" * 500),
    "{rest:path}": ("check/", "nowhere", "..%2f..%2fexport/log.jsonl"),
    "{session_id}/{file_id}": ("a/b", "../x", "%00/%00"),
    "{path:path}": ("x", "inter-latin-wght-normal.woff2", "../../../../etc/passwd", "..%5c..%5csecrets", "%00"),
    "{file_id:path}": ("a.png", "../../data/store.sqlite", "//host/share"),
}
_TWISTS: Final = (
    b"",
    b"/",
    b"//",
    b"/..",
    b"/%2e%2e/",
    b"/%2f",
    b"%00",
    b"%ff%fe",
    b";a=b",
    b"\\",
    b"/" + b"a" * 9000,
    b"#x",
    b"%",
    b"/.git/config",
)
_NAMES: Final = (b"lang", b"next", b"over", b"client", b"state", b"code", b"iss", b"error", b"x")
_VALUES: Final = (
    b"",
    b"de",
    b"xx",
    b"//evil.example",
    b"/%0d%0aset-cookie:a=b",
    b"javascript:alert(1)",
    b"%00",
    b"%ff",
    b"a" * 3000,
    b"1e999",
    b"[]",
    b"%F0%9F%92%A9",
    b"<script>alert(1)</script>",
)

HOSTS: Final = (b"house", b"evil.example", b"", b"house:99999", b"[::1", b"\xff", b"a" * 400, b"house@evil.example")
ORIGINS: Final = (
    b"http://house",
    b"https://house",
    b"http://evil.example",
    b"null",
    b"",
    b"http://house.evil.example",
    b"\xff",
    b"file://",
)
_OTHERS: Final = (
    (b"x-cc-sub", b"@lead"),
    (b"X-CC_Sub", b"@lead"),
    (b"x-cc-sid", b"@session"),
    (b"x-forwarded-for", b"127.0.0.1"),
    (b"x-forwarded-proto", b"https"),
    (b"x-forwarded-host", b"evil.example"),
    (b"forwarded", b"for=127.0.0.1;proto=https"),
    (b"x-http-method-override", b"DELETE"),
    (b"accept", b"text/html"),
    (b"accept", b"\xff/*;q=" + b"9" * 100),
    (b"accept-language", b"en"),
    (b"accept-language", b"\xc3\x9f" * 40),
    (b"accept-encoding", b"gzip, br"),
    (b"content-encoding", b"gzip"),
    (b"authorization", b"Bearer :"),
    (b"authorization", b"Bearer \xc3\xbc:" + b"x" * 5000),
    (b"authorization", b"@bearer"),
    (b"authorization", b"Basic eDp5"),
    (b"content-length", b"99999999999999999999"),
    (b"content-length", b"-1"),
    (b"transfer-encoding", b"chunked"),
    (b"range", b"bytes=0-,-1,5-2," + b"0-1," * 200),
    (b"if-modified-since", b"never"),
    (b"if-none-match", b'"*"'),
    (b"sec-fetch-site", b"cross-site"),
    (b"x-client", b"nobody"),
    (b"webhook-timestamp", b"9" * 60),
    (b"webhook-signature", b"v1,AAAA"),
    (b"idempotency-key", b"\xff" * 300),
    (b"expect", b"100-continue"),
    (b"upgrade", b"h2c"),
    (b"x-long", b"y" * 40_000),
)
TYPES: Final = (
    b"application/x-www-form-urlencoded",
    b"application/json",
    b"multipart/form-data; boundary=b",
    b"multipart/form-data",
    b"text/plain; charset=utf-99",
    b"",
    b"\xff",
)
BODIES: Final = (
    b"",
    b"login=kim&password=wrong&next=//evil.example",
    b"login=%00&password=%ff&next=%0d%0a",
    b"login=" + "ﷺ".encode() * 3000,
    b"&".join(b"a%d=1" % number for number in range(400)),
    b"name=A&login=second&email=x&password=" + b"x" * 300 + b"&code=000000",
    b"second_code=123456&password=wrong",
    b"\xff\xfe\x00",
    b"{",
    b"NaN",
    b'{"account": NaN, "text": Infinity}',
    b'{"account": "a", "account": "b", "text": "\\ud800"}',
    b'{"mentions": ' + b"[" * 5000,
    b"[" * 200_000,
    json.dumps({"mentions": [{}] * 6000}).encode(),
    json.dumps({"a": "9" * 4000}).encode(),
    b'{"text": ' + b"9" * 5000 + b"}",
    b'--b\r\nContent-Disposition: form-data; name="file"; filename="../../x"\r\n\r\nx',
    b"--b\r\nContent-Disposition: form-data; name=" + b"x" * 10_000,
    b"--b--\r\n" * 2000,
    gzip.compress(b"0" * 5_000_000),
    b"x" * 70_000,
    b"x" * 1_200_000,
)
COOKIES: Final = (
    "",
    "@valid",
    "@ended",
    "@old",
    "@hash",
    "@step",
    "@foreign",
    "@twice",
    "x",
    "A" * 43,
    "é",
    '"',
    "%00",
    "x" * 9000,
    "a; b=c;;=;",
)


def _address(path: str) -> st.SearchStrategy[bytes]:
    made = st.just(path)
    for place, fillings in _FILLED.items():
        if place in path:
            made = st.sampled_from([path.replace(place, filling) for filling in fillings])
    twisted = st.tuples(made, st.sampled_from(_TWISTS), st.booleans()).map(
        lambda drawn: (
            drawn[1] + drawn[0].encode() if drawn[2] and drawn[1][:1] == b"/" else drawn[0].encode() + drawn[1]
        )
    )
    pairs = st.lists(st.tuples(st.sampled_from(_NAMES), st.sampled_from(_VALUES) | st.binary(max_size=20)), max_size=4)
    query = pairs.map(lambda drawn: b"&".join(name + b"=" + value for name, value in drawn))
    return st.tuples(made.map(str.encode) | twisted, query).map(
        lambda both: both[0] + (b"?" + both[1] if both[1] else b"")
    )


def _headers() -> st.SearchStrategy[Headers]:
    kinds = st.sampled_from(TYPES).map(lambda value: (b"content-type", value))
    polite = st.tuples(
        st.just((b"host", b"house")),
        st.just((b"origin", b"http://house")),
        kinds,
        st.sampled_from(("", "@valid", "@valid", "@step")).map(_cookie),
    )
    rude = st.tuples(
        st.sampled_from(HOSTS).map(lambda value: (b"host", value)),
        st.sampled_from(ORIGINS).map(lambda value: (b"origin", value)),
        kinds,
        st.sampled_from(COOKIES).map(_cookie),
    )
    others = st.lists(st.sampled_from(_OTHERS) | st.tuples(st.just(b"x-any"), st.binary(max_size=60)), max_size=4)
    flood = st.sampled_from([()] * 19 + [tuple((b"x-%d" % number, b"y") for number in range(300))])
    return st.tuples(polite | rude, others, flood).map(lambda drawn: (*drawn[0], *drawn[1], *drawn[2]))


def _cookie(value: str) -> tuple[bytes, bytes]:
    cookies = f"{COOKIE}={value}; {STEP_COOKIE}={value}; one_voice_language=xx; _streamlit_user={value}"
    return b"cookie", cookies.encode()


def _parts() -> st.SearchStrategy[tuple[bytes, ...]]:
    whole = (st.sampled_from(BODIES) | st.binary(max_size=300)).map(lambda body: (body,))
    cut = st.tuples(st.sampled_from(BODIES), st.integers(1, 5)).map(_cut)
    return whole | cut


def _cut(drawn: tuple[bytes, int]) -> tuple[bytes, ...]:
    body, count = drawn
    size = len(body) // count + 1
    return tuple(body[start : start + size] for start in range(0, max(1, len(body)), size))


def requests() -> st.SearchStrategy[Asked]:
    """Draw requests for every address there is."""
    address = st.sampled_from((*OURS, *STREAMLIT)).flatmap(_address)
    return st.builds(Asked, method=st.sampled_from(METHODS), address=address, headers=_headers(), parts=_parts())


def sockets() -> st.SearchStrategy[Asked]:
    """Draw websockets with odd handshakes and messages."""
    protocols = st.sampled_from((b"streamlit", b"streamlit, x, y", b"", b"\xff", b"a," * 500)).map(
        lambda value: ((b"sec-websocket-protocol", value),)
    )
    headers = st.tuples(_headers(), protocols).map(lambda both: both[0] + both[1])
    messages = st.lists(st.binary(max_size=200) | st.text(max_size=50) | st.just(b"\x00" * 300_000), max_size=4)
    address = st.just(b"/_stcore/stream") | st.sampled_from((*OURS, *STREAMLIT)).flatmap(_address)
    return st.builds(Asked, kind=st.just("websocket"), address=address, headers=headers, parts=messages.map(tuple))
