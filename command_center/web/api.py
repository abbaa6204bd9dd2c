"""The gate for other programs: ask about a text, post through it, bring mentions — with a key of one's own.

The same verbs as the screens use decide; a program gets no right that a co-manager hasn't.
"""

import re
from functools import partial
from typing import Final

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Match, Route

from command_center.domain.accounts import Account, Lock, effective_posture
from command_center.domain.clients import Client, Scope
from command_center.domain.disguises import normalise
from command_center.domain.publications import Publication, PublicationState
from command_center.errors import BadInput, Conflict, NotFound
from command_center.ports import Caller, Context
from command_center.texts import say
from command_center.use_cases.ask_gate import as_data, check_text, named_among
from command_center.use_cases.listen import take_in
from command_center.use_cases.publish import ask_to_publish, carry_out
from command_center.web.api_door import answered, body_of, client_of, language_of, read, signer_of
from command_center.web.api_models import IDEMPOTENCY_KEY, Question, Wish
from command_center.web.openapi import document
from command_center.web.process import current
from monitors.webhook import read_mentions

_LARGEST_TEXT: Final = 1 << 20
_LARGEST_BATCH: Final = 8 << 20


async def check(request: Request) -> Response:
    """Say what the gate would answer now, changing nothing."""
    client = await client_of(request, Scope.CHECK)
    wish = read(Question, await body_of(request, _LARGEST_TEXT))
    return JSONResponse(await run_sync(partial(_check, current().ctx, client, wish, language_of(request))))


def _check(ctx: Context, client: Client, wish: Question, language: str) -> dict[str, object]:
    account = _account_of(ctx, client, wish.account)
    decision = check_text(ctx, client.actor, account_id=account.id, text=wish.text)
    sentence = say(language, decision.reason.value, detail=decision.detail)
    return {**as_data(decision), "account": account.id, "sentence": sentence}


async def publish(request: Request) -> Response:
    """Let a text out through the gate; a refusal is 403 with the reason and the nearest approved text."""
    client = await client_of(request, Scope.PUBLISH)
    wish = read(Wish, await body_of(request, _LARGEST_TEXT))
    key = request.headers.get("idempotency-key", "").strip()
    if len(key) > 200 or not re.fullmatch(IDEMPOTENCY_KEY, key):
        raise BadInput("client.idempotency_key_needed")
    told = await run_sync(partial(_publish, current().ctx, client, wish, key, language_of(request)))
    refused = told["state"] == PublicationState.REFUSED.value
    return JSONResponse(told, status_code=403 if refused else 202 if told["state"] in _ON_ITS_WAY else 200)


_ON_ITS_WAY: Final = frozenset({"queued", "awaiting_review", "intended", "held", "unknown"})


def _publish(ctx: Context, client: Client, wish: Wish, key: str, language: str) -> dict[str, object]:
    account = _account_of(ctx, client, wish.account)
    caller = Caller(client.actor, f"{client.actor}:{key}")
    identity = ask_to_publish(
        ctx, caller, account_id=account.id, text=wish.text, reply_to=wish.reply_to, due_at=wish.due_at
    )
    publication = carry_out(ctx, identity)
    asked = check_text(ctx, client.actor, account_id=account.id, text=wish.text)
    same = publication.text == asked.text or normalise(publication.text) == normalise(wish.text)
    if publication.account_id != account.id or not same:
        raise Conflict("command.request_id_taken")
    nearest = asked.nearest.text if asked.nearest and publication.state is PublicationState.REFUSED else ""
    return {**_told(publication, language), "nearest": nearest}


async def publication(request: Request) -> Response:
    """Say what became of a text this client wanted out."""
    client = await client_of(request, Scope.PUBLISH)
    found = await run_sync(partial(_publication, current().ctx, client, request.path_params["publication_id"]))
    return JSONResponse(_told(found, language_of(request)))


def _publication(ctx: Context, client: Client, identity: str) -> Publication:
    with ctx.store.reading() as store:
        found = store.get(Publication, identity)
    if found is None or found.asked_by != client.actor:
        raise NotFound("client.no_such_publication")
    return found


def _told(found: Publication, language: str) -> dict[str, object]:
    return {
        "id": found.id,
        "state": found.state.value,
        "reason": found.reason,
        "sentence": say(language, found.reason, detail=found.note) if found.reason else "",
        "text": found.text,
        "url": found.url,
        "account": found.account_id,
        "due_at": found.due_at.isoformat(),
        "statement_version": found.version_id,
    }


async def accounts(request: Request) -> Response:
    """List the accounts of this client with what may leave them now."""
    client = await client_of(request, None)
    return JSONResponse({"accounts": await run_sync(partial(_accounts, current().ctx, client))})


def _accounts(ctx: Context, client: Client) -> list[dict[str, object]]:
    with ctx.store.reading() as store:
        mine = store.find(Account, id=client.accounts)
        locks = store.find(Lock, account_id=client.accounts, lifted_at=None)
    return [
        {
            "id": each.id,
            "network": each.network,
            "handle": each.handle,
            "name": each.name,
            "posture": effective_posture(each, locks).value,
        }
        for each in mine
    ]


async def mentions(request: Request) -> Response:
    """Take mentions in: signed as the Standard Webhooks specification says, each one stored once."""
    body = await body_of(request, _LARGEST_BATCH)
    client = await run_sync(partial(signer_of, request, body))
    fetched, faults = read_mentions(body)
    done = await run_sync(partial(take_in, current().ctx, client.source_id, fetched))
    return JSONResponse(
        {
            "fetched": done.fetched,
            "stored": done.stored,
            "duplicate": done.duplicate,
            "filtered": done.filtered,
            "rejected": done.rejected,
            "faults": faults[:100],
        }
    )


async def openapi(_request: Request) -> Response:
    """Describe these addresses as OpenAPI 3.1."""
    return JSONResponse(document())


def _account_of(ctx: Context, client: Client, named: str) -> Account:
    with ctx.store.reading() as store:
        mine = store.find(Account, id=client.accounts)
    return named_among(mine, named)


async def elsewhere(request: Request) -> Response:
    """Refuse what is no address of ours, or another way of asking one, before Streamlit answers with its page."""
    asked = {**request.scope, "type": "http"}
    known = {method for route in _ROUTES if route.matches(asked)[0] is not Match.NONE for method in route.methods or ()}
    if not known:
        raise NotFound("client.no_such_address")
    ways = ", ".join(sorted(known))
    sentence = say(language_of(request), "client.wrong_method", methods=ways)
    return JSONResponse({"error": "client.wrong_method", "sentence": sentence}, 405, {"allow": ways})


_ROUTES: Final = (
    Route("/api/v1/check", answered(check), methods=["POST"]),
    Route("/api/v1/publish", answered(publish), methods=["POST"]),
    Route("/api/v1/publications/{publication_id}", answered(publication), methods=["GET"]),
    Route("/api/v1/accounts", answered(accounts), methods=["GET"]),
    Route("/api/v1/mentions", answered(mentions), methods=["POST"]),
    Route("/api/v1/openapi.json", answered(openapi), methods=["GET"]),
)
_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def api_routes() -> list[BaseRoute]:
    """List the addresses for other programs, and what answers everything beside them."""
    return [*_ROUTES, Route("/api/v1/{rest:path}", answered(elsewhere), methods=_METHODS, include_in_schema=False)]
