"""The door's pages about passkeys: one is made by who is signed in, and asked for at the door."""

import html
from functools import partial
from pathlib import Path
from typing import Final

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from command_center.domain.second_factor import SecondFactor
from command_center.errors import BadInput, CommandCenterError, NotAllowed
from command_center.texts import say
from command_center.use_cases import passkeys as use_case
from command_center.use_cases.sign_in import is_open
from command_center.web.door import (
    STEP_COOKIE,
    Door,
    Field,
    address_of,
    browser_of,
    form_of,
    inside,
    is_ours,
    keep_step,
    language_of,
    next_step,
    page_of,
    sign_in_door,
    signed_in,
    welcome,
)
from command_center.web.place import place_of
from command_center.web.process import current
from command_center.web.session import SESSION_HEADER, drop_cookie, is_secure, token_in

ASK: Final = "/login/passkey"
MAKE: Final = "/passkey/new"
OWN: Final = "/people?part=own"
_SCRIPT: Final = (Path(__file__).parent / "templates" / "passkey.js").read_text(encoding="utf-8")
_NAME: Final = Field(name="passkey_name", hint="door.passkey_name_hint")
_PASSWORD: Final = Field(name="password", kind="password", autocomplete="current-password")
_CODE: Final = Field(name="second_code", autocomplete="one-time-code", hint="door.second_code_hint")


def passkey_routes() -> list[BaseRoute]:
    """List the addresses of passkeys; those that make one need a session."""
    return [
        Route("/passkey.js", script, methods=["GET"]),
        Route(ASK, show_asking, methods=["GET"]),
        Route(ASK, take_answer, methods=["POST"]),
        Route("/passkey", show_beginning, methods=["GET"]),
        Route("/passkey", do_begin, methods=["POST"]),
        Route(MAKE, show_making, methods=["GET"]),
        Route(MAKE, take_made, methods=["POST"]),
    ]


async def script(_request: Request) -> Response:
    """Send the one script of the door."""
    return Response(_SCRIPT, media_type="text/javascript", headers={"cache-control": "public, max-age=300"})


async def show_asking(request: Request) -> Response:
    """Ask for any passkey of this house; a page of another site can't make a browser come here."""
    wanted = request.query_params.get("next", "")
    try:
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            raise NotAllowed("door.other_origin")
        if not await run_sync(is_open, current().ctx):
            return RedirectResponse("/open", status_code=303)
        _needed(request)
        token = await run_sync(use_case.begin_asking, current().ctx)
        answer = page_of(request, await asking_door(request, token, wanted))
    except CommandCenterError as error:
        return page_of(request, sign_in_door({}), error=error)
    keep_step(request, answer, token)
    return answer


async def asking_door(request: Request, token: str, wanted: str) -> Door:
    """Return the page that asks for a passkey and nothing else."""
    options = await run_sync(use_case.request_options, current().ctx, token, _needed(request))
    above = ask_html(request, "ask", options, wanted)
    return Door(code="door.passkey", action=ASK, fields=None, above=above, script=True)


def ask_html(request: Request, kind: str, options: str, wanted: str) -> str:
    """Return the form the script fills: ``kind`` is ``ask`` or ``make``."""
    language, action = language_of(request), MAKE if kind == "make" else ASK
    words = {name: html.escape(say(language, f"door.passkey_{kind}_{name}")) for name in ("submit", "failed", "help")}
    follows = f'<input type="hidden" name="next" value="{html.escape(inside(wanted), quote=True)}">' if wanted else ""
    return (
        f'<form method="post" action="{action}?lang={language}" data-passkey="{kind}" '
        f'data-options="{html.escape(options, quote=True)}"><input type="hidden" name="answer">{follows}'
        f'<p class="message" role="alert" data-failed hidden>{words["failed"]}</p>'
        f'<button type="submit">{words["submit"]}</button><p class="help">{words["help"]}</p></form>'
    )


async def take_answer(request: Request) -> Response:
    """Sign in who holds the passkey that answered."""
    typed = await form_of(request)
    wanted, token = typed.get("next", "/"), token_in(request, STEP_COOKIE)
    try:
        if not is_ours(request):
            raise NotAllowed("door.other_origin")
        given = (token, typed.get("answer", ""), _needed(request), address_of(request))
        entered = await run_sync(partial(use_case.sign_in_with, current().ctx, *given, browser=browser_of(request)))
    except CommandCenterError as error:
        return page_of(request, sign_in_door({"next": wanted}), error=error)
    return welcome(request, entered, wanted)


async def show_beginning(request: Request) -> Response:
    """Ask somebody who is signed in for their password and a name, before a passkey is made."""
    person_id = await run_sync(signed_in, request)
    if not person_id:
        return RedirectResponse("/login", status_code=303)
    return page_of(request, await run_sync(_beginning_door, person_id, {}), error=_no_place(request))


async def do_begin(request: Request) -> Response:
    """Begin to make a passkey."""
    typed, person_id = await form_of(request), await run_sync(signed_in, request)
    if not person_id:
        return RedirectResponse("/login", status_code=303)
    given = {"name": typed.get("passkey_name", ""), "password": typed.get("password", "")}
    more = {"code": typed.get("second_code", "")[:64], "address": address_of(request)}
    try:
        if not is_ours(request):
            raise NotAllowed("door.other_origin")
        _needed(request)
        token = await run_sync(partial(use_case.begin_adding, current().ctx, person_id, **given, **more))
    except CommandCenterError as error:
        return page_of(request, await run_sync(_beginning_door, person_id, typed), error=error)
    return next_step(request, token, MAKE, "")


async def show_making(request: Request) -> Response:
    """Let the browser make the passkey."""
    token = token_in(request, STEP_COOKIE)
    try:
        options = await run_sync(use_case.creation_options, current().ctx, token, _needed(request))
    except CommandCenterError:
        return RedirectResponse("/passkey", status_code=303)
    above = ask_html(request, "make", options, "")
    return page_of(request, Door(code="door.passkey_new", action=MAKE, fields=None, above=above, script=True))


async def take_made(request: Request) -> Response:
    """Keep the passkey the browser made."""
    typed, person_id = await form_of(request), await run_sync(signed_in, request)
    if not person_id:
        return RedirectResponse("/login", status_code=303)
    given = (token_in(request, STEP_COOKIE), typed.get("answer", ""))
    kept = request.headers.get(SESSION_HEADER.decode(), "")
    try:
        if not is_ours(request):
            raise NotAllowed("door.other_origin")
        await run_sync(partial(use_case.finish_adding, current().ctx, *given, _needed(request), keep_session=kept))
    except CommandCenterError as error:
        return page_of(request, await run_sync(_beginning_door, person_id, {}), error=error)
    answer = RedirectResponse(OWN, status_code=303)
    drop_cookie(answer, secure=is_secure(request.scope), name=STEP_COOKIE)
    return answer


def _needed(request: Request) -> use_case.Place:
    place = place_of(request)
    if place is None:
        raise BadInput("passkey.no_place")
    return place


def _no_place(request: Request) -> CommandCenterError | None:
    return None if place_of(request) else BadInput("passkey.no_place")


def _beginning_door(person_id: str, typed: dict[str, str]) -> Door:
    with current().ctx.store.reading() as store:
        has_app = store.get(SecondFactor, person_id) is not None
    fields = (_NAME, _PASSWORD, _CODE) if has_app else (_NAME, _PASSWORD)
    return Door(code="door.passkey_begin", action="/passkey", fields=fields, typed=typed)
