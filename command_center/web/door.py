"""One page of the door: a form in the visitor's language, and how what it sends back is read.

Plain forms without scripts, so that they work on any phone and under the strictest policy.
"""

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from typing import Final
from urllib.parse import parse_qsl, quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from command_center.domain.browsers import browser_named
from command_center.errors import BadInput, CommandCenterError, Conflict, NetworkTrouble, NotAllowed, StoreUnavailable
from command_center.texts import LANGUAGES, say, say_error
from command_center.use_cases.door_steps import CODE, LASTS, StepDue
from command_center.use_cases.sign_in import who_holds
from command_center.web.place import place_of
from command_center.web.process import current
from command_center.web.session import SESSION_HEADER, drop_cookie, is_secure, same_origin, set_cookie, token_in
from command_center.web.strangers import for_strangers

STEP_COOKIE: Final = "one_voice_step"
LANGUAGE_COOKIE: Final = "one_voice_language"
_FOLDER: Final = Path(__file__).parent / "templates"
_PAGE: Final = Template((_FOLDER / "page.html").read_text(encoding="utf-8"))
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
    NetworkTrouble: 503,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One input of a form; label and hint are codes, ``choice`` asks for on or off."""

    name: str
    kind: str = "text"
    autocomplete: str = "off"
    hint: str = ""
    required: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """One page: its codes start with ``code``; what was typed comes back, passwords never.

    ``above`` is HTML before the form, escaped already; without ``fields`` there is no other form. ``script`` lets
    the one script of ours run.
    """

    code: str
    action: str
    fields: tuple[Field, ...] | None
    typed: Mapping[str, str] = field(default_factory=dict)
    above: str = ""
    script: bool = False
    method: str = "post"


_PASSWORD: Final = Field(name="password", kind="password", autocomplete="current-password")
_SIGN_IN: Final = (Field(name="login", autocomplete="username"), _PASSWORD)


def sign_in_door(typed: Mapping[str, str]) -> Door:
    """Return the first page: the way to the identity provider, where there is one, and the form."""
    return Door(code="door.sign_in", action="/login", fields=_SIGN_IN, typed=typed)


def language_of(request: Request) -> str:
    """Return the language of a visitor: asked for, chosen before, else the house's."""
    asked = (request.query_params.get("lang", ""), token_in(request, LANGUAGE_COOKIE))
    return next((language for language in asked if language in LANGUAGES), current().settings.language)


def is_ours(request: Request) -> bool:
    """Tell whether a form was sent by a page of ours."""
    return same_origin(request, public_url=current().settings.public_url)


