"""Connecting to X from the first page to the renewed key: the real adapters, a server of our own, a real store."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from command_center.bootstrap import build
from command_center.domain.connections import Connection, KeyKind, NetworkRight
from command_center.errors import NetworkTrouble
from command_center.ports import Caller, Context
from command_center.settings import Settings
from command_center.use_cases.agree import begin_agreement, due_renewals, finish_agreement, renew_key
from command_center.use_cases.connect import check_connection, connect
from command_center.use_cases.open_access import open_access
from tests.peers.x_server import CLIENT, CLIENT_SECRET, OAUTH1, XServer
from tests.use_cases.second import administrator, agreed

pytestmark = pytest.mark.sockets
BACK = "https://voice.example.org/"


@pytest.fixture
def server() -> Iterator[XServer]:
    with XServer() as running:
        yield running


@pytest.fixture
def ctx(server: XServer, tmp_path: Path) -> Iterator[Context]:
    settings = Settings(data=tmp_path, token_key_file=tmp_path / "token.key", x_api_base=server.base)
    opened = build(settings)
    with opened.store.writing() as store:
        store.add(administrator("ada"))
    yield opened
    opened.store.close()


def caller(ctx: Context) -> Caller:
    return Caller("ada", ctx.new_id())


def one(ctx: Context, identity: str) -> Connection:
    with ctx.store.reading() as store:
        return store.find(Connection, id=identity)[0]


def test_an_account_is_connected_on_the_networks_own_page_and_its_key_renewed(ctx: Context, server: XServer) -> None:
    given = {"client_id": CLIENT, "client_secret": CLIENT_SECRET, "redirect": BACK}
    address, sealed = begin_agreement(ctx, caller(ctx), network="x", server="", given=given)
    asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    server.codes["c-1"] = {
        "user": "1001",
        "challenge": asked["code_challenge"],
        "redirect": asked["redirect_uri"],
    }
    answer = f"{BACK}?state={asked['state']}&code=c-1"
    identity = agreed(ctx, finish_agreement(ctx, caller(ctx), sealed=sealed, answer=answer))
    made = one(ctx, identity)
    assert (made.handle.lstrip("@"), made.kind) == ("nordwerk", KeyKind.OAUTH2)
    assert NetworkRight.POST in made.rights
    assert made.expires_at is not None
    before = open_access(ctx, identity)
    later = replace(ctx, now=lambda: made.connected_at + timedelta(minutes=115))
    assert due_renewals(later) == [identity]
    assert renew_key(later, identity) == ""
    after = open_access(ctx, identity)
    assert before is not None
    assert after is not None
    assert before.secret["refresh"] != after.secret["refresh"]
    assert check_connection(ctx, identity) == ""


def test_four_keys_are_tried_before_they_are_kept(ctx: Context, server: XServer) -> None:
    identity = agreed(ctx, connect(ctx, caller(ctx), network="x", kind=KeyKind.OAUTH1, secret=OAUTH1))
    assert one(ctx, identity).handle.lstrip("@") == "nordwerk"
    with pytest.raises(NetworkTrouble):
        connect(ctx, caller(ctx), network="x", kind=KeyKind.OAUTH1, secret={**OAUTH1, "access_secret": "wrong"})
