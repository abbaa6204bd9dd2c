"""Has an authority state when a head was there: a time stamp (RFC 3161) over the head's text.

The request is the standard's shortest: version, SHA-256 of the text, a nonce, and the wish for the certificate. The
token is kept whole; ``openssl ts -verify`` checks it against the authority's certificate (``docs/security.md``).
"""

import hashlib
import secrets
from base64 import b64encode
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import httpx

from command_center.domain.checkpoints import Head, Note
from command_center.errors import CommandCenterError

_SHA256: Final = bytes.fromhex("300d06096086480165030402010500")
_HEADERS: Final = {"content-type": "application/timestamp-query", "accept": "application/timestamp-reply"}
_LARGEST: Final = 100_000
_SECONDS: Final = 20.0
_GRANTED: Final = frozenset({b"\x00", b"\x01"})
_OK: Final = 200


class TimeStampDepositor:
    """A time-stamping authority, asked over HTTP."""

    every = timedelta(hours=1)

    def __init__(self, where: str) -> None:
        self._where = where

    def deposit(self, head: Head) -> str:
        """Return the authority's whole reply, in base64."""
        digest, nonce = hashlib.sha256(head.note.encode()).digest(), secrets.token_bytes(8)
        try:
            with httpx.Client(timeout=_SECONDS, follow_redirects=False) as client:
                reply = client.post(self._where, content=request(digest, nonce), headers=_HEADERS)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as broken:
            raise self._failed(type(broken).__name__) from broken
        if reply.status_code != _OK or len(reply.content) > _LARGEST:
            raise self._failed(f"HTTP {reply.status_code}")
        if not stamps(reply.content, digest, nonce):
            raise self._failed("no time stamp over this head in the reply")
        return b64encode(reply.content).decode("ascii")

    def kept(self) -> Sequence[Note]:
        """Return nothing: the authority keeps no heads."""
        return ()

    def _failed(self, why: str) -> CommandCenterError:
        return CommandCenterError("deposit.failed", place=f"tsa:{self._where}", why=why)


def request(digest: bytes, nonce: bytes) -> bytes:
    """Return a TimeStampReq (RFC 3161, 2.4.1) in DER."""
    imprint = _item(0x30, _SHA256 + _item(0x04, digest))
    return _item(0x30, _item(0x02, b"\x01") + imprint + _item(0x02, _whole(nonce)) + _item(0x01, b"\xff"))


def _whole(nonce: bytes) -> bytes:
    """Return a nonce as DER wants a positive number: the shortest form, a zero before a byte that looks negative."""
    body = nonce.lstrip(b"\x00") or b"\x00"
    return body if body[0] < 0x80 else b"\x00" + body


def stamps(reply: bytes, digest: bytes, nonce: bytes) -> bool:
    """Tell whether a TimeStampResp grants a token that names this digest and nonce; its signature is not checked."""
    try:
        inside, rest = _open(reply, 0x30)
        status, token = _open(inside, 0x30)
        granted, _ = _open(status, 0x02)
    except ValueError:
        return False
    named = _item(0x04, digest) in token and _item(0x02, _whole(nonce)) in token
    return not rest and granted in _GRANTED and named


def _item(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _open(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """Return the content of the first item and what follows it; raises ``ValueError``."""
    if len(data) < 2 or data[0] != tag:
        raise ValueError("another item was expected")
    size, start = data[1], 2
    if size >= 0x80:
        start += size & 0x7F
        size = int.from_bytes(data[2:start], "big")
    if len(data) < start + size:
        raise ValueError("the item is cut off")
    return data[start : start + size], data[start + size :]
