"""How a person gives the house a key to a Mastodon account: the house introduces itself, the person agrees there.

First ``register`` with the account's server, then open ``authorize_address`` in the person's browser; what comes back
there, as a code to copy or in the redirect, is exchanged for the key with ``exchange``.
"""

import base64
import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlencode

from command_center.errors import NetworkTrouble
from command_center.mastodon_api import MastodonApi, text_in, with_scheme
from command_center.safe_web import Web, checked_url

SCOPES: Final = "read write:statuses write:media"
SHOWN_CODE: Final = "urn:ietf:wg:oauth:2.0:oob"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """A sign-in that has begun; keep it until the code is there. ``state`` must come back in the redirect."""

    server: str
    client_id: str
    client_secret: str = field(repr=False)
    verifier: str = field(repr=False)
    state: str = field(repr=False)
    redirect: str = SHOWN_CODE


def register(web: Web, server: str, *, house: str, redirect: str = SHOWN_CODE, website: str = "") -> SignIn:
    """Introduce the house to a server as an app; raises ``NetworkTrouble``."""
    api = MastodonApi(web, str(checked_url(with_scheme(server))))
    wanted = {"client_name": house, "redirect_uris": redirect, "scopes": SCOPES}
    app = api.object(api.call("POST", "/api/v1/apps", data=wanted | ({"website": website} if website else {})).value)
    client_id, client_secret = text_in(app, "client_id"), text_in(app, "client_secret")
    if not client_id or not client_secret:
        raise NetworkTrouble("network.not_understood", network=api.name, why="client_id")
    return SignIn(
        server=api.server,
        client_id=client_id,
        client_secret=client_secret,
        verifier=secrets.token_urlsafe(48),
        state=secrets.token_urlsafe(24),
        redirect=redirect,
    )


def authorize_address(begun: SignIn) -> str:
    """Return where the person agrees; the proof (PKCE, S256) is ignored by servers older than Mastodon 4.3."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(begun.verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code",
        "client_id": begun.client_id,
        "redirect_uri": begun.redirect,
        "scope": SCOPES,
        "state": begun.state,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{begun.server}/oauth/authorize?{urlencode(query)}"


def exchange(web: Web, begun: SignIn, code: str) -> dict[str, str]:
    """Return the secret of the new connection: ``token`` and the ``scopes`` it was given; raises ``NetworkTrouble``."""
    api = MastodonApi(web, begun.server)
    wanted = {
        "grant_type": "authorization_code",
        "code": code.strip(),
        "client_id": begun.client_id,
        "client_secret": begun.client_secret,
        "redirect_uri": begun.redirect,
        "scope": SCOPES,
        "code_verifier": begun.verifier,
    }
    given = api.object(api.call("POST", "/oauth/token", data=wanted).value)
    if not (token := text_in(given, "access_token")):
        raise NetworkTrouble("network.not_understood", network=api.name, why="access_token")
    return {"token": token, "scopes": text_in(given, "scope")}
