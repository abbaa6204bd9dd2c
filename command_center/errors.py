"""The one error people see: what happened, what it means, what to do.

Raised anywhere, caught only at the edges (screens, HTTP, worker, shell), where
``code`` and ``values`` become a sentence in the reader's language.
"""

from datetime import datetime
from typing import Final


class CommandCenterError(Exception):
    """An expected failure with a message code and the values its sentence needs."""

    def __init__(self, code: str, /, **values: object) -> None:
        self.code: Final = code
        self.values: Final = values
        super().__init__(code, values)

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value!r}" for name, value in self.values.items())
        return f"{self.code} ({details})" if details else self.code


class NotAllowed(CommandCenterError):
    """The person may not do this: missing right, disabled, or signed out."""


class NotFound(CommandCenterError):
    """What was named does not exist in the store."""


class Conflict(CommandCenterError):
    """The thing has moved on: somebody else acted first, or its state forbids this step."""


class BadInput(CommandCenterError):
    """A value, file or setting that cannot be used; the values say where and why."""


class StoreUnavailable(CommandCenterError):
    """The store cannot be reached or written; nothing was changed."""


class NetworkTrouble(CommandCenterError):
    """A network or feed didn't do what was asked; ``retry_at`` is when it may be asked again, where it says so.

    Codes: ``network.unreachable``, ``network.slow``, ``network.limited``, ``network.refused`` (it says no and will
    say no again), ``network.signed_out`` (the key is no longer accepted), ``network.not_understood``,
    ``network.faulty`` (5xx), ``network.forbidden_address`` (leads inside the house), ``network.budget_spent`` (what the
    house may read this month), ``network.not_an_address``, ``network.too_big``, ``network.bad_query`` (nothing this
    network could look for), ``network.no_stream`` (it must be asked instead); ``folder.…`` of a watched folder.
    """

    def __init__(self, code: str, /, *, retry_at: datetime | None = None, **values: object) -> None:
        super().__init__(code, **values)
        self.retry_at: Final = retry_at


def system_words(raised: BaseException) -> str:
    """Return the innermost reason in the system's words, such as "Connection refused"; else the error's kind."""
    seen = 0
    while (inner := raised.__cause__ or raised.__context__) is not None and seen < 10:
        raised, seen = inner, seen + 1
    return (raised.strerror if isinstance(raised, OSError) else None) or type(raised).__name__
