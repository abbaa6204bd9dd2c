"""A file that is there whole or not at all: written under another name, then renamed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from command_center.errors import BadInput, StoreUnavailable


@contextmanager
def fresh(path: Path, taken: str) -> Iterator[Path]:
    """Yield a draft's path and rename it at the end; raises ``BadInput(taken)`` where something is already."""
    _refuse_taken(path, taken)
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    try:
        draft.touch(mode=0o600, exist_ok=False)
    except OSError as error:
        raise StoreUnavailable("store.unreachable", where=str(path), reason=error.strerror or str(error)) from error
    try:
        yield draft
        _to_disk(draft)
        _refuse_taken(path, taken)
        draft.rename(path)
        _to_disk(path.parent)
    finally:
        draft.unlink(missing_ok=True)


def _refuse_taken(path: Path, taken: str) -> None:
    if path.exists():
        raise BadInput(taken, path=str(path))


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
