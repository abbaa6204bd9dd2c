"""Agree as the second person to what waits for one, or let it lapse; what it was about then happens here."""

from dataclasses import replace

from command_center.domain.four_eyes import NEEDS, Matter, Proposal, is_a_person, why_not_second
from command_center.domain.incidents import Incident
from command_center.domain.people import Act
from command_center.domain.response_log import Action
from command_center.errors import Conflict, NotAllowed
from command_center.use_cases.command import Work, command
from command_center.use_cases.connect import put_connection
from command_center.use_cases.keep_clients import put_client
from command_center.use_cases.proposing import end, log_proposal, without_keys
from command_center.use_cases.stand_in import may_now
from command_center.use_cases.two_people import first_counts


@command(Act.BE_SECOND)
def agree_proposal(work: Work, *, proposal_id: str, content_hash: str) -> str:
    """Agree to exactly what was shown; a new key counts from now on, what was done already is confirmed.

    Raises:
        NotAllowed: the same person again, without the right, or who the case is about.
        Conflict: it was answered already, was changed since it was shown, or who asked has left.
    """
    proposal = _waiting(work, proposal_id)
    if proposal.content_hash != content_hash or proposal.matter is Matter.PLAN:
        raise Conflict("four_eyes.shown_content_differs")
    act, conflicted = NEEDS[proposal.matter], _conflicted(work, proposal)
    hindrance = why_not_second(proposal.asked_by, work.who.id, conflicted=conflicted)
    if hindrance:
        raise NotAllowed(hindrance)
    # What is done already is confirmed by another person even when the shell did it, or somebody who has left since.
    if proposal.done_at is None and not first_counts(work, proposal.asked_by, act, conflicted):
        raise Conflict("four_eyes.first_gone")
    agreed = replace(proposal, agreed_by=work.who.id, agreed_at=work.now, done_at=proposal.done_at or work.now)
    work.store.put(without_keys(agreed))
    log_proposal(work, Action.SECOND_AGREED, agreed)
    _carry_out(work, proposal)
    return proposal.id


def _carry_out(work: Work, proposal: Proposal) -> None:
    if proposal.connection is not None:
        put_connection(work, proposal.connection)
    if proposal.client is not None:
        put_client(work, proposal.client)


@command(Act.BE_SECOND)
def end_proposal(work: Work, *, proposal_id: str) -> str:
    """Let a proposal lapse that has not taken effect; one entitled person is enough to keep things as they are."""
    proposal = _waiting(work, proposal_id)
    if proposal.done_at is not None:
        raise Conflict("four_eyes.already_done")
    end(work, proposal)
    return proposal.id


def _waiting(work: Work, proposal_id: str) -> Proposal:
    if not is_a_person(work.who.id):
        raise NotAllowed("four_eyes.only_people")
    proposal = work.need(Proposal, proposal_id)
    if not proposal.open:
        raise Conflict("four_eyes.answered_before")
    if not may_now(work.store, work.who, NEEDS[proposal.matter], work.now):
        raise NotAllowed("people.no_right", act=NEEDS[proposal.matter].value)
    return proposal


def _conflicted(work: Work, proposal: Proposal) -> tuple[str, ...]:
    incident = work.store.get(Incident, proposal.subject) if proposal.matter is Matter.GLASS else None
    return incident.conflicted if incident else ()
