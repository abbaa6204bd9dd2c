"""A house in a crisis whose account leads to a network in memory, with a worker the test runs itself."""

from dataclasses import replace

from command_center.domain.accounts import Account
from command_center.domain.connections import Connection, KeyKind
from command_center.settings import Settings
from command_center.use_cases.send import send_intended
from command_center.web.process import Process, hold
from tests.fakes.memory_network import MemoryNetwork
from tests.pages.crisis import Crisis


def connect(crisis: Crisis, which: str = "x") -> MemoryNetwork:
    """Let one of the house's accounts lead to a network in memory."""
    network = MemoryNetwork(now=crisis.ctx.now)
    ways = {"memory": network}
    crisis.ctx = replace(crisis.ctx, networks=ways, publishers={**crisis.ctx.publishers, **ways})
    hold(Process(settings=Settings(data=crisis.data), ctx=crisis.ctx))
    key = Connection(
        id="key",
        network="memory",
        handle="@nordwerk",
        kind=KeyKind.TOKEN,
        connected_by=crisis.people["kim"],
        connected_at=crisis.ctx.now(),
        sealed=crisis.ctx.vault.seal("key", {"token": "t"}),
    )
    with crisis.ctx.store.writing() as store:
        account = store.get(Account, crisis.accounts[which])
        assert account is not None
        store.put(key)
        store.put(replace(account, publisher="memory", connection_id="key"))
    return network


def work(crisis: Crisis) -> None:
    """Let the worker run once."""
    send_intended(crisis.ctx)
