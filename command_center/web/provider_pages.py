"""The way to the house's identity provider and back; the session that begins is the house's own."""

from functools import partial

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from command_center.errors import CommandCenterError, NotAllowed
from command_center.use_cases import sign_in_elsewhere as use_case
from command_center.use_cases.sign_in import is_open
from command_center.web.door import STEP_COOKIE, browser_of, inside, keep_step, page_of, sign_in_door, welcome
from command_center.web.process import current
from command_center.web.session import is_secure, token_in

BACK: str = "/login/provider/back"


def provider_routes() -> list[BaseRoute]:
    """List the addresses between the house and its identity provider."""
    return [
        Route("/login/provider", leave, methods=["GET"]),
        Route(BACK, come_back, methods=["GET"]),
    ]


async def leave(request: Request) -> Response:
    """Send the browser to the provider; a page of another site can't make it go there."""
    ctx = current().ctx
    try:
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            raise NotAllowed("door.other_origin")
        if not await run_sync(is_open, ctx):
            return RedirectResponse("/open", status_code=303)
        wanted = inside(request.query_params.get("next", "/"))
        away = partial(use_case.leave, ctx, redirect_uri=f"{_own_address(request)}{BACK}", wanted=wanted)
        address, token = await run_sync(away)
    except CommandCenterError as error:
        return page_of(request, sign_in_door({}), error=error)
    answer = RedirectResponse(address, status_code=303)
    keep_step(request, answer, token)
    return answer


async def come_back(request: Request) -> Response:
    """Let in who the provider says it is."""
    given = request.query_params
    named = {"state": "state", "code": "code", "issuer": "iss", "error": "error"}
    answer = use_case.Answer(**{field: given.get(name, "") for field, name in named.items()})
    token = token_in(request, STEP_COOKIE)
    try:
        entered = await run_sync(partial(use_case.come_back, current().ctx, token, answer, browser=browser_of(request)))
    except CommandCenterError as error:
        return page_of(request, sign_in_door({}), error=error)
    return welcome(request, entered.token, entered.wanted)


def _own_address(request: Request) -> str:
    """Return where people reach the house: as set, else as this browser did (only this machine can, then)."""
    scheme = "https" if is_secure(request.scope) else "http"
    return current().settings.public_url.rstrip("/") or f"{scheme}://{request.headers.get('host', '')}"
