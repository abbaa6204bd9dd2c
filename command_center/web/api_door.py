"""The door of the gate's addresses: whose key it is, how often it came, what it sent, and refusals as JSON."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Final, TypeVar

from anyio.to_thread import run_sync
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from command_center.domain.clients import Client, Rate, Scope, is_signed
from command_center.errors import BadInput, CommandCenterError, Conflict, NotAllowed, NotFound, StoreUnavailable
from command_center.texts import say_error
from command_center.use_cases.keep_clients import client_with, signing_client
from command_center.web.process import current
from command_center.web.strangers import for_strangers

_STATUS: Final[tuple[tuple[type[CommandCenterError], int], ...]] = (
    (NotAllowed, 403),
    (NotFound, 404),
    (BadInput, 422),
    (Conflict, 409),
    (StoreUnavailable, 503),
)
_rates: Final[dict[str, Rate]] = {}
B = TypeVar("B", bound=BaseModel)
Endpoint = Callable[[Request], Awaitable[Response]]


class TooMany(CommandCenterError):
    """A client asked more often than agreed; ``seconds`` until it may ask again."""


async def client_of(request: Request, scope: Scope | None) -> Client:
    """Return who asks, by the key in the header; the right is checked here and again by the verb."""
    ctx = current().ctx
    kind, _, key = request.headers.get("authorization", "").partition(" ")
    identity, _, secret = key.strip().partition(":")
    if kind.casefold() != "bearer" or not secret:
        raise NotAllowed("client.unknown_key")
    client = await run_sync(partial(client_with, ctx, client_id=identity, key=secret))
    _within_rate(client, ctx.now())
    if scope is not None and scope not in client.scopes:
        raise NotAllowed("client.not_in_scope", scope=scope.value)
    return client


def _within_rate(client: Client, now: datetime) -> None:
    wait = _rates.setdefault(client.id, Rate()).wait(now, per_minute=client.per_minute)
    if wait > timedelta(0):
        raise TooMany("client.too_many", seconds=int(wait.total_seconds()) + 1)


def signer_of(request: Request, body: bytes) -> Client:
    ctx, headers = current().ctx, request.headers
    named = headers.get("x-client", "") or request.query_params.get("client", "")
    client, secret = signing_client(ctx, named)
    signed = is_signed(
        secret,
        message_id=headers.get("webhook-id", ""),
        timestamp=headers.get("webhook-timestamp", ""),
        body=body,
        signatures=headers.get("webhook-signature", ""),
        now=ctx.now(),
    )
    if not signed:
        raise NotAllowed("client.not_signed")
    _within_rate(client, ctx.now())
    return client


async def body_of(request: Request, most: int) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > most:
            raise BadInput("client.too_large", most=most)
    return bytes(body)


def read(kind: type[B], body: bytes) -> B:
    try:
        return kind.model_validate_json(body)
    except ValidationError as wrong:
        first = wrong.errors(include_url=False, include_input=False, include_context=False)[0]
        raise BadInput(
            "client.unreadable", field=".".join(map(str, first["loc"])) or "JSON", what=first["msg"]
        ) from wrong


def language_of(request: Request) -> str:
    wanted = request.headers.get("accept-language", "")[:2].casefold()
    return wanted if wanted in {"de", "en"} else current().settings.language


def answered(endpoint: Endpoint) -> Endpoint:
    """Turn a refusal into JSON with its code and its sentence; unknown keys are 401, floods 429."""

    async def answer(request: Request) -> Response:
        try:
            response = await endpoint(request)
        except CommandCenterError as error:
            response = _refusal(error, language_of(request))
        response.headers["cache-control"] = "no-store"
        return response

    return answer


def _refusal(error: CommandCenterError, language: str) -> Response:
    error = for_strangers(error)
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), 409)
    headers = {}
    if error.code in {"client.unknown_key", "client.not_signed"}:
        status, headers = 401, {"www-authenticate": "Bearer"}
    if error.code == "client.too_large":
        status = 413
    if isinstance(error, TooMany):
        status, headers = 429, {"retry-after": str(error.values["seconds"])}
    return JSONResponse(
        {"error": error.code, "sentence": say_error(language, error)}, status_code=status, headers=headers
    )
