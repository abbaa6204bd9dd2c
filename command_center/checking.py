"""Tries the keys to networks when somebody asks or a day has passed, and renews those that end soon.

It has a thread of its own, so that a network that hangs holds nobody up.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Final

from command_center.errors import CommandCenterError
from command_center.ports import Context
from command_center.use_cases.agree import due_renewals, renew_key
from command_center.use_cases.connect import check_connection, due_checks

LINGER: Final = 2.0
_log = logging.getLogger(__name__)


class Checking:
    """The one thread that tries and renews keys; ``tend`` is called every second and never waits."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def tend(self) -> None:
        """Begin with what is due, unless that is being done."""
        if self._thread is not None and self._thread.is_alive():
            return
        due = [(renew_key, identity) for identity in due_renewals(self._ctx)]
        due += [(check_connection, identity) for identity in due_checks(self._ctx)]
        if due:
            self._stop.clear()
            self._thread = threading.Thread(target=self._check, args=(due,), name="check-connections", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Begin nothing more, and wait a moment for what is being done."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(LINGER)

    def _check(self, due: Sequence[tuple[Callable[[Context, str], str], str]]) -> None:
        for do, identity in due:
            if self._stop.is_set():
                return
            try:
                do(self._ctx, identity)
            except CommandCenterError as error:
                _log.warning("connection %s: %s", identity, error)
            except Exception:
                # A library may fail in ways nobody thought of; the other keys are tried all the same.
                _log.exception("connection %s could not be tried", identity)
