"""Safe mode: when a head kept outside contradicts the log, nothing may be said until two people say why it may.

A store that was cut, rewritten or put back from a backup would otherwise speak with rights and approvals that may be
out of date. Every account is put on hold by an ordinary lock, which every part of the house respects already.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from command_center.domain.accounts import SAFE_MODE, Account, Lock, Posture
from command_center.domain.checkpoints import Note
from command_center.domain.deposits import contradictions
from command_center.domain.mentions import Plane
from command_center.domain.people import Act
from command_center.domain.proof import Held
from command_center.domain.response_log import Action
from command_center.errors import Conflict
from command_center.ports import Context, Reading, Setting
from command_center.use_cases.command import Work, command, housework
from command_center.use_cases.deposit import kept_outside
from command_center.use_cases.lock import lift, raise_posture
from command_center.use_cases.two_people import be_second, first_counts
from command_center.use_cases.write_statement import require_reason

_STANDS: Final = "safe_mode"
_ACCEPTED: Final = "safe_mode.accepted"
REVIEW_AFTER: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeMode:
    """Why the house is in safe mode: a head outside vouches for ``size`` entries, the store had ``entries``.

    ``heads`` names every head outside that contradicted.
    ``asked_by`` is the first of the two people who end it, ``reason`` theirs.
    """

    heads: list[str]
    size: int
    entries: int
    since: str
    asked_by: str = ""
    reason: str = ""


def safe_mode(store: Reading) -> SafeMode | None:
    """Return the safe mode the house is in, None when all is well."""
    setting = store.get(Setting, _STANDS)
    return SafeMode(**setting.value) if setting and setting.value else None


def look_outside(ctx: Context) -> bool:
    """Compare the log with the heads kept outside and enter safe mode if they contradict; tells whether it stands."""
    held = heads_outside(ctx)
    with ctx.store.reading() as store:
        stands = safe_mode(store) is not None
        tree = store.tree()
        found = contradictions(tree, [each.note for each in held])
    if not found or stands:
        return stands
    heads = [_name(note) for note in found]
    size = found[0].checkpoint.size
    _enter(ctx, f"safe-mode:{heads[0]}:{tree.size}", heads=heads, size=size, entries=tree.size)
    return True


def heads_outside(ctx: Context) -> list[Held]:
    """Return the heads kept outside, without those that two people have accepted as no longer true."""
    held = kept_outside(ctx)
    with ctx.store.reading() as store:
        known = _accepted(store)
    return [each for each in held if _name(each.note) not in known]


def accepted_sizes(store: Reading) -> list[int]:
    """Return how many entries each head vouched for that two people accepted as no longer true."""
    return [int(name.split()[0]) for name in _accepted(store)]


def _accepted(store: Reading) -> list[str]:
    setting = store.get(Setting, _ACCEPTED)
    return list(setting.value.get("heads", [])) if setting else []


def _name(note: Note) -> str:
    return f"{note.checkpoint.size} {note.checkpoint.root.hex()}"


@housework
def _enter(work: Work, *, heads: list[str], size: int, entries: int) -> str:
    mode = SafeMode(heads=heads, size=size, entries=entries, since=work.now.isoformat())
    work.store.put(Setting(id=_STANDS, value=asdict(mode)))
    work.log(Action.SAFE_MODE_ENTERED, "house", head=heads[0], size=size, entries=entries)
    for account in work.store.find(Account, plane=Plane.REAL, active=True):
        review_by = work.now + REVIEW_AFTER
        raise_posture(work, account, posture=Posture.HOLD, reason=SAFE_MODE, review_by=review_by)
    return heads[0]


@command(Act.UNLOCK)
def ask_to_leave(work: Work, *, reason: str) -> str:
    """Ask for safe mode to end, saying why the store may be trusted: the first of the two people."""
    require_reason(reason)
    mode = _standing(work)
    if mode.asked_by and first_counts(work, mode.asked_by, Act.UNLOCK):
        raise Conflict("safe_mode.asked_before")
    asked = replace(mode, asked_by=work.who.id, reason=reason)
    work.store.put(Setting(id=_STANDS, value=asdict(asked)))
    work.log(Action.SAFE_MODE_END_ASKED, "house", head=mode.heads[0], reason=reason)
    return mode.heads[0]


@command(Act.UNLOCK)
def leave(work: Work) -> str:
    """End safe mode as the second person: its locks are lifted, held posts go to quarantine.

    The heads that contradicted are accepted by name, so that they count no more; every other still does.
    """
    mode = _standing(work)
    if not mode.asked_by:
        raise Conflict("safe_mode.nobody_asked")
    be_second(work, mode.asked_by, Act.UNLOCK, same="safe_mode.two_people")
    work.store.put(Setting(id=_ACCEPTED, value={"heads": [*_accepted(work.store), *mode.heads]}))
    work.store.put(Setting(id=_STANDS, value={}))
    work.log(Action.SAFE_MODE_LEFT, "house", head=mode.heads[0], reason=mode.reason, asked_by=mode.asked_by)
    lift(work, work.store.find(Lock, reason=SAFE_MODE, lifted_at=None))
    return mode.heads[0]


def _standing(work: Work) -> SafeMode:
    mode = safe_mode(work.store)
    if mode is None:
        raise Conflict("safe_mode.none")
    return mode


def since(mode: SafeMode) -> datetime:
    """Return when safe mode began."""
    return datetime.fromisoformat(mode.since)
