"""The description of the gate's addresses as OpenAPI 3.1, made from the models that check what comes in."""

from typing import Any, Final

from pydantic import BaseModel

from command_center import __version__
from command_center.domain.accounts import Posture
from command_center.domain.clients import SECRET_PREFIX
from command_center.domain.one_voice import Reason
from command_center.domain.publications import PublicationState
from command_center.web.api_models import IDEMPOTENCY_KEY, Question, Wish
from monitors.webhook import MOST_AT_ONCE, Delivered, MentionIn

_TEXT: Final = {"type": "string"}
_COUNTERS: Final = ("fetched", "stored", "duplicate", "filtered", "rejected")
_MANY: Final = {"type": "array", "maxItems": MOST_AT_ONCE, "items": {}}
_REFUSED: Final = {
    "401": "No key, an unknown or revoked key, or a wrong or old signature.",
    "403": "The key has no right to this, or the gate refused the text.",
    "404": "What was named does not exist.",
    "409": "The same idempotency key was used for another text.",
    "413": "The body is too large.",
    "422": "The body cannot be read; the sentence names the field.",
    "429": "Too many requests; `Retry-After` says how many seconds to wait.",
    "503": "The store cannot be reached; nothing was changed.",
}


def document() -> dict[str, Any]:
    """Return the whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "One Voice: the gate",
            "version": __version__,
            "description": "Ask whether a text may leave an account now, let it out, and bring mentions. A client's "
            f"key is `ID:{SECRET_PREFIX}…`, shown once in Settings. Times carry their zone.",
        },
        "paths": {
            "/api/v1/check": {"post": _check()},
            "/api/v1/publish": {"post": _publish()},
            "/api/v1/publications/{publication_id}": {"get": _publication()},
            "/api/v1/accounts": {"get": _accounts()},
            "/api/v1/mentions": {"post": _mentions()},
            "/api/v1/openapi.json": {
                "get": {
                    "operationId": "describe",
                    "summary": "This document",
                    "responses": {"200": _json("The description", {"type": "object"})},
                }
            },
        },
        "components": {
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Question": _schema(Question),
                "Wish": _schema(Wish),
                "MentionIn": _schema(MentionIn),
                "Delivered": _schema(Delivered),
                "Refusal": _object(error=_TEXT, sentence=_TEXT),
                "Decision": _decision(),
                "Publication": _outcome(),
                "Taken": _object(
                    **{
                        name: {"type": "integer"} for name in ("fetched", "stored", "duplicate", "filtered", "rejected")
                    },
                    faults={"type": "array", "items": {"type": "object"}},
                ),
            },
        },
    }


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    made = model.model_json_schema(ref_template="#/components/schemas/{model}")
    made.pop("$defs", None)
    for name in ("Sentiment",):
        _inline(made, f"#/components/schemas/{name}", {"enum": ["negative", "neutral", "positive", "unknown"]})
    return made


def _inline(node: Any, reference: str, plain: dict[str, Any]) -> None:
    if isinstance(node, dict):
        if node.get("$ref") == reference:
            node.pop("$ref")
            node.update(plain)
        for each in node.values():
            _inline(each, reference, plain)
    elif isinstance(node, list):
        for each in node:
            _inline(each, reference, plain)


def _object(**properties: object) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _decision() -> dict[str, Any]:
    return _object(
        allowed={"type": "boolean"},
        reason={"type": "string", "enum": [reason.value for reason in Reason]},
        detail=_TEXT,
        posture={"type": "string", "enum": [posture.value for posture in Posture]},
        text={"type": "string", "description": "What would be sent: under one voice the approved wording itself."},
        statement_version=_TEXT,
        nearest={"type": "string", "description": "The approved text most like a refused one."},
        sentence=_TEXT,
        account=_TEXT,
    )


def _outcome() -> dict[str, Any]:
    return _object(
        id=_TEXT,
        state={"type": "string", "enum": [state.value for state in PublicationState]},
        reason=_TEXT,
        sentence=_TEXT,
        text=_TEXT,
        url=_TEXT,
        account=_TEXT,
        due_at={"type": "string", "format": "date-time"},
        statement_version=_TEXT,
    )


def _json(description: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _refusals(*codes: str) -> dict[str, Any]:
    return {code: _json(_REFUSED[code], _ref("Refusal")) for code in codes}


def _asked(name: str, example: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": {"application/json": {"schema": _ref(name), "example": example}}}


def _check() -> dict[str, Any]:
    return {
        "operationId": "check",
        "summary": "What would the gate answer now?",
        "security": [{"key": []}],
        "requestBody": _asked("Question", {"account": "@nordwerk", "text": "Guten Morgen!"}),
        "responses": {
            "200": _json("The answer; nothing was changed", _ref("Decision")),
            **_refusals("401", "403", "404", "413", "422", "429", "503"),
        },
    }


def _publish() -> dict[str, Any]:
    one = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": IDEMPOTENCY_KEY}
    key = {"name": "Idempotency-Key", "in": "header", "required": True, "schema": one}
    either = {"anyOf": [_ref("Publication"), _ref("Refusal")]}
    return {
        "operationId": "publish",
        "summary": "Let a text out through the gate; the same key never posts twice",
        "security": [{"key": []}],
        "parameters": [key],
        "requestBody": _asked("Wish", {"account": "@nordwerk", "text": "Guten Morgen!"}),
        "responses": {
            "200": _json("It is out", _ref("Publication")),
            "202": _json("It is on its way, waits, or is held", _ref("Publication")),
            **_refusals("401", "404", "409", "413", "422", "429", "503"),
            "403": _json("The gate refused the text, or the key has no right to this", either),
        },
    }


def _publication() -> dict[str, Any]:
    place = {"name": "publication_id", "in": "path", "required": True, "schema": _TEXT}
    return {
        "operationId": "publication",
        "summary": "What became of a text",
        "security": [{"key": []}],
        "parameters": [place],
        "responses": {
            "200": _json("Where it stands", _ref("Publication")),
            **_refusals("401", "403", "404", "429", "503"),
        },
    }


def _accounts() -> dict[str, Any]:
    account = _object(
        id=_TEXT,
        network=_TEXT,
        handle=_TEXT,
        name=_TEXT,
        posture={"type": "string", "enum": [posture.value for posture in Posture]},
    )
    listed = _object(accounts={"type": "array", "items": account})
    return {
        "operationId": "accounts",
        "summary": "The accounts of this client and what may leave them now",
        "security": [{"key": []}],
        "responses": {"200": _json("The accounts", listed), **_refusals("401", "429", "503")},
    }


def _mentions() -> dict[str, Any]:
    headers = {
        "webhook-id": "A new id for each message; sending a message again keeps it.",
        "webhook-timestamp": "Seconds since 1970; more than five minutes off is refused.",
        "webhook-signature": "`v1,` and the base64 of HMAC-SHA-256 over `id.timestamp.body`, keyed with the bytes"
        " whose base64 stands behind `whsec_` (standardwebhooks.com).",
        "x-client": "The client's id; `?client=ID` does as well.",
    }
    example = {"network": "news", "text": "Nordwerk ruft Fritteusen zurück", "url": "https://news.example.org/1"}
    return {
        "operationId": "mentions",
        "summary": "Bring one mention or many, signed; each is stored once",
        "parameters": [
            {"name": name, "in": "header", "required": name != "x-client", "description": what, "schema": _TEXT}
            for name, what in headers.items()
        ],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {
                    "schema": {"anyOf": [_ref("MentionIn"), _ref("Delivered"), _MANY]},
                    "example": {"mentions": [example]},
                }
            },
        },
        "responses": {
            "200": _json("What became of them; unreadable ones are named in `faults`", _ref("Taken")),
            **_refusals("401", "413", "422", "429", "503"),
        },
    }
