"""Open a connection's secret for whoever talks to the network with it, for as long as that takes."""

from command_center.domain.connections import Connection
from command_center.errors import NetworkTrouble
from command_center.networks import Access
from command_center.ports import Context


def open_access(ctx: Context, connection_id: str) -> Access | None:
    """Return the connection with its secret; None where none is named.

    Raises:
        NetworkTrouble: ``network.signed_out`` when it was disconnected.
        CommandCenterError: ``vault.…`` when the key that seals it is missing or another one.
    """
    if not connection_id:
        return None
    with ctx.store.reading() as store:
        connection = store.get(Connection, connection_id)
    if connection is None or not connection.active:
        raise NetworkTrouble("network.signed_out", network=connection.network if connection else "")
    return Access(connection=connection, secret=ctx.vault.unseal(connection.id, connection.sealed))
