"""The gate's addresses, tried by schemathesis with what their own OpenAPI document allows and forbids."""

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from typing import Any, Final

from schemathesis import openapi
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import Status, from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished

from command_center.domain.clients import signature
from tests.fuzz.house import House

DOCUMENT: Final = "/api/v1/openapi.json"
_MENTIONS: Final = "/api/v1/mentions"
Headers = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class Outcome:
    """How many checks passed, and each failure once, by what failed where."""

    passed: int = 0
    failed: int = 0
    requests: int = 0
    failures: dict[tuple[str, str, str], str] = field(default_factory=dict)


def try_api(house: House, *, examples: int, seed: int, with_key: bool = True) -> Outcome:
    """Try every operation with right and wrong data, single and in chains; deterministic by its seed."""
    config = SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "auth": {"openapi": {"key": {"bearer": house.bearer.removeprefix("Bearer ")}}} if with_key else {},
            "generation": {"max-examples": examples, "database": "none", "no-shrink": True},
            "continue-on-failure": True,
            "checks": {"negative_data_rejection": {"expected-statuses": ["4xx", "5xx"]}},
        }
    )
    schema = openapi.from_asgi(DOCUMENT, Signing(house, active=with_key), config=config)
    done = Outcome()
    for event in from_schema(schema).execute():
        match event:
            case ScenarioFinished():
                _count(done, event)
            case NonFatalError(info=info) | FatalError(exception=info):
                done.failed += 1
                done.failures["error", event.__class__.__name__, str(info)[:200]] = str(info)
    return done


def _count(done: Outcome, event: ScenarioFinished) -> None:
    done.requests += len(event.recorder.interactions)
    for case, checks in event.recorder.checks.items():
        for check in checks:
            if check.status is not Status.FAILURE or check.failure_info is None:
                done.passed += 1
                continue
            done.failed += 1
            failure = check.failure_info.failure
            found = event.recorder.interactions[case].response
            answer = f"{found.status_code} {found.text[:300]}" if found is not None else ""
            place = (event.recorder.cases[case].value.operation.label, check.name, failure.title)
            done.failures.setdefault(
                place, f"{place}: {failure.message}\n{check.failure_info.code_sample[:600]}\n{answer}"
            )


class Signing:
    """Stands before the application and signs mentions as their sender would, where headers for it came at all."""

    def __init__(self, house: House, *, active: bool) -> None:
        self.house, self.active = house, active

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        """Pass a request on, signed where it is one for mentions."""
        scope = {**scope, "server": ("127.0.0.1", 80)}  # the test's transport gives a name of its own
        if not self.active or scope["type"] != "http" or scope["path"] != _MENTIONS or scope["method"] != "POST":
            await self.house.app(scope, receive, send)
            return
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        told = False

        async def again() -> dict[str, Any]:
            nonlocal told
            if told:
                return {"type": "http.disconnect"}
            told = True
            return {"type": "http.request", "body": body, "more_body": False}

        await self.house.app({**scope, "headers": self._signed(scope["headers"], body)}, again, send)

    def _signed(self, headers: Headers, body: bytes) -> Headers:
        wanted = {b"webhook-id", b"webhook-timestamp", b"webhook-signature"}
        if not wanted <= {name for name, _ in headers}:
            return headers
        stamp = str(int(self.house.ctx.now().timestamp()))
        made = signature(self.house.key, message_id="m", timestamp=stamp, body=body)
        rest = [(name, value) for name, value in headers if name not in {*wanted, b"x-client"}]
        return [
            *rest,
            (b"x-client", self.house.client.encode()),
            (b"webhook-id", b"m"),
            (b"webhook-timestamp", stamp.encode()),
            (b"webhook-signature", made.encode()),
        ]
