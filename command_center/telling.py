"""How people are told of something away from the screens: the ways, and the words.

The adapters are in ``notifying/``, the words in ``alert_texts.py``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from command_center.domain.accounts import Account
from command_center.domain.alerts import Alert
from command_center.domain.four_eyes import Proposal
from command_center.domain.off_voice import OffVoice
from command_center.domain.people import Person
from command_center.domain.topics import Topic


class Teller(Protocol):
    """A way to tell a person something, such as e-mail."""

    channel: str

    def address(self, person: Person) -> str:
        """Return where this person can be reached, empty when nowhere."""

    def tell(self, person: Person, *, title: str, body: str) -> str:
        """Tell them; return an empty text when it went out, else what was wrong."""


def _only_the_find(items: Sequence[OffVoice], account: Account, _language: str) -> tuple[str, str]:
    """Say of off-voice posts nothing but where and what."""
    return account.handle, "\n".join(item.text for item in items)


def _only_the_title(proposal: Proposal, _language: str) -> tuple[str, str]:
    """Say of what takes two people nothing but what it is."""
    return proposal.matter.value, proposal.title


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertWords:
    """Turns alerts into words in a person's language; ``overdue`` takes the minutes nobody has acknowledged.

    The people given to ``body`` and ``digest`` are those to call, for a reader who can't acknowledge;
    None stands for one who can. ``trial`` are title and text of a message that only tries the way.
    """

    title: Callable[[Alert, Topic, str], str]
    body: Callable[[Alert, Topic, str, Sequence[Person] | None], str]
    overdue: Callable[[int, str], str]
    digest: Callable[[Sequence[tuple[Alert, Topic]], str, Sequence[Person] | None], tuple[str, str]]
    trial: Callable[[str], tuple[str, str]]
    off_voice: Callable[[Sequence[OffVoice], Account, str], tuple[str, str]] = _only_the_find
    second: Callable[[Proposal, str], tuple[str, str]] = _only_the_title
