"""What somebody who is not signed in is told when the store is away: that it is, not where it stands."""

import logging
from typing import TypeVar

from command_center.errors import CommandCenterError, StoreUnavailable
from command_center.texts import say_error

_log = logging.getLogger(__name__)
E = TypeVar("E", bound=CommandCenterError | None)


def for_strangers(error: E) -> E | StoreUnavailable:
    """Return the error without the store's address, user and state; those go to the server's own output."""
    if not isinstance(error, StoreUnavailable):
        return error
    _log.error("%s", say_error("en", error))
    return StoreUnavailable("door.store_away")
