"""A network in memory that can be told to misbehave: the truth about it stands in ``posts``, whatever it answers.

Faults for the next call, by name: ``lost`` (posts, then nobody hears of it), ``before`` (the line breaks before
anything was posted), ``limited`` (429), ``faulty`` (5xx without effect), ``faulty_after`` (5xx, and yet it stands
there), ``refused``, ``forgets`` (says yes and posts nothing), ``dies_before`` and ``dies_after`` (the caller's process
ends at that moment). ``shows_after`` is how late a post becomes visible.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count

from command_center.domain.accounts import Account
from command_center.domain.connections import NetworkRight
from command_center.domain.own_posts import OwnKind, OwnPost
from command_center.errors import NetworkTrouble
from command_center.networks import Access, Message, Outcome


class Killed(BaseException):
    """The process that called ended at this moment; nothing after the call ran."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One post on an account, with the key it was sent with (empty: somebody posted natively)."""

    account_id: str
    key: str
    part: int
    post: OwnPost


@dataclass
class MemoryNetwork:
    """A network that knows no idempotency: whatever is published twice stands there twice."""

    now: Callable[[], datetime]
    shows_after: timedelta = timedelta(0)
    faults: list[str] = field(default_factory=list)
    blind: bool = False
    posts: list[Standing] = field(default_factory=list)
    profile: str = "Nordwerk. Fritteusen."
    calls: int = 0
    by_hand: bool = False
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    def publish(self, account: Account, message: Message, access: Access | None) -> Outcome:
        """Post every part, unless told otherwise."""
        assert access is not None
        self.calls += 1
        fault = self.faults.pop(0) if self.faults else ""
        if fault == "dies_before":
            raise Killed
        if fault in _WITHOUT_EFFECT:
            return replace(_WITHOUT_EFFECT[fault], retry_at=self._retry_at(fault))
        if fault == "forgets":
            return Outcome(state="sent", native_ids=("never",))
        ids = tuple(self._post(account, message, part) for part in range(len(message.parts)))
        if fault == "dies_after":
            raise Killed
        if fault in {"lost", "faulty_after"}:
            return Outcome(state="unknown", note=fault)
        return Outcome(state="sent", url=f"https://network.example/{ids[0]}", native_ids=ids)

    def _retry_at(self, fault: str) -> datetime | None:
        return self.now() + timedelta(minutes=2) if fault == "limited" else None

    def _post(self, account: Account, message: Message, part: int) -> str:
        native_id = f"p{next(self._ids)}"
        kind = OwnKind.REPLY if message.reply_to or part else OwnKind.POST
        post = OwnPost(
            native_id=native_id,
            kind=kind,
            text=message.parts[part],
            created_at=self.now(),
            url=f"https://network.example/{native_id}",
            reply_to=message.reply_to,
        )
        self.posts.append(Standing(account_id=account.id, key=message.key, part=part, post=post))
        return native_id

    def find(self, account: Account, message: Message, access: Access) -> Outcome | None:
        """Find the message by its key, as far as the network shows it already."""
        self.refuse_blind()
        ids = tuple(
            one.post.native_id
            for one in self.posts
            if one.account_id == account.id and one.key == message.key and self._shown(one)
        )
        if not ids:
            return None
        return Outcome(state="verified", url=f"https://network.example/{ids[0]}", native_ids=ids)

    def _shown(self, one: Standing) -> bool:
        return one.post.created_at + self.shows_after <= self.now()

    def refuse_blind(self) -> None:
        """Raise while the network can't be asked."""
        if self.blind:
            raise NetworkTrouble("network.unreachable", network="Memory", why="down")

    def delete(self, account: Account, native_id: str, access: Access) -> None:
        """Take a post down; one that is gone is well."""
        self.refuse_blind()
        self.posts = [one for one in self.posts if one.post.native_id != native_id]

    def own_posts(self, account: Account, access: Access, *, since: datetime) -> list[OwnPost]:
        """Return what stands there, the profile last."""
        self.refuse_blind()
        shown = [
            one.post
            for one in self.posts
            if one.account_id == account.id and one.post.created_at >= since and self._shown(one)
        ]
        profile = OwnPost(native_id=account.id, kind=OwnKind.PROFILE, text=self.profile, created_at=since)
        return [*shown, profile]

    def check(self, access: Access) -> tuple[str, tuple[NetworkRight, ...]]:
        """Return whose key it is."""
        return access.connection.handle, (NetworkRight.POST,)

    def native(self, account_id: str, text: str, **given: object) -> str:
        """Let somebody post with the network's own app."""
        native_id = f"p{next(self._ids)}"
        post = OwnPost(native_id=native_id, kind=OwnKind.POST, text=text, created_at=self.now(), client="App")
        self.posts.append(
            Standing(account_id=account_id, key="", part=0, post=replace(post, **given))  # type: ignore[arg-type]
        )
        return native_id

    def edit(self, native_id: str, text: str) -> None:
        """Let somebody change a post with the network's own app."""
        self.posts = [
            replace(one, post=replace(one.post, text=text, edited_at=self.now()))
            if one.post.native_id == native_id
            else one
            for one in self.posts
        ]


_WITHOUT_EFFECT = {
    "before": Outcome(state="unknown", note="the line broke"),
    "limited": Outcome(state="failed", note="429"),
    "faulty": Outcome(state="failed", note="503"),
    "refused": Outcome(state="refused", note="duplicate content"),
}
