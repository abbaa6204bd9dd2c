"""Look at held posts one by one after a lock: release one through the gate, or discard it."""

from dataclasses import replace

from command_center.domain.four_eyes import why_not_second
from command_center.domain.incidents import Incident
from command_center.domain.people import Act
from command_center.domain.publications import Publication, PublicationState
from command_center.domain.response_log import Action
from command_center.errors import Conflict, NotAllowed
from command_center.ports import Caller, Context, Reading
from command_center.use_cases.command import Work, command
from command_center.use_cases.lock import standing_locks
from command_center.use_cases.publish import carry_out, intend
from command_center.use_cases.write_statement import require_reason


def release_post(ctx: Context, caller: Caller, *, publication_id: str) -> Publication:
    """Release one quarantined post: it passes the gate as if it were asked for now."""
    return carry_out(ctx, take_out(ctx, caller, publication_id=publication_id))


@command(Act.RELEASE)
def take_out(work: Work, *, publication_id: str) -> str:
    """Take one post out of quarantine, or one held without a lock, to the gate; returns its id.

    Raises ``NotAllowed`` for who asked for the post, and for people its case is about.
    """
    publication = work.need(Publication, publication_id)
    incident = work.store.get(Incident, publication.incident_id) if publication.incident_id else None
    hindrance = why_not_second(publication.asked_by, work.who.id, conflicted=incident.conflicted if incident else ())
    if hindrance:
        own = hindrance == "four_eyes.other_person"
        raise NotAllowed("publication.second_person_needed" if own else hindrance)
    if not may_leave(work.store, publication):
        raise Conflict("publication.not_in_quarantine", state=publication.state.value)
    work.log(Action.POST_RELEASED, publication.id, plane=publication.plane, account=publication.account_id)
    return intend(work, replace(publication, reviewed_by=work.who.id)).id


def may_leave(store: Reading, publication: Publication) -> bool:
    """Tell whether a post may be released: out of quarantine, or held for another reason than a standing lock."""
    if publication.state is PublicationState.HELD:
        return not standing_locks(store, publication.account_id)
    return publication.state is PublicationState.QUARANTINED


@command(Act.RELEASE)
def discard_post(work: Work, *, publication_id: str, reason: str) -> str:
    """Throw a waiting, held or quarantined post away for good, with a reason."""
    require_reason(reason)
    publication = work.need(Publication, publication_id)
    if publication.state not in _DISCARDABLE:
        raise Conflict("publication.cannot_discard", state=publication.state.value)
    work.store.put(replace(publication, state=PublicationState.DISCARDED, ended_at=work.now, note=reason))
    work.log(
        Action.POST_DISCARDED,
        publication.id,
        plane=publication.plane,
        incident_id=publication.incident_id,
        account=publication.account_id,
        reason=reason,
    )
    return publication.id


_DISCARDABLE = {
    PublicationState.QUARANTINED,
    PublicationState.HELD,
    PublicationState.QUEUED,
    PublicationState.AWAITING_REVIEW,
}
