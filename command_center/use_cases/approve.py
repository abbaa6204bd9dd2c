"""Approve a submitted statement: another person's word for exactly this content, until the quorum is met."""

from datetime import timedelta

from command_center.domain.incidents import Incident
from command_center.domain.people import Act
from command_center.domain.response_log import Action
from command_center.domain.statements import (
    Approval,
    Statement,
    StatementState,
    StatementVersion,
    approvals_needed,
    approvals_that_count,
    may_approve,
)
from command_center.errors import Conflict, NotAllowed
from command_center.use_cases.command import Work, command, housework
from command_center.use_cases.follow_clocks import first_statement_is_valid
from command_center.use_cases.leftovers import list_leftovers
from command_center.use_cases.stand_in import people_now
from command_center.use_cases.write_statement import change, log_version, require_reason


@command(Act.APPROVE)
def approve_statement(work: Work, *, version_id: str, content_hash: str) -> str:
    """Approve a submitted version; ``content_hash`` is the content the approver was shown.

    Who approved before may ask again once others who were away, or missing then, count. Returns the version's new
    state. Raises ``NotAllowed`` for its author and for people the case is about.
    """
    version = work.need(StatementVersion, version_id)
    if version.state is not StatementState.SUBMITTED:
        raise Conflict("statement.not_submitted", state=version.state.value)
    if version.content_hash != content_hash:
        raise Conflict("statement.shown_content_differs")
    conflicted, people = _conflicted(work, version), people_now(work.store, work.now)
    person = next((one for one in people if one.id == work.who.id), work.who)
    hindrance = may_approve(version, person, conflicted=conflicted)
    if hindrance:
        raise NotAllowed(hindrance)
    given = work.store.find(Approval, version_id=version.id)
    repeated = any(approval.person_id == work.who.id for approval in given)
    if not repeated:
        given.append(_approval(work, version))
    count = approvals_that_count(version, given, people, conflicted)
    enough = len(count) >= approvals_needed(version, people, conflicted)
    if repeated and not enough:
        raise Conflict("statement.approved_before")
    if not repeated:
        log_version(work, Action.STATEMENT_APPROVED, version, approvals=len(count), quorum=version.quorum)
    return (_become_valid(work, version) if enough else version).state.value


def _approval(work: Work, version: StatementVersion) -> Approval:
    approval = Approval(
        id=work.ctx.new_id(),
        version_id=version.id,
        person_id=work.who.id,
        content_hash=version.content_hash,
        at=work.now,
    )
    work.store.add(approval)
    return approval


def _conflicted(work: Work, version: StatementVersion) -> tuple[str, ...]:
    incident = work.store.get(Incident, version.incident_id) if version.incident_id else None
    return incident.conflicted if incident else ()


def _become_valid(work: Work, version: StatementVersion) -> StatementVersion:
    until = work.now + timedelta(seconds=version.valid_for) if version.valid_for else None
    for older in _replaced_by(work, version):
        ended = change(older, state=StatementState.SUPERSEDED, ended_at=work.now, end_reason=version.id)
        work.store.put(ended)
        log_version(work, Action.STATEMENT_SUPERSEDED, older, by=version.id)
        list_leftovers(work, ended)
    valid = change(version, state=StatementState.VALID, valid_from=work.now, valid_until=until)
    work.store.put(valid)
    log_version(work, Action.STATEMENT_VALID, valid, valid_until=until)
    first_statement_is_valid(work, version.incident_id)
    return valid


def _replaced_by(work: Work, version: StatementVersion) -> list[StatementVersion]:
    """Find what stops being valid: older versions, and the plan statement this one replaces."""
    statement = work.need(Statement, version.statement_id)
    ids = {statement.id}
    if statement.supersedes and statement.incident_id:
        siblings = work.store.find(Statement, incident_id=statement.incident_id, plan_statement=statement.supersedes)
        ids.update(sibling.id for sibling in siblings)
    return work.store.find(StatementVersion, statement_id=tuple(ids), state=StatementState.VALID)


@command(Act.WITHDRAW)
def withdraw_statement(work: Work, *, version_id: str, reason: str) -> str:
    """Take a valid version back at once; from this moment the gate refuses it."""
    version = work.need(StatementVersion, version_id)
    if version.state not in {StatementState.VALID, StatementState.SUBMITTED}:
        raise Conflict("statement.not_valid", state=version.state.value)
    require_reason(reason)
    ended = change(version, state=StatementState.WITHDRAWN, ended_at=work.now, end_reason=reason)
    work.store.put(ended)
    log_version(work, Action.STATEMENT_WITHDRAWN, version, reason=reason)
    if version.state is StatementState.VALID:
        list_leftovers(work, ended)
    return version.id


@housework
def expire_statements(work: Work) -> str:
    """Mark versions whose time is over; the gate refuses them from that second with or without this."""
    expired = [
        version
        for version in work.store.find(StatementVersion, state=StatementState.VALID)
        if version.valid_until is not None and version.valid_until <= work.now
    ]
    for version in expired:
        work.store.put(change(version, state=StatementState.EXPIRED, ended_at=version.valid_until))
        log_version(work, Action.STATEMENT_EXPIRED, version)
    return str(len(expired))
