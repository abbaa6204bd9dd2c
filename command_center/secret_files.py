"""Secrets in files of their own, for their owner only."""

import os
from pathlib import Path


def keep_secret(file: Path, secret: bytes) -> None:
    """Write a secret into a new file that only its owner may read; one that is there already stays."""
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return  # another process was quicker
    with os.fdopen(made, "wb") as out:
        out.write(secret)
        out.flush()
        os.fsync(out.fileno())
