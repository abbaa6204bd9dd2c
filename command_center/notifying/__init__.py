"""Ways to tell people about an alert, made from the addresses in the settings."""

from collections.abc import Sequence

from command_center.notifying.apprise_teller import AppriseTeller
from command_center.telling import Teller


def tellers(urls: Sequence[str]) -> tuple[Teller, ...]:
    """Return one teller per Apprise address template; ``{email}`` and ``{phone}`` stand for the person's own."""
    return tuple(AppriseTeller(url) for url in urls)
