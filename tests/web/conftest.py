"""A house that other programs talk to: a real store, one account, and the gate's addresses without a network."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from starlette.applications import Starlette

from command_center.bootstrap import build
from command_center.domain.accounts import Account, Posture
from command_center.domain.clients import Scope
from command_center.domain.people import Person
from command_center.domain.topics import Topic
from command_center.ports import Caller, Context
from command_center.settings import Settings
from command_center.use_cases.keep_accounts import add_account
from command_center.use_cases.keep_clients import add_client
from command_center.use_cases.keep_topics import add_topic
from command_center.use_cases.lock import lock_account
from command_center.use_cases.sign_in import open_house, who_is
from command_center.web.api import api_routes
from command_center.web.process import Process, hold
from tests.use_cases.second import agreed, only_proposal

EVERY = (Scope.CHECK, Scope.PUBLISH, Scope.MENTIONS)


class Http:
    """Asks the application without a network, one request at a time."""

    def __init__(self, app: Starlette) -> None:
        self.app = app

    def get(self, path: str, **given: Any) -> httpx.Response:
        """Ask with GET."""
        return anyio.run(partial(self._ask, "GET", path, **given))

    def post(self, path: str, **given: Any) -> httpx.Response:
        """Ask with POST."""
        return anyio.run(partial(self._ask, "POST", path, **given))

    async def _ask(self, method: str, path: str, **given: Any) -> httpx.Response:
        transport = httpx.ASGITransport(app=self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
            return await client.request(method, path, **given)


@dataclass
class Gate:
    """The house seen from another program."""

    ctx: Context
    lead: Person
    http: Http
    account: str
    wishes: Iterator[int] = field(default_factory=count)

    def caller(self) -> Caller:
        """Return a fresh wish of the lead."""
        return Caller(self.lead.id, f"wish-{next(self.wishes)}")

    def client(self, *scopes: Scope, per_minute: int = 600) -> tuple[str, str]:
        """Give a program a key; returns its id and the key."""
        speaks = {Scope.CHECK, Scope.PUBLISH}.intersection(scopes)
        accounts = (self.account,) if speaks else ()
        given = add_client(
            self.ctx, self.caller(), name="Planer", scopes=scopes, accounts=accounts, per_minute=per_minute
        )
        agreed(self.ctx, only_proposal(self.ctx))
        return given

    def lock(self) -> None:
        """Lock the account to one voice."""
        lock_account(
            self.ctx, self.caller(), account_id=self.account, posture=Posture.ONE_VOICE, reason="Der Sturm ist da."
        )


@pytest.fixture
def gate(tmp_path: Path) -> Iterator[Gate]:
    settings = Settings(data=tmp_path, token_key_file=tmp_path / "token.key")
    ctx = build(settings)
    hold(Process(settings=settings, ctx=ctx))
    token = open_house(ctx, login="kim", name="Kim", email="", password="Der Sturm kommt um acht.")
    lead = who_is(ctx, token)
    assert lead is not None
    made = Gate(ctx=ctx, lead=lead, http=Http(Starlette(routes=api_routes())), account="")
    account = Account(id="", network="mastodon", handle="@nordwerk", name="Nordwerk", tags=("corporate",))
    made.account = add_account(ctx, made.caller(), account=account)
    add_topic(ctx, made.caller(), topic=Topic(id="", name="Nordwerk", terms=("Nordwerk",)))
    yield made
    ctx.store.close()
