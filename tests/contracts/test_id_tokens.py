"""ID tokens: three signatures are right, and everything forgers try is wrong."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from command_center.errors import NotAllowed
from command_center.id_tokens import UnknownKey, signed_content

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
SHORT = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - refused, that is the point
CURVE = ec.generate_private_key(ec.SECP256R1())
PSS = padding.PSS(mgf=padding.MGF1(SHA256()), salt_length=32)
SAID = {"sub": "u1"}


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number(value: int) -> str:
    return text(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def rsa_key(key: rsa.RSAPrivateKey, **more: str) -> dict[str, str]:
    public = key.public_key().public_numbers()
    return {"kty": "RSA", "n": number(public.n), "e": number(public.e), **more}


def curve_key(**more: str) -> dict[str, str]:
    public = CURVE.public_key().public_numbers()
    return {"kty": "EC", "crv": "P-256", "x": number(public.x), "y": number(public.y), **more}


KEYS = [rsa_key(RSA, kid="r", use="sig"), curve_key(kid="c")]


def signed(algorithm: str, kid: str | None, said: object = SAID, head: Mapping[str, Any] | None = None) -> str:
    header = {"alg": algorithm, **({"kid": kid} if kid else {}), **(head or {})}
    body = f"{text(json.dumps(header).encode())}.{text(json.dumps(said).encode())}"
    return f"{body}.{text(signature(algorithm, body.encode()))}"


def signature(algorithm: str, body: bytes) -> bytes:
    if algorithm == "RS256":
        return RSA.sign(body, padding.PKCS1v15(), SHA256())
    if algorithm == "PS256":
        return RSA.sign(body, PSS, SHA256())
    if algorithm == "ES256":
        return b"".join(half.to_bytes(32, "big") for half in decode_dss_signature(CURVE.sign(body, ec.ECDSA(SHA256()))))
    if algorithm == "HS256":  # the public key used as a shared secret
        pem = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        return hmac.new(pem, body, hashlib.sha256).digest()
    return b""


@pytest.mark.parametrize(("algorithm", "kid"), [("RS256", "r"), ("PS256", "r"), ("ES256", "c"), ("RS256", None)])
def test_a_right_signature_is_believed(algorithm: str, kid: str | None) -> None:
    assert signed_content(signed(algorithm, kid), KEYS) == SAID


def test_a_key_nobody_knows_is_asked_for_again() -> None:
    with pytest.raises(UnknownKey):
        signed_content(signed("RS256", "new"), KEYS)
    with pytest.raises(UnknownKey):
        signed_content(signed("RS256", "c"), KEYS)  # the key is there, but of another kind
    with pytest.raises(UnknownKey):
        signed_content(signed("RS256", "r"), [rsa_key(RSA, kid="r", use="enc")])


def changed(token: str) -> str:
    head, _, mark = token.split(".")
    return f"{head}.{text(json.dumps({'sub': 'u2'}).encode())}.{mark}"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "a.b",
        "a.b.c",
        "....",
        "ü.b.c",
        "x" * 70_000,
        signed("none", "r"),
        signed("HS256", "r"),
        signed("RS512", "r"),
        changed(signed("RS256", "r")),
        changed(signed("ES256", "c")),
        signed("RS256", "r") + "A",
        signed("RS256", "r").rsplit(".", 1)[0] + ".",
        signed("RS256", "r", head={"crit": ["exp"]}),
        signed("RS256", "r", said=["u1"]),
        signed("RS256", "r", head={"alg": ["RS256"]}),
        text(b"[" * 60_000) + ".b.c",
    ],
    ids=lambda token: token[:20],
)
def test_what_forgers_send_is_refused(token: str) -> None:
    with pytest.raises(NotAllowed, match=r"oidc\.bad_token"):
        signed_content(token, KEYS)


def test_a_short_key_and_two_keys_that_fit_are_refused() -> None:
    with pytest.raises(NotAllowed):
        signed_content(signed("RS256", "r"), [rsa_key(SHORT, kid="r")])
    with pytest.raises(NotAllowed):
        signed_content(signed("RS256", None), [rsa_key(RSA, kid="a"), rsa_key(SHORT, kid="b")])
