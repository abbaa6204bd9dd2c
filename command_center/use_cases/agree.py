"""Connect by agreeing on the network's own page, and renew such keys before they end.

Between the two steps what finishing needs is held sealed by the screen; nothing of it is stored.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import parse_qs, urlsplit

from command_center.domain.connections import Connection
from command_center.domain.people import Act
from command_center.domain.response_log import Action
from command_center.errors import BadInput, CommandCenterError
from command_center.networks import SignIn
from command_center.ports import Caller, Context
from command_center.use_cases.command import Work, asking, housework
from command_center.use_cases.connect import keep, log_connection, note_check
from command_center.use_cases.keys import open_access

RENEWED_BEFORE: Final = timedelta(minutes=10)
_AGAIN_AFTER: Final = timedelta(minutes=2)
_LONGEST: Final = 4_000


def begin_agreement(
    ctx: Context, caller: Caller, *, network: str, server: str, given: Mapping[str, str]
) -> tuple[str, str]:
    """Return the address where the person agrees, and sealed what ``finish_agreement`` needs.

    Raises:
        BadInput: something is missing, or this network has no such way.
        NetworkTrouble: the server can't be asked.
    """
    asking(ctx, caller, Act.WRITE_ACCOUNT)
    way = _way(ctx, network)
    typed = {name: given.get(name, "").strip()[:_LONGEST] for name in way.asks}
    if not all(value for name, value in typed.items() if name not in way.optional):
        raise BadInput("connection.missing", network=network)
    begun = way.begin(server.strip(), typed)
    kept = {"server": server.strip(), **begun.kept, "network": network}
    return begun.address, ctx.vault.seal(_mark(caller), kept)


def finish_agreement(ctx: Context, caller: Caller, *, sealed: str, answer: str) -> str:
    """Exchange what came back for a key and keep that; ``answer`` is the code or the whole address of the last page.

    Raises:
        BadInput: there is no code in it, or it answers another question (``connection.wrong_answer``).
        NetworkTrouble: the network doesn't take it.
    """
    asking(ctx, caller, Act.WRITE_ACCOUNT)
    kept = ctx.vault.unseal(_mark(caller), sealed)
    way = _way(ctx, kept["network"])
    secret = way.finish(kept, _code(answer, kept.get("state", "")))
    draft = Connection(
        id="draft",
        network=kept["network"],
        handle="",
        kind=way.kind,
        connected_by=caller.person_id,
        connected_at=ctx.now(),
        server=kept["server"],
        expires_at=_ends(secret),
    )
    return keep(ctx, caller, draft=draft, secret=secret)


def _mark(caller: Caller) -> str:
    return f"agreement:{caller.person_id}"


def _way(ctx: Context, network: str) -> SignIn:
    way = ctx.sign_ins.get(network)
    if way is None:
        raise BadInput("connection.unknown_network", network=network)
    return way


def _code(answer: str, state: str) -> str:
    """Return the code; in an address it must come with the state that was sent along."""
    text = answer.strip()
    if "code=" not in text:
        if not text or any(map(str.isspace, text)) or "://" in text or len(text) > _LONGEST:
            raise BadInput("connection.wrong_answer")
        return text
    found = parse_qs(urlsplit(text).query)
    code, came = found.get("code", [""])[0], found.get("state", [""])[0]
    if not code or came != state:
        raise BadInput("connection.wrong_answer")
    return code


def _ends(secret: Mapping[str, str]) -> datetime | None:
    try:
        return datetime.fromisoformat(secret["expires_at"])
    except (KeyError, ValueError):
        return None


def due_renewals(ctx: Context) -> list[str]:
    """Return the connections whose key ends soon and can be renewed."""
    now = ctx.now()
    with ctx.store.reading() as store:
        known = [each for each in store.find(Connection) if each.active and each.network in ctx.sign_ins]
    return [
        each.id
        for each in known
        if each.expires_at is not None and each.expires_at - now <= RENEWED_BEFORE and not _tried_lately(each, now)
    ]


def _tried_lately(connection: Connection, now: datetime) -> bool:
    if not connection.trouble or connection.checked_at is None:
        return False
    # A refresh token that is no longer taken won't be taken later either: a person connects anew.
    return connection.trouble == "network.signed_out" or now - connection.checked_at < _AGAIN_AFTER


def renew_key(ctx: Context, connection_id: str) -> str:
    """Renew a key and keep the new one at once, since the old one is worthless from then on; "" when it went well."""
    request = f"renew:{connection_id}:{ctx.new_id()}"
    try:
        access = open_access(ctx, connection_id)
        if access is None:
            return ""
        secret = ctx.sign_ins[access.connection.network].renew(access)
    except CommandCenterError as wrong:
        return note_check(ctx, request, connection_id=connection_id, handle="", rights=None, trouble=wrong.code)
    return _keep_renewed(ctx, request, connection_id=connection_id, secret=secret)


@housework
def _keep_renewed(work: Work, *, connection_id: str, secret: Mapping[str, str]) -> str:
    connection = work.need(Connection, connection_id)
    if not connection.active:
        return ""  # disconnected while the network answered: the new key is forgotten too
    sealed = work.ctx.vault.seal(connection_id, secret)
    renewed = replace(connection, sealed=sealed, expires_at=_ends(secret), trouble="")
    work.store.put(renewed)
    log_connection(work, Action.CONNECTION_RENEWED, renewed)
    return ""
