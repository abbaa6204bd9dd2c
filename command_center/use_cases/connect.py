"""Connect the house with networks: a key is tried, sealed and never shown again; every step is logged without it.

Story *an account is connected*: here → ``domain/connections.py`` → ``vault.py``.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, TypeVar

from command_center.domain.clients import Client
from command_center.domain.connections import SECRETS, Connection, KeyKind, NetworkRight
from command_center.domain.erasures import Erased
from command_center.domain.four_eyes import Matter
from command_center.domain.people import Act
from command_center.domain.response_log import Action
from command_center.domain.second_factor import SecondFactor
from command_center.errors import BadInput, CommandCenterError, Conflict, NetworkTrouble
from command_center.networks import Access
from command_center.ports import Caller, Context, Setting
from command_center.use_cases.command import Work, asking, command, housework
from command_center.use_cases.erasures import note_erasure
from command_center.use_cases.keys import open_access
from command_center.use_cases.objections import seal_key_again
from command_center.use_cases.proposing import at_the_machine, done_alone, open_proposals, propose

CHECKED_EVERY: Final = timedelta(days=1)
_ASKED: Final = "check:"
_SERVERS: Final = {"bluesky": "https://bsky.social", "x": ""}
_LONGEST: Final = 4_000
Holder = TypeVar("Holder", bound=Connection | Client | SecondFactor)


def connect(
    ctx: Context, caller: Caller, *, network: str, kind: KeyKind, secret: Mapping[str, str], server: str = ""
) -> str:
    """Try a key at its network, then keep it sealed until another person agrees; returns the proposal's id.

    Connecting the same account again renews its key; the one before stays in use until then.

    Raises:
        BadInput: something is missing (``connection.missing``), or the network can't be connected here.
        NetworkTrouble: the network doesn't take the key (``connection.not_accepted``), or can't be asked now; nothing
            is stored then.
    """
    asking(ctx, caller, Act.WRITE_ACCOUNT)
    draft = Connection(
        id="draft",
        network=network,
        handle="",
        kind=kind,
        connected_by=caller.person_id,
        connected_at=ctx.now(),
        server=_server(network, server),
    )
    given = _complete(network, kind, secret)
    return keep(ctx, caller, draft=draft, secret=given)


def keep(
    ctx: Context,
    caller: Caller,
    *,
    draft: Connection,
    secret: Mapping[str, str],
) -> str:
    """Ask the network whose key this is, then seal it and put it before a second person."""
    network = ctx.networks.get(draft.network)
    if network is None:
        raise BadInput("connection.unknown_network", network=draft.network)
    try:
        handle, rights = network.check(Access(connection=draft, secret=secret))
    except NetworkTrouble as trouble:
        if trouble.code == "network.signed_out":  # nothing was connected yet, so nothing is to be renewed
            raise NetworkTrouble("connection.not_accepted", network=draft.network) from trouble
        raise
    return _propose(ctx, caller, draft=replace(draft, handle=handle, rights=tuple(rights)), secret=secret)


def _server(network: str, server: str) -> str:
    address = server.strip().rstrip("/") or _SERVERS.get(network, "")
    if address and "://" not in address:
        address = f"https://{address}"
    if network in _SERVERS and not address:
        return ""
    if not address.startswith(("https://", "http://")) or any(map(str.isspace, address)):
        raise BadInput("connection.server_needed", network=network)
    return address


def _complete(network: str, kind: KeyKind, secret: Mapping[str, str]) -> dict[str, str]:
    names = SECRETS.get((network, kind))
    if names is None:
        raise BadInput("connection.unknown_network", network=network)
    given = {name: secret.get(name, "").strip() for name in names}
    if not all(given.values()) or max(map(len, given.values())) > _LONGEST:
        raise BadInput("connection.missing", network=network)
    return given


@command(Act.WRITE_ACCOUNT)
def _propose(work: Work, *, draft: Connection, secret: Mapping[str, str]) -> str:
    same = {name: getattr(draft, name) for name in ("network", "server", "handle", "kind")}
    known = work.store.find(Connection, **same)
    identity = known[0].id if known else work.ctx.new_id()
    made = replace(
        draft,
        id=identity,
        connected_by=work.who.id,
        connected_at=work.now,
        checked_at=work.now,
        sealed=work.ctx.vault.seal(identity, secret),
    )
    content = {
        **same,
        "kind": draft.kind.value,
        "rights": [right.value for right in draft.rights],
        "renews": bool(known),
    }
    title = f"{draft.handle or draft.server} · {draft.network}"
    return propose(work, Matter.CONNECTION, identity, title=title, content=content, connection=made).id


def put_connection(work: Work, connection: Connection) -> None:
    """Keep a key that two people agreed on; what uses this connection uses it from now on."""
    work.store.put(connection)
    log_connection(work, Action.CONNECTION_MADE, connection)


def without_key(connection: Connection) -> Connection:
    """Return the connection with its key thrown away."""
    return replace(connection, sealed="", rights=(), expires_at=None)


@command(Act.WRITE_ACCOUNT)
def disconnect(work: Work, *, connection_id: str) -> str:
    """Throw a key away; what used it is refused from this moment."""
    connection = work.need(Connection, connection_id)
    if not connection.active:
        raise Conflict("connection.ended_before", handle=connection.handle)
    work.store.put(without_key(connection))
    note_erasure(work, Erased.KEY, [connection.id])
    log_connection(work, Action.CONNECTION_ENDED, connection)
    return connection_id


@command(Act.WRITE_ACCOUNT)
def ask_check(work: Work, *, connection_id: str) -> str:
    """Ask the worker to try a key; the screen shows what came of it."""
    work.need(Connection, connection_id)
    work.store.put(Setting(id=_ASKED + connection_id, value={"asked": True}))
    return connection_id


def check_asked(ctx: Context, connection_id: str) -> bool:
    """Tell whether the worker has still to try a key."""
    with ctx.store.reading() as store:
        setting = store.get(Setting, _ASKED + connection_id)
    return bool(setting and setting.value.get("asked"))


def due_checks(ctx: Context) -> list[str]:
    """Return the connections that somebody wants tried, or that were not tried for a day."""
    now = ctx.now()
    with ctx.store.reading() as store:
        known = [each for each in store.find(Connection) if each.active and each.network in ctx.networks]
        asked = {each.id for each in known if (found := store.get(Setting, _ASKED + each.id)) and found.value["asked"]}
    return [each.id for each in known if each.id in asked or _is_old(each.checked_at, now)]


def _is_old(checked_at: datetime | None, now: datetime) -> bool:
    return checked_at is None or now - checked_at >= CHECKED_EVERY


def check_connection(ctx: Context, connection_id: str) -> str:
    """Try a key at its network and keep what came of it; returns the code of what was wrong, or an empty text."""
    handle, rights, trouble = "", None, ""
    try:
        access = open_access(ctx, connection_id)
        if access is not None:
            handle, rights = ctx.networks[access.connection.network].check(access)
    except CommandCenterError as wrong:
        trouble = wrong.code
    request = f"check:{connection_id}:{ctx.new_id()}"
    return note_check(ctx, request, connection_id=connection_id, handle=handle, rights=rights, trouble=trouble)


@housework
def note_check(
    work: Work, *, connection_id: str, handle: str, rights: tuple[NetworkRight, ...] | None, trouble: str
) -> str:
    """Keep what a try of a key has shown; logged when somebody asked for it or it is news."""
    connection = work.need(Connection, connection_id)
    asked = work.store.get(Setting, _ASKED + connection_id)
    checked = replace(
        connection,
        handle=handle or connection.handle,
        rights=connection.rights if rights is None else tuple(rights),
        checked_at=work.now,
        trouble=trouble,
    )
    work.store.put(checked)
    work.store.put(Setting(id=_ASKED + connection_id, value={"asked": False}))
    if (asked and asked.value.get("asked")) or trouble != connection.trouble or checked.rights != connection.rights:
        log_connection(work, Action.CONNECTION_CHECKED, checked, trouble=trouble)
    return trouble


@command(Act.WRITE_ACCOUNT)
def rotate_keys(work: Work) -> str:
    """Seal every secret again with the newest key; returns how many. Only who has the machine has that key.

    What waits for a second person is sealed again, too. It stands in the open until somebody confirms it.
    """
    at_the_machine(work)
    holders: list[Connection | Client | SecondFactor] = [
        *work.store.find(Connection),
        *work.store.find(Client),
        *work.store.find(SecondFactor),
    ]
    sealed = [each for each in holders if each.sealed]
    for each in sealed:
        work.store.put(_again(work, each))
    seal_key_again(work)
    for waiting in open_proposals(work.store):
        connection, client = waiting.connection, waiting.client
        work.store.put(
            replace(
                waiting,
                connection=_again(work, connection) if connection and connection.sealed else connection,
                client=_again(work, client) if client and client.sealed else client,
            )
        )
    count = len(sealed)
    work.log(Action.KEYS_ROTATED, "connections", connections=count)
    done_alone(work, Matter.SEALING, "connections", title="TOKEN_KEY", content={"sealed": count})
    return str(count)


def _again(work: Work, holder: Holder) -> Holder:
    vault = work.ctx.vault
    return replace(holder, sealed=vault.seal(holder.id, vault.unseal(holder.id, holder.sealed)))


def log_connection(work: Work, action: Action, connection: Connection, trouble: str = "") -> None:
    """Log what became of a key, without it."""
    work.log(
        action,
        connection.id,
        network=connection.network,
        handle=connection.handle,
        server=connection.server,
        kind=connection.kind.value,
        rights=[right.value for right in connection.rights],
        trouble=trouble,
    )
