"""Let a text out through the gate: decide and log, then send, or leave it to the worker where a network is behind it.

Story *somebody posts*: here → ``domain/one_voice.py`` → ``domain/response_log.py``; to networks ``use_cases/send.py``.
Intent and outcome are two transactions with the network call between them and none open around it.
"""

from dataclasses import replace
from datetime import datetime

from command_center.domain.accounts import Account, Lock
from command_center.domain.one_voice import Decision, Draft, Reason
from command_center.domain.people import Act, Person
from command_center.domain.publications import Publication, PublicationState
from command_center.domain.response_log import Action
from command_center.errors import BadInput, CommandCenterError, Conflict, NotAllowed
from command_center.networks import Message
from command_center.ports import Caller, Context
from command_center.use_cases.ask_gate import MAX_DRAFT, ask
from command_center.use_cases.command import Work, command, housework, need, system_person, who_is_meant
from command_center.use_cases.outcome import by_worker, log_publication, record_outcome


def publish(
    ctx: Context,
    caller: Caller,
    *,
    account_id: str,
    text: str,
    reply_to: str = "",
    due_at: datetime | None = None,
) -> Publication:
    """Ask the gate and, if it allows, send at once, or queue until ``due_at`` or for the worker; returns what became.

    The keys to networks are in the worker's process: nothing else talks to them.
    """
    identity = ask_to_publish(ctx, caller, account_id=account_id, text=text, reply_to=reply_to, due_at=due_at)
    return carry_out(ctx, identity)


def publish_to_several(
    ctx: Context, caller: Caller, *, account_ids: tuple[str, ...], text: str
) -> dict[str, Publication | CommandCenterError]:
    """Publish one text through several accounts; each has its own outcome, by the account's id."""
    found: dict[str, Publication | CommandCenterError] = {}
    for account_id in dict.fromkeys(account_ids):
        wish = Caller(caller.person_id, f"{caller.request_id}:{account_id}")
        try:
            found[account_id] = publish(ctx, wish, account_id=account_id, text=text)
        except CommandCenterError as trouble:
            found[account_id] = trouble
    return found


@command(Act.PUBLISH)
def ask_to_publish(work: Work, *, account_id: str, text: str, reply_to: str, due_at: datetime | None) -> str:
    """Decide on a text and record the intent, the refusal or the waiting place; returns the publication's id."""
    if len(text) > MAX_DRAFT:
        raise BadInput("publication.far_too_long", length=len(text), limit=MAX_DRAFT)
    account = work.need(Account, account_id)
    decision = _ask_gate(work, account, work.who, text, reviewed_by="")
    due = max(due_at or work.now, work.now)
    state = first_state(decision, waits=due > work.now or by_worker(work.ctx, account))
    publication = Publication(
        id=work.ctx.new_id(),
        plane=account.plane,
        account_id=account.id,
        text=decision.text or text,
        state=state,
        asked_by=work.who.id,
        asked_at=work.now,
        due_at=due,
        version_id=decision.version_id,
        incident_id=decision.incident_id or _incident_of_lock(work, account),
        reply_to=reply_to,
        reason=decision.reason.value,
        intended_at=work.now if state is PublicationState.INTENDED else None,
        ended_at=work.now if state is PublicationState.REFUSED else None,
        note=decision.detail,
    )
    work.store.add(publication)
    log_publication(work, _ACTIONS[state], publication, decision=decision)
    return publication.id


_ACTIONS = {
    PublicationState.INTENDED: Action.POST_INTENDED,
    PublicationState.REFUSED: Action.POST_REFUSED,
    PublicationState.QUEUED: Action.POST_QUEUED,
    PublicationState.AWAITING_REVIEW: Action.POST_QUEUED,
}


def first_state(decision: Decision, *, waits: bool) -> PublicationState:
    """Return where the gate's answer puts a post that waits for its time or the worker, or may go at once."""
    if decision.allowed:
        return PublicationState.QUEUED if waits else PublicationState.INTENDED
    if decision.reason is Reason.NEEDS_REVIEW:
        return PublicationState.AWAITING_REVIEW
    return PublicationState.REFUSED


def _ask_gate(work: Work, account: Account, person: Person, text: str, *, reviewed_by: str) -> Decision:
    draft = Draft(text=text, person_id=person.id, reviewed_by=reviewed_by)
    return ask(work.store, draft, account, person, work.now)


