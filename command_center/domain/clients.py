"""A client: another program that may ask the gate, post through it, or bring us mentions.

Its key is shown once. ``proof`` recognises it; the half that signs mentions is kept sealed, because a signature
can only be checked by who knows the secret.
"""

import hashlib
import hmac
from base64 import b64decode, b64encode
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

CLIENT: Final = "client:"
MINUTE: Final = timedelta(minutes=1)
SIGNED_LATELY: Final = timedelta(minutes=5)
SECRET_PREFIX: Final = "whsec_"  # noqa: S105 - the prefix the published scheme gives every secret
MOST_PER_MINUTE: Final = 600


class Scope(StrEnum):
    """What a client may ask for."""

    CHECK = "check"
    PUBLISH = "publish"
    MENTIONS = "mentions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """One program with a key of its own; ``accounts`` are those it may ask about and speak through.

    ``per_minute`` limits its requests. ``source_id`` is the source its mentions belong to. ``proof`` is the SHA-256
    of its key, ``sealed`` the key itself for clients that sign; both are empty once it is revoked.
    """

    id: str
    name: str
    scopes: tuple[Scope, ...]
    accounts: tuple[str, ...]
    per_minute: int
    created_by: str
    created_at: datetime
    proof: str
    source_id: str = ""
    sealed: str = ""
    revoked_by: str = ""
    revoked_at: datetime | None = None

    @property
    def active(self) -> bool:
        """Whether its key still opens anything."""
        return self.revoked_at is None and bool(self.proof)

    @property
    def actor(self) -> str:
        """The name it has in the log and on what it posts."""
        return CLIENT + self.id


def proof_of(key: str) -> str:
    """Return what is kept of a key: it has 256 random bits, so a plain SHA-256 can't be guessed back."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def holds(client: Client, key: str) -> bool:
    """Tell whether this is the client's key, in the same time whatever is wrong."""
    return hmac.compare_digest(client.proof, proof_of(key)) and client.active


def signature(secret: str, *, message_id: str, timestamp: str, body: bytes) -> str:
    """Sign a message as the Standard Webhooks specification does: HMAC-SHA-256 over id, time and body.

    ``secret`` is ``whsec_`` and the base64 of the key, ``timestamp`` seconds since 1970 in digits.
    Source: https://www.standardwebhooks.com, section *Verifying signatures*.
    """
    key = b64decode(secret.removeprefix(SECRET_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode("ascii")


def is_signed(secret: str, *, message_id: str, timestamp: str, body: bytes, signatures: str, now: datetime) -> bool:
    """Tell whether one of the signatures (parted by spaces) is right and not older or newer than five minutes."""
    if not message_id or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > len("9999999999"):
        return False
    if abs(now.timestamp() - int(timestamp)) > SIGNED_LATELY.total_seconds():
        return False
    right = signature(secret, message_id=message_id, timestamp=timestamp, body=body).encode()
    return any(hmac.compare_digest(right, given.encode("utf-8", "replace")) for given in signatures.split())


@dataclass(slots=True)
class Rate:
    """How many requests came within the last minute; one per client and process."""

    came: deque[datetime] = field(default_factory=deque)

    def wait(self, now: datetime, *, per_minute: int) -> timedelta:
        """Count a request and return zero, or how long to wait where there were too many."""
        while self.came and (now - self.came[0] >= MINUTE or self.came[0] > now):
            self.came.popleft()
        if len(self.came) >= per_minute:
            return self.came[0] + MINUTE - now
        self.came.append(now)
        return timedelta(0)
