"""Keep the programs that may ask the gate: each with a key of its own, shown once, revocable at any moment."""

import secrets
from base64 import b64encode
from dataclasses import replace
from typing import Any, Final

from command_center.domain.accounts import Account
from command_center.domain.clients import MOST_PER_MINUTE, SECRET_PREFIX, Client, Scope, holds, proof_of
from command_center.domain.four_eyes import Matter
from command_center.domain.mentions import Plane
from command_center.domain.people import Act
from command_center.domain.response_log import Action
from command_center.domain.sources import Source
from command_center.domain.topics import Topic
from command_center.errors import BadInput, Conflict, NotAllowed
from command_center.ports import Caller, Context
from command_center.use_cases.command import Work, command, looking
from command_center.use_cases.proposing import propose

_KEY_BYTES: Final = 32


def new_client_key() -> str:
    """Return a new key: 32 random bytes in the form the Standard Webhooks specification gives secrets."""
    return SECRET_PREFIX + b64encode(secrets.token_bytes(_KEY_BYTES)).decode("ascii")


def add_client(
    ctx: Context,
    caller: Caller,
    *,
    name: str,
    scopes: tuple[Scope, ...],
    accounts: tuple[str, ...] = (),
    topic_id: str = "",
    per_minute: int = 60,
) -> tuple[str, str]:
    """Put a program before a second person; returns its id and its key, which nobody can see again.

    The key opens nothing until another person agreed.

    Mentions it brings are matched against ``topic_id``, or against every topic where that is empty.
    """
    key = new_client_key()
    identity = _store_client(
        ctx, caller, name=name, scopes=scopes, accounts=accounts, topic_id=topic_id, per_minute=per_minute, key=key
    )
    return identity, key


@command(Act.WRITE_ACCOUNT)
def _store_client(
    work: Work,
    *,
    name: str,
    scopes: tuple[Scope, ...],
    accounts: tuple[str, ...],
    topic_id: str,
    per_minute: int,
    key: str,
) -> str:
    _check(work, name=name, scopes=scopes, accounts=accounts, topic_id=topic_id, per_minute=per_minute)
    identity = work.ctx.new_id()
    brings = Scope.MENTIONS in scopes
    client = Client(
        id=identity,
        name=name.strip(),
        scopes=scopes,
        accounts=accounts,
        per_minute=per_minute,
        created_by=work.who.id,
        created_at=work.now,
        proof=proof_of(key),
        source_id=_source_for(work, name.strip(), topic_id) if brings else "",
        sealed=work.ctx.vault.seal(identity, {"key": key}) if brings else "",
    )
    content = {**_open(client), "topic_id": topic_id}
    propose(work, Matter.CLIENT, client.id, title=client.name, content=content, client=client)
    return client.id


def _open(client: Client) -> dict[str, Any]:
    return {
        "name": client.name,
        "scopes": [scope.value for scope in client.scopes],
        "accounts": client.accounts,
        "per_minute": client.per_minute,
    }


def put_client(work: Work, client: Client) -> None:
    """Let a program in whose key two people agreed on; from now on the key opens the gate."""
    work.store.add(client)
    if client.source_id:
        work.store.put(replace(work.need(Source, client.source_id), active=True))
    work.log(Action.CLIENT_ADDED, client.id, **_open(client))


def _check(
    work: Work, *, name: str, scopes: tuple[Scope, ...], accounts: tuple[str, ...], topic_id: str, per_minute: int
) -> None:
    if not name.strip():
        raise BadInput("client.name_needed")
    if not scopes:
        raise BadInput("client.scope_needed")
    if {Scope.CHECK, Scope.PUBLISH}.intersection(scopes) and not accounts:
        raise BadInput("client.accounts_needed")
    if not 1 <= per_minute <= MOST_PER_MINUTE:
        raise BadInput("client.rate_out_of_range", most=MOST_PER_MINUTE)
    for account_id in accounts:
        work.need(Account, account_id)
    if topic_id:
        work.need(Topic, topic_id)


def _source_for(work: Work, name: str, topic_id: str) -> str:
    source = Source(
        id=work.ctx.new_id(),
        name=name,
        kind="webhook",
        plane=Plane.REAL,
        topic_id=topic_id,
        created_at=work.now,
        active=False,  # until another person agreed to the program's key
    )
    work.store.add(source)
    return source.id


@command(Act.WRITE_ACCOUNT)
def revoke_client(work: Work, *, client_id: str) -> str:
    """Make a client's key worthless from this moment; what it did stays in the log."""
    client = work.need(Client, client_id)
    if not client.active:
        raise Conflict("client.revoked_before")
    work.store.put(replace(client, proof="", sealed="", revoked_by=work.who.id, revoked_at=work.now))
    if client.source_id:
        work.store.put(replace(work.need(Source, client.source_id), active=False))
    work.log(Action.CLIENT_REVOKED, client.id, name=client.name)
    return client.id


def clients(ctx: Context, person_id: str) -> list[Client]:
    """List every client, for who may keep them."""
    with looking(ctx, person_id, Act.WRITE_ACCOUNT) as store:
        return store.find(Client, order="created_at")


def client_with(ctx: Context, *, client_id: str, key: str) -> Client:
    """Return the client that holds this key; raises ``NotAllowed``, alike for every reason."""
    with ctx.store.reading() as store:
        client = store.get(Client, client_id)
    if client is None or not holds(client, key):
        raise NotAllowed("client.unknown_key")
    return client


def signing_client(ctx: Context, client_id: str) -> tuple[Client, str]:
    """Return a client that brings mentions, and the secret it signs with; raises ``NotAllowed``."""
    with ctx.store.reading() as store:
        client = store.get(Client, client_id)
    if client is None or not client.active or not client.sealed:
        raise NotAllowed("client.unknown_key")
    return client, ctx.vault.unseal(client.id, client.sealed)["key"]
