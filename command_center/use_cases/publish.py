"""Let a text out through the gate: decide and log the intent, send, log the outcome.

Story *somebody posts*: here → ``domain/one_voice.py`` → ``domain/response_log.py``.
Intent and outcome are two transactions with the network call between them and none open around it.
"""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from command_center.domain.accounts import Account, Lock
from command_center.domain.one_voice import Decision, Draft, Reason, decide
from command_center.domain.people import Act, Person, Role
from command_center.domain.publications import IN_FLIGHT, OUT, Publication, PublicationState
from command_center.domain.response_log import Action
from command_center.errors import BadInput, Conflict, NotAllowed
from command_center.networks import Message
from command_center.ports import Caller, Context
from command_center.use_cases.ask_gate import MAX_DRAFT, house_of
from command_center.use_cases.command import Work, command, housework, need, system_person, who_is_meant
from command_center.use_cases.lock import seal_if_quiet
from command_center.use_cases.triage import mark_answered

OUTCOME_EXPECTED = timedelta(minutes=30)


def publish(
    ctx: Context,
    caller: Caller,
    *,
    account_id: str,
    text: str,
    reply_to: str = "",
    due_at: datetime | None = None,
) -> Publication:
    """Ask the gate and, if it allows, send at once (or queue until ``due_at``); returns what became of it."""
    identity = ask_to_publish(ctx, caller, account_id=account_id, text=text, reply_to=reply_to, due_at=due_at)
    return carry_out(ctx, identity)


@command(Act.PUBLISH)
def ask_to_publish(work: Work, *, account_id: str, text: str, reply_to: str, due_at: datetime | None) -> str:
    """Decide on a text and record the intent, the refusal or the waiting place; returns the publication's id."""
    if len(text) > MAX_DRAFT:
        raise BadInput("publication.far_too_long", length=len(text), limit=MAX_DRAFT)
    account = work.need(Account, account_id)
    decision = _ask_gate(work, account, work.who, text, reviewed_by="")
    waits = due_at is not None and due_at > work.now
    state = _first_state(decision, waits=waits)
    publication = Publication(
        id=work.ctx.new_id(),
        plane=account.plane,
        account_id=account.id,
        text=decision.text or text,
        state=state,
        asked_by=work.who.id,
        asked_at=work.now,
        due_at=due_at if waits and due_at is not None else work.now,
        version_id=decision.version_id,
        incident_id=decision.incident_id or _incident_of_lock(work, account),
        reply_to=reply_to,
        reason=decision.reason.value,
        intended_at=work.now if state is PublicationState.INTENDED else None,
        ended_at=work.now if state is PublicationState.REFUSED else None,
        note=decision.detail,
    )
    work.store.add(publication)
    _log(work, _ACTIONS[state], publication, decision=decision)
    return publication.id


_ACTIONS = {
    PublicationState.INTENDED: Action.POST_INTENDED,
    PublicationState.REFUSED: Action.POST_REFUSED,
    PublicationState.QUEUED: Action.POST_QUEUED,
    PublicationState.AWAITING_REVIEW: Action.POST_QUEUED,
}


def _first_state(decision: Decision, *, waits: bool) -> PublicationState:
    if decision.allowed:
        return PublicationState.QUEUED if waits else PublicationState.INTENDED
    if decision.reason is Reason.NEEDS_REVIEW:
        return PublicationState.AWAITING_REVIEW
    return PublicationState.REFUSED


def _ask_gate(work: Work, account: Account, person: Person, text: str, *, reviewed_by: str) -> Decision:
    draft = Draft(text=text, person_id=person.id, reviewed_by=reviewed_by)
    return decide(draft, house_of(work.store, account, person, work.now))


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
        _log(work, Action.POST_DISCARDED, discarded)
        return publication.id
    reviewed = replace(publication, reviewed_by=work.who.id)
    _log(work, Action.POST_REVIEWED, reviewed)
    return intend(work, reviewed).id


def intend(work: Work, publication: Publication) -> Publication:
    """Ask the gate again for a waiting post and record what follows from its answer now."""
    account = work.need(Account, publication.account_id)
    asker = who_is_meant(work.store, publication.asked_by) or system_person(work.now)
    if asker.active:
        decision = _ask_gate(work, account, asker, publication.text, reviewed_by=publication.reviewed_by)
    else:
        decision = _ask_gate(work, replace(account, active=False), asker, publication.text, reviewed_by="")
    state = _first_state(decision, waits=publication.due_at > work.now)
    over = state is PublicationState.REFUSED
    decided = replace(
        publication,
        state=state,
        reason=decision.reason.value,
        version_id=decision.version_id or publication.version_id,
        intended_at=work.now if state is PublicationState.INTENDED else None,
        ended_at=work.now if over else None,
    )
    work.store.put(decided)
    _log(work, _ACTIONS[state], decided, decision=decision)
    return decided


