"""What a walk along the log and the signed heads others keep prove together, and what they leave open.

The chain alone proves order, not age: who can write the store can write all of it again. A head signed earlier and
kept elsewhere is what tells.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from command_center.domain.checkpoints import Note, VerifierKey, Verify, is_signed_by, read_key
from command_center.domain.verifying import Verification
from command_center.errors import BadInput


class Verdict(StrEnum):
    """How far a finding carries."""

    PROVEN = "proven"
    OPEN = "open"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is proven, open or broken, as the code of a sentence and its values."""

    verdict: Verdict
    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Held:
    """A signed head somebody kept; ``source`` says where it was found."""

    source: str
    note: Note

    @property
    def size(self) -> int:
        """How many entries it vouches for."""
        return self.note.checkpoint.size


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """The walk and everything found with it."""

    chain: Verification
    findings: tuple[Finding, ...]

    @property
    def intact(self) -> bool:
        """Tell whether nothing is broken; what is open is not."""
        return all(finding.verdict is not Verdict.BROKEN for finding in self.findings)


def prove(found: Verification, heads: Sequence[Held], keys: Sequence[VerifierKey], verify: Verify) -> Proof:
    """Judge a walk by the heads given, signed by one of the keys or a successor the log names with both signatures."""
    trusted = _with_successors(found, heads, keys, verify)
    signed: list[Held] = []
    findings = list(_chain(found))
    for held in heads:
        wrong = _signature_fault(held, trusted, verify)
        if wrong is None:
            signed.append(held)
        else:
            findings.append(wrong)
    findings.extend(_key_changes(found, trusted))
    findings.extend(_heads(found, signed))
    if heads and not keys:
        findings.append(Finding(Verdict.OPEN, "verify.no_key"))
    return Proof(chain=found, findings=tuple(findings))


def holds(found: Verification, held: Held) -> bool:
    """Tell whether the log's first entries are those the head vouches for."""
    return found.roots.get(held.size) == held.note.checkpoint.root


def _chain(found: Verification) -> Iterator[Finding]:
    if found.broken_at is None:
        yield Finding(Verdict.PROVEN, "log.intact", {"entries": found.entries, "head": found.head})
    else:
        values = {"reason": found.reason, "expected": found.expected, "found": found.found}
        yield Finding(Verdict.BROKEN, "log.broken", {"entry": found.broken_at, **values})
    if found.withheld:
        yield Finding(Verdict.OPEN, "verify.withheld", {"count": found.withheld})
    if found.back:
        yield Finding(Verdict.OPEN, "verify.clock_back", {"entry": found.back[0], "count": len(found.back)})


def _with_successors(
    found: Verification, heads: Sequence[Held], keys: Sequence[VerifierKey], verify: Verify
) -> list[VerifierKey]:
    """Return the keys given and those tied to them: named by an entry, and one head signed by both (either way)."""
    trusted = list(keys)
    pairs = [(change.number, old, new) for change in found.keys for old, new in _pair(change.old, change.new)]
    for number, old, new in [*pairs, *reversed(pairs)]:
        if (old in trusted) != (new in trusted) and any(
            held.size >= number
            and holds(found, held)
            and is_signed_by(held.note, old, verify)
            and is_signed_by(held.note, new, verify)
            for held in heads
        ):
            trusted.append(new if old in trusted else old)
    return trusted


def _pair(old: str, new: str) -> Iterator[tuple[VerifierKey, VerifierKey]]:
    try:
        yield read_key(old), read_key(new)
    except BadInput:
        return


def _signature_fault(held: Held, trusted: Sequence[VerifierKey], verify: Verify) -> Finding | None:
    if not trusted or any(is_signed_by(held.note, key, verify) for key in trusted):
        return None
    named = {name for name, _ in held.note.signatures}
    values = {"source": held.source, "size": held.size, "who": ", ".join(sorted(named))}
    meant = {(key.name, key.number) for key in trusted}
    if any((name, data[:4]) in meant for name, data in held.note.signatures):
        return Finding(Verdict.BROKEN, "verify.signature_wrong", values)
    return Finding(Verdict.BROKEN, "verify.other_key", values)


def _key_changes(found: Verification, trusted: Sequence[VerifierKey]) -> Iterator[Finding]:
    known = {str(key) for key in trusted}
    for change in found.keys:
        values = {"entry": change.number, "key": change.new}
        if not trusted or (change.new in known and change.old in known):
            yield Finding(Verdict.PROVEN if trusted else Verdict.OPEN, "verify.key_changed", values)
        elif change.new not in known:
            yield Finding(Verdict.OPEN, "verify.key_lost" if change.lost else "verify.key_unknown", values)


def _heads(found: Verification, signed: Sequence[Held]) -> Iterator[Finding]:
    reached = [held for held in signed if held.size <= found.entries]
    good = [held for held in reached if holds(found, held)]
    wrong = [held for held in reached if not holds(found, held)]
    covered = max((held.size for held in good), default=0)
    for source, those in _by_source(good):
        newest = max(held.size for held in those)
        yield Finding(Verdict.PROVEN, "verify.head_holds", {"source": source, "count": len(those), "size": newest})
    for source, those in _by_source(wrong):
        first = min(held.size for held in those)
        before = max((held.size for held in good if held.size < first), default=0)
        yield Finding(Verdict.BROKEN, "verify.rewritten", {"source": source, "size": first, "first": before + 1})
    for source, those in _by_source([held for held in signed if held.size > found.entries]):
        size = max(held.size for held in those)
        if found.intact:
            values = {"source": source, "size": size, "entries": found.entries}
            yield Finding(Verdict.BROKEN, "verify.cut_off", values)
        else:
            yield Finding(Verdict.OPEN, "verify.not_compared", {"source": source, "size": size})
    if not signed:
        yield Finding(Verdict.OPEN, "verify.no_heads")
    elif covered < found.entries:
        yield Finding(Verdict.OPEN, "verify.after_heads", {"count": found.entries - covered, "size": covered})


def _by_source(heads: Iterable[Held]) -> Iterator[tuple[str, list[Held]]]:
    grouped: dict[str, list[Held]] = {}
    for held in heads:
        grouped.setdefault(held.source, []).append(held)
    yield from grouped.items()