async def form_of(request: Request) -> dict[str, str]:
    """Return what was typed; nothing when it is larger than any of our forms, or no form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_FORM:
            return {}
    try:
        return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        return {}


def welcome(request: Request, token: str, wanted: str) -> Response:
    """Give the browser its session and send it where it wanted to go, inside this house only."""
    answer = RedirectResponse(inside(wanted), status_code=303)
    begin(request, answer, token)
    return answer


def begin(request: Request, answer: Response, token: str) -> None:
    """Give the browser its session, and take the key to the steps before it."""
    longest, secure = int(current().limits.longest.total_seconds()), is_secure(request.scope)
    set_cookie(answer, token, secure=secure, seconds=longest)
    drop_cookie(answer, secure=secure, name=STEP_COOKIE)


def next_step(request: Request, token: str, path: str, wanted: str) -> Response:
    """Send the browser to the next step with the key to what is done so far."""
    follows = f"&next={quote(inside(wanted), safe='/')}" if wanted else ""
    answer = RedirectResponse(f"{path}?lang={language_of(request)}{follows}", status_code=303)
    keep_step(request, answer, token)
    return answer


def to_step(request: Request, due: StepDue, wanted: str) -> Response:
    """Send whose password was right to what else is due."""
    return next_step(request, due.token, "/login/code" if due.kind == CODE else "/login/factor", wanted)


def keep_step(request: Request, answer: Response, token: str) -> None:
    """Give the browser the key to a step: out of reach of scripts and of other sites, for ten minutes."""
    seconds = int(LASTS.total_seconds())
    set_cookie(answer, token, secure=is_secure(request.scope), seconds=seconds, name=STEP_COOKIE)


def inside(wanted: str) -> str:
    """Return an address inside this house: the wanted one, or the first page when it leads anywhere else."""
    safe = wanted.startswith("/") and not wanted.startswith("//") and wanted.isascii() and "\\" not in wanted
    return wanted if safe and wanted.isprintable() else "/"


def address_of(request: Request) -> str:
    """Return where a visitor comes from, for counting tries."""
    return request.client.host if request.client else ""


def browser_of(request: Request) -> str:
    """Return which browser a visitor uses: its family and system, no more."""
    return browser_named(request.headers.get("user-agent", ""))


def signed_in(request: Request) -> str:
    """Return who is signed in, by the session the gate named, which no client can name itself; empty when nobody."""
    process = current()
    session = request.headers.get(SESSION_HEADER.decode(), "")
    person = who_holds(process.ctx, session, limits=process.limits, touch=True)
    return person.id if person else ""


def page_of(request: Request, door: Door, *, error: CommandCenterError | None = None, status: int = 0) -> Response:
    """Show a page of the door; an error stands above the form and decides the status."""
    language, error = language_of(request), for_strangers(error)
    places = {
        "language": language,
        "house": html.escape(current().settings.house),
        "title": html.escape(say(language, f"{door.code}.title")),
        "lead": html.escape(say(language, f"{door.code}.lead")),
        "message": _message(language, error),
        "form": _ways(request, language, door) + door.above + _form_html(language, door) + _invited(language, door),
        "script": '<script src="/passkey.js" defer></script>' if door.script else "",
        "languages": _languages(language, door),
        **{f"claim_{place}": html.escape(say(language, f"door.claim_{place}")) for place in (1, 2, 3, 4)},
    }
    answer = HTMLResponse(_PAGE.substitute(places), status_code=status or _status(error))
    answer.headers["content-security-policy"] = f"{_POLICY}; script-src 'self'" if door.script else _POLICY
    if error is not None and error.code == "sign_in.wait":
        answer.headers["retry-after"] = str(error.values["count"])
    if request.query_params.get("lang") in LANGUAGES:
        set_cookie(answer, language, secure=is_secure(request.scope), seconds=31_536_000, name=LANGUAGE_COOKIE)
    return answer


def _ways(request: Request, language: str, door: Door) -> str:
    """The ways in beside a password, above the first form; links, for no form of ours may lead elsewhere."""
    if door.action != "/login":
        return ""
    there = {"provider": current().ctx.elsewhere is not None, "passkey": place_of(request) is not None}
    follows = f"?lang={language}&amp;next={quote(inside(door.typed.get('next', '/')), safe='/')}"
    links = "".join(
        f'<a class="{way}" href="/login/{way}{follows}">{html.escape(say(language, f"door.{way}"))}</a>'
        for way, is_there in there.items()
        if is_there
    )
    return f'{links}<p class="or">{html.escape(say(language, "door.provider_or"))}</p>' if links else ""


def _invited(language: str, door: Door) -> str:
    """The way for who was handed a code, below the first form."""
    if door.action != "/login":
        return ""
    return (
        f'<p class="aside"><a href="/invited?lang={language}">{html.escape(say(language, "door.invited_link"))}</a></p>'
    )


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
    if door.fields is None:
        return ""
    inputs = "".join(_input(language, door, item, first=place == 0) for place, item in enumerate(door.fields))
    wanted = html.escape(door.typed.get("next", ""), quote=True)
    hidden = f'<input type="hidden" name="next" value="{wanted}">' if wanted else ""
    submit = html.escape(say(language, f"{door.code}.submit"))
    helps = html.escape(say(language, f"{door.code}.help"))
    action = html.escape(door.action if door.method == "get" else f"{door.action}?lang={language}", quote=True)
    return (
        f'<form method="{door.method}" action="{action}">{inputs}{hidden}<button type="submit">{submit}</button>'
        f'<p class="help">{helps}</p></form>'
    )


def _choice(language: str, door: Door, item: Field) -> str:
    """A question with two answers; the first is chosen until somebody chooses the other."""
    title, hint = (html.escape(say(language, f"door.{item.name}{rest}")) for rest in ("", "_hint"))
    labels = {value: html.escape(say(language, f"door.{item.name}_{value}")) for value in ("on", "off")}
    chosen = door.typed.get(item.name) or "on"
    answers = "".join(
        f'<label class="choice"><input type="radio" name="{item.name}" value="{value}"'
        f"{' checked' if value == chosen else ''}><span>{label}</span></label>"
        for value, label in labels.items()
    )
    return f"<fieldset><legend>{title}</legend>{answers}<small>{hint}</small></fieldset>"


def _input(language: str, door: Door, item: Field, *, first: bool) -> str:
    if item.kind == "choice":
        return _choice(language, door, item)
    value = (
        ""
        if item.kind == "password" or item.name == "second_code"
        else html.escape(door.typed.get(item.name, ""), quote=True)
    )
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
        else f'<a href="{html.escape(door.action)}?lang={code}{rest}" lang="{code}" hreflang="{code}">{name}</a>'
        for code, name in names.items()
    )
