"""Tries the keys to networks when somebody asks or a day has passed, in a thread that holds nobody up."""

import logging
import threading
from typing import Final

from command_center.errors import CommandCenterError
from command_center.ports import Context
from command_center.use_cases.connect import check_connection, due_checks

LINGER: Final = 2.0
_log = logging.getLogger(__name__)


class Checking:
    """The one thread that tries keys; ``tend`` is called every second and never waits."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def tend(self) -> None:
        """Begin with what is due, unless that is being done."""
        if self._thread is not None and self._thread.is_alive():
            return
        due = due_checks(self._ctx)
        if due:
            self._stop.clear()
            self._thread = threading.Thread(target=self._check, args=(due,), name="check-connections", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Begin nothing more, and wait a moment for what is being done."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(LINGER)

    def _check(self, due: list[str]) -> None:
        for identity in due:
            if self._stop.is_set():
                return
            try:
                check_connection(self._ctx, identity)
            except CommandCenterError as error:
                _log.warning("connection %s: %s", identity, error)
            except Exception:
                # A library may fail in ways nobody thought of; the other keys are tried all the same.
                _log.exception("connection %s could not be tried", identity)
