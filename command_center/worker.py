"""The work nobody clicks for: listening, judging, telling people, the queue — one holder of a lease at a time.

Every job is a plain call below; the loops around them only keep time and the leases. What talks to our own accounts
runs beside the rest, so that a slow network delays no alert.
"""

import logging
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

from command_center.checking import Checking
from command_center.domain.statements import StatementState, StatementVersion
from command_center.errors import CommandCenterError
from command_center.listening import Listening
from command_center.ports import Context, Setting
from command_center.use_cases.agree_plans import keep_shipped_plans
from command_center.use_cases.approve import expire_statements
from command_center.use_cases.deposit import deposit_heads, heads_wait, sign_quietly
from command_center.use_cases.erase_again import keep_quietly
from command_center.use_cases.judge_live import judge_live
from command_center.use_cases.outcome import look_after_intended
from command_center.use_cases.publish import run_queue
from command_center.use_cases.refusals import log_counted_refusals
from command_center.use_cases.replay import advance_replays
from command_center.use_cases.retention import keep_to_retention
from command_center.use_cases.safe_mode import look_outside
from command_center.use_cases.send import send_intended
from command_center.use_cases.take_down import carry_out_removals
from command_center.use_cases.tell import tell_everybody
from command_center.use_cases.tell_off_voice import tell_off_voice
from command_center.use_cases.tell_second import tell_second
from command_center.use_cases.tripwire import read_back
from command_center.use_cases.watch_sources import LEASE, watch_sources

SENDING: Final = "sending.lease"
READING: Final = "reading.lease"
DEPOSITING: Final = "depositing.lease"
LEASE_LASTS: Final = timedelta(seconds=10)
PAUSE: Final = 1.0
_log = logging.getLogger(__name__)


def hold_lease(ctx: Context, holder: str, lease_id: str = LEASE) -> bool:
    """Take or keep a lease; false while another worker holds it."""
    now = ctx.now()
    with ctx.store.reading() as store:
        lease = store.get(Setting, lease_id)
    if lease and _held_by_other(lease, holder, now):
        return False
    if lease and lease.value["holder"] == holder and _until(lease) - now > LEASE_LASTS / 2:
        return True
    with ctx.store.writing() as store:
        lease = store.get(Setting, lease_id)
        if lease and _held_by_other(lease, holder, now):
            return False
        store.put(Setting(id=lease_id, value={"holder": holder, "until": (now + LEASE_LASTS).isoformat()}))
    return True


def _held_by_other(lease: Setting, holder: str, now: datetime) -> bool:
    # A lease that ends absurdly late was written before the clock was set back; it doesn't bind.
    ends = _until(lease)
    return lease.value["holder"] != holder and now < ends <= now + 2 * LEASE_LASTS


def _until(lease: Setting) -> datetime:
    return datetime.fromisoformat(lease.value["until"])


def work_once(ctx: Context) -> None:
    """Do every job once."""
    advance_replays(ctx)
    judge_live(ctx)
    watch_sources(ctx)
    tell_everybody(ctx)
    keep_shipped_plans(ctx)
    tell_second(ctx)
    log_counted_refusals(ctx)
    sign_quietly(ctx)
    keep_quietly(ctx)
    run_queue(ctx)
    look_after_intended(ctx)
    if _something_expires(ctx):
        expire_statements(ctx, f"expire:{ctx.new_id()}")
    keep_to_retention(ctx)


def _something_expires(ctx: Context) -> bool:
    now = ctx.now()
    with ctx.store.reading() as store:
        valid = store.find(StatementVersion, state=StatementState.VALID)
    return any(version.valid_until is not None and version.valid_until <= now for version in valid)


def send_once(ctx: Context) -> None:
    """Do once everything that changes our own accounts on networks."""
    send_intended(ctx)
    carry_out_removals(ctx)


def read_once(ctx: Context) -> None:
    """Read once what stands on our own accounts, and tell about what the gate did not let out."""
    read_back(ctx)
    tell_off_voice(ctx)


def deposit_once(ctx: Context) -> None:
    """Leave signed heads outside, unless what is there contradicts the log."""
    if heads_wait(ctx):
        deposit_heads(ctx, suspicious=look_outside(ctx))


class Beside(Protocol):
    """Work in threads of its own, as long as this worker holds the lease."""

    def tend(self) -> None:
        """See that it runs as it should."""

    def stop(self) -> None:
        """End it."""


def run(ctx: Context, stop: threading.Event) -> None:
    """Work until told to stop; what talks to our accounts, and to where heads are left, has threads of its own."""
    aside = [
        threading.Thread(target=_turns, args=(ctx, stop, lease_id, once), name=lease_id, daemon=True)
        for lease_id, once in ((SENDING, send_once), (READING, read_once), (DEPOSITING, deposit_once))
    ]
    for each in aside:
        each.start()
    _turns(ctx, stop, LEASE, work_once, Listening(ctx), Checking(ctx))
    for each in aside:
        each.join(timeout=10)


def _turns(
    ctx: Context, stop: threading.Event, lease_id: str, once: Callable[[Context], None], *beside: Beside
) -> None:
    """Take turns until told to stop; a failing job is written down and tried again at the next turn."""
    holder, holds = ctx.new_id(), _Held()
    while not stop.is_set():
        _carefully(lambda: holds.ask(ctx, holder, lease_id))
        for each in beside:
            _carefully(each.tend if holds.it else each.stop)
        if holds.it:
            _carefully(lambda: once(ctx))
        stop.wait(PAUSE)
    for each in beside:
        each.stop()


class _Held:
    """Whether this worker holds the lease; who can't ask holds nothing."""

    it = False

    def ask(self, ctx: Context, holder: str, lease_id: str) -> None:
        self.it = False
        self.it = hold_lease(ctx, holder, lease_id)


def _carefully(job: Callable[[], None]) -> None:
    try:
        job()
    except CommandCenterError as error:
        _log.warning("worker: %s", error)
    except Exception:
        # The broad handler of the house: a fault in one turn must not end the watch.
        _log.exception("worker: a turn failed")


def start(ctx: Context) -> Callable[[], None]:
    """Run the work in a thread of this process; returns what stops it."""
    stop = threading.Event()
    thread = threading.Thread(target=run, args=(ctx, stop), name="worker", daemon=True)
    thread.start()

    def end() -> None:
        stop.set()
        thread.join(timeout=10)

    return end
