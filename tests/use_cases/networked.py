"""An office whose account leads to a network in memory, with a key to it in the vault."""

from dataclasses import replace
from datetime import UTC, datetime

from command_center.domain.connections import Connection, KeyKind, NetworkRight
from command_center.domain.publications import Publication
from command_center.publishing import WITHOUT_NETWORK
from tests.fakes.memory_network import MemoryNetwork
from tests.use_cases.conftest import Office, account


def connect(office: Office) -> MemoryNetwork:
    """Let the office's account ``acc`` lead to a new network; a person posts by hand on ``hand``."""
    network = MemoryNetwork(now=lambda: office.moment)
    office.ctx = replace(office.ctx, networks={"memory": network}, publishers={**WITHOUT_NETWORK, "memory": network})
    office.add(connection(office), networked("acc"), account("hand", handle="@hand"))
    return network


def networked(identity: str, **changes: object) -> object:
    """Return an account that leads to the network."""
    return account(identity, **{"network": "memory", "publisher": "memory", "connection_id": "key", **changes})


def connection(office: Office, **changes: object) -> Connection:
    """Return a key to the network, sealed."""
    made = Connection(
        id="key",
        network="memory",
        handle="@acc",
        kind=KeyKind.TOKEN,
        connected_by="administrator",
        connected_at=datetime(2026, 1, 1, tzinfo=UTC),
        rights=(NetworkRight.POST, NetworkRight.DELETE),
        sealed=office.ctx.vault.seal("key", {"token": "s3cret-token"}),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def now_of(office: Office, publication_id: str) -> Publication:
    """Return a publication as it is now."""
    with office.ctx.store.reading() as store:
        found = store.get(Publication, publication_id)
    assert found is not None
    return found
