"""*unlock*: one person asks for a lock to be lifted and confirms it, while another does too."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import timedelta

from bench.racing import Act, Race
from command_center.domain.accounts import Account, Lock, Posture
from command_center.domain.mentions import Plane
from command_center.domain.response_log import Action, LogEntry
from command_center.errors import CommandCenterError
from command_center.ports import Caller, Context, Record
from command_center.use_cases.lock import ask_unlock, confirm_unlock


def records(ctx: Context, number: int) -> Iterator[Record]:
    """An account under a lock."""
    name, now = f"kept-{number}", ctx.now()
    yield Account(id=name, network="kept", handle=name, name=name, publisher="manual")
    yield Lock(
        id=f"lock-{number}", account_id=name, plane=Plane.REAL, posture=Posture.ONE_VOICE, reason="Sturm",
        locked_by="lead", locked_at=now, review_by=now + timedelta(hours=4),
    )  # fmt: skip


def _ask(ctx: Context, number: int) -> None:
    ask_unlock(ctx, Caller("lead", f"unlock-{number}"), lock_id=f"lock-{number}", reason="ruhig")


def _confirm(who: str) -> Act:
    def act(ctx: Context, number: int) -> None:
        for turn in range(3):
            with suppress(CommandCenterError):
                confirm_unlock(ctx, Caller(who, f"confirm-{who}-{number}-{turn}"), lock_id=f"lock-{number}")

    return act


def judge(_ctx: Context, entries: Sequence[LogEntry], rounds: int) -> tuple[list[str], str]:
    """Whoever asked never lifts, and nobody lifts twice."""
    lifted = [(str(entry.details["lock"]), entry.actor) for entry in entries if entry.action is Action.ACCOUNT_UNLOCKED]
    names = [lock for lock, _ in lifted]
    wrong = [lock for lock, who in lifted if who != "other" or names.count(lock) != 1]
    return wrong, f"{len(lifted)} lifted by two people, {rounds - len(lifted)} still asked for"


RACE = Race(sides=((_ask, 5), (_confirm("lead"), 20), (_confirm("other"), 20)), records=records, judge=judge)
