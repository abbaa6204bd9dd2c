"""Lock what comes late: an account added or changed while a crisis or safe mode covers it is locked in the same step.

Otherwise the way around a lock would be a new account, or an old one with other tags.
"""

from command_center.domain.accounts import SAFE_MODE, Account, Lock, Posture, in_scope
from command_center.domain.incidents import Incident, IncidentState
from command_center.domain.mentions import Plane
from command_center.use_cases.command import Work
from command_center.use_cases.lock import raise_posture
from command_center.use_cases.safe_mode import REVIEW_AFTER, safe_mode


def lock_late(work: Work, account: Account) -> None:
    """Give an account that is just stored the locks it would have, had it been there before; none of them twice."""
    if not account.active:
        return
    known = work.store.find(Lock, account_id=account.id, order="locked_at")
    held = any(lock.reason == SAFE_MODE and lock.lifted_at is None for lock in known)
    if account.plane is Plane.REAL and not held and safe_mode(work.store) is not None:
        raise_posture(work, account, posture=Posture.HOLD, reason=SAFE_MODE, review_by=work.now + REVIEW_AFTER)
    # Where two people have lifted an incident's lock from this account already, it stays lifted.
    locked_in = {lock.incident_id for lock in known}
    for incident in work.store.find(Incident, plane=account.plane, order="opened_at"):
        if incident.state is not IncidentState.CLOSED and incident.id not in locked_in:
            _lock_for(work, account, incident)


def _lock_for(work: Work, account: Account, incident: Incident) -> None:
    lock = work.ctx.plan_from_snapshot(incident.plan).lock
    if not in_scope(account, tags=lock.account_tags, excluded=lock.exclude_tags, plane=incident.plane):
        return
    others = work.store.find(Lock, incident_id=incident.id, order="locked_at", limit=1)
    raise_posture(
        work,
        account,
        posture=Posture(lock.posture),
        reason=others[0].reason if others else incident.title,
        review_by=work.now + lock.review_by,
        incident_id=incident.id,
    )
