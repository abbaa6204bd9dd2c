"""Open the key to an account's network; only the process that talks to networks does this."""

from command_center.domain.accounts import Account
from command_center.domain.connections import Connection
from command_center.domain.mentions import Plane
from command_center.errors import Conflict
from command_center.networks import Access, Network
from command_center.ports import Context


def way_out(ctx: Context, account: Account) -> tuple[Network, Access]:
    """Return the account's network and its opened key.

    Raises ``Conflict`` ("send.…") when there is no way out or no key, ``CommandCenterError`` ("vault.…") when the key
    can't be opened. Nothing of the practice plane ever gets one.
    """
    network = ctx.networks.get(account.publisher)
    if network is None or account.plane is not Plane.REAL:
        raise Conflict("send.no_way_out", account=account.name)
    with ctx.store.reading() as store:
        connection = store.get(Connection, account.connection_id) if account.connection_id else None
    if connection is None:
        raise Conflict("send.not_connected", account=account.name)
    if not connection.active:
        raise Conflict("send.disconnected", account=account.name)
    return network, Access(connection=connection, secret=ctx.vault.unseal(connection.id, connection.sealed))
