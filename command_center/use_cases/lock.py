"""Lock and unlock accounts: one person locks, two unlock.

Story *an account is locked*: here → ``domain/accounts.py`` → the page *What may I say?*.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from command_center.domain.accounts import STRICTNESS, Account, Lock, Posture, effective_posture
from command_center.domain.incidents import Incident
from command_center.domain.people import Act
from command_center.domain.publications import IN_FLIGHT, WAITING, Publication, PublicationState
from command_center.domain.response_log import Action
from command_center.errors import BadInput, Conflict, NotAllowed
from command_center.ports import Reading
from command_center.use_cases.command import Work, command
from command_center.use_cases.two_people import be_second, first_counts
from command_center.use_cases.write_statement import require_reason

REVIEW_AFTER = timedelta(hours=4)


@command(Act.LOCK)
def lock_account(
    work: Work, *, account_id: str, posture: Posture, reason: str, review_after: timedelta = REVIEW_AFTER
) -> str:
    """Raise an account's posture from this moment; returns the lock's id."""
    require_reason(reason)
    if posture is Posture.OPEN:
        raise BadInput("lock.open_is_no_lock")
    account = work.need(Account, account_id)
    return raise_posture(work, account, posture=posture, reason=reason, review_by=work.now + review_after).id


def raise_posture(
    work: Work, account: Account, *, posture: Posture, reason: str, review_by: datetime, incident_id: str = ""
) -> Lock:
    """Lock the account, hold what waits in its queue, and seal it at once when nothing is in flight."""
    lock = Lock(
        id=work.ctx.new_id(),
        account_id=account.id,
        plane=account.plane,
        posture=posture,
        reason=reason,
        locked_by=work.who.id,
        locked_at=work.now,
        review_by=review_by,
        incident_id=incident_id,
    )
    work.store.add(lock)
    held = _hold_waiting(work, account, incident_id)
    flying = work.store.find(Publication, account_id=account.id, state=tuple(IN_FLIGHT))
    work.log(
        Action.ACCOUNT_LOCKED,
        account.id,
        plane=account.plane,
        incident_id=incident_id,
        lock=lock.id,
        posture=posture.value,
        reason=reason,
        review_by=review_by,
        held=held,
        in_flight=len(flying),
    )
    seal_if_quiet(work, account.id)
    return lock


def _hold_waiting(work: Work, account: Account, incident_id: str) -> int:
    waiting = work.store.find(Publication, account_id=account.id, state=tuple(WAITING))
    for publication in waiting:
        work.store.put(replace(publication, state=PublicationState.HELD))
        work.log(
            Action.POST_HELD,
            publication.id,
            plane=publication.plane,
            incident_id=incident_id or publication.incident_id,
            account=account.id,
            was=publication.state.value,
        )
    return len(waiting)


def seal_if_quiet(work: Work, account_id: str) -> None:
    """Mark standing locks as sealed once nothing that started before them is still on its way."""
    if work.store.find(Publication, account_id=account_id, state=tuple(IN_FLIGHT), limit=1):
        return
    for lock in standing_locks(work.store, account_id):
        if lock.sealed_at is None:
            work.store.put(replace(lock, sealed_at=work.now))
            work.log(Action.ACCOUNT_SEALED, account_id, plane=lock.plane, incident_id=lock.incident_id, lock=lock.id)


def standing_locks(store: Reading, account_id: str) -> list[Lock]:
    """Return the account's locks that nobody has lifted."""
    return store.find(Lock, account_id=account_id, lifted_at=None, order="locked_at")


@command(Act.UNLOCK)
def ask_unlock(work: Work, *, lock_id: str, reason: str) -> str:
    """Ask for a lock to be lifted: the first of the two people. Nothing changes yet."""
    require_reason(reason)
    lock = _standing(work, lock_id)
    conflicted = _conflicted(work, lock)
    if work.who.id in conflicted:
        raise NotAllowed("statement.conflict_of_interest")
    if lock.lift_asked_by and first_counts(work, lock.lift_asked_by, Act.UNLOCK, conflicted):
        raise Conflict("lock.lift_asked_before")
    work.store.put(replace(lock, lift_asked_by=work.who.id, lift_asked_at=work.now))
    work.log(
        Action.UNLOCK_ASKED,
        lock.account_id,
        plane=lock.plane,
        incident_id=lock.incident_id,
        lock=lock.id,
        reason=reason,
    )
    return lock.id


@command(Act.UNLOCK)
def confirm_unlock(work: Work, *, lock_id: str) -> str:
    """Lift a lock as the second person; held posts go to quarantine, nothing is sent by itself."""
    lock = _standing(work, lock_id)
    if not lock.lift_asked_by:
        raise Conflict("lock.nobody_asked")
    be_second(work, lock.lift_asked_by, Act.UNLOCK, same="lock.two_people_unlock", conflicted=_conflicted(work, lock))
    lift(work, [lock])
    return lock.id


def _standing(work: Work, lock_id: str) -> Lock:
    lock = work.need(Lock, lock_id)
    if lock.lifted_at is not None:
        raise Conflict("lock.already_lifted")
    return lock


def _conflicted(work: Work, lock: Lock) -> tuple[str, ...]:
    incident = work.store.get(Incident, lock.incident_id) if lock.incident_id else None
    return incident.conflicted if incident else ()


def lift(work: Work, locks: Iterable[Lock]) -> None:
    """Lift locks and send held posts of accounts that are free again to quarantine."""
    accounts = {}
    for lock in locks:
        work.store.put(replace(lock, lifted_at=work.now, lifted_by=work.who.id))
        work.log(Action.ACCOUNT_UNLOCKED, lock.account_id, plane=lock.plane, incident_id=lock.incident_id, lock=lock.id)
        accounts[lock.account_id] = lock.incident_id
    for account_id, incident_id in accounts.items():
        account = work.need(Account, account_id)
        posture = effective_posture(account, standing_locks(work.store, account_id))
        if STRICTNESS[posture] < STRICTNESS[Posture.ONE_VOICE]:
            _quarantine(work, account_id, incident_id)


def _quarantine(work: Work, account_id: str, incident_id: str) -> None:
    for publication in work.store.find(Publication, account_id=account_id, state=PublicationState.HELD):
        work.store.put(replace(publication, state=PublicationState.QUARANTINED))
        work.log(
            Action.POST_QUARANTINED,
            publication.id,
            plane=publication.plane,
            incident_id=incident_id or publication.incident_id,
            account=account_id,
        )
