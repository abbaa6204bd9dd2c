"""Check the log: the store's own against its signed heads, those deposited outside, and the keys that sign."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from command_center.domain.checkpoints import Head, VerifierKey, Verify, read_note
from command_center.domain.people import Act
from command_center.domain.proof import Finding, Held, Proof, Verdict, prove
from command_center.domain.verifying import Spread, Verification, verify_lines, verify_rows
from command_center.ports import Context, Reading
from command_center.use_cases.command import looking
from command_center.use_cases.deposit import SIGNING, standings
from command_center.use_cases.safe_mode import accepted_sizes, heads_outside

STORE: Final = "store"


def verify_log(ctx: Context, person_id: str, *, heads: Sequence[Held] = (), keys: Sequence[VerifierKey] = ()) -> Proof:
    """Recompute the store's log and prove it by its own heads, those kept outside and those given.

    The house's keys count, or those given. A place that can't be asked is an open point, and so are heads that two
    people accepted as no longer true.

    Raises ``NotAllowed``, and ``CommandCenterError`` ("log.entry_unreadable", "log_key.unreadable").
    """
    known = keys or ctx.notary.signer.keys
    with looking(ctx, person_id, Act.READ_LOG):
        outside = heads_outside(ctx)
    with looking(ctx, person_id, Act.READ_LOG) as store:
        found = proof_of(store, heads=[*outside, *heads], keys=known, check=ctx.notary.verify)
        return replace(found, findings=(*found.findings, *_left_open(ctx, store, outside)))


def _left_open(ctx: Context, store: Reading, outside: Sequence[Held]) -> Iterator[Finding]:
    asked = {held.source for held in outside}
    for each in standings(ctx, store):
        if each.trouble and each.place != SIGNING and each.place not in asked:
            yield Finding(Verdict.OPEN, "verify.place_silent", {"source": each.place})
    accepted = accepted_sizes(store)
    if accepted:
        yield Finding(Verdict.OPEN, "verify.accepted", {"count": len(accepted), "size": max(accepted)})


def proof_of(store: Reading, *, heads: Sequence[Held], keys: Sequence[VerifierKey], check: Verify) -> Proof:
    """Prove a store's log by the heads it holds and those given."""
    held = [*(Held(STORE, read_note(head.note)) for head in store.find(Head, order="size")), *heads]
    return prove(_whole(store, held), held, keys, check)


def _whole(store: Reading, heads: Iterable[Held]) -> Verification:
    """Walk along the store's log, and see that what is kept beside it (the tree, the head) tells the same."""
    found = verify_rows(store.log_as_written(), sizes={held.size for held in heads})
    if found.reason == "log.columns_changed":
        # A column nobody can read is told as such: reading the entry fails.
        next(store.log(after=found.entries, limit=1))
    if not found.intact:
        return found
    tree = store.tree()
    try:
        kept = (tree.size, tree.root)
    except KeyError:
        kept = (tree.size, b"")
    if kept == (found.entries, found.root):
        return found
    expected, seen = (f"{size} {root.hex()}" for size, root in (kept, (found.entries, found.root)))
    reason = "log.head_differs" if kept[0] != found.entries else "log.tree_differs"
    return replace(found, broken_at=found.entries + 1, reason=reason, expected=expected, found=seen)


def verify_file(
    lines: Iterable[str],
    *,
    heads: Sequence[Held],
    keys: Sequence[VerifierKey],
    check: Verify,
    spread: Spread = map,
) -> Proof:
    """Check an exported log by itself, with nothing but the heads and keys given."""
    found = verify_lines(lines, sizes={held.size for held in heads}, spread=spread)
    return prove(found, heads, keys, check)
