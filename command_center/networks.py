"""How the house talks to networks: monitors that listen, publishers that speak, the vault that keeps their keys,
and the identity provider.

The adapters are in ``monitors/`` and ``publishing/``; each dict there is all there is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event
from typing import Any, Protocol

from command_center.domain.accounts import Account
from command_center.domain.connections import Connection, KeyKind, NetworkRight
from command_center.domain.identities import Claims
from command_center.domain.mentions import RawMention
from command_center.domain.own_posts import OwnPost
from command_center.domain.people import Role
from command_center.domain.sources import Source
from command_center.domain.topics import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A connection with its secret opened; lives only in the process that talks to networks."""

    connection: Connection
    secret: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a monitor is to look for; ``topics`` is every topic its finds are matched against."""

    source: Source
    topics: Sequence[Topic]
    now: datetime
    access: Access | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What one fetch or one moment of a stream brought; an empty one says that all is well and nothing is new.

    ``seen`` counts everything looked at, where a stream drops what matches no topic before making mentions of it.
    ``rejected`` could not be read, ``lost`` is known to be missing for good. ``deleted`` are native ids that their
    authors took back. ``more`` asks to be called again at once, ``next_at`` not before then.
    """

    mentions: tuple[RawMention, ...] = ()
    cursor: Mapping[str, Any] = field(default_factory=dict)
    quota: Mapping[str, Any] = field(default_factory=dict)
    deleted: tuple[str, ...] = ()
    seen: int = 0
    rejected: int = 0
    lost: int = 0
    more: bool = False
    next_at: datetime | None = None


class Poll(Protocol):
    """A source that is asked now and then; ``period_seconds`` is how often when all is well."""

    network: str
    period_seconds: int

    def fetch(self, asked: Asked) -> Fetched:
        """Ask once, for at most some 20 seconds, from the source's cursor on; raises ``NetworkTrouble``."""


class Stream(Protocol):
    """A source that tells by itself while somebody listens."""

    network: str
    period_seconds: int

    def listen(self, asked: Asked, stop: Event) -> Iterator[Fetched]:
        """Yield what comes, at least every few seconds (empty when nothing came), until told to stop.

        Goes on from the source's cursor; raises ``NetworkTrouble`` when the line is lost.
        """


class Counting(Protocol):
    """A monitor whose network counts without being read."""

    def baseline_counts(self, access: Access, topic: Topic) -> list[tuple[datetime, int]]:
        """Return how many posts every whole hour of the last days had, oldest first; raises ``NetworkTrouble``."""


Monitor = Poll | Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Media:
    """A picture that goes with a text; ``alt`` is its description, from the statement."""

    name: str
    media_type: str
    data: bytes = field(repr=False)
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One text on its way out; several ``parts`` are a thread.

    ``key`` is the same in every try, so that a network that knows it never posts twice. ``at`` is when the first
    try began, aware UTC: what stands there from before can't be ours. ``reply_to`` is the network's own reference.
    """

    key: str
    parts: tuple[str, ...]
    at: datetime
    reply_to: str = ""
    language: str = ""
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a way out answered; ``state`` is sent, verified (read back), refused, failed or unknown.

    *Refused*: the network says no and nothing was posted. *Failed*: surely nothing was posted, and it may be tried
    again at ``retry_at``. *Unknown*: it may stand there; look before anything else. ``native_ids`` has one per part.
    """

    state: str
    url: str = ""
    note: str = ""
    native_ids: tuple[str, ...] = ()
    retry_at: datetime | None = None


class Publisher(Protocol):
    """A way out of the house; ``by_hand`` means a person posts and records the outcome."""

    by_hand: bool

    def publish(self, account: Account, message: Message, access: Access | None) -> Outcome:
        """Send the text once; never raises for what the network answers."""


class Network(Publisher, Protocol):
    """A way out that leads to a real network, which can be asked what stands there."""

    def find(self, account: Account, message: Message, access: Access) -> Outcome | None:
        """Look whether the message stands there: verified, or None when it surely does not.

        Raises ``NetworkTrouble`` when the network can't be asked: then nobody knows.
        """

    def delete(self, account: Account, native_id: str, access: Access) -> None:
        """Take a post down; one that is gone already is well; raises ``NetworkTrouble``."""

    def own_posts(self, account: Account, access: Access, *, since: datetime) -> list[OwnPost]:
        """Read back what stands on the account since then, newest last; raises ``NetworkTrouble``."""

    def check(self, access: Access) -> tuple[str, tuple[NetworkRight, ...]]:
        """Return whose account the key opens (its handle) and what it may do; raises ``NetworkTrouble``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """A sign-in at a network that has begun: ``address`` is where the person agrees, ``kept`` what finishing needs."""

    address: str
    kept: Mapping[str, str] = field(repr=False)


class SignIn(Protocol):
    """A way to a key by agreeing on the network's own page, in the person's browser.

    ``asks`` names what has to be typed before (``client_id`` …), ``optional`` what may be left empty.
    """

    kind: KeyKind
    asks: tuple[str, ...]
    optional: tuple[str, ...]

    def begin(self, server: str, given: Mapping[str, str]) -> Begun:
        """Return where the person agrees; raises ``NetworkTrouble``."""

    def finish(self, kept: Mapping[str, str], code: str) -> dict[str, str]:
        """Return the secret for the code that came back; raises ``NetworkTrouble``."""

    def renew(self, access: Access) -> dict[str, str]:
        """Return the secret that takes this one's place; it must be kept at once; raises ``NetworkTrouble``."""


class Vault(Protocol):
    """Seals secrets with a key that is not in the store."""

    def seal(self, identity: str, secret: Mapping[str, str]) -> str:
        """Return the secret as text nobody can read without the key; bound to its connection."""

    def unseal(self, identity: str, sealed: str) -> dict[str, str]:
        """Return the secret; raises ``CommandCenterError`` ("vault.…") when the key is missing or another one."""


class Provider(Protocol):
    """The house's identity provider (OpenID Connect, authorisation code with PKCE)."""

    def address(self, *, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Return the address to send a browser to; raises ``NetworkTrouble``."""

    def claims(self, *, code: str, issuer: str, redirect_uri: str, nonce: str, verifier: str, now: datetime) -> Claims:
        """Return who came back with this code; raises ``NetworkTrouble`` or ``NotAllowed`` (``oidc.…``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Where else people sign in, and the roles its groups give here."""

    provider: Provider
    roles: Mapping[str, frozenset[Role]]
