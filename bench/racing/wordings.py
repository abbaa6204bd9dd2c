"""*withdraw*: an approved wording is taken back while it is published. *approve*: one person approves twice at once."""

import os
from collections.abc import Iterator, Sequence
from datetime import timedelta

from bench.racing import TEXT, Race
from command_center.domain.accounts import Account, Lock, Posture
from command_center.domain.mentions import Plane
from command_center.domain.response_log import Action, LogEntry
from command_center.domain.statements import Content, Statement, StatementState, StatementVersion, Variant, content_hash
from command_center.ports import Caller, Context, Record
from command_center.use_cases.approve import approve_statement, withdraw_statement
from command_center.use_cases.publish import ask_to_publish


def _wording(ctx: Context, number: int, state: StatementState) -> Iterator[Record]:
    name, now = f"{state.value}-{number}", ctx.now()
    content = Content(title="Lage", kind="holding", variants=(Variant(language="de", text=f"{TEXT} {number}"),))
    yield Statement(id=f"st-{name}", plane=Plane.REAL, title="Lage", created_by="x", created_at=now)
    yield StatementVersion(
        id=name, statement_id=f"st-{name}", plane=Plane.REAL, number=1, content=content,
        content_hash=content_hash(content), author_id="x", created_at=now, quorum=2, approver_roles=(), valid_for=0,
        state=state,
    )  # fmt: skip


def valid(ctx: Context, number: int) -> Iterator[Record]:
    """A valid wording, and an account under one voice that may say it."""
    name, now = f"said-{number}", ctx.now()
    yield Account(id=name, network="locked", handle=name, name=name, co_managers=("anna",), publisher="manual")
    yield Lock(
        id=f"voice-{number}", account_id=name, plane=Plane.REAL, posture=Posture.ONE_VOICE, reason="Sturm",
        locked_by="lead", locked_at=now, review_by=now + timedelta(hours=4),
    )  # fmt: skip
    yield from _wording(ctx, number, StatementState.VALID)


def submitted(ctx: Context, number: int) -> Iterator[Record]:
    """A wording that waits for two approvals."""
    yield from _wording(ctx, number, StatementState.SUBMITTED)


def _publish(ctx: Context, number: int) -> None:
    caller, text = Caller("anna", f"say-{number}"), f"{TEXT} {number}"
    ask_to_publish(ctx, caller, account_id=f"said-{number}", text=text, reply_to="", due_at=None)


def _withdraw(ctx: Context, number: int) -> None:
    withdraw_statement(ctx, Caller("lead", f"withdraw-{number}"), version_id=f"valid-{number}", reason="überholt")


def _approve(ctx: Context, number: int) -> None:
    with ctx.store.reading() as store:
        version = store.find(StatementVersion, id=f"submitted-{number}")[0]
    caller = Caller("lead", f"approve-{os.getpid()}-{number}")
    approve_statement(ctx, caller, version_id=version.id, content_hash=version.content_hash)


def judge_withdraw(_ctx: Context, entries: Sequence[LogEntry], rounds: int) -> tuple[list[str], str]:
    """No intent follows the withdrawal of its wording."""
    gone = {entry.subject: entry.number for entry in entries if entry.action is Action.STATEMENT_WITHDRAWN}
    said = {
        str(entry.details["statement_version"]): entry.number
        for entry in entries
        if entry.action is Action.POST_INTENDED and entry.details["statement_version"]
    }
    wrong = [name for number in range(rounds) if said.get(name := f"valid-{number}", 0) > gone.get(name, 0)]
    return wrong, f"{len(said)} published, {rounds - len(said)} refused"


def judge_approve(ctx: Context, entries: Sequence[LogEntry], rounds: int) -> tuple[list[str], str]:
    """One person counts once: no wording becomes valid."""
    given = [entry.subject for entry in entries if entry.action is Action.STATEMENT_APPROVED]
    with ctx.store.reading() as store:
        waiting = {version.id for version in store.find(StatementVersion, state=StatementState.SUBMITTED)}
    names = [f"submitted-{number}" for number in range(rounds)]
    return [name for name in names if given.count(name) != 1 or name not in waiting], f"{len(given)} approvals"


WITHDRAW = Race(sides=((_publish, 10), (_withdraw, 10)), records=valid, judge=judge_withdraw)
APPROVE = Race(sides=((_approve, 10), (_approve, 10)), records=submitted, judge=judge_approve)
