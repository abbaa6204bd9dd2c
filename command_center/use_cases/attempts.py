"""The steps of one attempt to send to a network, each its own transaction; ``use_cases/send.py`` takes them in turn.

Story *it reaches a network*: ``use_cases/send.py`` → here → ``use_cases/tripwire.py``.
"""

from dataclasses import replace
from datetime import datetime
from typing import Final

from command_center.domain.backoff import next_attempt
from command_center.domain.one_voice import Decision, Reason
from command_center.domain.publications import BY_NETWORK, IN_FLIGHT, OUT, Publication, PublicationState
from command_center.domain.response_log import Action
from command_center.networks import Outcome
from command_center.use_cases.command import Work, housework
from command_center.use_cases.lock import seal_if_quiet, standing_locks
from command_center.use_cases.outcome import end, log_publication
from command_center.use_cases.publish import ask_again, first_state

MOST_ATTEMPTS: Final = 6
# The gate's answers that only a lock brings about: such a post is held, not thrown away.
_BY_LOCK: Final = frozenset({Reason.ON_HOLD, Reason.NOT_APPROVED, Reason.DISGUISED})
_LOOKED_FOR: Final = frozenset({PublicationState.QUEUED, PublicationState.UNKNOWN})


@housework
def begin_attempt(work: Work, *, publication_id: str, after: int) -> str:
    """Ask the gate once more and, if it allows, mark the attempt as begun in this very transaction.

    ``after`` is how many attempts whoever asks knows of. Returns the attempt's number, empty when none began.
    """
    publication = work.need(Publication, publication_id)
    waits = publication.next_try_at is not None and publication.next_try_at > work.now
    if publication.state is not PublicationState.QUEUED or publication.attempts != after or waits:
        return ""
    decision = ask_again(work, publication)
    if not decision.allowed:
        _stop(work, publication, decision)
        return ""
    begun = replace(
        publication,
        state=PublicationState.INTENDED,
        text=publication.text if publication.attempts else decision.text or publication.text,
        reason=decision.reason.value,
        version_id=decision.version_id or publication.version_id,
        attempts=publication.attempts + 1,
        attempted_at=publication.attempted_at or work.now,
        intended_at=work.now,
        next_try_at=None,
        note="",
    )
    work.store.put(begun)
    log_publication(work, Action.POST_INTENDED, begun, decision=decision, attempt=begun.attempts)
    return str(begun.attempts)


def _stop(work: Work, publication: Publication, decision: Decision) -> None:
    """Put a post where the gate's *no* puts it: held under a lock, else refused or before a second person."""
    locked = decision.reason in _BY_LOCK and bool(standing_locks(work.store, publication.account_id))
    state = PublicationState.HELD if locked else first_state(decision, waits=True)
    over = state is PublicationState.REFUSED
    stopped = replace(
        publication,
        state=state,
        reason=decision.reason.value,
        note=decision.detail,
        next_try_at=None,
        ended_at=work.now if over else None,
    )
    work.store.put(stopped)
    action = Action.POST_HELD if locked else Action.POST_REFUSED if over else Action.POST_QUEUED
    log_publication(work, action, stopped, decision=decision, was=publication.state.value)
    seal_if_quiet(work, publication.account_id)


@housework
def hold_back(work: Work, *, publication_id: str, code: str, note: str) -> str:
    """Hold a post that can't be sent for want of a key or of what it answers; one that may be out stays unknown."""
    publication = work.need(Publication, publication_id)
    if publication.state is PublicationState.UNKNOWN:
        return _wait_longer(work, publication, note, None)
    if publication.state is PublicationState.QUEUED:
        held = replace(publication, state=PublicationState.HELD, reason=code, note=note, next_try_at=None)
        work.store.put(held)
        log_publication(work, Action.POST_HELD, held, was=publication.state.value, trouble=code)
    return publication_id


@housework
def record_attempt(work: Work, *, publication_id: str, attempt: int, outcome: Outcome) -> str:
    """Record what the network answered to an attempt; a late *it is out* always counts."""
    publication = work.need(Publication, publication_id)
    state = PublicationState(outcome.state)
    if state in OUT and publication.state not in OUT:
        return _out(work, publication, outcome)
    if publication.attempts != attempt or publication.state not in IN_FLIGHT:
        return publication_id
    if state is PublicationState.REFUSED:
        return end(work, publication, state, note=outcome.note, reason=BY_NETWORK).id
    if state is PublicationState.FAILED:
        return _again_later(work, publication, outcome)
    unknown = replace(
        publication,
        state=PublicationState.UNKNOWN,
        note=outcome.note,
        native_ids=outcome.native_ids or publication.native_ids,
        next_try_at=next_attempt(work.now, 1, key=publication.id, asked_for=outcome.retry_at),
    )
    work.store.put(unknown)
    if publication.state is not PublicationState.UNKNOWN:
        log_publication(work, Action.POST_UNKNOWN, unknown, note=outcome.note, attempt=attempt)
    return publication_id


