"""Take a post down from one of our accounts: a person wishes it, the worker deletes, the outcome is recorded."""

from dataclasses import replace
from typing import Final

from command_center.domain.accounts import STRICTNESS, Account, Posture, effective_posture
from command_center.domain.backoff import next_attempt
from command_center.domain.notes import note_of
from command_center.domain.off_voice import OffVoice, OffVoiceState
from command_center.domain.people import Act, Person
from command_center.domain.publications import OUT, Publication
from command_center.domain.removals import Removal, RemovalState
from command_center.domain.response_log import Action
from command_center.errors import CommandCenterError, Conflict, NotAllowed
from command_center.ports import Context, Reading
from command_center.use_cases.ask_gate import may_use_every_account
from command_center.use_cases.command import Work, command, housework, need
from command_center.use_cases.keys import way_out
from command_center.use_cases.leftovers import settle_taken_down
from command_center.use_cases.lock import standing_locks
from command_center.use_cases.write_statement import require_reason

MOST_TRIES: Final = 8
# The network will say the same again, whoever asks how often.
_FINAL: Final = frozenset({"network.refused", "network.signed_out"})


@command(Act.PUBLISH)
def ask_take_down(work: Work, *, publication_id: str, reason: str) -> str:
    """Ask for one of our published posts to be deleted on its network; returns the removal's id."""
    require_reason(reason)
    publication = work.need(Publication, publication_id)
    account = work.need(Account, publication.account_id)
    if publication.state not in OUT or publication.taken_down_at is not None:
        raise Conflict("take_down.not_out")
    if account.publisher not in work.ctx.networks or not publication.native_ids:
        raise Conflict("take_down.by_hand")
    if not may_take_down(work.store, work.who, account):
        raise NotAllowed("take_down.not_yours")
    refuse_twice(work, publication_id=publication.id)
    removal = Removal(
        id=work.ctx.new_id(),
        plane=publication.plane,
        account_id=account.id,
        native_ids=publication.native_ids,
        asked_by=work.who.id,
        asked_at=work.now,
        reason=reason.strip(),
        publication_id=publication.id,
        incident_id=publication.incident_id,
    )
    return begin_removal(work, removal)


def begin_removal(work: Work, removal: Removal) -> str:
    """Record the wish, logged; the worker does the rest."""
    work.store.add(removal)
    log_removal(work, Action.TAKE_DOWN_ASKED, removal, reason=removal.reason)
    return removal.id


def refuse_twice(work: Work, *, publication_id: str = "", off_voice_id: str = "") -> None:
    """Refuse a second wish while the first is on its way; raises ``Conflict``."""
    asked = RemovalState.ASKED
    if work.store.find(Removal, state=asked, publication_id=publication_id, off_voice_id=off_voice_id, limit=1):
        raise Conflict("take_down.asked_before")


def may_take_down(store: Reading, person: Person, account: Account) -> bool:
    """Tell whether somebody may delete what we said there: under a lock that, too, is a statement of the house."""
    if may_use_every_account(person):
        return True
    posture = effective_posture(account, standing_locks(store, account.id))
    return person.id in account.co_managers and STRICTNESS[posture] < STRICTNESS[Posture.ONE_VOICE]


def carry_out_removals(ctx: Context) -> int:
    """Delete what people asked to be taken down; returns how many were tried."""
    now = ctx.now()
    with ctx.store.reading() as store:
        asked = store.find(Removal, state=RemovalState.ASKED, order="asked_at")
    due = [removal for removal in asked if removal.next_try_at is None or removal.next_try_at <= now]
    for removal in due:
        begin_delete(ctx, ctx.new_id(), removal_id=removal.id)
        _delete(ctx, removal)
    return len(due)


def _delete(ctx: Context, removal: Removal) -> None:
    with ctx.store.reading() as store:
        account = need(store, Account, removal.account_id)
    try:
        network, access = way_out(ctx, account)
        # The last part first: a thread never stands there with its beginning missing.
        for native_id in reversed(removal.native_ids):
            network.delete(account, native_id, access)
    except CommandCenterError as trouble:
        put_off_removal(ctx, ctx.new_id(), removal_id=removal.id, trouble=trouble)
    else:
        end_removal(ctx, ctx.new_id(), removal_id=removal.id)


@housework
def begin_delete(work: Work, *, removal_id: str) -> str:
    """Take the turn to delete, so that one that breaks off delays no other."""
    removal = work.need(Removal, removal_id)
    if removal.state is RemovalState.ASKED:
        work.store.put(replace(removal, next_try_at=next_attempt(work.now, removal.tries + 1, key=removal.id)))
    return removal_id


@housework
def end_removal(work: Work, *, removal_id: str) -> str:
    """Record that the post is gone."""
    removal = work.need(Removal, removal_id)
    if removal.state is not RemovalState.ASKED:
        return removal_id
    work.store.put(replace(removal, state=RemovalState.DONE, ended_at=work.now, note=""))
    publication = work.store.get(Publication, removal.publication_id) if removal.publication_id else None
    if publication is not None:
        work.store.put(replace(publication, taken_down_at=work.now))
        settle_taken_down(work, publication, removal.asked_by)
    found = work.store.get(OffVoice, removal.off_voice_id) if removal.off_voice_id else None
    if found is not None:
        removed = replace(found, state=OffVoiceState.REMOVED, handled_by=removal.asked_by, handled_at=work.now)
        work.store.put(removed)
    log_removal(work, Action.POST_TAKEN_DOWN, removal, asked_by=removal.asked_by)
    return removal_id


@housework
def put_off_removal(work: Work, *, removal_id: str, trouble: CommandCenterError) -> str:
    """Note what was in the way and when to try again; give up where the network will never agree."""
    removal = work.need(Removal, removal_id)
    if removal.state is not RemovalState.ASKED:
        return removal_id
    tries = removal.tries + 1
    over = trouble.code in _FINAL or tries >= MOST_TRIES
    asked_for = getattr(trouble, "retry_at", None)
    put_off = replace(
        removal,
        tries=tries,
        note=note_of(trouble),
        next_try_at=next_attempt(work.now, tries, key=removal.id, asked_for=asked_for),
        state=RemovalState.FAILED if over else RemovalState.ASKED,
        ended_at=work.now if over else None,
    )
    work.store.put(put_off)
    if over:
        log_removal(work, Action.TAKE_DOWN_FAILED, removal, trouble=trouble.code)
    return removal_id


def log_removal(work: Work, action: Action, removal: Removal, **details: object) -> None:
    """Log a step of a removal under the post it is about."""
    work.log(
        action,
        removal.publication_id or removal.off_voice_id,
        plane=removal.plane,
        incident_id=removal.incident_id,
        account=removal.account_id,
        native_ids=removal.native_ids,
        **details,
    )
