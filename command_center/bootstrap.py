"""The one place where the parts are put together: settings in, ``Context`` out."""

import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from command_center import notifying, plan_files
from command_center.domain.plans import Plan
from command_center.ports import AlertWords, Context
from command_center.publishing import PUBLISHERS
from command_center.settings import Settings
from command_center.storage.store import open_store
from command_center.texts import alert_body, alert_title

# argon2id needs 19 MiB and most of a second; more than two at once would starve every open screen.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE: Final = threading.BoundedSemaphore(2)


def build(settings: Settings) -> Context:
    """Build the product's context; opens and migrates the store.

    Raises:
        StoreUnavailable: the store can't be opened or written.
        Conflict: the store was written by a newer version.
    """
    return Context(
        store=open_store(settings.store_url),
        now=lambda: datetime.now(UTC),
        new_id=lambda: uuid.uuid4().hex,
        publishers=PUBLISHERS,
        tellers=notifying.tellers(settings.notify_urls),
        plans=plan_shelf(settings),
        plan_snapshot=plan_files.snapshot,
        plan_from_snapshot=plan_files.from_snapshot,
        alert_words=AlertWords(
            title=lambda alert, topic, language: alert_title(alert, topic, language or settings.language),
            body=lambda alert, topic, language: alert_body(alert, topic, language or settings.language, settings.zone),
        ),
        hash_password=hash_password,
        password_matches=password_matches,
    )


def hash_password(password: str) -> str:
    """Hash a password with argon2id."""
    with _AT_ONCE:
        return _HASHER.hash(password)


def password_matches(password_hash: str, password: str) -> bool:
    """Tell whether a password is the one that was hashed; an empty hash takes as long and never matches."""
    try:
        with _AT_ONCE:
            return _HASHER.verify(password_hash or _DUMMY, password) and bool(password_hash)
    except (Argon2Error, InvalidHashError):
        return False


_DUMMY: Final = _HASHER.hash(uuid.uuid4().hex)
