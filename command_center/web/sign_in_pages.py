"""The door: HTML pages to sign in, sign out and open the house, served before Streamlit is reached.

Plain forms without scripts, so that they work on any phone and under the strictest policy.
"""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Final

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from command_center.errors import CommandCenterError, NotAllowed, StoreUnavailable
from command_center.use_cases import sign_in as use_case
from command_center.use_cases.door_steps import StepDue
from command_center.web.door import (
    Door,
    Field,
    address_of,
    browser_of,
    form_of,
    is_ours,
    page_of,
    sign_in_door,
    to_step,
    welcome,
)
from command_center.web.invited_pages import invited_routes
from command_center.web.passkey_pages import passkey_routes
from command_center.web.process import current
from command_center.web.provider_pages import provider_routes
from command_center.web.second_factor_pages import second_factor_routes
from command_center.web.session import drop_cookie, is_secure, token_in

_CSS: Final = (Path(__file__).parent / "templates" / "sign_in.css").read_text(encoding="utf-8")
_CODE: Final = Field(name="code", hint="door.code_hint")
_OPENING: Final = (
    Field(name="name", autocomplete="name"),
    Field(name="email", kind="email", autocomplete="email", hint="door.email_hint", required=False),
    Field(name="login", autocomplete="username", hint="door.login_hint"),
    Field(name="password", kind="password", autocomplete="new-password", hint="door.password_hint"),
)
_WORKS_COUNCIL: Final = Field(name="works_council", kind="choice")


def sign_in_routes() -> list[BaseRoute]:
    """List the addresses of the door."""
    return [
        Route("/login", show_sign_in, methods=["GET"]),
        Route("/login", do_sign_in, methods=["POST"]),
        Route("/open", show_opening, methods=["GET"]),
        Route("/open", do_open, methods=["POST"]),
        Route("/logout", do_sign_out, methods=["POST"]),
        Route("/sign-in.css", style, methods=["GET"]),
        *invited_routes(),
        *passkey_routes(),
        *second_factor_routes(),
        *provider_routes(),
    ]


async def style(_request: Request) -> Response:
    """Send the style sheet."""
    return Response(_CSS, media_type="text/css", headers={"cache-control": "public, max-age=300"})


async def show_sign_in(request: Request) -> Response:
    """Show the form to sign in, or send the first visitor to open the house."""
    try:
        if not await run_sync(use_case.is_open, current().ctx):
            return RedirectResponse("/open", status_code=303)
    except StoreUnavailable as gone:
        return page_of(request, sign_in_door({}), error=gone)
    over = NotAllowed("sign_in.step_over") if "over" in request.query_params else None
    return page_of(request, sign_in_door(dict(request.query_params)), error=over)


async def do_sign_in(request: Request) -> Response:
    """Sign somebody in and send them where they wanted to go."""
    typed = await form_of(request)
    door = sign_in_door(typed)
    if not is_ours(request):
        return page_of(request, door, error=NotAllowed("door.other_origin"), status=403)
    given = (typed.get("login", ""), typed.get("password", ""), address_of(request))
    try:
        token = await run_sync(partial(use_case.sign_in, current().ctx, *given, browser=browser_of(request)))
    except StepDue as due:
        return to_step(request, due, typed.get("next", ""))
    except CommandCenterError as error:
        return page_of(request, door, error=error)
    return welcome(request, token, typed.get("next", "/"))


async def show_opening(request: Request) -> Response:
    """Show the form that creates the first person."""
    try:
        if await run_sync(use_case.is_open, current().ctx):
            return RedirectResponse("/login", status_code=303)
        return page_of(request, await run_sync(_opening_door, {}))
    except StoreUnavailable as gone:
        return page_of(request, sign_in_door({}), error=gone)


async def do_open(request: Request) -> Response:
    """Create the first person and sign them in."""
    typed = await form_of(request)
    values = {name: typed.get(name, "") for name in ("login", "name", "email", "password", "code")}
    try:
        if not is_ours(request):
            raise NotAllowed("door.other_origin")
        sealed = typed.get("works_council") == "on"
        opening = partial(use_case.open_house, current().ctx, names_sealed=sealed, browser=browser_of(request))
        token = await run_sync(partial(opening, **values))
    except CommandCenterError as error:
        door = sign_in_door({}) if isinstance(error, StoreUnavailable) else await run_sync(_opening_door, typed)
        return page_of(request, door, error=error)
    return welcome(request, token, "/")


async def do_sign_out(request: Request) -> Response:
    """End the session of this browser."""
    answer = RedirectResponse("/login", status_code=303)
    if is_ours(request):
        drop_cookie(answer, secure=is_secure(request.scope))
        answer.headers["clear-site-data"] = '"cache", "storage"'
        try:
            await run_sync(use_case.sign_out, current().ctx, token_in(request))
        except StoreUnavailable as gone:
            return page_of(request, sign_in_door({}), error=gone)
    return answer


def _opening_door(typed: Mapping[str, str]) -> Door:
    ctx = current().ctx
    asked = (_WORKS_COUNCIL,) if ctx.names_sealed is None else ()
    code = (_CODE,) if use_case.needs_code(ctx) else ()
    return Door(code="door.open", action="/open", fields=(*_OPENING, *asked, *code), typed=typed)
