"""An author objects: find and erase all that is theirs, and take nothing of theirs in again."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from command_center.domain.alerts import Alert, Triage
from command_center.domain.erasures import Erased
from command_center.domain.folding import fold
from command_center.domain.mentions import RawMention
from command_center.domain.objections import Objection, clean_handle, lasting_author, objection_id
from command_center.domain.people import Act
from command_center.domain.response_log import Action
from command_center.errors import BadInput, Conflict
from command_center.ports import Context, Reading, Setting
from command_center.use_cases.command import Work, command, looking
from command_center.use_cases.erasures import note_erasure
from command_center.use_cases.write_statement import require_reason

KEY: Final = "objections.key"
# What stands where a text was.
_GONE: Final = "…"
_SHORTEST: Final = 3

Refused = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Traces:
    """What is stored of an author: how many posts are theirs, how many name them, which log entries do."""

    posts: int
    naming: int
    entries: tuple[int, ...]


def look_for_author(ctx: Context, reader: str, *, network: str, handle: str) -> Traces:
    """Count what is stored of an author; raises ``BadInput``."""
    wanted = _handle(handle)
    with looking(ctx, reader, Act.PROTECT_DATA) as store:
        theirs = {each.id for each in store.mentions_of(network, wanted)}
        naming = {each.id for each in store.mentions_of(network, wanted, naming=True)}
        entries = [each.number for each in store.log() if any(_names(text.value, wanted) for text in each.texts)]
    return Traces(posts=len(theirs), naming=len(naming - theirs), entries=tuple(entries))


@command(Act.PROTECT_DATA)
def erase_author(work: Work, *, network: str, handle: str, reason: str, naming: bool = False) -> str:
    """Erase an author's posts, with ``naming`` also those that name them, and refuse new ones; returns how many.

    The log holds the network, the count and the reason, never the handle. Raises ``BadInput``.
    """
    require_reason(reason)
    wanted = _handle(handle)
    theirs = work.store.mentions_of(network, wanted)
    found = work.store.mentions_of(network, wanted, naming=True) if naming else theirs
    lasting = {lasting_author(each.native_id) for each in theirs} - {""}
    key = _key(work)
    for name in {wanted, *lasting}:
        work.store.put(Objection(id=objection_id(key, network, name), network=network, at=work.now))
    ids = tuple({each.id for each in found})
    note_erasure(work, Erased.MENTIONS, forget_mentions(work, ids, why=reason.strip()))
    for alert in work.store.find(Alert) if naming else ():
        if _names(str(alert.evidence), wanted):
            work.store.put(
                replace(alert, evidence={name: _blank(each, wanted) for name, each in alert.evidence.items()})
            )
    work.log(Action.AUTHOR_ERASED, network or "log", network=network, mentions=len(ids), reason=reason.strip())
    return str(len(ids))


@command(Act.PROTECT_DATA)
def allow_author(work: Work, *, network: str, handle: str, reason: str) -> str:
    """Take an author's posts in again, because they want it; raises ``BadInput``, ``Conflict``."""
    require_reason(reason)
    identity = objection_id(_key(work), network, _handle(handle))
    if not work.store.remove(Objection, id=identity):
        raise Conflict("privacy.no_such_objection")
    work.log(Action.AUTHOR_ALLOWED, network or "log", network=network, reason=reason.strip())
    return identity


def forget_mentions(work: Work, ids: tuple[str, ...], *, why: str) -> list[str]:
    """Empty mentions with what colleagues noted about them, here and in the log; returns those that were full."""
    erased = work.store.erase(ids)
    # Most of what a network reports as deleted was never here.
    if not erased:
        return []
    for triage in work.store.find(Triage, id=ids):
        if triage.note or triage.person_id or triage.changed_by:
            work.store.put(replace(triage, note="", person_id="", changed_by=""))
    raised = [alert for alert in work.store.find(Alert) if alert.evidence.get("mention") in ids]
    for alert in raised:
        work.store.put(replace(alert, evidence={**alert.evidence, "note": ""}))
    subjects = (*ids, *(alert.id for alert in raised))
    numbers = [entry.number for entry in work.store.log(subject=subjects)]
    work.store.erase_texts(numbers, fields=("note", "text"), at=work.now, why=why)
    return erased


def refused_by(ctx: Context, store: Reading) -> Refused:
    """Return what tells whether a post's author objects; raises ``CommandCenterError`` ("vault.…") without the key."""
    objections = {each.id for each in store.find(Objection)}
    sealed = store.get(Setting, KEY)
    if not objections or sealed is None:
        return lambda _network, _author: False
    key = bytes.fromhex(ctx.vault.unseal(KEY, sealed.value["sealed"])["key"])

    def refused(network: str, author: str) -> bool:
        # An objection without a network holds for all of them.
        return bool(author) and any(objection_id(key, each, author) in objections for each in (network, ""))

    return refused


def speaks_against(refused: Refused, raw: RawMention) -> bool:
    """Tell whether the author of a post objects, by handle or lasting id."""
    return refused(raw.network, raw.author) or refused(raw.network, lasting_author(raw.native_id))


def seal_key_again(work: Work) -> None:
    """Seal the key of the objections with the newest key of the vault."""
    sealed = work.store.get(Setting, KEY)
    if sealed is not None:
        secret = work.ctx.vault.unseal(KEY, sealed.value["sealed"])
        work.store.put(Setting(id=KEY, value={"sealed": work.ctx.vault.seal(KEY, secret)}))


def _key(work: Work) -> bytes:
    if work.store.get(Setting, KEY) is None:
        made = work.ctx.vault.seal(KEY, {"key": secrets.token_hex(32)})
        work.store.put(Setting(id=KEY, value={"sealed": made}))
    kept = work.store.get(Setting, KEY)
    return bytes.fromhex(work.ctx.vault.unseal(KEY, kept.value["sealed"])["key"]) if kept else b""


def _handle(handle: str) -> str:
    wanted = clean_handle(handle)
    if len(wanted) < _SHORTEST:
        raise BadInput("privacy.handle_too_short", least=_SHORTEST)
    return wanted


def _names(text: str, handle: str) -> bool:
    return handle in fold(text)


def _blank(value: object, handle: str) -> object:
    return _GONE if _names(str(value), handle) else value
