"""Put before a second person what one person alone may not do, and keep what was done alone in the open.

Who agrees: ``use_cases/agree_proposals.py``.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from command_center.domain.clients import Client
from command_center.domain.connections import Connection
from command_center.domain.four_eyes import Matter, Proposal, hash_of, is_a_person
from command_center.domain.people import SHELL
from command_center.domain.response_log import Action
from command_center.domain.sources import Source
from command_center.errors import NotAllowed
from command_center.ports import Reading
from command_center.use_cases.command import Work


def propose(
    work: Work,
    matter: Matter,
    subject: str,
    *,
    title: str,
    content: Mapping[str, Any],
    connection: Connection | None = None,
    client: Client | None = None,
) -> Proposal:
    """Keep what somebody wants until another person agrees; a newer wish for the same thing takes its place.

    Raises ``NotAllowed`` ("four_eyes.only_people"): the shell and programs are nobody whose word could be one of two.
    """
    if not is_a_person(work.who.id):
        raise NotAllowed("four_eyes.only_people")
    for older in open_proposals(work.store, matter, subject=subject):
        end(work, older)
    proposal = replace(_begun(work, matter, subject, title, content), connection=connection, client=client)
    work.store.add(proposal)
    log_proposal(work, Action.SECOND_ASKED, proposal, **content)
    return proposal


def at_the_machine(work: Work) -> None:
    """Refuse what only who has the machine's shell can do; raises ``NotAllowed``."""
    if work.who.id != SHELL:
        raise NotAllowed("four_eyes.only_at_the_machine")


def done_alone(
    work: Work, matter: Matter, subject: str, *, title: str, content: Mapping[str, Any], reason: str = ""
) -> Proposal:
    """Keep what one person has done already where it takes two: it stands in the open until another confirms."""
    proposal = replace(_begun(work, matter, subject, title, content), reason=reason, done_at=work.now)
    work.store.add(proposal)
    log_proposal(work, Action.DONE_ALONE, proposal)
    return proposal


def _begun(work: Work, matter: Matter, subject: str, title: str, content: Mapping[str, Any]) -> Proposal:
    return Proposal(
        id=work.ctx.new_id(),
        matter=matter,
        subject=subject,
        title=title,
        content_hash=hash_of(content),
        asked_by=work.who.id,
        asked_at=work.now,
    )


def open_proposals(store: Reading, *matters: Matter, subject: str = "") -> list[Proposal]:
    """Return what waits for a second person, the oldest first."""
    equal: dict[str, Any] = {"agreed_at": None, "ended_at": None}
    if matters:
        equal["matter"] = matters
    if subject:
        equal["subject"] = subject
    return store.find(Proposal, order="asked_at", **equal)


def end(work: Work, proposal: Proposal) -> None:
    """Let a proposal lapse; a key that waited in it is thrown away."""
    if proposal.client is not None and proposal.client.source_id:
        work.store.remove(Source, id=proposal.client.source_id)
    work.store.put(without_keys(replace(proposal, ended_by=work.who.id, ended_at=work.now)))
    log_proposal(work, Action.PROPOSAL_ENDED, proposal)


def without_keys(proposal: Proposal) -> Proposal:
    """Return the proposal without the key that waited in it."""
    connection = replace(proposal.connection, sealed="") if proposal.connection else None
    client = replace(proposal.client, sealed="", proof="") if proposal.client else None
    return replace(proposal, connection=connection, client=client)


def log_proposal(work: Work, action: Action, proposal: Proposal, **more: Any) -> None:
    """Log a step of a proposal with the hash of its content, never with a key."""
    subject = proposal.subject if proposal.matter is Matter.GLASS else ""
    work.log(
        action,
        proposal.id,
        incident_id=subject,
        title=proposal.title,
        matter=proposal.matter.value,
        content_hash=proposal.content_hash,
        asked_by=proposal.asked_by,
        **more,
    )
