"""A company account on a network, its locks, and the posture that follows from them.

Story *an account is locked*: ``use_cases/lock.py`` → here → the page *What may I say?*.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from command_center.domain.mentions import Plane


class Posture(StrEnum):
    """What may leave an account, from everything to nothing."""

    OPEN = "open"
    REVIEW = "review"
    ONE_VOICE = "one_voice"
    HOLD = "hold"


STRICTNESS: Final = {posture: rank for rank, posture in enumerate(Posture)}


SAFE_MODE: Final = "lock.safe_mode"
"""The reason of locks that the house set itself: a code, where people write a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A company channel that employees co-manage; never a private account.

    ``publisher`` names the way out (``manual``, ``rehearsal``, a network); ``languages`` empty means any.
    ``connection_id`` is the key to the network, empty where a person posts by hand.
    ``primary`` marks the account that speaks first; others repost it or use approved variants.
    """

    id: str
    network: str
    handle: str
    name: str
    plane: Plane = Plane.REAL
    tags: tuple[str, ...] = ()
    audience: str = "public"
    languages: tuple[str, ...] = ()
    co_managers: tuple[str, ...] = ()
    primary: bool = False
    publisher: str = "manual"
    base_posture: Posture = Posture.OPEN
    active: bool = True
    connection_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A reason why an account may say less than usual, until two people lift it.

    ``sealed_at`` is set once nothing that started before the lock is still on its way.
    ``lift_asked_by`` is the first of the two people; ``review_by`` reminds, it never unlocks.
    """

    id: str
    account_id: str
    plane: Plane
    posture: Posture
    reason: str
    locked_by: str
    locked_at: datetime
    review_by: datetime
    incident_id: str = ""
    sealed_at: datetime | None = None
    lift_asked_by: str = ""
    lift_asked_at: datetime | None = None
    lifted_by: str = ""
    lifted_at: datetime | None = None


def strictest(postures: Iterable[Posture]) -> Posture:
    """Return the posture that allows least; ``OPEN`` when there is none."""
    return max(postures, key=STRICTNESS.__getitem__, default=Posture.OPEN)


def effective_posture(account: Account, locks: Iterable[Lock]) -> Posture:
    """Return what may leave the account now: the strictest of its base posture and its standing locks."""
    standing = (lock.posture for lock in locks if lock.account_id == account.id and lock.lifted_at is None)
    return strictest((account.base_posture, *standing))


def in_scope(account: Account, *, tags: Iterable[str], excluded: Iterable[str], plane: Plane) -> bool:
    """Tell whether a plan's lock covers the account: same plane, one of the tags, none excluded.

    A plan that names no tag means every account of its plane.
    """
    if account.plane is not plane or not account.active:
        return False
    wanted, unwanted = set(tags), set(excluded)
    own = set(account.tags)
    return not (own & unwanted) and (not wanted or bool(own & wanted))
