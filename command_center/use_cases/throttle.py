"""Guessing is slowed down: how long the next try of a name, or from an address, must wait."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from command_center.domain.mentions import Plane
from command_center.domain.people import SignInAttempt
from command_center.domain.response_log import Action, NewEntry
from command_center.errors import NotAllowed
from command_center.ports import Context, Reading, Writing
from command_center.use_cases.command import SYSTEM

WINDOW: Final = timedelta(minutes=15)
FREE_TRIES: Final = 5
FREE_TRIES_OF_ADDRESS: Final = 20
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = WINDOW
_KEPT: Final = timedelta(days=1)


def count_try(ctx: Context, store: Writing, login: str, address: str, now: datetime) -> SignInAttempt:
    """Write a try down as failed before it is looked at, so that a hundred at one moment are a hundred tries.

    Raises ``NotAllowed`` (``sign_in.wait`` with the seconds until the next try). Who finds the try right stores it
    again as succeeded.
    """
    _forget_old(store, now)
    wait = _wait(store, login, address, now)
    if wait > timedelta():
        raise NotAllowed("sign_in.wait", count=max(1, round(wait.total_seconds())))
    attempt = SignInAttempt(id=ctx.new_id(), login=login, address=address, at=now, succeeded=False)
    store.add(attempt)
    return attempt


def note_failure(store: Writing, attempt: SignInAttempt, person_id: str) -> None:
    """Log that guessing goes on: once when the throttle closes for a name or an address, not for each failure.

    The entry names the person only where there is one; what was typed as a name may have been a password.
    """
    now = attempt.at
    of_login = store.find(SignInAttempt, order="at", descending=True, limit=200, login=attempt.login)
    of_address = store.find(SignInAttempt, order="at", descending=True, limit=200, address=attempt.address)
    for_name = _recent(_since_success(of_login), now) == FREE_TRIES
    for_address = _recent([a.at for a in of_address if not a.succeeded], now) == FREE_TRIES_OF_ADDRESS
    if not (for_name or for_address):
        return
    tries = FREE_TRIES if for_name else FREE_TRIES_OF_ADDRESS
    entry = NewEntry(
        action=Action.SIGN_IN_SLOWED if for_name else Action.ADDRESS_SLOWED,
        actor=SYSTEM,
        plane=Plane.REAL,
        subject=person_id if for_name else "",
        at=now,
        details={"tries": tries},
    )
    store.append(entry)


def _recent(failures: list[datetime], now: datetime) -> int:
    return sum(now - at < WINDOW for at in failures)


def _forget_old(store: Writing, now: datetime) -> None:
    for attempt in store.find(SignInAttempt, order="at", limit=20):
        if now - attempt.at > _KEPT:
            store.remove(SignInAttempt, id=attempt.id)


def _wait(store: Reading, login: str, address: str, now: datetime) -> timedelta:
    """Return how long the next try must wait; 0 when it needn't.

    Somebody else's guessing must not keep a person out: where they signed in within a day, only
    tries from that same address count for them.
    """
    of_login = store.find(SignInAttempt, order="at", descending=True, limit=200, login=login)
    at_home = any(attempt.succeeded and attempt.address == address for attempt in of_login)
    counted = [attempt for attempt in of_login if attempt.address == address] if at_home else of_login
    of_address = store.find(SignInAttempt, order="at", descending=True, limit=200, address=address)
    failures = [attempt for attempt in of_address if not attempt.succeeded]
    return max(
        _penalty(_since_success(counted), FREE_TRIES, now),
        _penalty([a.at for a in failures], FREE_TRIES_OF_ADDRESS, now),
    )


def _since_success(newest_first: Iterable[SignInAttempt]) -> list[datetime]:
    failures = []
    for attempt in newest_first:
        if attempt.succeeded:
            break
        failures.append(attempt.at)
    return failures


def _penalty(failures: list[datetime], free: int, now: datetime) -> timedelta:
    """Return the rest of the wait after too many failures: 30 s, doubled with each further one, 15 min at most."""
    recent = [at for at in failures if now - at < WINDOW]
    if len(recent) < free:
        return timedelta()
    doubled: int = 2 ** min(len(recent) - free, 10)
    return max(recent) + min(FIRST_WAIT * doubled, LONGEST_WAIT) - now
