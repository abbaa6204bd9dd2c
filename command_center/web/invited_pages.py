"""The door for who was invited: the code they were handed, and the password they choose."""

from collections.abc import Mapping
from functools import partial
from typing import Final

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from command_center.errors import CommandCenterError, NotAllowed, StoreUnavailable
from command_center.use_cases.door_steps import StepDue
from command_center.use_cases.invite import accept_invitation
from command_center.use_cases.sign_in import is_open
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
from command_center.web.process import current

PATH: Final = "/invited"
_FIELDS: Final = (
    Field(name="invitation", hint="door.invitation_hint"),
    Field(name="new_password", kind="password", autocomplete="new-password", hint="door.password_hint"),
)


def invited_routes() -> list[BaseRoute]:
    """List the addresses of invitations."""
    return [Route(PATH, show_invited, methods=["GET"]), Route(PATH, take_invitation, methods=["POST"])]


async def show_invited(request: Request) -> Response:
    """Show the form; a code never stands in an address, so it is typed."""
    try:
        if not await run_sync(is_open, current().ctx):
            return RedirectResponse("/open", status_code=303)
    except StoreUnavailable as gone:
        return page_of(request, sign_in_door({}), error=gone)
    return page_of(request, _door({}))


async def take_invitation(request: Request) -> Response:
    """Give somebody the password they chose and sign them in, or lead them to their second factor."""
    typed = await form_of(request)
    given = (typed.get("invitation", "")[:64], typed.get("new_password", ""), address_of(request))
    try:
        if not is_ours(request):
            raise NotAllowed("door.other_origin")
        token = await run_sync(partial(accept_invitation, current().ctx, *given, browser=browser_of(request)))
    except StepDue as due:
        return to_step(request, due, "/")
    except CommandCenterError as error:
        return page_of(request, _door(typed), error=error)
    return welcome(request, token, "/")


def _door(typed: Mapping[str, str]) -> Door:
    return Door(code="door.invited", action=PATH, fields=_FIELDS, typed=typed)
