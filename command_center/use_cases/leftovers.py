"""Sweep up after a wording that was replaced or withdrawn: every place where it still stands, until none is left."""

from collections.abc import Iterable
from dataclasses import replace

from command_center.domain.accounts import Account
from command_center.domain.leftovers import Leftover, LeftoverKind, LeftoverState
from command_center.domain.one_voice import Reason
from command_center.domain.people import DRILL_PARTNER, Act, Person
from command_center.domain.publications import OUT, WAITING, Publication, PublicationState
from command_center.domain.response_log import Action
from command_center.domain.statements import StatementState, StatementVersion
from command_center.errors import BadInput, Conflict, NotAllowed
from command_center.ports import Reading
from command_center.use_cases.ask_gate import may_use_every_account
from command_center.use_cases.command import Work, command

_STILL_WAITS = WAITING | {PublicationState.HELD, PublicationState.QUARANTINED}
_OVER = frozenset({StatementState.SUPERSEDED, StatementState.WITHDRAWN})
_WAYS = frozenset({LeftoverState.TAKEN_DOWN, LeftoverState.REPLACED, LeftoverState.STAYS})


def list_leftovers(work: Work, version: StatementVersion) -> int:
    """Record every place where a version that just stopped being valid still stands; returns how many.

    What waits with that wording is held: it would go out by itself where the account is open.
    """
    found = [*_posts(work, version), *_cards(work, version)]
    for item in found:
        work.store.put(item)
    if found:
        kinds = [item.kind for item in found]
        work.log(
            Action.LEFTOVER_FOUND,
            version.id,
            plane=version.plane,
            incident_id=version.incident_id,
            posts=kinds.count(LeftoverKind.POST),
            scheduled=kinds.count(LeftoverKind.SCHEDULED),
            cards=kinds.count(LeftoverKind.CARD),
        )
    return len(found)


def _posts(work: Work, version: StatementVersion) -> Iterable[Leftover]:
    for item in work.store.find(Publication, version_id=version.id, order="asked_at"):
        if item.state in OUT and item.taken_down_at is None:
            yield _of_post(work, version, item, LeftoverKind.POST)
        elif item.state in _STILL_WAITS:
            _hold(work, version, item)
            yield _of_post(work, version, item, LeftoverKind.SCHEDULED)


def _hold(work: Work, version: StatementVersion, item: Publication) -> None:
    if item.state not in WAITING:
        return
    replaced = version.state is StatementState.SUPERSEDED
    reason = Reason.SUPERSEDED if replaced else Reason.WITHDRAWN
    work.store.put(replace(item, state=PublicationState.HELD, reason=reason.value, next_try_at=None))
    work.log(
        Action.POST_HELD,
        item.id,
        plane=item.plane,
        incident_id=item.incident_id,
        account=item.account_id,
        statement_version=version.id,
        was=item.state.value,
        reason=reason.value,
    )


def _of_post(work: Work, version: StatementVersion, item: Publication, kind: LeftoverKind) -> Leftover:
    return Leftover(
        id=f"{version.id}:{kind.value}:{item.id}",
        plane=version.plane,
        version_id=version.id,
        kind=kind,
        found_at=work.now,
        publication_id=item.id,
        incident_id=version.incident_id or item.incident_id,
    )


def _cards(work: Work, version: StatementVersion) -> Iterable[Leftover]:
    accounts = work.store.find(Account, plane=version.plane, active=True)
    speakers = {person for account in accounts if _fits(version, account) for person in account.co_managers}
    for person in work.store.find(Person, active=True, order="name"):
        if person.id in speakers and person.id != DRILL_PARTNER:
            yield Leftover(
                id=f"{version.id}:{LeftoverKind.CARD.value}:{person.id}",
                plane=version.plane,
                version_id=version.id,
                kind=LeftoverKind.CARD,
                found_at=work.now,
                person_id=person.id,
                incident_id=version.incident_id,
            )


