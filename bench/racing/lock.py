"""*lock*: two workers send a post while its account is locked."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bench.post_box import BOX, box_of
from bench.racing import TEXT, Race, first
from command_center.domain.accounts import Account, Posture
from command_center.domain.publications import Publication, PublicationState
from command_center.domain.response_log import Action, LogEntry
from command_center.ports import Caller, Context, Record
from command_center.use_cases.lock import lock_account
from command_center.use_cases.publish import ask_to_publish
from command_center.use_cases.send import take_turn


def records(_ctx: Context, number: int) -> Iterator[Record]:
    """An account that leads to the post box."""
    name = f"box-{number}"
    yield Account(
        id=name, network=BOX, handle=name, name=name, co_managers=("anna",), publisher=BOX, connection_id="key"
    )


def queue_posts(ctx: Context, rounds: int) -> None:
    """Put one post in line for every account."""
    for number in range(rounds):
        named = replace(ctx, new_id=lambda number=number: f"post-{number}")  # type: ignore[misc]
        caller = Caller("anna", f"ask-{number}")
        ask_to_publish(named, caller, account_id=f"box-{number}", text=TEXT, reply_to="", due_at=None)


def _lock(ctx: Context, number: int) -> None:
    account = f"box-{number}"
    lock_account(ctx, Caller("lead", f"lock-{number}"), account_id=account, posture=Posture.HOLD, reason="Sturm")
    # When it has committed, for whoever wants to know what was still on its way.
    with box_of(ctx).path.with_name("locked").open("a") as file:
        file.write(f"{json.dumps([account, time.monotonic()])}\n")


def _send(ctx: Context, number: int) -> None:
    take_turn(ctx, f"post-{number}")


def judge(ctx: Context, entries: Sequence[LogEntry], rounds: int) -> tuple[list[str], str]:
    """No attempt begins after its lock; what began stands there once; sealed only when it is known."""
    lines = box_of(ctx).lines()
    posted = [line.key for line in lines]
    at, wrong = first(entries), []
    with ctx.store.reading() as store:
        states = {post.account_id: post.state for post in store.find(Publication) if post.id.startswith("post-")}
    for number in range(rounds):
        account, post = f"box-{number}", f"post-{number}"
        locked, begun = at[Action.ACCOUNT_LOCKED, account], at.get((Action.POST_INTENDED, post))
        sealed, sent = at.get((Action.ACCOUNT_SEALED, account), 0), at.get((Action.POST_SENT, post), 0)
        fine = posted.count(post) == (begun is not None) and sealed > max(locked, sent)
        expected = PublicationState.SENT if begun else PublicationState.HELD
        if (begun or 0) > locked or not fine or states[account] is not expected:
            wrong.append(f"lock {number}")
    times = dict(json.loads(line) for line in box_of(ctx).path.with_name("locked").read_text().splitlines())
    late = sum(line.passed > times[line.account] for line in lines)
    return wrong, (
        f"{len(lines)} sent, {rounds - len(lines)} held; {late} were on their way as the lock came, none began after it"
    )


RACE = Race(sides=((_lock, 25), (_send, 10), (_send, 10)), records=records, ready=queue_posts, judge=judge)
