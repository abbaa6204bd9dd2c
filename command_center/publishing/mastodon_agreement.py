"""Signing in to a Mastodon server: the house introduces itself there, the person agrees and copies a code."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from command_center.domain.connections import KeyKind
from command_center.networks import Access, Begun
from command_center.publishing import mastodon_sign_in

if TYPE_CHECKING:
    from command_center.safe_web import Web

_KEPT = ("server", "client_id", "client_secret", "verifier", "state", "redirect")


class MastodonSignIn:
    """OAuth 2.0 with a code that is shown to the person; such a key does not end by itself."""

    kind: KeyKind = KeyKind.OAUTH2
    asks: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()

    def __init__(self, web: "Web", house: str) -> None:
        self._web = web
        self._house = house

    def begin(self, server: str, given: Mapping[str, str]) -> Begun:
        """Introduce the house to the server and return its page."""
        begun = mastodon_sign_in.register(self._web, server, house=self._house)
        kept = {name: str(getattr(begun, name)) for name in _KEPT}
        return Begun(address=mastodon_sign_in.authorize_address(begun), kept=kept)

    def finish(self, kept: Mapping[str, str], code: str) -> dict[str, str]:
        """Exchange the code for the key."""
        begun = mastodon_sign_in.SignIn(**{name: kept[name] for name in _KEPT})
        return mastodon_sign_in.exchange(self._web, begun, code)

    def renew(self, access: Access) -> dict[str, str]:
        """Return the key as it is: it does not end."""
        return dict(access.secret)
