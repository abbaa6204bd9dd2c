"""What ``doctor`` looks at: settings, store, SQLite's version, the log, plans, disk, notices, clock."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from command_center import bootstrap
from command_center.domain.log_portion import CLOCK_MAY_LAG
from command_center.domain.proof import Verdict
from command_center.errors import CommandCenterError
from command_center.ports import Context
from command_center.settings import Settings, read_settings
from command_center.shell.evidence import sentence
from command_center.use_cases.command import SHELL
from command_center.use_cases.verify_log import verify_log

LEAST_FREE_BYTES = 500 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: fine or not, and the sentence that says so."""

    ok: bool
    code: str
    values: dict[str, object] = field(default_factory=dict)


def look_around() -> list[Finding]:
    """Look at everything; never raises for what it finds."""
    try:
        settings = read_settings(os.environ)
    except CommandCenterError as error:
        return [Finding(False, error.code, dict(error.values))]
    return [Finding(True, "doctor.settings"), *_store(settings), *_plans(settings), *_tellers(settings)]


def _store(settings: Settings) -> Iterator[Finding]:
    version, faulty = bootstrap.sqlite_version()
    if not settings.database_url:
        yield Finding(not faulty, "doctor.sqlite_faulty" if faulty else "doctor.sqlite", {"version": version})
        yield _disk(settings)
    try:
        ctx = bootstrap.build(settings)
    except CommandCenterError as error:
        yield Finding(False, error.code, dict(error.values))
        return
    yield Finding(True, "doctor.store", {"place": settings.store_place})
    yield from _log_and_clock(ctx)
    ctx.store.close()


def _disk(settings: Settings) -> Finding:
    folder = settings.data if settings.data.exists() else settings.data.parent
    free = shutil.disk_usage(folder if folder.exists() else ".").free
    enough = free >= LEAST_FREE_BYTES
    return Finding(enough, "doctor.disk" if enough else "doctor.disk_low", {"free_mb": free // 1024**2})


def _log_and_clock(ctx: Context) -> Iterator[Finding]:
    found = verify_log(ctx, SHELL)
    with ctx.store.reading() as store:
        newest = next(store.log(descending=True, limit=1), None)
    for finding in found.findings:
        yield Finding(finding.verdict is not Verdict.BROKEN, "doctor.log", {"finding": sentence(finding)})
    back = newest is not None and newest.at > datetime.now(UTC) + CLOCK_MAY_LAG
    yield Finding(not back, "doctor.clock_back" if back else "doctor.clock")


def _plans(settings: Settings) -> Iterator[Finding]:
    try:
        shelf = bootstrap.shelf(settings.plans)
    except CommandCenterError as error:
        yield Finding(False, error.code, dict(error.values))
        return
    problems = len(shelf.problems)
    yield Finding(not problems, "plans.checked", {"plans": len(shelf.plans), "problems": problems})


def _tellers(settings: Settings) -> Iterator[Finding]:
    if not settings.notify_urls:
        yield Finding(True, "doctor.nobody_told")
        return
    yield Finding(True, "doctor.tellers", {"count": len(settings.notify_urls)})
