"""Open the keys to networks, for whoever talks to a network with them and for as long as that takes."""

from command_center.domain.accounts import Account
from command_center.domain.connections import Connection
from command_center.domain.mentions import Plane
from command_center.errors import Conflict, NetworkTrouble
from command_center.networks import Access, Network
from command_center.ports import Context


def open_access(ctx: Context, connection_id: str) -> Access | None:
    """Return the connection with its secret; None where none is named.

    Raises:
        NetworkTrouble: ``network.signed_out`` when it was disconnected.
        CommandCenterError: ``vault.…`` when the key that seals it is missing or another one.
    """
    if not connection_id:
        return None
    connection = _connection(ctx, connection_id)
    if connection is None or not connection.active:
        raise NetworkTrouble("network.signed_out", network=connection.network if connection else "")
    return _opened(ctx, connection)


def way_out(ctx: Context, account: Account) -> tuple[Network, Access]:
    """Return the account's network and its opened key.

    Raises ``Conflict`` ("send.…") when there is no way out or no key, ``CommandCenterError`` ("vault.…") when the key
    can't be opened. Nothing of the practice plane ever gets one.
    """
    network = ctx.networks.get(account.publisher)
    if network is None or account.plane is not Plane.REAL:
        raise Conflict("send.no_way_out", account=account.name)
    connection = _connection(ctx, account.connection_id)
    if connection is None:
        raise Conflict("send.not_connected", account=account.name)
    if not connection.active:
        raise Conflict("send.disconnected", account=account.name)
    return network, _opened(ctx, connection)


def _connection(ctx: Context, connection_id: str) -> Connection | None:
    with ctx.store.reading() as store:
        return store.get(Connection, connection_id) if connection_id else None


def _opened(ctx: Context, connection: Connection) -> Access:
    return Access(connection=connection, secret=ctx.vault.unseal(connection.id, connection.sealed))
