"""Sign the log's head now and then, and at once when something was done that may not wait.

Story *what was written can't be changed*: ``storage/log_entries.py`` → here → ``depositing/``.
"""

from datetime import timedelta

from command_center.domain.checkpoints import WITHOUT_WAITING, Checkpoint, Head, head_id, is_due, signed
from command_center.domain.merkle import Tree
from command_center.ports import Context, Reading


def last_head(store: Reading) -> Head | None:
    """Return the newest signed head."""
    newest = store.find(Head, order="size", descending=True, limit=1)
    return newest[0] if newest else None


def sign_when_due(ctx: Context) -> Head | None:
    """Sign the head when the interval has passed and the log has grown, or something was done that may not wait."""
    with ctx.store.reading() as store:
        last, tree = last_head(store), store.tree()
        grown = list(store.log(after=last.size if last else 0)) if tree.size > (last.size if last else 0) else []
    if not grown:
        return None
    actions = [entry.action for entry in grown]
    since = ctx.now() - last.made_at if last else timedelta.max
    if not is_due(actions, since=since, interval=ctx.notary.every):
        return None
    return sign_head(ctx, reason=next((each.value for each in actions if each in WITHOUT_WAITING), "interval"))


def sign_head(ctx: Context, *, reason: str) -> Head:
    """Sign the log as it stands now; the same size is signed once."""
    with ctx.store.reading() as store:
        tree = store.tree()
        known = store.get(Head, head_id(tree.size))
        checkpoint = checkpoint_of(ctx, tree)
    if known is not None:
        return known
    note = signed(checkpoint, ctx.notary.signer.key, ctx.notary.signer.sign(checkpoint.text.encode()))
    head = Head(id=head_id(checkpoint.size), size=checkpoint.size, note=note, made_at=ctx.now(), reason=reason)
    with ctx.store.writing() as store:
        if store.get(Head, head.id) is None:
            store.add(head)
    return head


def checkpoint_of(ctx: Context, tree: Tree) -> Checkpoint:
    """Return what is signed about a tree."""
    return Checkpoint(ctx.notary.signer.key.name, tree.size, tree.root)
