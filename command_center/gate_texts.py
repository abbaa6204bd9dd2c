"""Why the gate or a network answered as it did, in the reader's language."""

from collections.abc import Mapping
from typing import Final

from command_center.domain.notes import read_note
from command_center.domain.one_voice import Reason
from command_center.texts import knows, say

NETWORKS: Final[Mapping[str, str]] = {
    "x": "X",
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
    "linkedin": "LinkedIn",
    "instagram": "Instagram",
    "facebook": "Facebook",
    "threads": "Threads",
}


def network_name(network: str) -> str:
    """Return a network's name as people write it."""
    return NETWORKS.get(network, network)


def verdict(language: str, reason: str, detail: str) -> str:
    """Return why the gate answered as it did; a slot's fault, a trick or a network in words."""
    if reason == Reason.SLOT_NOT_ALLOWED and ":" in detail:
        name, fault = detail.split(":", 1)
        detail = f"{name} – {say(language, fault)}"
    elif reason == Reason.DISGUISED and detail:
        detail = say(language, detail)
    elif reason == Reason.WRONG_NETWORK:
        detail = network_name(detail)
    return say(language, reason, detail=detail)


def noted(language: str, note: str) -> str:
    """Return what was noted beside a thing: a trouble in the reader's language, or the words as they are."""
    found = read_note(note)
    if found is None:
        return note
    code, values = found
    return say(language, code, **values) if knows(language, code) else code
