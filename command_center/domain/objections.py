"""Authors who object to being heard: remembered by a keyed hash, so that nobody can read who they are.

Without the key, which is sealed beside the keys to the networks, guessing handles proves nothing.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from command_center.domain.folding import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """One author of one network whose posts are neither stored nor shown; ``id`` is the keyed hash."""

    id: str
    network: str
    at: datetime


def clean_handle(handle: str) -> str:
    """Return a handle as it is compared: without ``@`` in front, capitals and marks."""
    return fold(handle.strip()).strip().lstrip("@")


def objection_id(key: bytes, network: str, handle: str) -> str:
    """Return ``HMAC-SHA256(key, network ‖ 0 ‖ handle)`` in hex."""
    return hmac.new(key, f"{network}\0{clean_handle(handle)}".encode(), hashlib.sha256).hexdigest()


def lasting_author(native_id: str) -> str:
    """Return the author's lasting id where a post's address names one (``at://did:…/…``), else nothing."""
    rest = native_id.removeprefix("at://")
    return rest.partition("/")[0] if rest != native_id else ""
