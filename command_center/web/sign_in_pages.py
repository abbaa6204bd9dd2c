"""The door: HTML pages to sign in, sign out and open the house, served before Streamlit is reached.

Plain forms without scripts, so that they work on any phone and under the strictest policy.
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import parse_qsl, quote

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from command_center.errors import BadInput, CommandCenterError, Conflict, NotAllowed, StoreUnavailable
from command_center.texts import LANGUAGES, say, say_error
from command_center.use_cases import sign_in as use_case
from command_center.web.process import current
from command_center.web.session import COOKIE, drop_cookie, is_secure, same_origin, set_cookie

LANGUAGE_COOKIE: Final = "one_voice_language"
_FOLDER: Final = Path(__file__).parent / "templates"
_PAGE: Final = Template((_FOLDER / "page.html").read_text(encoding="utf-8"))
_CSS: Final = (_FOLDER / "sign_in.css").read_text(encoding="utf-8")
_LARGEST_FORM: Final = 16_384
_POLICY: Final = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
_STATUS: Final[Mapping[type[CommandCenterError], int]] = {
    NotAllowed: 401,
    BadInput: 422,
    Conflict: 409,
    StoreUnavailable: 503,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One input of a form; label and hint are codes."""

    name: str
    kind: str = "text"
    autocomplete: str = "off"
    hint: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One page: its codes start with ``code``; what was typed comes back, passwords never."""

    code: str
    action: str
    fields: tuple[Field, ...]
    typed: Mapping[str, str] = field(default_factory=dict)


_PASSWORD: Final = Field(name="password", kind="password", autocomplete="current-password")
_SIGN_IN: Final = (Field(name="login", autocomplete="username"), _PASSWORD)
_CODE: Final = Field(name="code", hint="door.code_hint")
_OPENING: Final = (
    Field(name="name", autocomplete="name"),
    Field(name="email", kind="email", autocomplete="email", hint="door.email_hint", required=False),
    Field(name="login", autocomplete="username", hint="door.login_hint"),
    Field(name="password", kind="password", autocomplete="new-password", hint="door.password_hint"),
)


def sign_in_routes() -> list[BaseRoute]:
    """List the addresses of the door."""
    return [
        Route("/login", show_sign_in, methods=["GET"]),
        Route("/login", do_sign_in, methods=["POST"]),
        Route("/open", show_opening, methods=["GET"]),
        Route("/open", do_open, methods=["POST"]),
        Route("/logout", do_sign_out, methods=["POST"]),
        Route("/sign-in.css", style, methods=["GET"]),
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
        return _page(request, _sign_in_door({}), error=gone)
    return _page(request, _sign_in_door(dict(request.query_params)))


async def do_sign_in(request: Request) -> Response:
    """Sign somebody in and send them where they wanted to go."""
    typed = await _form(request)
    door = _sign_in_door(typed)
    if not _ours(request):
        return _page(request, door, error=NotAllowed("door.other_origin"), status=403)
    address = request.client.host if request.client else ""
    attempt = partial(use_case.sign_in, current().ctx, typed.get("login", ""), typed.get("password", ""), address)
    try:
        token = await run_sync(attempt)
    except CommandCenterError as error:
        return _page(request, door, error=error)
    return _welcome(request, token, typed.get("next", "/"))


async def show_opening(request: Request) -> Response:
    """Show the form that creates the first person."""
    try:
        if await run_sync(use_case.is_open, current().ctx):
            return RedirectResponse("/login", status_code=303)
        return _page(request, await run_sync(_opening_door, {}))
    except StoreUnavailable as gone:
        return _page(request, _sign_in_door({}), error=gone)


async def do_open(request: Request) -> Response:
    """Create the first person and sign them in."""
    typed = await _form(request)
    values = {name: typed.get(name, "") for name in ("login", "name", "email", "password", "code")}
    try:
        if not _ours(request):
            raise NotAllowed("door.other_origin")
        token = await run_sync(partial(use_case.open_house, current().ctx, **values))
    except CommandCenterError as error:
        door = _sign_in_door({}) if isinstance(error, StoreUnavailable) else await run_sync(_opening_door, typed)
        return _page(request, door, error=error)
    return _welcome(request, token, "/")


async def do_sign_out(request: Request) -> Response:
    """End the session of this browser."""
    answer = RedirectResponse("/login", status_code=303)
    if _ours(request):
        drop_cookie(answer, secure=is_secure(request.scope))
        try:
            await run_sync(use_case.sign_out, current().ctx, request.cookies.get(COOKIE, ""))
        except StoreUnavailable as gone:
            return _page(request, _sign_in_door({}), error=gone)
    return answer


def language_of(request: Request) -> str:
    """Return the language of a visitor: asked for, chosen before, else the house's."""
    asked = (request.query_params.get("lang", ""), request.cookies.get(LANGUAGE_COOKIE, ""))
    return next((language for language in asked if language in LANGUAGES), current().settings.language)


