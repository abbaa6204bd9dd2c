"""The rules an evidence pack is checked by: Merkle proofs, signed heads, commitments; part of its ``verify.py``."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import unicodedata
from typing import Any

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None  # type: ignore[assignment,misc]

SIGNATURES = Ed25519PublicKey is not None

NOTE = re.compile(r"^(\S[^\n]*\n(\d+)\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*)\n((?:— [^\n]+(?:\n|\Z))+)", re.MULTILINE)


def sha256(data: bytes) -> bytes:
    """Return SHA-256 of bytes."""
    return hashlib.sha256(data).digest()


def included(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    """Check an inclusion proof (RFC 9162, 2.1.3.2)."""
    place, last, current = index, size - 1, leaf
    if not 0 <= index < size:
        return False
    for each in proof:
        if last == 0:
            return False
        if place % 2 or place == last:
            current = sha256(b"\x01" + each + current)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            current = sha256(b"\x01" + current + each)
        place, last = place >> 1, last >> 1
    return last == 0 and current == root


def consistent(old: int, size: int, before: bytes, after: bytes, proof: list[bytes]) -> bool:
    """Check a consistency proof (RFC 9162, 2.1.4.2)."""
    if old == size:
        return before == after and not proof
    if not 0 < old < size or not proof:
        return False
    path = list(proof) if old & (old - 1) else [before, *proof]
    place, last = old - 1, size - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    one = two = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if place % 2 or place == last:
            one, two = sha256(b"\x01" + each + one), sha256(b"\x01" + each + two)
            while place and not place % 2:
                place, last = place >> 1, last >> 1
        else:
            two = sha256(b"\x01" + two + each)
        place, last = place >> 1, last >> 1
    return last == 0 and one == before and two == after


def notes(text: str) -> list[Any]:
    """Return (text, size, root, signatures) of every signed head in a text."""
    found = []
    for text_, size, root, lines in NOTE.findall(text.replace("\r\n", "\n")):
        signatures = [line.split(" ", 2)[1:] for line in lines.strip().split("\n")]
        found.append((text_, int(size), base64.b64decode(root), signatures))
    return found


def verifier_key(key: str) -> tuple[str, str, bytes]:
    """Return (name, number, 32 bytes) of a verifier key; raises ``ValueError`` where they don't belong together."""
    name, number, data = key.strip().split("+", 2)
    raw = base64.b64decode(data, validate=True)
    if raw[:1] != b"\x01" or len(raw) != 33 or sha256(name.encode() + b"\n" + raw)[:4].hex() != number:
        raise ValueError("a verifier key that is none")
    return name, number, raw[1:]


def signed(text: str, signatures: list[list[str]], keys: list[str]) -> bool | None:
    """Tell whether one of the keys signed a head; None where signatures can't be checked here."""
    if Ed25519PublicKey is None:
        return None
    for key in keys:
        name, number, raw = verifier_key(key)
        public = Ed25519PublicKey.from_public_bytes(raw)
        for who, line in signatures:
            value = base64.b64decode(line)
            if who == name and value[:4].hex() == number:
                try:
                    public.verify(value[4:], text.encode())
                except InvalidSignature:
                    continue
                return True
    return False


def texts_hold(commitments: dict[str, str], texts: list[dict[str, Any]]) -> bool:
    """Check what people wrote against its commitment, HMAC-SHA256(salt, field, 0, value); what isn't told holds."""
    if sorted(each["field"] for each in texts) != sorted(commitments):
        return False
    return all(
        hmac.new(
            bytes.fromhex(each["salt"]), each["field"].encode() + b"\0" + each["value"].encode(), "sha256"
        ).hexdigest()
        == commitments[each["field"]]
        for each in texts
        if not each.get("erased_at") and not each.get("withheld")
    )


def canonical(value: Any) -> bytes:
    """Write a value as the log writes it: sorted keys, no spaces, NFC."""
    return json.dumps(_composed(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _composed(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value).encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {str(key): _composed(item) for key, item in value.items()}
    return [_composed(item) for item in value] if isinstance(value, list) else value
