"""How the log is vouched for: who signs its heads, and where they are deposited outside the store.

The adapters are ``signing.py`` and ``depositing/``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from command_center.domain.checkpoints import Head, Note, VerifierKey, Verify


class Signer(Protocol):
    """Signs with a key that is not in the store."""

    @property
    def key(self) -> VerifierKey:
        """Who signs; raises ``CommandCenterError`` ("log_key.unreadable")."""

    @property
    def keys(self) -> Sequence[VerifierKey]:
        """Every key that signed this log, the oldest first."""

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of a message, 64 bytes; raises ``CommandCenterError``."""

    def successor(self) -> "Signer":
        """Return who signs once ``replace`` was called."""

    def replace(self) -> None:
        """Let the successor take over."""


class Depositor(Protocol):
    """Takes heads to a place this house can't change on its own."""

    @property
    def every(self) -> timedelta:
        """How long the place may go without a new head while nothing happens that may not wait."""

    def deposit(self, head: Head) -> str:
        """Hand a head over and return its receipt; raises ``CommandCenterError`` ("deposit.failed")."""

    def kept(self) -> Sequence[Note]:
        """Return the newest heads as the place has them, none where it can't be asked; raises the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notary:
    """Who vouches for the log; ``every`` is how long a growing log may go unsigned, ``verify`` checks signatures.

    ``depositors`` are named by the place they take heads to, in words that hold no secret.
    """

    signer: Signer
    every: timedelta
    verify: Verify
    depositors: Mapping[str, Depositor] = field(default_factory=dict)
