"""A connection: the house's key to an account on a network, and what that key may do.

Story *an account is connected*: ``use_cases/connect.py`` → here → ``vault.py`` seals what is secret.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class KeyKind(StrEnum):
    """How the house proves to a network who it is."""

    OAUTH2 = "oauth2"
    OAUTH1 = "oauth1"
    APP_PASSWORD = "app_password"  # noqa: S105 - the name of a kind, not a password
    TOKEN = "token"  # noqa: S105


class NetworkRight(StrEnum):
    """What a network lets us do with a key."""

    READ = "read"
    POST = "post"
    DELETE = "delete"
    STREAM = "stream"


# What a secret holds, by network and kind; a bearer reads, it can't post.
SECRETS: Final[Mapping[tuple[str, KeyKind], tuple[str, ...]]] = {
    ("bluesky", KeyKind.APP_PASSWORD): ("identifier", "password"),
    ("mastodon", KeyKind.TOKEN): ("token",),
    ("x", KeyKind.OAUTH1): ("consumer_key", "consumer_secret", "access_token", "access_secret"),
    ("x", KeyKind.TOKEN): ("bearer",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """One key to one account or reader's seat of a network; what is secret is ``sealed``, never shown again.

    ``network`` is ``x``, ``bluesky`` or ``mastodon``; ``server`` the base address where the network has
    many (``https://mastodon.social``). ``sealed`` is empty once it is disconnected. ``trouble`` is the
    message code of what was wrong at the last check, empty when all was well.
    """

    id: str
    network: str
    handle: str
    kind: KeyKind
    connected_by: str
    connected_at: datetime
    server: str = ""
    rights: tuple[NetworkRight, ...] = ()
    sealed: str = ""
    expires_at: datetime | None = None
    checked_at: datetime | None = None
    trouble: str = ""

    @property
    def active(self) -> bool:
        """Whether there is still a key."""
        return bool(self.sealed)
