"""Note what is erased at somebody's wish, so that it stays erased after a restore.

Continues in ``use_cases/erase_again.py``.
"""

from collections.abc import Sequence

from command_center.domain.erasures import Erased, Erasure
from command_center.ports import Reading
from command_center.use_cases.command import Work


def note_erasure(work: Work, kind: Erased, subjects: Sequence[str], fields: Sequence[str] = ()) -> None:
    """Note in this transaction what it erases."""
    if not subjects:
        return
    made = Erasure(
        id=work.ctx.new_id(),
        number=next_number(work.store),
        kind=kind,
        subjects=tuple(subjects),
        fields=tuple(fields),
        at=work.now,
    )
    work.store.add(made)


def next_number(store: Reading) -> int:
    """Return the place of the next erasure in the store's own list."""
    newest = store.find(Erasure, order="number", descending=True, limit=1)
    return newest[0].number + 1 if newest else 1