def _fits(version: StatementVersion, account: Account) -> bool:
    return any(
        variant.network in {"", account.network}
        and variant.audience in {"", account.audience}
        and (not account.languages or variant.language in account.languages)
        for variant in version.content.variants
    )


def note_late_leftover(work: Work, publication: Publication) -> None:
    """Record a post that got out just when its wording stopped being valid."""
    version = work.store.get(StatementVersion, publication.version_id) if publication.version_id else None
    if version is not None and version.state in _OVER:
        work.store.put(_of_post(work, version, publication, LeftoverKind.POST))


def still_open(store: Reading, leftovers: Iterable[Leftover]) -> list[Leftover]:
    """Return the places that still need somebody; what will never go out, or speaks for us no more, needs nobody."""
    return [item for item in leftovers if item.state is LeftoverState.OPEN and _matters(store, item)]


def _matters(store: Reading, item: Leftover) -> bool:
    if item.kind is LeftoverKind.CARD:
        person = store.get(Person, item.person_id)
        return person is not None and person.active
    publication = store.get(Publication, item.publication_id)
    if publication is None or publication.taken_down_at is not None:
        return False
    return item.kind is LeftoverKind.POST or publication.state in _STILL_WAITS


@command(Act.PUBLISH)
def settle_leftover(work: Work, *, leftover_id: str, state: LeftoverState, reason: str = "") -> str:
    """Say what became of a post with the old wording: taken down by hand, replaced, or it stays, because …"""
    item = _open(work, leftover_id)
    if item.kind is LeftoverKind.CARD or state not in _WAYS:
        raise BadInput("leftover.wrong_way")
    publication = work.need(Publication, item.publication_id)
    account = work.need(Account, publication.account_id)
    if not may_use_every_account(work.who) and work.who.id not in account.co_managers:
        raise NotAllowed("leftover.not_yours")
    if state is LeftoverState.STAYS and not reason.strip():
        raise BadInput("command.reason_needed")
    if state is LeftoverState.TAKEN_DOWN:
        _note_taken_down(work, account, publication)
    return settle(work, item, state, by=work.who.id, reason=reason.strip())


def _note_taken_down(work: Work, account: Account, publication: Publication) -> None:
    """Note a deletion a person made; the house deletes itself where it can."""
    if account.publisher in work.ctx.networks and publication.native_ids:
        raise Conflict("leftover.house_deletes")
    if publication.state in OUT:
        work.store.put(replace(publication, taken_down_at=work.now))


@command(Act.CHECK_TEXT)
def confirm_change(work: Work, *, leftover_id: str) -> str:
    """Confirm as the person concerned that the old wording is no longer used."""
    item = _open(work, leftover_id)
    if item.person_id != work.who.id:
        raise NotAllowed("leftover.somebody_elses")
    return settle(work, item, LeftoverState.CONFIRMED, by=work.who.id)


def settle(work: Work, item: Leftover, state: LeftoverState, *, by: str, reason: str = "") -> str:
    """Close a place with who and when, logged under its post, or its version where it is a person's card."""
    settled = replace(item, state=state, reason=reason, settled_by=by, settled_at=work.now)
    work.store.put(settled)
    work.log(
        Action.LEFTOVER_SETTLED,
        item.publication_id or item.version_id,
        plane=item.plane,
        incident_id=item.incident_id,
        kind=item.kind.value,
        outcome=state.value,
        reason=reason,
        settled_by=by,
        statement_version=item.version_id,
    )
    return item.id


def settle_taken_down(work: Work, publication: Publication, by: str) -> None:
    """Close the open places of a post that was deleted."""
    for item in work.store.find(Leftover, publication_id=publication.id, state=LeftoverState.OPEN):
        settle(work, item, LeftoverState.TAKEN_DOWN, by=by)


def _open(work: Work, leftover_id: str) -> Leftover:
    item = work.need(Leftover, leftover_id)
    if item.state is not LeftoverState.OPEN:
        raise Conflict("leftover.settled")
    return item
