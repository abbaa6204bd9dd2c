"""What this process holds from start to stop: settings, context and the news that something changed.

Kept in a module of its own name, so that a reload of ours never makes a second, unstarted copy.
"""

import sys
import types
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final, cast

from command_center.ports import Context
from command_center.settings import Settings
from command_center.use_cases.sign_in import SessionLimits
from command_center.web.news import News

_KEEPER: Final = "_command_center_process"


@dataclass(kw_only=True)
class Process:
    """The running house; ``stops`` end the background work, ``hosts`` are the names it answers to (none: any).

    ``practising`` are the sessions that looked at the practice plane last, so that a reload stays there.
    """

    settings: Settings
    ctx: Context
    news: News = field(default_factory=News)
    stops: list[Callable[[], None]] = field(default_factory=list)
    hosts: frozenset[str] = frozenset()
    practising: set[str] = field(default_factory=set)

    @property
    def limits(self) -> SessionLimits:
        """How long sessions last here."""
        return SessionLimits(
            idle=timedelta(minutes=self.settings.session_idle_minutes),
            longest=timedelta(hours=self.settings.session_hours),
        )


def _keeper() -> types.ModuleType:
    return sys.modules.setdefault(_KEEPER, types.ModuleType(_KEEPER))


def hold(process: Process) -> Process:
    """Make this the process everybody sees; tests hold one of their own."""
    _keeper().__dict__["process"] = process
    return process


def current() -> Process:
    """Return the running process; a ``RuntimeError`` means that ``app.py`` did not start it."""
    found = _keeper().__dict__.get("process")
    if found is None:
        raise RuntimeError("the house was not started; run `python app.py`")
    return cast("Process", found)


def is_held() -> bool:
    """Tell whether a process was started here already."""
    return "process" in _keeper().__dict__
