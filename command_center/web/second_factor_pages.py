"""The door's pages about the second factor: give a code, set an app up, and begin that when signed in."""

import html
from contextlib import suppress
from functools import partial
from typing import Final

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from command_center.domain.second_factor import SecondFactor
from command_center.errors import CommandCenterError, NotAllowed
from command_center.ports import Context
from command_center.texts import say
from command_center.use_cases import second_factor as use_case
from command_center.use_cases.passkeys import request_options
from command_center.web.door import (
    STEP_COOKIE,
    Door,
    Field,
    address_of,
    begin,
    browser_of,
    form_of,
    inside,
    is_ours,
    language_of,
    next_step,
    page_of,
    signed_in,
    welcome,
)
from command_center.web.passkey_pages import ask_html
from command_center.web.place import place_of
from command_center.web.process import current
from command_center.web.session import token_in

_CODE: Final = Field(name="second_code", autocomplete="one-time-code", hint="door.second_code_hint")
_FIRST_CODE: Final = Field(name="second_code", autocomplete="one-time-code", hint="door.first_code_hint")
_PASSWORD: Final = Field(name="password", kind="password", autocomplete="current-password")
_OVER: Final = frozenset({"sign_in.step_over"})


def second_factor_routes() -> list[BaseRoute]:
    """List the addresses of the second factor; the last one needs a session."""
    return [
        Route("/login/code", show_code, methods=["GET"]),
        Route("/login/code", do_code, methods=["POST"]),
        Route("/login/factor", show_set_up, methods=["GET"]),
        Route("/login/factor", do_set_up, methods=["POST"]),
        Route("/second-factor", show_beginning, methods=["GET"]),
        Route("/second-factor", do_begin, methods=["POST"]),
    ]


async def show_code(request: Request) -> Response:
    """Show the form for the code of the app."""
    return page_of(request, await _code_door(request, request.query_params.get("next", "")))


async def do_code(request: Request) -> Response:
    """Sign in whose password was right already, when the code is right too."""
    typed = await form_of(request)
    wanted = typed.get("next", "/")
    try:
        _check_ours(request)
        given = (_step(request), typed.get("second_code", "")[:64], address_of(request))
        token = await run_sync(partial(use_case.finish_sign_in, current().ctx, *given, browser=browser_of(request)))
    except CommandCenterError as error:
        return _again(request, await _code_door(request, wanted), error)
    return welcome(request, token, wanted)


async def show_set_up(request: Request) -> Response:
    """Show the secret for the app, and the form for its first code."""
    return await _set_up_page(request, request.query_params.get("next", ""))


async def do_set_up(request: Request) -> Response:
    """Make the second factor hold, and show the recovery codes, this once."""
    typed = await form_of(request)
    wanted = typed.get("next", "/")
    try:
        _check_ours(request)
        given = (_step(request), typed.get("second_code", "")[:64], address_of(request))
        ready = await run_sync(partial(use_case.finish_set_up, current().ctx, *given, browser=browser_of(request)))
    except CommandCenterError as error:
        return await _set_up_page(request, wanted, error)
    codes = "".join(f"<li><code>{html.escape(code)}</code></li>" for code in ready.recovery_codes)
    door = Door(
        code="door.recovery", action=inside(wanted), fields=(), method="get", above=f'<ul class="codes">{codes}</ul>'
    )
    answer = page_of(request, door)
    begin(request, answer, ready.token)
    return answer


async def show_beginning(request: Request) -> Response:
    """Ask somebody who is signed in for their password, before a second factor is set up."""
    person_id = await run_sync(signed_in, request)
    if not person_id:
        return RedirectResponse("/login", status_code=303)
    return page_of(request, await run_sync(_beginning_door, current().ctx, person_id))


async def do_begin(request: Request) -> Response:
    """Begin to set up a second factor."""
    typed, person_id = await form_of(request), await run_sync(signed_in, request)
    if not person_id:
        return RedirectResponse("/login", status_code=303)
    begun = partial(
        use_case.begin_set_up,
        current().ctx,
        person_id,
        password=typed.get("password", ""),
        code=typed.get("second_code", "")[:64],
        address=address_of(request),
    )
    try:
        _check_ours(request)
        token = await run_sync(begun)
    except CommandCenterError as error:
        return page_of(request, await run_sync(_beginning_door, current().ctx, person_id), error=error)
    return next_step(request, token, "/login/factor", "/people?part=own")


async def _set_up_page(request: Request, wanted: str, error: CommandCenterError | None = None) -> Response:
    language, house = language_of(request), current().settings.house
    try:
        shown = await run_sync(partial(use_case.set_up, current().ctx, _step(request), house=house))
    except CommandCenterError as over:
        return _again(request, Door(code="door.factor", action="/login/factor", fields=()), over)
    groups = " ".join(shown.secret[place : place + 4] for place in range(0, len(shown.secret), 4))
    above = (
        f'<p class="secret"><small>{html.escape(say(language, "door.secret"))}</small><code>{groups}</code></p>'
        f'<p><a href="{html.escape(shown.link, quote=True)}">{html.escape(say(language, "door.otpauth"))}</a></p>'
    )
    typed = {"next": wanted} if wanted else {}
    door = Door(code="door.factor", action="/login/factor", fields=(_FIRST_CODE,), typed=typed, above=above)
    return page_of(request, door, error=error)


def _again(request: Request, door: Door, error: CommandCenterError) -> Response:
    """Show the form again, or begin anew where this sign-in is over."""
    if error.code in _OVER:
        return RedirectResponse(f"/login?lang={language_of(request)}&over=1", status_code=303)
    return page_of(request, door, error=error)


async def _code_door(request: Request, wanted: str) -> Door:
    """Return the page of the second step: a passkey where there is one, a code where there is an app."""
    ctx, place, token = current().ctx, place_of(request), _step(request)
    typed = {"next": wanted} if wanted else {}
    options, has_app = "", True
    with suppress(NotAllowed):
        options = await run_sync(request_options, ctx, token, place) if place else ""
        has_app = not options or await run_sync(use_case.asks_for_code, ctx, token)
    if not options:
        return Door(code="door.code_step", action="/login/code", fields=(_CODE,), typed=typed)
    above = ask_html(request, "ask", options, wanted)
    if not has_app:
        return Door(code="door.passkey_step", action="/login/code", fields=None, typed=typed, above=above, script=True)
    above += f'<p class="or">{html.escape(say(language_of(request), "door.code_or"))}</p>'
    return Door(code="door.code_step", action="/login/code", fields=(_CODE,), typed=typed, above=above, script=True)


def _beginning_door(ctx: Context, person_id: str) -> Door:
    with ctx.store.reading() as store:
        has_one = store.get(SecondFactor, person_id) is not None
    fields = (_PASSWORD, _CODE) if has_one else (_PASSWORD,)
    return Door(code="door.begin_factor", action="/second-factor", fields=fields)


def _step(request: Request) -> str:
    return token_in(request, STEP_COOKIE)


def _check_ours(request: Request) -> None:
    if not is_ours(request):
        raise NotAllowed("door.other_origin")
