"""The whole application without a network: Streamlit's routes, ours and all before them, on a real store."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import streamlit as st
from sqlalchemy import Engine
from streamlit.runtime import Runtime

from command_center.bootstrap import build
from command_center.domain.accounts import Account
from command_center.domain.clients import Client, Scope
from command_center.domain.people import Person
from command_center.domain.topics import Topic
from command_center.ports import Caller, Context
from command_center.settings import Settings
from command_center.storage.store import SqlStore
from command_center.use_cases.keep_accounts import add_account
from command_center.use_cases.keep_clients import add_client
from command_center.use_cases.keep_topics import add_topic
from command_center.use_cases.sign_in import open_house, who_is
from command_center.web.process import Process, hold
from command_center.web.routes import routes
from command_center.web.start import middleware
from tests.use_cases.second import agreed, only_proposal

PASSWORD: Final = "Der Sturm kommt um acht."
_MAIN: Final = Path(__file__).resolve().parents[2] / "command_center" / "ui" / "main.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The application, its context, the session of the crisis lead and the key of a program with every scope."""

    app: st.App
    ctx: Context
    lead: Person
    token: str
    client: str
    key: str

    @property
    def engine(self) -> Engine:
        """What the store reads and writes its file with."""
        assert isinstance(self.ctx.store, SqlStore)
        return self.ctx.store.engine

    @property
    def bearer(self) -> str:
        """The value of the header a program shows its key in."""
        return f"Bearer {self.client}:{self.key}"


@contextmanager
def whole_house(folder: Path) -> Iterator[House]:
    """Make an open house; nothing runs in its background."""
    settings = Settings(data=folder, token_key_file=folder / "token.key", log_key_file=folder / "log.key")
    ctx = build(settings)
    hold(Process(settings=settings, ctx=ctx, hosts=frozenset({"house", "testserver"})))
    token = open_house(ctx, login="kim", name="Kim", email="", password=PASSWORD)
    lead = who_is(ctx, token)
    assert lead is not None
    wish = partial(Caller, lead.id)
    account = Account(id="", network="mastodon", handle="@nordwerk", name="Nordwerk", tags=("corporate",))
    mine = add_account(ctx, wish("account"), account=account)
    add_topic(ctx, wish("topic"), topic=Topic(id="", name="Nordwerk", terms=("Nordwerk",)))
    client, key = add_client(ctx, wish("client"), name="Planer", scopes=tuple(Scope), accounts=(mine,), per_minute=600)
    agreed(ctx, only_proposal(ctx))
    with ctx.store.writing() as work:  # what is tried here would be told to wait
        kept = work.get(Client, client)
        assert kept is not None
        work.put(replace(kept, per_minute=10**9))
    app = st.App(_MAIN, routes=routes(), middleware=middleware())
    try:
        yield House(app=app, ctx=ctx, lead=lead, token=token, client=client, key=key)
    finally:
        ctx.store.close()
        Runtime._instance = None
