"""``verify-log`` and ``export-case``: what proves what happened."""

import json
from pathlib import Path
from typing import Annotated, Final

import typer

from command_center.case_pack import Reader, write_pack
from command_center.domain.checkpoints import VerifierKey, notes_in, read_key
from command_center.domain.proof import Finding, Held, Proof, Verdict
from command_center.errors import BadInput
from command_center.ports import Caller
from command_center.shell.frame import FAILED, AsJson, answer, failing_clearly, house, language, settings
from command_center.shell.several import several
from command_center.signing import verify as check
from command_center.texts import say
from command_center.use_cases.command import SHELL
from command_center.use_cases.evidence import export_case as write_case
from command_center.use_cases.evidence import export_lines
from command_center.use_cases.verify_log import STORE, verify_file, verify_log

_MARKS: Final = {Verdict.PROVEN: "✓", Verdict.OPEN: "·", Verdict.BROKEN: "✗"}


def verify(
    file: Annotated[
        Path | None, typer.Argument(help="An exported log (JSON lines); the store's own when left out.")
    ] = None,
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A file with signed heads kept elsewhere; may be given several times.")
    ] = None,
    key: Annotated[
        list[str] | None, typer.Option(help="The verifier key (name+number+key) that must have signed them.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Recompute the log and say what is proven and what isn't; exit code 1 when anything is broken."""
    with failing_clearly(as_json):
        heads = [held for path in checkpoint or [] for held in _heads_in(path)]
        keys = [read_key(text) for text in key or []]
        if file is not None:
            _tell(_verify_file(file, heads, keys), as_json)
            return
    with house(as_json) as ctx:
        found = verify_log(ctx, SHELL, heads=heads, keys=keys)
    _tell(found, as_json)


def _heads_in(path: Path) -> list[Held]:
    try:
        notes = notes_in(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput("log.file_unreadable", file=str(path), reason=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise BadInput("checkpoint.none_in_file", file=str(path)) from error
    if not notes:
        raise BadInput("checkpoint.none_in_file", file=str(path))
    return [Held(path.name, note) for note in notes]


def _verify_file(file: Path, heads: list[Held], keys: list[VerifierKey]) -> Proof:
    try:
        with file.open(encoding="utf-8") as lines, several() as spread:
            return verify_file(lines, heads=heads, keys=keys, check=check, spread=spread)
    except OSError as error:
        raise BadInput("log.file_unreadable", file=str(file), reason=error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        raise BadInput("log.file_not_utf8", file=str(file)) from error


def _tell(found: Proof, as_json: bool) -> None:
    if as_json:
        print(json.dumps(_data(found), ensure_ascii=False, sort_keys=True, default=str))
    for finding in () if as_json else found.findings:
        print(f"{_MARKS[finding.verdict]} {sentence(finding)}")
    if not found.intact:
        raise typer.Exit(FAILED)


def sentence(finding: Finding) -> str:
    """Say a finding in words; why a chain breaks is a sentence of its own."""
    values = dict(finding.values)
    if "reason" in values:
        values["why"] = say(language(), str(values["reason"]))
    if values.get("source") == STORE:
        values["source"] = say(language(), "verify.store")
    return say(language(), finding.code, **values)


def _data(found: Proof) -> dict[str, object]:
    chain = found.chain
    return {
        "intact": found.intact,
        "entries": chain.entries,
        "head": chain.head,
        "root": chain.root.hex(),
        "broken_at": chain.broken_at,
        "reason": chain.reason,
        "expected": chain.expected,
        "found": chain.found,
        "findings": [
            {"verdict": finding.verdict.value, "code": finding.code, **finding.values} for finding in found.findings
        ],
    }


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
            entries = export_lines(ctx, caller, incident_id=identity, path=out)
        else:
            entries = write_case(ctx, caller, incident_id=incident, path=out)
    answer(as_json, {"file": str(out), "entries": entries}, "case.written", file=str(out), entries=entries)


def pack_case(
    incident: Annotated[str, typer.Argument(help="The incident's id.")],
    out: Annotated[Path, typer.Argument(help="A new .zip file.")],
    as_json: AsJson = False,
) -> None:
    """Write an incident's evidence as one zip that proves itself: entries, proofs, heads, report and verifier."""
    with house(as_json) as ctx:
        told = settings()
        caller = Caller(SHELL, ctx.new_id())
        reader = Reader(told.language, told.zone, told.house)
        entries = write_pack(ctx, caller, incident_id=incident, path=out, reader=reader)
    answer(as_json, {"file": str(out), "entries": entries}, "case.written", file=str(out), entries=entries)
