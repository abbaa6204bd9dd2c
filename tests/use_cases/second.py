"""The second person's word, for tests about something else."""

from dataclasses import replace
from datetime import UTC, datetime

from command_center.domain.four_eyes import Proposal
from command_center.domain.people import Person, Role
from command_center.ports import Caller, Context
from command_center.use_cases.agree_proposals import agree_proposal

SECOND = "second_administrator"


def agreed(ctx: Context, proposal_id: str, who: str = SECOND) -> str:
    """Let another person agree, whoever that is; returns the id of what the proposal was about."""
    with ctx.store.writing() as store:
        (proposal,) = store.find(Proposal, id=proposal_id)
        if store.get(Person, who) is None:
            store.add(administrator(who))
    caller = Caller(who, f"second-{proposal_id}")
    agree_proposal(ctx, caller, proposal_id=proposal_id, content_hash=proposal.content_hash)
    return proposal.subject


def only_proposal(ctx: Context) -> str:
    """Return the id of the one proposal that waits."""
    with ctx.store.reading() as store:
        (proposal,) = store.find(Proposal, agreed_at=None, ended_at=None)
    return proposal.id


def administrator(identity: str) -> Person:
    """Return one more administrator."""
    at = datetime(2026, 1, 1, tzinfo=UTC)
    person = Person(id=identity, login=identity, name=identity, roles=(Role.ADMINISTRATOR,), created_at=at)
    return replace(person, email=f"{identity}@example.org")
