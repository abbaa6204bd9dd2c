"""Signs the log's heads with an Ed25519 key that lies outside the store, and checks such signatures.

The file holds the private key as PEM (PKCS 8); it is made when the first head is signed, for its owner only.
"""

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

from command_center.domain.checkpoints import VerifierKey
from command_center.errors import CommandCenterError
from command_center.secret_files import keep_secret


@dataclass(frozen=True, slots=True)
class FileSigner:
    """Signs with the key in ``file``; ``name`` is the log's origin, by which others know it."""

    name: str
    file: Path

    @property
    def key(self) -> VerifierKey:
        """Who signs; makes the key where there is none yet."""
        return VerifierKey(self.name, self._private().public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """Return the signature of a message, 64 bytes.

        Raises:
            CommandCenterError: ``log_key.unreadable``.
        """
        return self._private().sign(message)

    def replace(self) -> VerifierKey:
        """Put a new key in place of the old one, which is kept beside it, and return who signs from now on."""
        number = 1
        while (kept := self.file.with_name(f"{self.file.name}.{number}")).exists():
            number += 1
        self.file.rename(kept)
        return self.key

    def _private(self) -> Ed25519PrivateKey:
        try:
            if not self.file.exists():
                keep_secret(self.file, _new_pem())
            found = load_pem_private_key(self.file.read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as broken:
            raise CommandCenterError("log_key.unreadable", path=str(self.file)) from broken
        if not isinstance(found, Ed25519PrivateKey):
            raise CommandCenterError("log_key.unreadable", path=str(self.file))
        return found


def _new_pem() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Tell whether an Ed25519 signature belongs to the message and the public key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