def _sign_in_door(typed: Mapping[str, str]) -> Door:
    return Door(code="door.sign_in", action="/login", fields=_SIGN_IN, typed=typed)


def _opening_door(typed: Mapping[str, str]) -> Door:
    needed = use_case.needs_code(current().ctx)
    return Door(code="door.open", action="/open", fields=(*_OPENING, *((_CODE,) if needed else ())), typed=typed)


def _ours(request: Request) -> bool:
    return same_origin(request, public_url=current().settings.public_url)


async def _form(request: Request) -> dict[str, str]:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            return {}
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        return {}


def _welcome(request: Request, token: str, wanted: str) -> Response:
    process = current()
    inside = wanted.startswith("/") and not wanted.startswith("//") and wanted.isascii() and "\\" not in wanted
    answer = RedirectResponse(wanted if inside and wanted.isprintable() else "/", status_code=303)
    set_cookie(answer, token, secure=is_secure(request.scope), seconds=int(process.limits.longest.total_seconds()))
    return answer


def _page(request: Request, door: Door, *, error: CommandCenterError | None = None, status: int = 0) -> Response:
    language = language_of(request)
    places = {
        "language": language,
        "house": html.escape(current().settings.house),
        "title": html.escape(say(language, f"{door.code}.title")),
        "lead": html.escape(say(language, f"{door.code}.lead")),
        "message": _message(language, error),
        "form": _form_html(language, door),
        "languages": _languages(language, door),
        **{f"claim_{place}": html.escape(say(language, f"door.claim_{place}")) for place in (1, 2, 3, 4)},
    }
    answer = HTMLResponse(_PAGE.substitute(places), status_code=status or _status(error))
    answer.headers["content-security-policy"] = _POLICY
    if error is not None and error.code == "sign_in.wait":
        answer.headers["retry-after"] = str(error.values["count"])
    if request.query_params.get("lang") in LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, language, max_age=31_536_000, samesite="lax", httponly=True)
    return answer


def _status(error: CommandCenterError | None) -> int:
    if error is None:
        return 200
    if error.code in {"sign_in.wait", "door.other_origin"}:
        return 429 if error.code == "sign_in.wait" else 403
    return _STATUS.get(type(error), 400)


def _message(language: str, error: CommandCenterError | None) -> str:
    if error is None:
        return ""
    return f'<p class="message" role="alert" id="message">{html.escape(say_error(language, error))}</p>'


def _form_html(language: str, door: Door) -> str:
    inputs = "".join(_input(language, door, item, first=place == 0) for place, item in enumerate(door.fields))
    wanted = html.escape(door.typed.get("next", ""), quote=True)
    hidden = f'<input type="hidden" name="next" value="{wanted}">' if wanted else ""
    submit = html.escape(say(language, f"{door.code}.submit"))
    helps = html.escape(say(language, f"{door.code}.help"))
    action = f"{door.action}?lang={language}"
    return (
        f'<form method="post" action="{action}">{inputs}{hidden}<button type="submit">{submit}</button>'
        f'<p class="help">{helps}</p></form>'
    )


def _input(language: str, door: Door, item: Field, *, first: bool) -> str:
    value = "" if item.kind == "password" else html.escape(door.typed.get(item.name, ""), quote=True)
    hint = f"<small>{html.escape(say(language, item.hint))}</small>" if item.hint else ""
    extra = " required" if item.required else ""
    if first:
        extra += " autofocus"
    label = html.escape(say(language, f"door.{item.name}"))
    return (
        f'<label><span>{label}</span><input name="{item.name}" type="{item.kind}" value="{value}" maxlength="256" '
        f'autocomplete="{item.autocomplete}" autocapitalize="none" spellcheck="false"{extra}>{hint}</label>'
    )


def _languages(language: str, door: Door) -> str:
    wanted = door.typed.get("next", "")
    rest = f"&amp;next={quote(wanted, safe='/')}" if wanted else ""
    names = {"de": "Deutsch", "en": "English"}
    return "".join(
        f'<span aria-current="true">{name}</span>'
        if code == language
        else f'<a href="{door.action}?lang={code}{rest}" lang="{code}" hreflang="{code}">{name}</a>'
        for code, name in names.items()
    )
