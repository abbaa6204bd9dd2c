"""Send what the gate let out to networks, and find out what became of it: the worker's work.

Story *it reaches a network*: here → ``use_cases/attempts.py`` → ``use_cases/tripwire.py``.
The check and the start of sending are one transaction (``begin_attempt``), so that no lock comes between them. What
was tried before is looked for on the network before it is tried again, with the same key; what nobody knows stays a
visible unknown until the network or a person says.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from command_center.domain.accounts import Account
from command_center.domain.mentions import Mention
from command_center.domain.notes import note_of
from command_center.domain.publications import Publication, PublicationState
from command_center.domain.statements import StatementVersion
from command_center.domain.templates import match
from command_center.domain.threads import parts_of
from command_center.errors import CommandCenterError, Conflict
from command_center.networks import Access, Message, Network, Outcome
from command_center.ports import Context
from command_center.use_cases.attempts import (
    begin_attempt,
    begin_look,
    hold_back,
    keep_waiting,
    record_attempt,
    record_found,
    record_missing,
)
from command_center.use_cases.command import need
from command_center.use_cases.keys import way_out
from command_center.use_cases.outcome import by_worker, give_up_waiting

# A network call ends well before this; an attempt without an outcome is then nobody's any more.
ABANDONED: Final = timedelta(seconds=150)
# Servers may show a post late: before this nobody says that it is surely not there.
SETTLED: Final = timedelta(seconds=60)
# Who was asleep for longer between the gate's word and the sending doesn't send on that word.
FRESH: Final = timedelta(seconds=30)


def send_intended(ctx: Context) -> int:
    """Give every post whose turn has come one try or one look; returns how many there were."""
    _give_up_abandoned(ctx)
    turns = _turns(ctx)
    for publication_id in turns:
        take_turn(ctx, publication_id)
    return len(turns)


def _give_up_abandoned(ctx: Context) -> None:
    now = ctx.now()
    with ctx.store.reading() as store:
        intended = store.find(Publication, state=PublicationState.INTENDED)
    for publication in intended:
        begun = publication.intended_at
        if publication.attempts and begun is not None and now - begun > ABANDONED:
            give_up_waiting(ctx, ctx.new_id(), publication_id=publication.id)


def _turns(ctx: Context) -> list[str]:
    with ctx.store.reading() as store:
        found = store.find(Publication, state=(PublicationState.QUEUED, PublicationState.UNKNOWN), order="due_at")
        accounts = {account.id: account for account in store.find(Account)} if found else {}
    now = ctx.now()
    return [item.id for item in found if by_worker(ctx, accounts[item.account_id]) and has_turn(item, now)]


def has_turn(publication: Publication, now: datetime) -> bool:
    """Tell whether a post may be tried or looked for now."""
    waits = publication.next_try_at is not None and publication.next_try_at > now
    if publication.state is PublicationState.UNKNOWN:
        return publication.attempts > 0 and not waits
    return publication.state is PublicationState.QUEUED and publication.due_at <= now and not waits


@dataclass(frozen=True, slots=True, kw_only=True)
class _Errand:
    """One post with everything a network needs to know about it."""

    publication: Publication
    account: Account
    message: Message
    network: Network
    access: Access


def take_turn(ctx: Context, publication_id: str) -> None:
    """Look for a post that was tried before, then try it, then record what the network said."""
    with ctx.store.reading() as store:
        publication = need(store, Publication, publication_id)
        account = need(store, Account, publication.account_id)
    if not has_turn(publication, ctx.now()):
        return
    try:
        network, access = way_out(ctx, account)
        message = _message(ctx, publication, account)
    except CommandCenterError as trouble:
        hold_back(ctx, ctx.new_id(), publication_id=publication.id, note=note_of(trouble), code=trouble.code)
        return
    errand = _Errand(publication=publication, account=account, message=message, network=network, access=access)
    if publication.attempts == 0 or _surely_missing(ctx, errand):
        _try(ctx, errand)


def _surely_missing(ctx: Context, errand: _Errand) -> bool:
    """Ask the network for a post that was tried before; false when it stands there or nobody knows."""
    identity, attempt = errand.publication.id, errand.publication.attempts
    begun = errand.publication.intended_at
    if errand.publication.state is PublicationState.UNKNOWN and begun is not None and ctx.now() - begun < SETTLED:
        keep_waiting(ctx, ctx.new_id(), publication_id=identity, attempt=attempt, note="", until=begun + SETTLED)
        return False
    if not begin_look(ctx, ctx.new_id(), publication_id=identity, attempt=attempt):
        return False
    try:
        found = errand.network.find(errand.account, errand.message, errand.access)
    except CommandCenterError as trouble:
        asked_for = getattr(trouble, "retry_at", None)
        note = note_of(trouble)
        keep_waiting(ctx, ctx.new_id(), publication_id=identity, attempt=attempt, note=note, until=asked_for)
        return False
    if found is not None:
        record_found(ctx, ctx.new_id(), publication_id=identity, attempt=attempt, outcome=found)
        return False
    return record_missing(ctx, ctx.new_id(), publication_id=identity, attempt=attempt) != ""


def _try(ctx: Context, errand: _Errand) -> None:
    identity, started = errand.publication.id, ctx.now()
    begun = begin_attempt(ctx, ctx.new_id(), publication_id=identity, after=errand.publication.attempts)
    if not begun:
        return
    with ctx.store.reading() as store:
        publication = need(store, Publication, identity)
    parts = parts_of(errand.account.network, publication.text)
    message = replace(errand.message, parts=parts, at=publication.attempted_at or errand.message.at)
    if str(publication.attempts) != begun or ctx.now() - started > FRESH:
        return
    try:
        outcome = errand.network.publish(errand.account, message, errand.access)
    except CommandCenterError as trouble:
        # It should have answered; whatever it did, nobody knows.
        outcome = Outcome(state="unknown", note=note_of(trouble), retry_at=getattr(trouble, "retry_at", None))
    record_attempt(ctx, f"{identity}:outcome:{begun}", publication_id=identity, attempt=int(begun), outcome=outcome)


def _message(ctx: Context, publication: Publication, account: Account) -> Message:
    """Make the network's message of a post; raises ``Conflict`` when what it answers is gone."""
    with ctx.store.reading() as store:
        mention = store.mention(publication.reply_to) if publication.reply_to else None
        version = store.get(StatementVersion, publication.version_id) if publication.version_id else None
    if publication.reply_to and mention is None:
        raise Conflict("send.nothing_to_answer")
    return Message(
        key=publication.id,
        parts=parts_of(account.network, publication.text),
        at=publication.attempted_at or ctx.now(),
        reply_to=_reference(mention, account),
        language=_language(version, publication, account),
    )


def _reference(mention: Mention | None, account: Account) -> str:
    return mention.native_id if mention is not None and mention.network == account.network else ""


def _language(version: StatementVersion | None, publication: Publication, account: Account) -> str:
    if version is not None:
        for variant in version.content.variants:
            if match(publication.text, variant.text, version.content.slots) is not None:
                return variant.language
    return account.languages[0] if len(account.languages) == 1 else ""
