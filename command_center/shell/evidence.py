"""``verify-log`` and ``export-case``: what proves what happened."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from command_center.domain.log_lines import verify_lines
from command_center.domain.people import Act
from command_center.domain.response_log import Verification
from command_center.errors import BadInput
from command_center.ports import Caller
from command_center.shell.frame import FAILED, AsJson, answer, failing_clearly, house
from command_center.use_cases.command import SHELL, looking
from command_center.use_cases.evidence import export_case as write_case
from command_center.use_cases.evidence import log_lines, record_export, verify_log


def verify(
    file: Annotated[
        Path | None, typer.Argument(help="An exported log (JSON lines); the store's own when left out.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Recompute the log's chain and name the first entry that doesn't hold; exit code 1 when there is one."""
    if file is None:
        with house(as_json) as ctx:
            found = verify_log(ctx, SHELL)
    else:
        with failing_clearly(as_json):
            found = _verify_file(file)
    _tell(found, as_json)


def _verify_file(file: Path) -> Verification:
    try:
        with file.open(encoding="utf-8") as lines:
            return verify_lines(lines)
    except OSError as error:
        raise BadInput("log.file_unreadable", file=str(file), reason=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise BadInput("log.file_not_utf8", file=str(file)) from error


def _tell(found: Verification, as_json: bool) -> None:
    data = {**asdict(found), "intact": found.intact}
    if found.intact:
        answer(as_json, data, "log.intact", entries=found.entries, head=found.head)
        return
    answer(
        as_json,
        data,
        "log.broken",
        entry=found.broken_at,
        reason=found.reason,
        expected=found.expected,
        found=found.found,
    )
    raise typer.Exit(FAILED)


def export_case(
    incident: Annotated[str, typer.Argument(help="The incident's id; 'log' for the whole log as JSON lines.")],
    out: Annotated[Path, typer.Argument(help="A new file: .sqlite for the case file, .jsonl for the log lines.")],
    as_json: AsJson = False,
) -> None:
    """Export an incident as a case file (SQLite) or its log as JSON lines."""
    with house(as_json) as ctx:
        caller = Caller(SHELL, ctx.new_id())
        if out.suffix == ".jsonl" or incident == "log":
            identity = "" if incident == "log" else incident
            with looking(ctx, SHELL, Act.EXPORT_CASE) as store:
                entries = _write_lines(out, list(log_lines(store, incident_id=identity)))
            record_export(ctx, caller, incident_id=identity, form="jsonl", entries=entries)
        else:
            entries = write_case(ctx, caller, incident_id=incident, path=out)
    answer(as_json, {"file": str(out), "entries": entries}, "case.written", file=str(out), entries=entries)


def _write_lines(out: Path, lines: list[str]) -> int:
    try:
        with out.open("x", encoding="utf-8") as file:
            file.writelines(line + "\n" for line in lines)
    except FileExistsError as error:
        raise BadInput("case.exists", path=str(out)) from error
    except OSError as error:
        raise BadInput("case.not_writable", path=str(out), reason=error.strerror or str(error)) from error
    return len(lines)
