"""Gather everything that proves an incident: its records, its entries, a proof for each, and the heads outside."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from command_center.domain.checkpoints import Head, VerifierKey
from command_center.domain.deposits import INTERVAL, Deposit
from command_center.domain.incidents import Incident
from command_center.domain.merkle import Tree, consistency, inclusion
from command_center.domain.people import Act
from command_center.domain.response_log import LogEntry
from command_center.errors import CommandCenterError
from command_center.ports import Context, Reading
from command_center.use_cases.checkpoint import last_head, sign_head
from command_center.use_cases.command import looking, need
from command_center.use_cases.evidence import tables_of, timeline
from command_center.use_cases.unseal import names_in_files

MOST_HEADS: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An incident with its proofs: hashes in hex, ``inclusion`` by entry number, ``consistency`` by a head's size.

    The proofs lead to ``heads[-1]``; without any signed head there are none.
    """

    incident: Incident
    tables: Mapping[str, Sequence[Mapping[str, Any]]]
    entries: Sequence[LogEntry]
    heads: Sequence[Head]
    deposits: Sequence[Deposit]
    inclusion: Mapping[int, Sequence[str]]
    consistency: Mapping[int, Sequence[str]]
    keys: Sequence[VerifierKey]
    sealed: bool


def gather(ctx: Context, person_id: str, *, incident_id: str) -> Case:
    """Gather a case under a head that is signed for it; where the key is lost, under the newest there is.

    Raises ``NotAllowed`` and ``NotFound``.
    """
    with looking(ctx, person_id, Act.EXPORT_CASE) as store:
        need(store, Incident, incident_id)
    try:
        newest: Head | None = sign_head(ctx, reason=INTERVAL)
    except CommandCenterError as error:
        if error.code.startswith("store."):
            raise
        newest = None
    with looking(ctx, person_id, Act.EXPORT_CASE) as store:
        incident = need(store, Incident, incident_id)
        names = names_in_files(ctx, store, person_id, incident_id=incident_id)
        entries, newest = [names.entry(entry) for entry in timeline(store, incident)], newest or last_head(store)
        heads = _heads(store, newest) if newest else []
        size = newest.size if newest else 0
        tree = Tree(size, store.tree().node)
        return Case(
            incident=incident,
            tables=tables_of(store, incident, entries, names),
            entries=entries,
            heads=heads,
            deposits=[each for each in store.find(Deposit, order="size") if each.size <= size],
            inclusion={
                entry.number: _hex(inclusion(entry.number - 1, size, tree.node))
                for entry in entries
                if entry.number <= size
            },
            consistency={head.size: _hex(consistency(head.size, size, tree.node)) for head in heads},
            keys=ctx.notary.signer.keys,
            sealed=names.sealed,
        )


def _heads(store: Reading, newest: Head) -> list[Head]:
    """Return the heads that may be compared with what others hold, the newest last."""
    found = [head for head in store.find(Head, order="size", descending=True) if head.size <= newest.size]
    deposited = {each.head_id for each in store.find(Deposit)}
    wanted = [head for head in found if head.id in deposited or head.reason != INTERVAL or head.id == newest.id]
    return wanted[:MOST_HEADS][::-1]


def _hex(hashes: Sequence[bytes]) -> list[str]:
    return [each.hex() for each in hashes]
