"""Signs the log's heads with an Ed25519 key that lies outside the store, and checks such signatures.

The file holds the private key as PEM (PKCS 8); it is made when the first head is signed, for its owner only.
"""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from command_center.domain.checkpoints import VerifierKey, read_key
from command_center.errors import BadInput, CommandCenterError
from command_center.secret_files import keep_secret


@dataclass(frozen=True, slots=True)
class FileSigner:
    """Signs with the key in ``file``; ``name`` is the log's origin, by which others know it.

    ``<file>.pub`` holds the verifier key of every key there ever was, one a line: it may be shown to anybody, and
    where it is, a missing key is a loss and never silently replaced.
    """

    name: str
    file: Path

    @property
    def key(self) -> VerifierKey:
        """Who signs; makes the key where there never was one."""
        return VerifierKey(self.name, self._private().public_key().public_bytes_raw())

    @property
    def keys(self) -> tuple[VerifierKey, ...]:
        """Every key that signed this log, the oldest first; what is unreadable among them is left out."""
        known = list(_keys_in(self.known_file))
        with contextlib.suppress(CommandCenterError):
            known.append(self.key)
        return tuple(dict.fromkeys(known))

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message, 64 bytes.

        Raises:
            CommandCenterError: ``log_key.unreadable`` or ``log_key.lost``.
        """
        return self._private().sign(message)

    def successor(self) -> "FileSigner":
        """Return who signs next, with a key that waits beside this one until ``replace``."""
        return FileSigner(self.name, self.file.with_name(self.file.name + ".next"))

    def replace(self) -> None:
        """Let the successor take over; the old key is kept beside it."""
        after, number = self.successor(), 1
        if not after.file.exists():
            return  # it has taken over already
        while (kept := self.file.with_name(f"{self.file.name}.{number}")).exists():
            number += 1
        try:
            if self.file.exists():
                os.link(self.file, kept)
            after.file.replace(self.file)
            after.known_file.unlink(missing_ok=True)
            self._note_key(self.key)
        except OSError as broken:
            raise CommandCenterError("log_key.unreadable", path=str(self.file)) from broken

    @property
    def known_file(self) -> Path:
        """Where every key there ever was is listed, for anybody to read."""
        return self.file.with_name(self.file.name + ".pub")

    def _note_key(self, key: VerifierKey) -> None:
        if key not in _keys_in(self.known_file):
            with self.known_file.open("a", encoding="utf-8") as out:
                out.write(f"{key}\n")

    def _private(self) -> Ed25519PrivateKey:
        try:
            if not self.file.exists():
                self._make()
            found = load_pem_private_key(self.file.read_bytes(), password=None)
            if isinstance(found, Ed25519PrivateKey) and not self.known_file.exists():
                self._note_key(VerifierKey(self.name, found.public_key().public_bytes_raw()))
        except (OSError, ValueError, TypeError) as broken:
            raise CommandCenterError("log_key.unreadable", path=str(self.file)) from broken
        if not isinstance(found, Ed25519PrivateKey):
            raise CommandCenterError("log_key.unreadable", path=str(self.file))
        return found

    def _make(self) -> None:
        if self.known_file.exists():
            raise CommandCenterError("log_key.lost", path=str(self.file))
        keep_secret(self.file, _new_pem())


def _keys_in(file: Path) -> tuple[VerifierKey, ...]:
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return ()
    found = []
    for line in lines:
        with contextlib.suppress(BadInput):
            found.append(read_key(line))
    return tuple(found)


def _new_pem() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether an Ed25519 signature belongs to the message and the public key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
