"""The evidence as files: an incident's case file and log lines, for people who may export them."""

import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from anyio.to_thread import run_sync
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from command_center import texts
from command_center.case_pack import Reader, write_pack
from command_center.domain.people import Person
from command_center.errors import BadInput, CommandCenterError, NotAllowed, NotFound, StoreUnavailable
from command_center.ports import Caller, Context
from command_center.use_cases.evidence import export_case, export_lines
from command_center.use_cases.sign_in import who_holds
from command_center.web.process import current
from command_center.web.session import SESSION_HEADER

# Instead of an incident's id: the whole log.
WHOLE_LOG: Final = "log"
_MEDIA: Final = {"sqlite": "application/vnd.sqlite3", "jsonl": "application/x-ndjson", "zip": "application/zip"}
_STATUS: Final[tuple[tuple[type[CommandCenterError], int], ...]] = (
    (NotAllowed, 403),
    (NotFound, 404),
    (BadInput, 400),
    (StoreUnavailable, 503),
)


async def export(request: Request) -> Response:
    """Write the file asked for into a folder of its own, send it, and delete it."""
    if request.method == "HEAD":  # nobody gets a file so, and the log would say that somebody had
        return Response(status_code=405, headers={"allow": "GET"})
    language = current().settings.language
    try:
        person = await run_sync(partial(_signed_in, request.headers.get(SESSION_HEADER.decode(), "")))
    except CommandCenterError as error:
        return _refusal(language, error)
    language = person.language or language
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        return _refusal(language, NotAllowed("door.other_origin"))
    form, incident_id = request.path_params["form"], request.path_params["incident_id"]
    folder = Path(await run_sync(partial(tempfile.mkdtemp, prefix="one-voice-export-")))
    tidy = partial(shutil.rmtree, folder, ignore_errors=True)
    try:
        path = await run_sync(partial(_write, current().ctx, person, incident_id, form, folder))
    except CommandCenterError as error:
        await run_sync(tidy)
        return _refusal(language, error)
    except BaseException:
        await run_sync(tidy)
        raise
    return FileResponse(
        path,
        media_type=_MEDIA[form],
        filename=path.name,
        headers={"cache-control": "no-store"},
        background=BackgroundTask(tidy),
    )


def _signed_in(session: str) -> Person:
    """Return who asks, by the session the gate named; clients can't name one themselves."""
    process = current()
    person = who_holds(process.ctx, session, limits=process.limits, touch=True)
    if person is None:
        raise NotAllowed("sign_in.needed")
    return person


def _write(ctx: Context, person: Person, incident_id: str, form: str, folder: Path) -> Path:
    if form not in _MEDIA or (form != "jsonl" and incident_id == WHOLE_LOG):
        raise BadInput("export.unknown_form", form=form)
    path = folder / f"one-voice-{_safe(incident_id)}-{ctx.now():%Y%m%dT%H%MZ}.{form}"
    caller = Caller(person_id=person.id, request_id=ctx.new_id())
    whole = incident_id == WHOLE_LOG
    settings = current().settings
    reader = Reader(person.language or settings.language, settings.zone, settings.house)
    writers: dict[str, Callable[[], object]] = {
        "sqlite": partial(export_case, ctx, caller, incident_id=incident_id, path=path),
        "zip": partial(write_pack, ctx, caller, incident_id=incident_id, path=path, reader=reader),
        "jsonl": partial(export_lines, ctx, caller, incident_id="" if whole else incident_id, path=path),
    }
    writers[form]()
    return path


def _safe(text: str) -> str:
    return "".join(sign for sign in text if sign.isascii() and (sign.isalnum() or sign in "-_"))[:40] or "case"


def _refusal(language: str, error: CommandCenterError) -> Response:
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 409)
    return PlainTextResponse(
        texts.say_error(language, error), status_code=status, headers={"cache-control": "no-store"}
    )


def export_routes() -> list[BaseRoute]:
    """List the addresses of the evidence."""
    return [Route("/export/{incident_id}.{form}", export, methods=["GET"])]
