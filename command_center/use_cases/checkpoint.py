"""Sign the log's head now and then, and at once when something was done that may not wait.

Story *what was written can't be changed*: ``storage/log_entries.py`` → here → ``depositing/``.
"""

from datetime import timedelta

from command_center.domain.checkpoints import WITHOUT_WAITING, Checkpoint, Head, head_id, is_due, signed
from command_center.domain.four_eyes import Matter
from command_center.domain.merkle import Tree
from command_center.domain.people import Act
from command_center.domain.response_log import Action
from command_center.notary import Signer
from command_center.ports import Caller, Context, Reading
from command_center.use_cases.command import Work, command
from command_center.use_cases.proposing import at_the_machine, done_alone


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
        head = known or head_of(ctx, tree, reason, ctx.notary.signer)
    if known is None:
        with ctx.store.writing() as writing:
            if writing.get(Head, head.id) is None:
                writing.add(head)
    return head


def head_of(ctx: Context, tree: Tree, reason: str, *signers: Signer) -> Head:
    """Return the signed head of a tree."""
    checkpoint = Checkpoint(signers[-1].key.name, tree.size, tree.root)
    note = signed(checkpoint, *((signer.key, signer.sign(checkpoint.text.encode())) for signer in signers))
    return Head(id=head_id(tree.size), size=tree.size, note=note, made_at=ctx.now(), reason=reason)


def rotate_log_key(ctx: Context, caller: Caller, *, lost: bool) -> str:
    """Sign with a new key from now on, and return it; the change is an entry, vouched for by a head signed by both.

    A ``lost`` key vouches for nothing any more: then only people can confirm the new one to each other.
    Raises ``CommandCenterError`` ("log_key.…").
    """
    new = str(_name_new_key(ctx, caller, lost=lost))
    ctx.notary.signer.replace()
    return new


@command(Act.WRITE_ACCOUNT)
def _name_new_key(work: Work, *, lost: bool) -> str:
    at_the_machine(work)
    old = work.ctx.notary.signer
    new = old.successor()
    before = str(old.keys[-1] if old.keys else "") if lost else str(old.key)
    work.log(Action.LOG_KEY_ROTATED, "log", old=before, new=str(new.key), lost=lost)
    done_alone(
        work, Matter.LOG_KEY, "log", title=str(new.key), content={"old": before, "new": str(new.key), "lost": lost}
    )
    signers = (new,) if lost else (old, new)
    work.store.add(head_of(work.ctx, work.store.tree(), Action.LOG_KEY_ROTATED.value, *signers))
    return str(new.key)
