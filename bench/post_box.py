"""A network that is a file, and a house whose accounts lead to it: for benches with several processes."""

import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from command_center.bootstrap import build
from command_center.domain.accounts import Account
from command_center.domain.connections import Connection, KeyKind, NetworkRight
from command_center.domain.own_posts import OwnKind, OwnPost
from command_center.networks import Access, Message, Outcome
from command_center.ports import Context
from command_center.settings import Settings

BOX = "box"
_RIGHTS = (NetworkRight.POST, NetworkRight.READ)


class Line(NamedTuple):
    """One post; ``passed`` is the machine's monotonic clock in seconds, ``at`` what the poster's calendar said."""

    account: str
    key: str
    passed: float
    text: str
    at: str


@dataclass
class PostBox:
    """A network without a key against posting twice: whoever posts appends a line.

    ``way`` is how many seconds it takes at most to get there, and as many back.
    """

    path: Path
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    way: float = 0.006
    by_hand: bool = False

    def publish(self, account: Account, message: Message, access: Access | None) -> Outcome:
        """Append the post, then answer."""
        time.sleep(random.uniform(0, self.way))
        line = Line(account.id, message.key, time.monotonic(), "\n".join(message.parts), self.now().isoformat())
        with self.path.open("a") as file:
            file.write(f"{json.dumps(line)}\n")
        time.sleep(random.uniform(0, self.way))
        return Outcome(state="sent", native_ids=(message.key,))

    def find(self, account: Account, message: Message, access: Access) -> Outcome | None:
        """Look whether it stands there."""
        there = any((line.account, line.key) == (account.id, message.key) for line in self.lines())
        return Outcome(state="sent", native_ids=(message.key,)) if there else None

    def delete(self, account: Account, native_id: str, access: Access) -> None:
        """Take nothing down: the file only grows."""
        raise NotImplementedError(native_id)

    def own_posts(self, account: Account, access: Access, *, since: datetime) -> list[OwnPost]:
        """Read back what stands on the account."""
        stands = [(line, datetime.fromisoformat(line.at)) for line in self.lines() if line.account == account.id]
        return [
            OwnPost(native_id=line.key, kind=OwnKind.POST, text=line.text, created_at=at, url="")
            for line, at in stands
            if at >= since
        ]

    def check(self, access: Access) -> tuple[str, tuple[NetworkRight, ...]]:
        """Open every account."""
        return "@a", _RIGHTS

    def lines(self) -> list[Line]:
        """Return what stands there."""
        if not self.path.exists():
            return []
        return [Line(*json.loads(line)) for line in self.path.read_text().splitlines()]


def open_house(settings: Settings, now: Callable[[], datetime] | None = None, *, way: float = PostBox.way) -> Context:
    """Open the house whose accounts lead to the post box in its folder; ``now`` may be another calendar."""
    ctx = build(settings)
    ctx = replace(ctx, now=now or ctx.now)
    box = PostBox(settings.data / "posts", ctx.now, way)
    return replace(ctx, networks={BOX: box}, publishers={**ctx.publishers, BOX: box})


def box_of(ctx: Context) -> PostBox:
    """Return the house's post box."""
    box = ctx.networks[BOX]
    if not isinstance(box, PostBox):
        raise TypeError(BOX)
    return box


def key_to_the_box(ctx: Context) -> Connection:
    """Return the key its accounts need; its id is ``key``."""
    return Connection(
        id="key", network=BOX, handle="@a", kind=KeyKind.TOKEN, connected_by="lead", connected_at=ctx.now(),
        rights=_RIGHTS, sealed=ctx.vault.seal("key", {"token": "t"}),
    )  # fmt: skip
