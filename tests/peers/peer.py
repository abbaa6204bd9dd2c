"""What the contract suites ask of a network's local server: say something, break in a named way, show what stands.

Each network has a module beside this one with context managers that start its server and yield a ``ListeningPeer``
or a ``SpeakingPeer``. A fault lasts until ``heal`` unless it says *once*.
"""

from typing import Protocol

from command_center.domain.accounts import Account
from command_center.networks import Access, Asked, Monitor, Network


class ListeningPeer(Protocol):
    """A server with a monitor pointed at it."""

    monitor: Monitor

    def asked(self) -> Asked:
        """What to look for, with an empty cursor and ``now`` as the clock shows it; the topic's term is *Nordwerk*."""

    def say(self, text: str) -> str:
        """Put a new post there that names the topic; return its native id as the monitor will give it."""

    def say_garbage(self) -> None:
        """Put an item there that can't be read as a post, among those that can."""

    def cut(self) -> None:
        """Break every answer off in its middle."""

    def limit(self) -> None:
        """Answer that too much was asked."""

    def babble(self) -> None:
        """Answer with what is no answer at all, such as HTML where JSON is due."""

    def fail(self) -> None:
        """Answer with a 5xx and a page of HTML."""

    def sign_out(self) -> None:
        """Refuse the key."""

    def go_down(self) -> None:
        """Be gone: connections are refused."""

    def heal(self) -> None:
        """End every fault but ``go_down``."""


class SpeakingPeer(Protocol):
    """A server with a publisher pointed at it; ``account`` and ``access`` fit it."""

    network: Network
    account: Account
    access: Access

    def standing(self) -> list[str]:
        """Return the texts that stand on the account now, oldest first, as they were sent."""

    def parent_of(self, native_id: str) -> str:
        """Return what a post answers, in the form ``Message.reply_to`` takes; "" for a post of its own."""

    def foreign_post(self) -> str:
        """Put somebody else's post there; return what ``Message.reply_to`` takes to answer it."""

    def lose_answer(self) -> None:
        """Once: take the post, then break the line before answering."""

    def limit(self) -> None:
        """Answer that too much was asked."""

    def fail(self) -> None:
        """Answer with a 5xx and a page of HTML."""

    def babble(self) -> None:
        """Answer with what is no answer at all."""

    def sign_out(self) -> None:
        """Refuse the key; where the protocol allows it, with the key repeated in the answer."""

    def go_down(self) -> None:
        """Be gone: connections are refused."""

    def heal(self) -> None:
        """End every fault but ``go_down``."""
