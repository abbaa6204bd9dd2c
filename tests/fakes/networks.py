"""A network without a network: it knows one secret, and a test says what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from command_center.domain.accounts import Account
from command_center.domain.connections import NetworkRight
from command_center.domain.own_posts import OwnPost
from command_center.errors import NetworkTrouble
from command_center.networks import Access, Message, Outcome


@dataclass
class FakeNetwork:
    """Takes the secret a test names and answers with its handle and rights."""

    right: Mapping[str, str]
    handle: str = "nordwerk.example"
    rights: tuple[NetworkRight, ...] = (NetworkRight.READ, NetworkRight.POST)
    wrong: Exception | None = None
    by_hand: bool = False
    checked: list[Access] = field(default_factory=list)

    def check(self, access: Access) -> tuple[str, tuple[NetworkRight, ...]]:
        """Say whose key it is."""
        self.checked.append(access)
        if self.wrong is not None:
            raise self.wrong
        if dict(access.secret) != dict(self.right):
            raise NetworkTrouble("network.signed_out", network="Bluesky")
        return self.handle, self.rights

    def publish(self, account: Account, message: Message, access: Access | None) -> Outcome:
        """Refuse: no test posts here."""
        return Outcome(state="refused")

    def find(self, account: Account, message: Message, access: Access) -> Outcome | None:
        """Find nothing."""
        return None

    def delete(self, account: Account, native_id: str, access: Access) -> None:
        """Do nothing."""

    def own_posts(self, account: Account, access: Access, *, since: datetime) -> list[OwnPost]:
        """Know of no post."""
        return []
