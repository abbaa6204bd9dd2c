"""What working processes do in the soak and in the failover: import, activate, publish, log and lock, again and again.

``person`` does what people click, ``house`` what nobody clicks; both are processes of their own, told to stop by
nothing but a signal.
"""

import logging
import random
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection as Line
from typing import Any, Final

from bench.post_box import BOX, key_to_the_box, open_house
from command_center import worker
from command_center.domain.accounts import Account, Posture
from command_center.domain.incidents import FactState, Incident, IncidentState
from command_center.domain.mentions import Plane, RawMention
from command_center.domain.people import Person, Role
from command_center.errors import StoreUnavailable
from command_center.ports import Caller, Context
from command_center.settings import Settings
from command_center.use_cases.activate import activate
from command_center.use_cases.import_mentions import import_mentions
from command_center.use_cases.lead import record_fact
from command_center.use_cases.lock import lock_account
from command_center.use_cases.publish import ask_to_publish
from command_center.use_cases.safe_mode import look_outside

KINDS: Final = ("import", "activate", "publish", "send", "send", "fact", "lock")
PLAN: Final = "product-recall"
ROWS: Final = 40
# What was on its way when a process died is given up after 150 s and looked for after 60: each life is this much later.
LATER: Final = timedelta(seconds=200)

Wish = dict[str, Any]


def perform(ctx: Context, wish: Wish) -> str:
    """Carry a wish out and return its result; the same wish gives the same one."""
    caller, number = Caller("lead", str(wish["id"])), str(wish["number"])
    match wish["kind"]:
        case "import":
            at = ctx.now()
            rows = (
                RawMention(
                    network="x", native_id=f"{number}-{row}", text=f"Nordwerk qualmt {number} {row}", created_at=at
                )
                for row in range(ROWS)
            )
            import_mentions(ctx, caller, raws=rows, topic_name="Nordwerk", source_name="soak.csv")
            return ""
        case "activate":
            return activate(ctx, caller, plan_id=PLAN, plane=Plane.REAL, reason="Sturm", topic_id=number)
        case "publish" | "send" as kind:
            account, text = "free" if kind == "publish" else "sent", f"Guten Morgen {number}!"
            return ask_to_publish(ctx, caller, account_id=account, text=text, reply_to="", due_at=None)
        case "fact":
            given = {"incident_id": "first", "text": f"Fakt {number}", "source": "Leitwarte"}
            return record_fact(ctx, caller, state=FactState.CONFIRMED, **given)
        case _:
            return lock_account(ctx, caller, account_id="locked", posture=Posture.HOLD, reason="Sturm")


def clock(life: int) -> Callable[[], datetime]:
    """Return the calendar of a life."""
    return lambda: datetime.now(UTC) + life * LATER


def person(settings: Settings, life: int, line: Line) -> None:
    """Carry out wishes until killed, each told before and after; what the store refuses is told, and wished again.

    Whoever started it says ``go`` and ``rest``; a rest begins when the wish at hand is done.
    """
    ctx = open_house(settings, clock(life))
    dice = random.Random(life)
    number = 0
    while True:
        if line.poll():
            while line.recv() != "go":
                line.send({"rests": number})
        number += 1
        wish = {"id": f"wish-{life}-{number}", "number": f"{life}-{number}", "kind": dice.choice(KINDS)}
        line.send(wish)
        line.send({"done": wish["id"], "result": _until_done(ctx, wish, line)})


def _until_done(ctx: Context, wish: Wish, line: Line) -> str:
    while True:
        try:
            return perform(ctx, wish)
        except StoreUnavailable as away:
            line.send({"away": away.code, "wish": wish["id"]})
            threading.Event().wait(0.05)


class _Faults(logging.Handler):
    """Tells what the worker did not expect; that the store is away is no such thing."""

    def __init__(self, line: Line) -> None:
        super().__init__(logging.ERROR)
        self._line = line

    def emit(self, record: logging.LogRecord) -> None:
        self._line.send(f"{record.getMessage()}: {record.exc_info and record.exc_info[1]!r}")


def house(settings: Settings, life: int, line: Line) -> None:
    """Be the worker, in a hurry: judge, send, read back, sign and leave heads outside until killed."""
    vars(worker).update(PAUSE=0.05)
    faults = logging.getLogger("command_center")
    faults.propagate = False
    faults.addHandler(_Faults(line))
    # A slow network, so that many die while a post is under way.
    ctx = open_house(settings, clock(life), way=0.2)
    look_outside(ctx)
    line.send("ready")
    worker.run(ctx, threading.Event())


def furnish(ctx: Context) -> None:
    """Store somebody who may do everything, an incident, and three accounts: by hand, to the post box, to be locked."""
    with ctx.store.writing() as store:
        roles = (Role.CRISIS_LEAD, Role.CO_MANAGER)
        store.add(Person(id="lead", login="lead", name="lead", roles=roles, created_at=ctx.now()))
        store.add(key_to_the_box(ctx))
        for name, tags in (("free", ()), ("locked", ("corporate",))):
            store.add(Account(id=name, network="x", handle=name, name=name, tags=tags, co_managers=("lead",)))
        store.add(
            Account(
                id="sent", network=BOX, handle="sent", name="sent", co_managers=("lead",), publisher=BOX,
                connection_id="key",
            )
        )  # fmt: skip
        store.add(
            Incident(
                id="first", plane=Plane.REAL, title="Sturm", plan_id="", plan_version=1, plan={}, level=1,
                opened_by="lead", state=IncidentState.ACTIVE, opened_at=ctx.now(),
            )
        )  # fmt: skip
