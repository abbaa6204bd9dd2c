"""A checkpoint: the log's size and root at a moment, signed, in the form tools all over the world can check.

The text is a C2SP ``tlog-checkpoint`` (origin, size, root), the signatures are those of a C2SP ``signed-note`` with
Ed25519 (type 0x01); see https://c2sp.org/tlog-checkpoint and https://c2sp.org/signed-note.
"""

import hashlib
import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from command_center.domain.response_log import Action
from command_center.errors import BadInput

_ED25519: Final = b"\x01"
_HASH_BYTES: Final = 32
_ID_BYTES: Final = 4
_SIGNATURE_BYTES: Final = 64
_LARGEST: Final = 10_000
_SIZE: Final = re.compile(r"0|[1-9]\d{0,18}", re.ASCII)
_NAME: Final = re.compile(r"[^\s+]{1,200}")
_WRITTEN: Final = re.compile(
    r"^\S[^\n]*\n(?:0|[1-9]\d*)\n[A-Za-z0-9+/]{43}=\n(?:[^\n]+\n)*\n(?:— [^\n]+(?:\n|\Z))+", re.MULTILINE | re.ASCII
)

WITHOUT_WAITING: Final = frozenset(
    {
        Action.INCIDENT_ACTIVATED,
        Action.INCIDENT_STOOD_DOWN,
        Action.STATEMENT_VALID,
        Action.STATEMENT_WITHDRAWN,
        Action.ACCOUNT_LOCKED,
        Action.ACCOUNT_UNLOCKED,
    }
)
"""What is proven from the moment it was done, not only at the next interval."""

Verify = Callable[[bytes, bytes, bytes], bool]
"""Tells whether (public key, signature, message) belong together."""


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Who signs: a name and an Ed25519 public key of 32 bytes."""

    name: str
    public: bytes

    @property
    def number(self) -> bytes:
        """The four bytes by which a signature names its key."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        return f"{self.name}+{self.number.hex()}+{b64encode(_ED25519 + self.public).decode('ascii')}"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log at one moment: ``origin`` names the log, ``root`` is the Merkle root of its first ``size`` entries."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode('ascii')}\n"


@dataclass(frozen=True, slots=True)
class Note:
    """A checkpoint as it was written, with its signatures: (name, key number and signature)."""

    checkpoint: Checkpoint
    text: str
    signatures: tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A signed head as the house keeps it; ``id`` is its size in twelve digits, ``note`` the text others check.

    ``reason`` is what it was made for: the interval, or the action that may not wait.
    """

    id: str
    size: int
    note: str
    made_at: datetime
    reason: str


def head_id(size: int) -> str:
    """Return a head's id, which sorts as its size does."""
    return f"{size:012}"


def is_due(actions: Sequence[Action], *, since: timedelta, interval: timedelta) -> bool:
    """Tell whether a head is due, given what was done since the last one and how long ago that was."""
    return any(action in WITHOUT_WAITING for action in actions) or (bool(actions) and since >= interval)


def signed(checkpoint: Checkpoint, *signatures: tuple[VerifierKey, bytes]) -> str:
    """Return the note: the checkpoint, an empty line and a line for each signature."""
    lines = (f"— {key.name} {b64encode(key.number + signature).decode('ascii')}\n" for key, signature in signatures)
    return f"{checkpoint.text}\n{''.join(lines)}"


def read_key(text: str) -> VerifierKey:
    """Read a verifier key (``name+number+key``); raises ``BadInput`` ("checkpoint.not_a_key")."""
    parts = text.strip().split("+", 2)
    try:
        name, number, data = parts
        public = b64decode(data, validate=True)
    except (ValueError, NotBase64) as wrong:
        raise BadInput("checkpoint.not_a_key") from wrong
    key = VerifierKey(name, public[1:])
    usable = public[:1] == _ED25519 and len(key.public) == _HASH_BYTES and _NAME.fullmatch(name)
    if not usable or key.number.hex() != number:
        raise BadInput("checkpoint.not_a_key")
    return key


def read_note(text: str) -> Note:
    """Read a signed checkpoint; raises ``BadInput`` ("checkpoint.unreadable"). Nothing is proven by reading it."""
    body, _, after = text.partition("\n\n")
    lines = body.split("\n")
    if len(text) > _LARGEST or not after or len(lines) < 3 or not _SIZE.fullmatch(lines[1]) or not lines[0]:
        raise BadInput("checkpoint.unreadable")
    root_hash = _decoded(lines[2])
    if len(root_hash) != _HASH_BYTES:
        raise BadInput("checkpoint.unreadable")
    signatures = tuple(_signature(line) for line in after.split("\n") if line)
    return Note(Checkpoint(lines[0], int(lines[1]), root_hash), body + "\n", signatures)


def notes_in(text: str) -> tuple[Note, ...]:
    """Read every signed checkpoint in a text: a file that grew, a saved e-mail; raises as ``read_note`` does."""
    return tuple(read_note(found[0]) for found in _WRITTEN.finditer(text.replace("\r\n", "\n")))


def _signature(line: str) -> tuple[str, bytes]:
    mark, _, rest = line.partition(" ")
    name, _, data = rest.partition(" ")
    if mark != "—" or not name:
        raise BadInput("checkpoint.unreadable")
    return name, _decoded(data)


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (ValueError, NotBase64) as wrong:
        raise BadInput("checkpoint.unreadable") from wrong


def same_key_named(note: Note, other: Note) -> bool:
    """Tell whether two notes name one key as a signer's; without the key nobody knows whether it really signed."""
    keys, others = ({(name, data[:_ID_BYTES]) for name, data in each.signatures} for each in (note, other))
    return bool(keys & others)


def is_signed_by(note: Note, key: VerifierKey, verify: Verify) -> bool:
    """Tell whether this key signed the note; signatures by other keys neither help nor harm."""
    return any(
        name == key.name
        and data[:_ID_BYTES] == key.number
        and len(data) == _ID_BYTES + _SIGNATURE_BYTES
        and verify(key.public, data[_ID_BYTES:], note.text.encode())
        for name, data in note.signatures
    )
