"""Whether an ID token was signed by its provider: JSON Web Signatures (RFC 7515) with three named algorithms.

Only signatures with a public key are known here, so neither ``none`` nor a shared secret ever passes for one.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from command_center.errors import NotAllowed

ALGORITHMS: Final = ("RS256", "PS256", "ES256")
_LONGEST: Final = 65_536
_LEAST_RSA_BITS: Final = 2048
_PSS: Final = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=SHA256.digest_size)
Key = Mapping[str, Any]


class UnknownKey(Exception):
    """The token names a key that isn't among those given: the provider may have a new one."""


def signed_content(token: str, keys: Sequence[Key]) -> dict[str, Any]:
    """Return what a token says once its signature was found right.

    Raises:
        NotAllowed: ``oidc.bad_token``.
        UnknownKey: none of the keys is the one it names.
    """
    try:
        head, content, signature = token.split(".") if len(token) <= _LONGEST else ("", "", "")
        header = json.loads(_bytes(head))
        algorithm, kid = header["alg"], header.get("kid")
        if algorithm not in ALGORITHMS or "crit" in header:
            raise NotAllowed("oidc.bad_token")
        _verify(_key(keys, algorithm, kid), algorithm, f"{head}.{content}".encode("ascii"), _bytes(signature))
        said = json.loads(_bytes(content))
    except (ValueError, KeyError, TypeError, AttributeError, InvalidSignature, RecursionError) as broken:
        raise NotAllowed("oidc.bad_token") from broken
    if not isinstance(said, dict):
        raise NotAllowed("oidc.bad_token")
    return said


def _key(keys: Sequence[Key], algorithm: str, kid: object) -> Key:
    kind = "EC" if algorithm == "ES256" else "RSA"
    fitting = [
        key
        for key in keys
        if key.get("kty") == kind
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (kid is None or key.get("kid") == kid)
    ]
    if not fitting:
        raise UnknownKey
    if len(fitting) > 1:
        raise ValueError("the token doesn't say which key it was signed with")
    return fitting[0]


def _verify(key: Key, algorithm: str, signed: bytes, signature: bytes) -> None:
    if algorithm == "ES256":
        _verify_curve(key, signed, signature)
        return
    public = rsa.RSAPublicNumbers(_number(key["e"]), _number(key["n"])).public_key()
    if public.key_size < _LEAST_RSA_BITS:
        raise ValueError("the key is too short")
    public.verify(signature, signed, padding.PKCS1v15() if algorithm == "RS256" else _PSS, SHA256())


def _verify_curve(key: Key, signed: bytes, signature: bytes) -> None:
    if key["crv"] != "P-256" or len(signature) != 64:
        raise ValueError("not a signature of this curve")
    numbers = ec.EllipticCurvePublicNumbers(_number(key["x"]), _number(key["y"]), ec.SECP256R1())
    halves = (int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    numbers.public_key().verify(encode_dss_signature(*halves), signed, ec.ECDSA(SHA256()))


def _number(text: str) -> int:
    return int.from_bytes(_bytes(text), "big")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
