"""The one place where the parts are put together: settings in, ``Context`` out."""

import functools
import threading
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from command_center import plan_files
from command_center.alert_texts import (
    alert_body,
    alert_digest,
    alert_overdue,
    alert_subject,
    off_voice_words,
    second_words,
    trial_message,
)
from command_center.depositing import depositors
from command_center.domain.identities import read_groups
from command_center.domain.verifying import Verification
from command_center.erasure_file import ErasureFile
from command_center.errors import BadInput, StoreUnavailable
from command_center.networks import Elsewhere
from command_center.notary import Notary
from command_center.notifying import tellers
from command_center.oidc import OpenIdProvider, is_safe
from command_center.ports import Context
from command_center.publishing import WITHOUT_NETWORK, networks, sign_ins
from command_center.settings import Settings
from command_center.signing import FileSigner, verify
from command_center.storage import engines
from command_center.storage.backup import backup, restore
from command_center.storage.migrate import pending
from command_center.storage.store import open_store
from command_center.telling import AlertWords
from command_center.vault import FernetVault
from monitors import monitors

# argon2id needs 19 MiB and most of a second; more than two at once would starve every open screen.
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_AT_ONCE: Final = threading.BoundedSemaphore(2)


def build(settings: Settings) -> Context:
    """Build the product's context; opens and migrates the store.

    Raises:
        StoreUnavailable: the store can't be opened or written, or was written by a newer version.
        BadInput: an address for alerts, or a place for the log's heads, can't be read.
    """
    make_folder(settings)
    ways_out = networks(x_api_base=settings.x_api_base, internal_hosts=settings.internal_hosts)
    return Context(
        store=open_store(settings.store_url),
        now=lambda: datetime.now(UTC),
        new_id=lambda: uuid.uuid4().hex,
        publishers={**WITHOUT_NETWORK, **ways_out},
        networks=ways_out,
        monitors=monitors(x_api_base=settings.x_api_base, internal_hosts=settings.internal_hosts, inbox=settings.inbox),
        vault=FernetVault(keys=settings.token_key, file=settings.token_key_file),
        notary=Notary(
            signer=FileSigner(settings.log_origin, settings.log_key_file),
            every=timedelta(seconds=settings.checkpoint_seconds),
            verify=verify,
            depositors=depositors(settings.deposits, settings.language),
        ),
        tellers=tellers(settings.notify_urls),
        plans=lambda: shelf(settings.plans).plans,
        plan_snapshot=plan_files.plan_to_data,
        plan_from_snapshot=plan_files.plan_from_data,
        alert_words=_alert_words(settings),
        house=settings.house,
        names_sealed=None if settings.works_council == "house" else settings.works_council == "on",
        erasures=ErasureFile(settings.erasures_file),
        hash_password=hash_password,
        password_matches=password_matches,
        elsewhere=elsewhere(settings),
        sign_ins=sign_ins(x_api_base=settings.x_api_base, internal_hosts=settings.internal_hosts, house=settings.house),
    )


def _alert_words(settings: Settings) -> AlertWords:
    return AlertWords(
        title=lambda alert, topic, language: alert_subject(alert, topic, language or settings.language),
        body=lambda alert, topic, language, call: alert_body(
            alert, topic, language or settings.language, settings.zone, settings.public_url, call
        ),
        overdue=lambda minutes, language: alert_overdue(minutes, language or settings.language),
        digest=lambda waiting, language, call: alert_digest(
            waiting, language or settings.language, settings.public_url, call
        ),
        trial=lambda language: trial_message(language or settings.language, settings.public_url),
        off_voice=lambda items, account, language: off_voice_words(
            items, account, language or settings.language, settings.public_url
        ),
        second=lambda proposal, language: second_words(proposal, language or settings.language, settings.public_url),
    )


def elsewhere(settings: Settings) -> Elsewhere | None:
    """Return the identity provider, where one is set; raises ``BadInput`` for settings that don't fit together."""
    given = (settings.oidc_issuer, settings.oidc_client_id, settings.oidc_client_secret)
    if not any(given) and not settings.oidc_groups:
        return None
    if not all(given) or not settings.oidc_groups:
        raise BadInput("settings.oidc_incomplete")
    if not is_safe(settings.oidc_issuer):
        raise BadInput("settings.oidc_not_safe", value=settings.oidc_issuer)
    provider = OpenIdProvider(
        issuer=settings.oidc_issuer, client_id=settings.oidc_client_id, client_secret=settings.oidc_client_secret
    )
    return Elsewhere(provider=provider, roles=read_groups(settings.oidc_groups))


def make_folder(settings: Settings) -> None:
    """Make the folder of the embedded store where it is missing; raises ``StoreUnavailable``."""
    if settings.database_url:
        return
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnavailable("start.no_data_folder", path=str(settings.data), why=error.strerror or "") from error


def shelf(folder: Path) -> plan_files.PlanShelf:
    """Return the plans of a folder and what is wrong with the rest; read again only when a file changed."""
    try:
        stamp = tuple(sorted((path.name, *_stamp(path)) for path in folder.glob("*.y*ml")))
    except OSError:
        stamp = ()
    return _shelf(folder, stamp)


def _stamp(path: Path) -> tuple[int, int]:
    known = path.stat()
    return known.st_mtime_ns, known.st_size


@functools.lru_cache(maxsize=8)
def _shelf(folder: Path, _stamp: tuple[tuple[str, int, int], ...]) -> plan_files.PlanShelf:
    return plan_files.load_plans(folder)


def back_up(settings: Settings, out: Path) -> Verification:
    """Copy the running store into one new file, checked."""
    engine = engines.create(settings.store_url)
    try:
        return backup(engine, out)
    finally:
        engine.dispose()


def put_back(settings: Settings, file: Path) -> Verification:
    """Put a backup where no store is yet, checked; raises ``BadInput``."""
    if settings.database_url and not settings.database_url.startswith("sqlite"):
        raise BadInput("restore.use_pg_restore")
    make_folder(settings)
    return restore(file, engines.sqlite_path(engines.create(settings.store_url)))


def pending_migrations(settings: Settings) -> tuple[str, ...]:
    """Name the migrations the store still lacks."""
    make_folder(settings)
    engine = engines.create(settings.store_url)
    try:
        return pending(engine)
    finally:
        engine.dispose()


def sqlite_version() -> tuple[str, bool]:
    """Return the version of SQLite in use, and whether it has the WAL-reset fault."""
    info = engines.sqlite_info()
    return info.version, info.wal_reset_fault


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