@housework
def intend_due(work: Work, *, publication_id: str) -> str:
    """Take a queued post whose time has come to the gate."""
    publication = work.need(Publication, publication_id)
    if publication.state is PublicationState.QUEUED and publication.due_at <= work.now:
        intend(work, publication)
    return publication_id


def carry_out(ctx: Context, publication_id: str) -> Publication:
    """Send an intended post where the house can send it itself, and record the outcome."""
    with ctx.store.reading() as store:
        publication = need(store, Publication, publication_id)
        account = need(store, Account, publication.account_id)
    publisher = ctx.publishers[account.publisher]
    if publication.state is not PublicationState.INTENDED or publisher.by_hand:
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


@housework
def record_outcome(work: Work, *, publication_id: str, state: str, url: str, note: str) -> str:
    """Record what a network answered to an intended post."""
    publication = work.need(Publication, publication_id)
    return _end(work, publication, PublicationState(state), url=url, note=note).id


@command(Act.PUBLISH)
def record_posted(work: Work, *, publication_id: str, posted: bool, url: str = "", note: str = "") -> str:
    """Record that a post made by hand is out (with its link), or was not made after all."""
    publication = work.need(Publication, publication_id)
    account = work.need(Account, publication.account_id)
    if not work.ctx.publishers[account.publisher].by_hand:
        raise Conflict("publication.not_by_hand")
    if publication.asked_by != work.who.id and not {Role.CRISIS_LEAD, Role.APPROVER}.intersection(work.who.roles):
        raise NotAllowed("publication.somebody_elses")
    if url and not url.startswith(("https://", "http://")):
        raise BadInput("publication.link_not_http", link=url[:200])
    state = PublicationState.SENT if posted else PublicationState.FAILED
    return _end(work, publication, state, url=url.strip(), note=note).id


def _end(work: Work, publication: Publication, state: PublicationState, *, url: str, note: str) -> Publication:
    if publication.state not in IN_FLIGHT:
        raise Conflict("publication.not_in_flight", state=publication.state.value)
    ended = replace(publication, state=state, url=url, note=note, ended_at=work.now)
    work.store.put(ended)
    action = {
        PublicationState.SENT: Action.POST_SENT,
        PublicationState.VERIFIED: Action.POST_SENT,
        PublicationState.FAILED: Action.POST_FAILED,
    }.get(state, Action.POST_UNKNOWN)
    _log(work, action, ended, url=url, note=note)
    if ended.reply_to and state in OUT:
        mark_answered(work, ended)
    seal_if_quiet(work, ended.account_id)
    return ended


@housework
def give_up_waiting(work: Work, *, publication_id: str) -> str:
    """Say honestly that nobody told us what became of an intended post; its outcome can still be recorded."""
    publication = work.need(Publication, publication_id)
    if publication.state is PublicationState.INTENDED:
        unknown = replace(publication, state=PublicationState.UNKNOWN)
        work.store.put(unknown)
        _log(work, Action.POST_UNKNOWN, unknown)
    return publication_id


def look_after_intended(ctx: Context) -> int:
    """Turn intents without an outcome into visible unknowns, never into a second attempt; returns how many."""
    with ctx.store.reading() as store:
        intended = store.find(Publication, state=PublicationState.INTENDED)
    late = [item for item in intended if item.intended_at and ctx.now() - item.intended_at > OUTCOME_EXPECTED]
    for publication in late:
        give_up_waiting(ctx, f"{publication.id}:unknown", publication_id=publication.id)
    return len(late)


def run_queue(ctx: Context) -> int:
    """Take every queued post whose time has come through the gate; returns how many there were."""
    now = ctx.now()
    with ctx.store.reading() as store:
        queued = store.find(Publication, state=PublicationState.QUEUED, order="due_at")
    due = [publication for publication in queued if publication.due_at <= now]
    for publication in due:
        # The due time is part of the id, so that a post released again gets its own turn.
        intend_due(ctx, f"{publication.id}:due:{publication.due_at.isoformat()}", publication_id=publication.id)
        carry_out(ctx, publication.id)
    return len(due)


def _log(
    work: Work, action: Action, publication: Publication, *, decision: Decision | None = None, **details: object
) -> None:
    work.log(
        action,
        publication.id,
        plane=publication.plane,
        incident_id=publication.incident_id,
        account=publication.account_id,
        statement_version=publication.version_id,
        reply_to=publication.reply_to,
        text_hash=hashlib.sha256(publication.text.encode("utf-8", "replace")).hexdigest(),
        **({"reason": decision.reason.value, "posture": decision.posture.value} if decision else {}),
        **({"why": decision.detail} if decision and decision.detail else {}),
        **details,
    )
