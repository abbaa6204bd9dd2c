"""A case as one zip that proves itself: records, entries, proofs, signed heads, reports, and a verifier of its own."""

import contextlib
import hashlib
import json
import tempfile
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from command_center.case_pack.case_dossier import fill
from command_center.case_pack.dossier import Reader as Reader
from command_center.case_pack.html_report import as_html
from command_center.case_pack.pdf_report import as_pdf
from command_center.case_pack.verifier import verifier
from command_center.domain.checkpoints import VerifierKey, read_note
from command_center.domain.deposits import Deposit
from command_center.domain.log_texts import as_data
from command_center.domain.response_log import LogEntry
from command_center.errors import BadInput
from command_center.ports import Caller, Context
from command_center.use_cases.evidence import gone_unless_done, record_export
from command_center.use_cases.pack_case import Case, gather

_EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
# An Ed25519 public key as OpenSSL reads it: this, and its 32 bytes (RFC 8410, section 4).
_SPKI: Final = bytes.fromhex("302a300506032b6570032100")
_FORM: Final = 2
_ID_BYTES: Final = 4


def write_pack(ctx: Context, caller: Caller, *, incident_id: str, path: Path, reader: Reader) -> int:
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
            parts = dict(_parts(case, reader))
            parts["case.sqlite"] = case_file.read_bytes()
        _write(path, parts)
    except OSError as error:
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
        raise BadInput("case.not_writable", path=str(path), reason=error.strerror or str(error)) from error
    with gone_unless_done(path):
        with path.open("rb") as made:
            sha256 = hashlib.file_digest(made, "sha256").hexdigest()
        record_export(ctx, caller, incident_id=incident_id, form="zip", entries=len(case.entries), sha256=sha256)
    return len(case.entries)


def _parts(case: Case, reader: Reader) -> Iterator[tuple[str, bytes]]:
    dossier = fill(case, reader)
    made_at = case.heads[-1].made_at if case.heads else case.incident.opened_at
    root = read_note(case.heads[-1].note).checkpoint.root.hex() if case.heads else ""
    yield "report.html", as_html(dossier).encode()
    yield "report.pdf", as_pdf(dossier, made_at=made_at, foot=f"{case.incident.id} · {root}")
    yield "pack.json", _json(_about(case, reader))
    yield "entries.jsonl", "".join(f"{_line(entry)}\n" for entry in case.entries).encode()
    yield "proofs.json", _json({"inclusion": case.inclusion, "consistency": case.consistency})
    for head in case.heads:
        yield f"heads/{head.id}.txt", head.note.encode()
    yield "keys.txt", "".join(f"{key}\n" for key in case.keys).encode()
    yield from _for_openssl(case)
    yield "statements.json", _json({name: case.tables[name] for name in ("statements", "statement_versions")})
    yield "posts.json", _json(case.tables["publications"])
    yield "verify.py", verifier()
    kept = []
    for each in case.deposits:
        told, stamps = _told(case, each)
        kept.append(told)
        yield from stamps.items()
    yield "deposits.json", _json(kept)


def _about(case: Case, reader: Reader) -> dict[str, Any]:
    """Say what the pack is, for the verifier and for whoever finds the file in ten years."""
    incident = case.incident
    return {
        "format": _FORM,
        "house": reader.house,
        "incident": incident.id,
        "language": reader.language,
        "names": "pseudonyms" if case.sealed else "names",
        "plane": incident.plane.value,
        "title": incident.title,
        "zone": reader.zone,
    }


def _for_openssl(case: Case) -> Iterator[tuple[str, bytes]]:
    """Yield the newest head, its signature and its key in the form OpenSSL checks."""
    if not case.heads:
        return
    note = read_note(case.heads[-1].note)
    for key in reversed(case.keys):
        for name, signature in note.signatures:
            if name == key.name and signature[:_ID_BYTES] == key.number:
                yield "openssl/head.txt", note.text.encode()
                yield "openssl/head.sig", signature[_ID_BYTES:]
                yield "openssl/key.pem", _pem(key)
                return


def _pem(key: VerifierKey) -> bytes:
    inside = b64encode(_SPKI + key.public).decode("ascii")
    return f"-----BEGIN PUBLIC KEY-----\n{inside}\n-----END PUBLIC KEY-----\n".encode()


def _told(case: Case, each: Deposit) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return what is told of a deposit, and its time stamp as a file of its own."""
    place, digest = each.place, hashlib.sha256(each.place.encode()).hexdigest()[:8]
    if case.sealed and place.startswith("tell:"):
        # The address may be a colleague's.
        place = f"tell:{digest}"
    told: dict[str, Any] = {
        "place": place,
        "head": f"heads/{each.head_id}.txt",
        "size": each.size,
        "at": each.at.isoformat(),
        "receipt": each.receipt,
    }
    if not each.place.startswith("tsa:"):
        return told, {}
    told["receipt"] = f"time_stamps/{each.head_id}-{digest}.tsr"
    return told, {told["receipt"]: b64decode(each.receipt)}


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
