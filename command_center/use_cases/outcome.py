"""What became of a post: every way it can end, recorded once, by the house or by the person who posted by hand."""

import hashlib
from dataclasses import replace
from datetime import timedelta

from command_center.domain.accounts import Account
from command_center.domain.one_voice import Decision
from command_center.domain.people import Act, Role
from command_center.domain.publications import IN_FLIGHT, OUT, Publication, PublicationState
from command_center.domain.response_log import Action
from command_center.errors import BadInput, Conflict, NotAllowed
from command_center.ports import Context
from command_center.use_cases.command import Work, command, housework
from command_center.use_cases.leftovers import note_late_leftover
from command_center.use_cases.lock import seal_if_quiet
from command_center.use_cases.triage import mark_answered

OUTCOME_EXPECTED = timedelta(minutes=30)


def by_worker(ctx: Context, account: Account) -> bool:
    """Tell whether only the worker may send for this account: it leads to a network, or to a way out that is gone."""
    return account.publisher in ctx.networks or account.publisher not in ctx.publishers


@housework
def record_outcome(work: Work, *, publication_id: str, state: str, url: str, note: str) -> str:
    """Record what a way out without a network answered to an intended post."""
    publication = in_flight(work.need(Publication, publication_id))
    return end(work, publication, PublicationState(state), url=url, note=note).id


@command(Act.PUBLISH)
def record_posted(work: Work, *, publication_id: str, posted: bool, url: str = "", note: str = "") -> str:
    """Record that a post is out (with its link) or isn't: one made by hand, or one a person went to look for."""
    publication = work.need(Publication, publication_id)
    account = work.need(Account, publication.account_id)
    trusted = bool({Role.CRISIS_LEAD, Role.APPROVER}.intersection(work.who.roles))
    publisher = work.ctx.publishers.get(account.publisher)
    looked = publication.state is PublicationState.UNKNOWN and trusted
    if not looked and (publisher is None or not publisher.by_hand):
        raise Conflict("publication.not_by_hand")
    if publication.asked_by != work.who.id and not trusted:
        raise NotAllowed("publication.somebody_elses")
    if url and not url.startswith(("https://", "http://")):
        raise BadInput("publication.link_not_http", link=url[:200])
    state = PublicationState.SENT if posted else PublicationState.FAILED
    return end(work, in_flight(publication), state, url=url.strip(), note=note).id


def in_flight(publication: Publication) -> Publication:
    """Return the publication if it is on its way; raises ``Conflict``."""
    if publication.state not in IN_FLIGHT:
        raise Conflict("publication.not_in_flight", state=publication.state.value)
    return publication


def end(
    work: Work,
    publication: Publication,
    state: PublicationState,
    *,
    url: str = "",
    note: str = "",
    native_ids: tuple[str, ...] = (),
    reason: str = "",
) -> Publication:
    """Give a post its outcome, logged; locks that waited for it are sealed."""
    ended = replace(
        publication,
        state=state,
        url=url,
        note=note,
        reason=reason or publication.reason,
        native_ids=native_ids or publication.native_ids,
        ended_at=work.now if state is not PublicationState.UNKNOWN else None,
        next_try_at=None,
    )
    work.store.put(ended)
    action = _ENDINGS.get(state, Action.POST_UNKNOWN)
    log_publication(work, action, ended, url=url, note=note, native_ids=native_ids)
    if ended.reply_to and state in OUT:
        mark_answered(work, ended)
    if state in OUT:
        note_late_leftover(work, ended)
    seal_if_quiet(work, ended.account_id)
    return ended


_ENDINGS = {
    PublicationState.SENT: Action.POST_SENT,
    PublicationState.VERIFIED: Action.POST_SENT,
    PublicationState.FAILED: Action.POST_FAILED,
    PublicationState.REFUSED: Action.POST_REFUSED_BY_NETWORK,
}


@housework
def give_up_waiting(work: Work, *, publication_id: str) -> str:
    """Say honestly that nobody told us what became of an intended post; its outcome can still be recorded."""
    publication = work.need(Publication, publication_id)
    if publication.state is PublicationState.INTENDED:
        unknown = replace(publication, state=PublicationState.UNKNOWN, next_try_at=work.now)
        work.store.put(unknown)
        log_publication(work, Action.POST_UNKNOWN, unknown)
    return publication_id


def look_after_intended(ctx: Context) -> int:
    """Turn intents without an outcome into visible unknowns, never into a second attempt; returns how many."""
    with ctx.store.reading() as store:
        intended = store.find(Publication, state=PublicationState.INTENDED)
    late = [item for item in intended if item.intended_at and ctx.now() - item.intended_at > OUTCOME_EXPECTED]
    for publication in late:
        give_up_waiting(ctx, ctx.new_id(), publication_id=publication.id)
    return len(late)


def log_publication(
    work: Work, action: Action, publication: Publication, *, decision: Decision | None = None, **details: object
) -> None:
    """Log a step of a publication with what identifies its text, statement and account."""
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
