"""Draft a statement, change it as a new version, and hand it in for approval.

The story goes on in ``use_cases/approve.py``.
"""

from dataclasses import replace
from datetime import timedelta

from command_center.domain.incidents import Incident
from command_center.domain.mentions import Plane
from command_center.domain.people import Act, Role
from command_center.domain.response_log import Action
from command_center.domain.statements import Content, Statement, StatementState, StatementVersion, content_hash
from command_center.domain.wording import problems_in
from command_center.errors import BadInput, Conflict, NotAllowed
from command_center.use_cases.command import Work, command

DEFAULT_QUORUM = 2


@command(Act.DRAFT)
def draft_statement(
    work: Work,
    *,
    content: Content,
    plane: Plane,
    incident_id: str = "",
    quorum: int = DEFAULT_QUORUM,
    approver_roles: tuple[Role, ...] = (),
    valid_for: timedelta = timedelta(0),
) -> str:
    """Write the first version of a new statement and return the version's id."""
    statement = Statement(
        id=work.ctx.new_id(),
        plane=plane,
        title=content.title,
        created_by=work.who.id,
        created_at=work.now,
        incident_id=incident_id,
    )
    version = add_version(
        work, statement, content, author_id=work.who.id, quorum=quorum, roles=approver_roles, valid_for=valid_for
    )
    return version.id


def add_version(
    work: Work,
    statement: Statement,
    content: Content,
    *,
    author_id: str,
    quorum: int,
    roles: tuple[Role, ...],
    valid_for: timedelta,
) -> StatementVersion:
    """Store the next version of a statement (and the statement itself with its first), logged."""
    earlier = work.store.find(StatementVersion, statement_id=statement.id)
    if not earlier:
        work.store.add(statement)
    version = StatementVersion(
        id=work.ctx.new_id(),
        statement_id=statement.id,
        plane=statement.plane,
        number=1 + max((item.number for item in earlier), default=0),
        content=content,
        content_hash=content_hash(content),
        author_id=author_id,
        created_at=work.now,
        quorum=max(1, quorum),
        approver_roles=roles,
        valid_for=int(valid_for.total_seconds()),
        incident_id=statement.incident_id,
    )
    work.store.add(version)
    log_version(work, Action.STATEMENT_DRAFTED, version)
    return version


@command(Act.DRAFT)
def revise_statement(work: Work, *, version_id: str, content: Content) -> str:
    """Write a changed wording as a new version; the old one stays as it was. Returns the new version's id."""
    old = work.need(StatementVersion, version_id)
    if content_hash(content) == old.content_hash:
        raise Conflict("statement.nothing_changed")
    statement = work.need(Statement, old.statement_id)
    return add_version(
        work,
        statement,
        content,
        author_id=work.who.id,
        quorum=old.quorum,
        roles=old.approver_roles,
        valid_for=timedelta(seconds=old.valid_for),
    ).id


@command(Act.DRAFT)
def submit_statement(work: Work, *, version_id: str) -> str:
    """Hand a draft in for approval; refused while its wording has problems."""
    version = work.need(StatementVersion, version_id)
    if version.state is not StatementState.DRAFT:
        raise Conflict("statement.not_a_draft", state=version.state.value)
    problems = problems_in(version.content)
    if problems:
        first = problems[0]
        raise BadInput(
            "statement.has_problems", count=len(problems), code=first.code, where=first.where, detail=first.detail
        )
    return submit(work, version).id


def submit(work: Work, version: StatementVersion) -> StatementVersion:
    """Put a sound draft before its approvers, logged."""
    submitted = change(version, state=StatementState.SUBMITTED, submitted_at=work.now)
    work.store.put(submitted)
    log_version(work, Action.STATEMENT_SUBMITTED, submitted)
    return submitted


@command(Act.APPROVE)
def return_statement(work: Work, *, version_id: str, reason: str) -> str:
    """Send a submitted version back to its author with a reason; it stays as it is, a new version answers."""
    version = work.need(StatementVersion, version_id)
    if version.state is not StatementState.SUBMITTED:
        raise Conflict("statement.not_submitted", state=version.state.value)
    incident = work.store.get(Incident, version.incident_id) if version.incident_id else None
    if incident and work.who.id in incident.conflicted:
        raise NotAllowed("statement.conflict_of_interest")
    require_reason(reason)
    work.store.put(change(version, state=StatementState.RETURNED, ended_at=work.now, end_reason=reason))
    log_version(work, Action.STATEMENT_RETURNED, version, reason=reason)
    return version.id


def change(version: StatementVersion, **fields: object) -> StatementVersion:
    """Return the version in another state; its content can't be among the fields."""
    if {"content", "content_hash", "author_id", "number"} & fields.keys():
        raise AssertionError("a version's content never changes")
    return replace(version, **fields)  # type: ignore[arg-type]


def require_reason(reason: str) -> None:
    """Refuse an empty reason."""
    if not reason.strip():
        raise BadInput("command.reason_needed")


def log_version(work: Work, action: Action, version: StatementVersion, **details: object) -> None:
    """Log a step of a version with its number and content hash."""
    work.log(
        action,
        version.id,
        plane=version.plane,
        incident_id=version.incident_id,
        title=version.content.title,
        version=version.number,
        content_hash=version.content_hash,
        **details,
    )
