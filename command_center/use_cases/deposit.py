"""Leave signed heads at the places outside, again and again until each has them; what fails is kept to be shown.

Story *what was written can't be changed*: ``use_cases/checkpoint.py`` → here → ``use_cases/safe_mode.py``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from command_center.domain.backoff import draw, next_try
from command_center.domain.checkpoints import Head, Note, VerifierKey, is_signed_by, read_note, same_key_named
from command_center.domain.deposits import Deposit, due
from command_center.domain.proof import Held
from command_center.errors import CommandCenterError
from command_center.notary import Depositor
from command_center.ports import Context, Reading, Setting
from command_center.use_cases.checkpoint import last_head, sign_when_due

SIGNING: Final = "signing"
_TROUBLES: Final = "deposits"
_LOOKED_BACK: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a place stands: the newest head it has, and what goes wrong there; ``place`` may be ``signing`` itself."""

    place: str
    last: Deposit | None
    trouble: str = ""
    values: Mapping[str, Any]


def sign_quietly(ctx: Context) -> None:
    """Sign the head when one is due; a key that can't be used is kept as a trouble and stops nothing else."""
    try:
        sign_when_due(ctx)
    except CommandCenterError as error:
        if error.code.startswith("store."):
            raise
        keep_trouble(ctx, SIGNING, error, again=False)
    else:
        clear_trouble(ctx, SIGNING)


def heads_wait(ctx: Context) -> bool:
    """Tell whether any place is due for a head."""
    return any(_due_at(ctx, place, depositor) for place, depositor in ctx.notary.depositors.items())


def deposit_heads(ctx: Context, *, suspicious: bool = False) -> None:
    """Leave the newest head at every place that is due for one; nothing while the log is ``suspicious``."""
    if suspicious:
        return
    for place, depositor in ctx.notary.depositors.items():
        head = _due_at(ctx, place, depositor)
        if head is not None:
            _leave(ctx, place, depositor, head)


def _due_at(ctx: Context, place: str, depositor: Depositor) -> Head | None:
    now = ctx.now()
    with ctx.store.reading() as store:
        newest, last = last_head(store), last_deposit(store, place)
        if newest is None or (last is not None and last.size >= newest.size):
            return None
        again = str(_troubles(store).get(place, {}).get("next_try_at", ""))
        heads = store.find(Head, order="size", descending=True, limit=_LOOKED_BACK)
    if again and now < datetime.fromisoformat(again):
        return None
    return due(heads[::-1], last, now=now, every=depositor.every)


def _leave(ctx: Context, place: str, depositor: Depositor, head: Head) -> None:
    try:
        receipt = depositor.deposit(head)
    except CommandCenterError as error:
        keep_trouble(ctx, place, error)
        return
    made = Deposit(id=f"{place} {head.id}", place=place, head_id=head.id, size=head.size, at=ctx.now(), receipt=receipt)
    with ctx.store.writing() as store:
        store.put(made)
    clear_trouble(ctx, place)


def kept_outside(ctx: Context) -> list[Held]:
    """Return the heads that places outside still have and one of our keys signed; a place that fails has none.

    Where the key that signed the store's own newest head is missing, heads that name it count unchecked: a store put
    back without its key must not pass for a sound one.
    """
    found: list[Held] = []
    with ctx.store.reading() as store:
        newest = last_head(store)
    known = ctx.notary.signer.keys
    own = read_note(newest.note) if newest else None
    lost = own if own and not _signed_by_one(ctx, own, known) else None
    for place, depositor in ctx.notary.depositors.items():
        try:
            notes = depositor.kept()
        except CommandCenterError as error:
            keep_trouble(ctx, place, error)
            continue
        found.extend(
            Held(place, note)
            for note in notes
            if _signed_by_one(ctx, note, known) or (lost is not None and same_key_named(note, lost))
        )
    return found


def _signed_by_one(ctx: Context, note: Note, keys: Sequence[VerifierKey]) -> bool:
    return any(is_signed_by(note, key, ctx.notary.verify) for key in keys)


def last_deposit(store: Reading, place: str) -> Deposit | None:
    """Return the newest head a place has taken."""
    found = store.find(Deposit, place=place, order="size", descending=True, limit=1)
    return found[0] if found else None


def standings(ctx: Context, store: Reading) -> Sequence[Standing]:
    """Return how signing and every place stands."""
    troubles = _troubles(store)
    return [
        Standing(
            place=place,
            last=last_deposit(store, place),
            trouble=str(troubles.get(place, {}).get("code", "")),
            values=troubles.get(place, {}).get("values", {}),
        )
        for place in (SIGNING, *ctx.notary.depositors, *_erasures(ctx, troubles))
    ]


def _erasures(ctx: Context, troubles: Mapping[str, Any]) -> tuple[str, ...]:
    """The list of erasures is no place for heads: it is shown only while something is wrong with it."""
    place = ctx.erasures.place if ctx.erasures else ""
    return (place,) if place in troubles else ()


def _troubles(store: Reading) -> dict[str, Any]:
    setting = store.get(Setting, _TROUBLES)
    return setting.value if setting else {}


def keep_trouble(ctx: Context, place: str, error: CommandCenterError, *, again: bool = True) -> None:
    """Keep what goes wrong at a place; where it isn't written down ``again``, the same trouble is kept once."""
    now = ctx.now()
    with ctx.store.writing() as store:
        troubles = _troubles(store)
        before = troubles.get(place, {})
        values = {name: str(value) for name, value in error.values.items()}
        if not again and (before.get("code"), before.get("values")) == (error.code, values):
            return  # it is tried every second; once is enough to be shown
        failures = int(before.get("failures", 0)) + 1
        at = next_try(now, failures, error.code, chance=draw(), retry_at=None)
        told = {"code": error.code, "values": values, "failures": failures, "next_try_at": at.isoformat()}
        store.put(Setting(id=_TROUBLES, value={**troubles, place: told}))


def clear_trouble(ctx: Context, place: str) -> None:
    """Forget the trouble of a place that is well again."""
    with ctx.store.reading() as store:
        if place not in _troubles(store):
            return
    with ctx.store.writing() as store:
        left = {name: told for name, told in _troubles(store).items() if name != place}
        store.put(Setting(id=_TROUBLES, value=left))
