"""Ways out of the house, by the name an account carries. What isn't in these explicit dicts can't send."""

from collections.abc import Mapping, Sequence
from typing import Final

from command_center.networks import Network, Publisher, SignIn
from command_center.publishing.bluesky import Bluesky
from command_center.publishing.manual import Manual
from command_center.publishing.rehearsal import Rehearsal
from command_center.publishing.x import X
from command_center.publishing.x_sign_in import XSignIn

WITHOUT_NETWORK: Final[Mapping[str, Publisher]] = {"manual": Manual(), "rehearsal": Rehearsal()}


def networks(*, x_api_base: str, internal_hosts: Sequence[str]) -> Mapping[str, Network]:
    """Return the ways out that lead to a real network, by its name."""
    from command_center.publishing.mastodon import Mastodon  # loaded when needed, as it brings along what speaks HTTP
    from command_center.safe_web import Web

    return {"bluesky": Bluesky(), "mastodon": Mastodon(Web(internal_hosts)), "x": X(x_api_base)}


def sign_ins(*, x_api_base: str, internal_hosts: Sequence[str], house: str) -> Mapping[str, SignIn]:
    """Return the ways to a key by agreeing on the network's own page, by its name."""
    from command_center.publishing.mastodon_agreement import MastodonSignIn  # as above
    from command_center.safe_web import Web

    return {"x": XSignIn(x_api_base), "mastodon": MastodonSignIn(Web(internal_hosts), house)}
