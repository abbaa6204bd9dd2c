"""Spoils valid files: bits, cuts, splices, huge numbers, marks, surrogates; and JSON so that it still parses."""

import json
import random
from collections.abc import Callable, Sequence
from typing import Any, Final

TOKENS: Final = (
    b"\x00",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\\ud800",
    b"\r",
    b"\n\n",
    b"\t",
    b'"',
    b"'",
    b"{",
    b"[" * 300,
    b"]",
    b"<",
    b"<!--",
    b"&#0;",
    b"&#x110000;",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>&b;",
    b"]]>",
    b"9" * 400,
    b"-1",
    b"1e400",
    b"NaN",
    b"9999-12-31T23:59:59-23:59",
    b"0000-00-00T00:00:00Z",
    b"2026-02-30 25:61",
    b"=cmd|' /C calc'!A0",
    b"&a",
    b"*a",
    b"!!python/object:os.system",
    b"---\n",
    b": ",
    b"\xe2\x80\xae",
    b"\xcc\x81" * 200,
    "ﷺ".encode() * 100,
    b"\x1f\x8b\x08\x00",
    b"+",
    b"==",
)
VALUES: Final[tuple[Any, ...]] = (
    None,
    True,
    0,
    -1,
    10**30,
    1e300,
    float("nan"),
    float("inf"),
    "",
    " ",
    "\x00",
    "\ud800",
    "9" * 5000,
    "9999-12-31T23:59:59-23:59",
    "javascript:alert(1)",
    "x" * 20_000,
    [],
    {},
    [[]],
    {"": None},
    [None] * 50,
)


def mutated(sample: bytes, other: bytes, rng: random.Random) -> bytes:
    """Return a sample spoilt in one to four ways; ``other`` is what it is spliced with."""
    if rng.random() < 0.35 and (spoilt := _json_spoilt(sample, rng)) is not None:
        return spoilt
    data = sample
    for _ in range(rng.randint(1, 4)):
        data = rng.choice(_WAYS)(data, other, rng)
    return data[:300_000]


def _place(data: bytes, rng: random.Random) -> int:
    return rng.randint(0, len(data))


def _flip(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    spoilt = bytearray(data or b"\x00")
    for _ in range(rng.randint(1, 8)):
        spoilt[rng.randrange(len(spoilt))] ^= 1 << rng.randrange(8)
    return bytes(spoilt)


def _cut(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    return data[: _place(data, rng)]


def _without(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    start = _place(data, rng)
    return data[:start] + data[start + rng.randint(1, 60) :]


def _insert(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    place = _place(data, rng)
    return data[:place] + rng.choice(TOKENS) + data[place:]


def _splice(data: bytes, other: bytes, rng: random.Random) -> bytes:
    start = _place(other, rng)
    return data[: _place(data, rng)] + other[start : start + rng.randint(1, 2_000)] + data[_place(data, rng) :]


def _repeat(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    start = _place(data, rng)
    return data[:start] + data[start : start + rng.randint(1, 40)] * rng.randint(2, 200) + data[start:]


def _recoded(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(rng.choice(("utf-16", "utf-16-be", "utf-32", "cp1252", "utf-8-sig", "utf-7")), "replace")


def _number(data: bytes, _other: bytes, rng: random.Random) -> bytes:
    places = [place for place, byte in enumerate(data[:20_000]) if 48 <= byte <= 57]
    if not places:
        return _insert(data, b"", rng)
    place = rng.choice(places)
    return data[:place] + rng.choice((b"9" * 50, b"-0", b"1e9", b"0x1", b"", "٣".encode())) + data[place + 1 :]


_WAYS: Final[tuple[Callable[[bytes, bytes, random.Random], bytes], ...]] = (
    _flip,
    _cut,
    _without,
    _insert,
    _insert,
    _splice,
    _repeat,
    _recoded,
    _number,
)


def _json_spoilt(sample: bytes, rng: random.Random) -> bytes | None:
    """Put a wrong value at a random place of a JSON document or of one of its lines."""
    lines = [sample] if sample.count(b"\n{") < 2 else sample.splitlines()
    at = rng.randrange(len(lines))
    try:
        document = json.loads(lines[at])
    except ValueError:
        return None
    for _ in range(rng.randint(1, 3)):
        document = _spoilt(document, rng)
    lines[at] = json.dumps(document, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
    return b"\n".join(lines)


def _spoilt(node: Any, rng: random.Random) -> Any:
    if isinstance(node, dict) and node and rng.random() < 0.9:
        key = rng.choice(sorted(node))
        if rng.random() < 0.2:
            return {other: value for other, value in node.items() if other != key}
        return {**node, key: _spoilt(node[key], rng)}
    if isinstance(node, list) and node and rng.random() < 0.9:
        place = rng.randrange(len(node))
        return [*node[:place], _spoilt(node[place], rng), *node[place + 1 :]]
    return rng.choice(VALUES)


def draw(samples: Sequence[bytes], rng: random.Random) -> bytes:
    """Return one spoilt sample."""
    return mutated(rng.choice(samples), rng.choice(samples), rng)
