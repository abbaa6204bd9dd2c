"""Signing in to X: the person agrees on X's page, the house gets a key that it renews by itself."""

import secrets
from collections.abc import Mapping

from command_center.domain.connections import KeyKind
from command_center.networks import Access, Begun
from command_center.x_api import sign_in


class XSignIn:
    """OAuth 2.0 with PKCE; ``redirect`` has to stand in the app's callback addresses at X, letter for letter."""

    kind: KeyKind = KeyKind.OAUTH2
    asks: tuple[str, ...] = ("client_id", "client_secret", "redirect")
    optional: tuple[str, ...] = ("client_secret",)

    def __init__(self, x_api_base: str) -> None:
        self._x_api_base = x_api_base

    def begin(self, server: str, given: Mapping[str, str]) -> Begun:
        """Return X's page with this app's question; nothing is asked over the network yet."""
        verifier, state = sign_in.new_verifier(), secrets.token_urlsafe(24)
        address = sign_in.authorize_url(given["client_id"], given["redirect"], state, verifier)
        return Begun(address=address, kept={**given, "verifier": verifier, "state": state})

    def finish(self, kept: Mapping[str, str], code: str) -> dict[str, str]:
        """Exchange the code for the key."""
        return sign_in.exchange(
            client_id=kept["client_id"],
            client_secret=kept.get("client_secret", ""),
            code=code,
            redirect=kept["redirect"],
            verifier=kept["verifier"],
            x_api_base=self._x_api_base,
        )

    def renew(self, access: Access) -> dict[str, str]:
        """Exchange the refresh token for a new key; the old one is worthless from then on."""
        return sign_in.refresh(access.secret, x_api_base=self._x_api_base)