def _incident_of_lock(work: Work, account: Account) -> str:
    locks = work.store.find(Lock, account_id=account.id, lifted_at=None, order="locked_at", descending=True)
    return next((lock.incident_id for lock in locks if lock.incident_id), "")


@command(Act.REVIEW_POST)
def review_post(work: Work, *, publication_id: str, agree: bool) -> str:
    """Decide as the second person on a post that waits for review; returns the publication's id."""
    publication = work.need(Publication, publication_id)
    if publication.state is not PublicationState.AWAITING_REVIEW:
        raise Conflict("publication.not_awaiting_review", state=publication.state.value)
    if publication.asked_by == work.who.id:
        raise NotAllowed("publication.second_person_needed")
    if not agree:
        discarded = replace(publication, state=PublicationState.DISCARDED, ended_at=work.now)
        work.store.put(discarded)
        log_publication(work, Action.POST_DISCARDED, discarded)
        return publication.id
    reviewed = replace(publication, reviewed_by=work.who.id)
    log_publication(work, Action.POST_REVIEWED, reviewed)
    return intend(work, reviewed).id


def ask_again(work: Work, publication: Publication) -> Decision:
    """Ask the gate about a post that waits, as things stand now; one of somebody who has left is refused."""
    account = work.need(Account, publication.account_id)
    asker = who_is_meant(work.store, publication.asked_by) or system_person(work.now)
    if asker.active:
        return _ask_gate(work, account, asker, publication.text, reviewed_by=publication.reviewed_by)
    return _ask_gate(work, replace(account, active=False), asker, publication.text, reviewed_by="")


def intend(work: Work, publication: Publication) -> Publication:
    """Ask the gate again for a waiting post and record what follows from its answer now."""
    account = work.need(Account, publication.account_id)
    decision = ask_again(work, publication)
    state = first_state(decision, waits=publication.due_at > work.now or by_worker(work.ctx, account))
    over = state is PublicationState.REFUSED
    decided = replace(
        publication,
        state=state,
        text=decision.text or publication.text,
        reason=decision.reason.value,
        note=decision.detail,
        version_id=decision.version_id or publication.version_id,
        intended_at=work.now if state is PublicationState.INTENDED else None,
        ended_at=work.now if over else None,
    )
    work.store.put(decided)
    log_publication(work, _ACTIONS[state], decided, decision=decision)
    return decided


@housework
def intend_due(work: Work, *, publication_id: str) -> str:
    """Take a queued post whose time has come to the gate."""
    publication = work.need(Publication, publication_id)
    if publication.state is PublicationState.QUEUED and publication.due_at <= work.now:
        intend(work, publication)
    return publication_id


def carry_out(ctx: Context, publication_id: str) -> Publication:
    """Send an intended post where the house can send it itself without a network, and record the outcome."""
    with ctx.store.reading() as store:
        publication = need(store, Publication, publication_id)
        account = need(store, Account, publication.account_id)
    publisher = ctx.publishers.get(account.publisher)
    if publication.state is not PublicationState.INTENDED or publisher is None or publisher.by_hand:
        return publication
    if by_worker(ctx, account):
        return publication
    message = Message(key=publication.id, parts=(publication.text,), at=ctx.now())
    outcome = publisher.publish(account, message, None)
    record_outcome(
        ctx,
        f"{publication.id}:outcome",
        publication_id=publication.id,
        state=outcome.state,
        url=outcome.url,
        note=outcome.note,
    )
    with ctx.store.reading() as store:
        return need(store, Publication, publication_id)


def run_queue(ctx: Context) -> int:
    """Take queued posts whose time has come through the gate, but for networks; returns how many there were."""
    now = ctx.now()
    with ctx.store.reading() as store:
        queued = store.find(Publication, state=PublicationState.QUEUED, order="due_at")
        accounts = {account.id: account for account in store.find(Account)} if queued else {}
    due = [item for item in queued if item.due_at <= now and not by_worker(ctx, accounts[item.account_id])]
    for publication in due:
        # The due time is part of the id, so that a post released again gets its own turn.
        intend_due(ctx, f"{publication.id}:due:{publication.due_at.isoformat()}", publication_id=publication.id)
        carry_out(ctx, publication.id)
    return len(due)
