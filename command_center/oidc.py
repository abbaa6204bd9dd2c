"""An OpenID Connect provider as the house uses it: authorisation code with PKCE, server to server.

The provider's addresses come from its discovery document and its keys from its key set, both kept for an hour; an
unknown key makes the set be read again, once a minute at most.
"""

import base64
import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from threading import Lock
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

import httpx

from command_center.domain.identities import Claims, check_id_token, claims_of
from command_center.errors import NetworkTrouble, NotAllowed
from command_center.id_tokens import ALGORITHMS, UnknownKey, signed_content

LIMIT_BYTES: Final = 1 << 20
SECONDS: Final = 10.0
_KEPT_SECONDS: Final = 3600.0
_AGAIN_SECONDS: Final = 60.0
_SCOPES: Final = ("openid", "profile", "email", "groups")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def is_safe(address: str) -> bool:
    """Tell whether nobody on the way can listen: https, or this machine."""
    parts = urlsplit(address)
    return (parts.scheme == "https" and bool(parts.hostname)) or (
        parts.scheme == "http" and parts.hostname in _LOOPBACK
    )


class OpenIdProvider:
    """One provider, known by its issuer; everything it answers is checked before it is believed."""

    def __init__(
        self, *, issuer: str, client_id: str, client_secret: str, tick: Callable[[], float] = time.monotonic
    ) -> None:
        self.issuer = issuer
        self._client_id, self._client_secret, self._tick = client_id, client_secret, tick
        self._lock = Lock()
        self._kept: dict[str, tuple[float, dict[str, Any]]] = {}

    def address(self, *, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Return the provider's address a browser is sent to (OpenID Connect Core 3.1.2.1, RFC 7636)."""
        known = self._discovery()
        offered = known.get("scopes_supported") or _SCOPES[:3]
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
        wish = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": redirect_uri,
            "scope": " ".join(scope for scope in _SCOPES if scope in offered),
            "state": state,
            "nonce": nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        place = self._endpoint(known, "authorization_endpoint")
        return f"{place}{'&' if '?' in place else '?'}{urlencode(wish, quote_via=quote)}"

    def claims(self, *, code: str, issuer: str, redirect_uri: str, nonce: str, verifier: str, now: datetime) -> Claims:
        """Return who came back with this code; ``issuer`` is what the answer named, if it named one (RFC 9207).

        Raises:
            NetworkTrouble: the provider can't be reached or answers nonsense.
            NotAllowed: ``oidc.…``: the code, the token or what it says is not right.
        """
        known = self._discovery()
        named = known.get("authorization_response_iss_parameter_supported") is True
        if (issuer or named) and issuer != self.issuer:
            raise NotAllowed("oidc.not_for_us")
        tokens = self._tokens(known, code=code, redirect_uri=redirect_uri, verifier=verifier)
        said = self._content(known, str(tokens.get("id_token", "")))
        subject = check_id_token(said, issuer=self.issuer, client_id=self._client_id, nonce=nonce, now=now)
        if "userinfo_endpoint" in known and tokens.get("access_token"):
            told = self._ask("GET", self._endpoint(known, "userinfo_endpoint"), bearer=str(tokens["access_token"]))
            if told.get("sub") != subject:
                raise NotAllowed("oidc.not_for_us")
            said = {**said, **told}
        return claims_of(self.issuer, subject, said)

    def _tokens(self, known: Mapping[str, Any], *, code: str, redirect_uri: str, verifier: str) -> dict[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        methods = known.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        basic = None
        if "client_secret_basic" in methods:
            # RFC 6749 section 2.3.1: both are form-encoded before they become a header.
            basic = httpx.BasicAuth(quote(self._client_id, safe=""), quote(self._client_secret, safe=""))
        else:
            form |= {"client_id": self._client_id, "client_secret": self._client_secret}
        return self._ask("POST", self._endpoint(known, "token_endpoint"), form=form, basic=basic)

    def _content(self, known: Mapping[str, Any], token: str) -> dict[str, Any]:
        place = self._endpoint(known, "jwks_uri")
        try:
            return signed_content(token, _keys(self._read(place, _KEPT_SECONDS)))
        except UnknownKey:
            pass
        try:
            return signed_content(token, _keys(self._read(place, _AGAIN_SECONDS)))
        except UnknownKey as unknown:
            raise NotAllowed("oidc.bad_token") from unknown

    def _discovery(self) -> dict[str, Any]:
        known = self._read(self.issuer.rstrip("/") + "/.well-known/openid-configuration", _KEPT_SECONDS)
        offered = known.get("id_token_signing_alg_values_supported") or ["RS256"]
        if known.get("issuer") != self.issuer or not set(ALGORITHMS).intersection(offered):
            raise _trouble("network.not_understood", "issuer")
        return known

    def _read(self, address: str, kept: float) -> dict[str, Any]:
        """Return a document, asked for again when it is older than ``kept`` seconds."""
        with self._lock:
            at, document = self._kept.get(address, (0.0, {}))
            if not document or self._tick() - at > kept:
                document = self._ask("GET", address)
                self._kept[address] = (self._tick(), document)
            return document

    def _endpoint(self, known: Mapping[str, Any], name: str) -> str:
        address = known.get(name)
        if not isinstance(address, str) or not is_safe(address):
            raise _trouble("network.not_understood", name)
        return address

    def _ask(
        self,
        verb: str,
        address: str,
        *,
        form: Mapping[str, str] | None = None,
        basic: httpx.BasicAuth | None = None,
        bearer: str = "",
    ) -> dict[str, Any]:
        headers = {"accept": "application/json", **({"authorization": f"Bearer {bearer}"} if bearer else {})}
        body = b""
        try:
            with (
                httpx.Client(timeout=SECONDS, follow_redirects=False) as client,
                client.stream(verb, address, data=form, headers=headers, auth=basic) as answer,
            ):
                for chunk in answer.iter_bytes():
                    body += chunk
                    if len(body) > LIMIT_BYTES:
                        raise _trouble("network.too_big", "")
        except httpx.HTTPError as gone:
            raise _trouble("network.unreachable", type(gone).__name__) from gone
        if answer.status_code in {400, 401, 403}:
            raise NotAllowed("oidc.refused")
        try:
            said = httpx.Response(answer.status_code, content=body).json() if answer.status_code == 200 else None
        except (ValueError, RecursionError):
            said = None
        if not isinstance(said, dict):
            raise _trouble("network.not_understood", f"HTTP {answer.status_code}")
        return said


def _keys(document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    keys = document.get("keys")
    return [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []


def _trouble(code: str, why: str) -> NetworkTrouble:
    return NetworkTrouble(code, network="OpenID Connect", why=why)
