"""A case as one zip that proves itself: records, entries, proofs, signed heads, a report, and a verifier of its own."""

import contextlib
import hashlib
import json
import tempfile
import zipfile
from base64 import b64decode
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from command_center.case_pack.report import report
from command_center.domain.log_texts import as_data
from command_center.domain.response_log import LogEntry
from command_center.errors import BadInput
from command_center.ports import Caller, Context
from command_center.use_cases.evidence import record_export
from command_center.use_cases.pack_case import Case, gather

_EARLIEST = (1980, 1, 1, 0, 0, 0)


def write_pack(ctx: Context, caller: Caller, *, incident_id: str, path: Path, language: str, zone: str) -> int:
    """Write an incident's evidence as a zip and log it with the zip's SHA-256; returns the number of its entries.

    Raises ``BadInput`` ("case.exists", "case.not_writable"), ``NotAllowed``, ``NotFound``.
    """
    if path.exists():
        raise BadInput("case.exists", path=str(path))
    case = gather(ctx, caller.person_id, incident_id=incident_id)
    try:
        with tempfile.TemporaryDirectory(prefix="one-voice-pack-") as folder:
            case_file = Path(folder) / "case.sqlite"
            ctx.store.case_file(case_file, case.tables)
            parts = dict(_parts(case, language, zone))
            parts["case.sqlite"] = case_file.read_bytes()
        _write(path, parts)
    except OSError as error:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        raise BadInput("case.not_writable", path=str(path), reason=error.strerror or str(error)) from error
    with path.open("rb") as made:
        sha256 = hashlib.file_digest(made, "sha256").hexdigest()
    record_export(ctx, caller, incident_id=incident_id, form="zip", entries=len(case.entries), sha256=sha256)
    return len(case.entries)


def _parts(case: Case, language: str, zone: str) -> Iterator[tuple[str, bytes]]:
    yield "report.html", report(case, language, zone).encode()
    yield "entries.jsonl", "".join(f"{_line(entry)}\n" for entry in case.entries).encode()
    yield "proofs.json", _json({"inclusion": case.inclusion, "consistency": case.consistency})
    for head in case.heads:
        yield f"heads/{head.id}.txt", head.note.encode()
    yield "keys.txt", "".join(f"{key}\n" for key in case.keys).encode()
    yield "statements.json", _json({name: case.tables[name] for name in ("statements", "statement_versions")})
    yield "posts.json", _json(case.tables["publications"])
    yield "verify.py", files("command_center.case_pack").joinpath("verify.py").read_bytes()
    kept = []
    for each in case.deposits:
        told: dict[str, Any] = {
            "place": each.place,
            "size": each.size,
            "at": each.at.isoformat(),
            "receipt": each.receipt,
        }
        if each.place.startswith("tsa:"):
            place = hashlib.sha256(each.place.encode()).hexdigest()[:8]
            told["receipt"] = f"time_stamps/{each.head_id}-{place}.tsr"
            yield told["receipt"], b64decode(each.receipt)
        kept.append(told)
    yield "deposits.json", _json(kept)


def _line(entry: LogEntry) -> str:
    line = {"number": entry.number, "hash": entry.hash, "body": entry.body, "texts": as_data(entry.texts)}
    return json.dumps(line, ensure_ascii=False)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True, default=str).encode()


def _write(path: Path, parts: Mapping[str, bytes]) -> None:
    sums = {name: hashlib.sha256(data).hexdigest() for name, data in sorted(parts.items())}
    with path.open("xb") as out, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in [*sorted(parts.items()), ("manifest.json", _json(sums))]:
            # The same case gives the same bytes, whatever the clock says.
            pack.writestr(zipfile.ZipInfo(name, _EARLIEST), data, zipfile.ZIP_DEFLATED)
