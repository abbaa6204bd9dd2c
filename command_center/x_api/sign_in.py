"""Getting and renewing a key by OAuth 2.0 with PKCE (RFC 6749, RFC 7636): the address to open, the code, the renewal.

A secret from here is ``access``, ``refresh``, ``client_id``, ``scope``, ``expires_at`` (ISO 8601, UTC) and, for a
confidential app, ``client_secret``. X renews a refresh token with every use: the new one must be kept at once.
"""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

import requests

from command_center.x_api.client import moment
from command_center.x_api.faults import LEAKS, XTrouble, trouble_answered, trouble_of
from command_center.x_api.line import TWEEPYS_ADDRESS, XLine

AUTHORIZE: Final = "https://x.com/i/oauth2/authorize"
SCOPES: Final = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
_ROUTE: Final = "/2/oauth2/token"
_USUAL_SECONDS: Final = 7200
_EARLY: Final = timedelta(minutes=5)


def new_verifier() -> str:
    """Return a new PKCE code verifier: 64 URL-safe characters, never shown, kept until the code is exchanged."""
    return secrets.token_urlsafe(48)


def authorize_url(client_id: str, redirect: str, state: str, verifier: str, *, page: str = AUTHORIZE) -> str:
    """Return the address a person opens to let the house speak for an account; ``state`` comes back with the code."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=")
    asked = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect,
        "scope": " ".join(SCOPES),
        "state": state,
        "code_challenge": challenge.decode("ascii"),
        "code_challenge_method": "S256",
    }
    return f"{page}?{urlencode(asked)}"


def exchange(
    *, client_id: str, client_secret: str = "", code: str, redirect: str, verifier: str, x_api_base: str
) -> dict[str, str]:
    """Return the secret for the code that X sent back; raises ``NetworkTrouble``."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect,
        "code_verifier": verifier,
        "client_id": client_id,
    }
    return _ask(form, client_id=client_id, client_secret=client_secret, x_api_base=x_api_base)


def refresh(secret: Mapping[str, str], *, x_api_base: str) -> dict[str, str]:
    """Return the secret that takes this one's place; raises ``NetworkTrouble`` (signed out: connect anew)."""
    form = {"grant_type": "refresh_token", "refresh_token": secret["refresh"], "client_id": secret["client_id"]}
    renewed = _ask(
        form, client_id=secret["client_id"], client_secret=secret.get("client_secret", ""), x_api_base=x_api_base
    )
    return {**secret, **renewed}


def is_due(secret: Mapping[str, str], now: datetime) -> bool:
    """Say whether a secret should be renewed before it is used: it has a refresh token and ends within five minutes."""
    ends = moment(secret.get("expires_at"))
    return bool(secret.get("refresh")) and ends is not None and ends <= now + _EARLY


def _ask(form: Mapping[str, str], *, client_id: str, client_secret: str, x_api_base: str) -> dict[str, str]:
    hidden = [client_secret, *(form.get(name, "") for name in ("code", "code_verifier", "refresh_token"))]
    line = XLine(x_api_base or TWEEPYS_ADDRESS)
    with requests.Session() as session:
        session.mount(TWEEPYS_ADDRESS, line)
        session.max_redirects = 0
        try:
            response = session.post(
                TWEEPYS_ADDRESS + _ROUTE,
                data=form,
                auth=(client_id, client_secret) if client_secret else None,
                timeout=15,
            )
            answer = response.json()
        except LEAKS as raised:
            raise trouble_of(raised, line.answered, hidden) from raised
    return _secret_of(response.status_code, response.headers, answer, form, client_secret, hidden)


def _secret_of(
    status: int,
    headers: Mapping[str, str],
    answer: object,
    form: Mapping[str, str],
    client_secret: str,
    hidden: list[str],
) -> dict[str, str]:
    if not isinstance(answer, dict):
        raise XTrouble("network.not_understood", status=status, why=type(answer).__name__)
    if status >= 400:
        # RFC 6749, 5.2: the code or refresh token is no longer good, or the app is unknown.
        if answer.get("error") in ("invalid_grant", "invalid_client", "invalid_request", "unauthorized_client"):
            raise XTrouble("network.signed_out", status=status)
        raise trouble_answered(status, headers, answer, hidden)
    access, lasts = answer.get("access_token"), answer.get("expires_in")
    if not isinstance(access, str) or not access:
        raise XTrouble("network.not_understood", status=status, why="no access_token")
    seconds = lasts if isinstance(lasts, int) and 0 < lasts < 10**8 else _USUAL_SECONDS
    made = {
        "access": access,
        "refresh": str(answer.get("refresh_token") or form.get("refresh_token", "")),
        "client_id": form["client_id"],
        "client_secret": client_secret,
        "scope": str(answer.get("scope") or ""),
        "expires_at": (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat(),
    }
    return {name: value for name, value in made.items() if value}