def _out(work: Work, publication: Publication, outcome: Outcome) -> str:
    state = PublicationState(outcome.state)
    return end(work, publication, state, url=outcome.url, note=outcome.note, native_ids=outcome.native_ids).id


def _again_later(work: Work, publication: Publication, outcome: Outcome) -> str:
    """Surely nothing was posted: put the post back in line if the gate still allows, or give up after many tries."""
    if publication.attempts >= MOST_ATTEMPTS:
        return end(work, publication, PublicationState.FAILED, note=outcome.note).id
    at = next_attempt(work.now, publication.attempts, key=publication.id, asked_for=outcome.retry_at)
    waiting = replace(publication, state=PublicationState.QUEUED, note=outcome.note, next_try_at=at)
    work.store.put(waiting)
    log_publication(work, Action.POST_PUT_OFF, waiting, note=outcome.note, attempt=publication.attempts, next_try_at=at)
    decision = ask_again(work, waiting)
    if decision.allowed:
        seal_if_quiet(work, publication.account_id)
    else:
        _stop(work, waiting, decision)
    return publication.id


@housework
def begin_look(work: Work, *, publication_id: str, attempt: int) -> str:
    """Take the turn to look for a post, so that no second worker does and a look that breaks off delays no other post.

    Returns the id, empty when it is somebody else's turn.
    """
    publication = work.need(Publication, publication_id)
    waits = publication.next_try_at is not None and publication.next_try_at > work.now
    if publication.attempts != attempt or publication.state not in _LOOKED_FOR or waits:
        return ""
    return _wait_longer(work, publication, "", None)


@housework
def keep_waiting(work: Work, *, publication_id: str, attempt: int, note: str, until: datetime | None) -> str:
    """Note that the network could not be asked yet what became of an attempt, and when to ask again."""
    publication = work.need(Publication, publication_id)
    if publication.attempts != attempt or publication.state not in _LOOKED_FOR:
        return publication_id
    return _wait_longer(work, publication, note, until)


def _wait_longer(work: Work, publication: Publication, note: str, until: datetime | None) -> str:
    # Waiting as long again as it has taken so far is doubling, without a number to keep.
    since = publication.intended_at or work.now
    doublings = max(0, int((work.now - since).total_seconds()) // 15).bit_length()
    at = next_attempt(work.now, doublings, key=publication.id, asked_for=until)
    work.store.put(replace(publication, note=note or publication.note, next_try_at=at))
    return publication.id


@housework
def record_found(work: Work, *, publication_id: str, attempt: int, outcome: Outcome) -> str:
    """Record that the post stands on the network, unless what was found is another post of ours with the same words."""
    publication = work.need(Publication, publication_id)
    if publication.attempts != attempt or publication.state not in _LOOKED_FOR:
        return publication_id
    if _is_anothers(work, publication, outcome):
        return _wait_longer(work, publication, '{"code": "send.look_alike"}', None)
    return _out(work, publication, replace(outcome, state=PublicationState.VERIFIED.value))


def _is_anothers(work: Work, publication: Publication, outcome: Outcome) -> bool:
    others = work.store.find(
        Publication, account_id=publication.account_id, state=tuple(OUT), order="asked_at", descending=True, limit=500
    )
    taken = {native_id for other in others if other.id != publication.id for native_id in other.native_ids}
    return bool(taken.intersection(outcome.native_ids))


@housework
def record_missing(work: Work, *, publication_id: str, attempt: int) -> str:
    """Record that an attempt surely left nothing behind; returns the id when it may be tried again."""
    publication = work.need(Publication, publication_id)
    if publication.attempts != attempt or publication.state not in _LOOKED_FOR:
        return ""
    if publication.attempts >= MOST_ATTEMPTS:
        end(work, publication, PublicationState.FAILED, note='{"code": "send.not_there"}')
        return ""
    waiting = replace(publication, state=PublicationState.QUEUED, next_try_at=None)
    work.store.put(waiting)
    if publication.state is PublicationState.UNKNOWN:
        log_publication(work, Action.POST_PUT_OFF, waiting, attempt=attempt, missing=True)
        seal_if_quiet(work, publication.account_id)
    return publication_id
