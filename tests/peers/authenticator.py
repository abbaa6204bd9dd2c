"""An authenticator in software: makes passkeys and signs with them, and can be told to lie."""

import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40


@dataclass
class Authenticator:
    """One passkey on one device; ``flags`` and ``count`` are what it says of itself."""

    origin: str = "https://voice.example.org"
    flags: int = UP | UV
    count: int = 0
    counts: bool = True
    identity: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    handle: bytes = b""

    def make(self, options: str, **lies: Any) -> str:
        """Answer ``navigator.credentials.create``."""
        asked = json.loads(options)
        self.handle = base64url_to_bytes(asked["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.identity).to_bytes(2, "big") + self.identity + cbor2.dumps(cose)
        data = self._data(asked["rp"]["id"], self.flags | AT) + attested
        told = self._client(lies.get("type", "webauthn.create"), asked, lies)
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer(clientDataJSON=told, attestationObject=attestation)

    def sign(self, options: str, **lies: Any) -> str:
        """Answer ``navigator.credentials.get``."""
        asked = json.loads(options)
        self.count += self.counts
        data = self._data(lies.get("host", asked["rpId"]), self.flags)
        told = self._client(lies.get("type", "webauthn.get"), asked, lies)
        signature = self.key.sign(data + hashlib.sha256(told).digest(), ec.ECDSA(hashes.SHA256()))
        handle = lies.get("handle", self.handle)
        return self._answer(clientDataJSON=told, authenticatorData=data, signature=signature, userHandle=handle)

    def _data(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, asked: dict[str, Any], lies: dict[str, Any]) -> bytes:
        told = {"type": kind, "challenge": lies.get("challenge", asked["challenge"])}
        return json.dumps(told | {"origin": lies.get("origin", self.origin), "crossOrigin": False}).encode()

    def _answer(self, **response: bytes) -> str:
        identity = bytes_to_base64url(self.identity)
        parts = {name: bytes_to_base64url(value) for name, value in response.items() if value}
        return json.dumps({"id": identity, "rawId": identity, "type": "public-key", "response": parts})
