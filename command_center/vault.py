"""Keeps the keys to networks sealed: Fernet (AES-128-CBC with HMAC-SHA-256), the key outside the store.

The first key seals, every key unseals: so a key is changed by putting a new one in front, sealing everything again
(``rotate-keys``) and then dropping the old one.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from command_center.errors import BadInput, CommandCenterError
from command_center.secret_files import keep_secret


class FernetVault:
    """Seals with the keys it is given, or with a file that is made when it is first needed."""

    def __init__(self, *, keys: Sequence[str], file: Path) -> None:
        """Take the keys; raises ``BadInput`` (``vault.not_a_key``) for one that can't seal."""
        self._keys = tuple(keys)
        self._file = file
        if self._keys:
            self._fernet(make=False)

    def seal(self, identity: str, secret: Mapping[str, str]) -> str:
        """Return the secret as text nobody can read without the key; bound to its connection."""
        plain = json.dumps({"id": identity, "secret": dict(secret)}).encode()
        return self._fernet(make=True).encrypt(plain).decode("ascii")

    def unseal(self, identity: str, sealed: str) -> dict[str, str]:
        """Return the secret.

        Raises:
            CommandCenterError: ``vault.wrong_key`` when no key opens it, or it belongs to another connection.
        """
        try:
            opened = json.loads(self._fernet(make=False).decrypt(sealed.encode("ascii")))
        except (InvalidToken, UnicodeEncodeError) as wrong:
            raise CommandCenterError("vault.wrong_key") from wrong
        if opened["id"] != identity:
            raise CommandCenterError("vault.wrong_key")
        return {str(name): str(value) for name, value in opened["secret"].items()}

    def _fernet(self, *, make: bool) -> MultiFernet:
        keys = self._keys or _read(self._file, make=make)
        try:
            return MultiFernet([Fernet(key) for key in keys])
        except ValueError as wrong:
            raise BadInput("vault.not_a_key") from wrong


def new_key() -> str:
    """Return a new key: 32 random bytes, URL-safe base64."""
    return Fernet.generate_key().decode("ascii")


def _read(file: Path, *, make: bool) -> tuple[str, ...]:
    try:
        if make and not file.exists():
            keep_secret(file, (new_key() + "\n").encode("ascii"))
        return tuple(line for line in file.read_text("ascii").split() if line)
    except FileNotFoundError as missing:
        raise CommandCenterError("vault.key_missing", path=str(file)) from missing
    except (OSError, UnicodeDecodeError) as broken:
        raise CommandCenterError("vault.key_unreadable", path=str(file)) from broken
