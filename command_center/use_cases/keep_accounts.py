"""Keep the company's accounts: which networks, who co-manages them, how they speak."""

from dataclasses import replace

from command_center.domain.accounts import Account
from command_center.domain.connections import Connection, NetworkRight
from command_center.domain.mentions import Plane
from command_center.domain.people import Act, Person, Role
from command_center.domain.response_log import Action
from command_center.errors import BadInput, Conflict
from command_center.ports import Setting
from command_center.use_cases.command import Work, command
from command_center.use_cases.lock import standing_locks
from command_center.use_cases.lock_late import lock_late
from command_center.use_cases.plan_statements import house_setting


@command(Act.WRITE_ACCOUNT)
def add_account(work: Work, *, account: Account) -> str:
    """Store a new account and return the id the house gave it; a crisis that covers it locks it at once."""
    named = replace(_checked(work, account), id=work.ctx.new_id())
    work.store.add(named)
    _log(work, Action.ACCOUNT_ADDED, named)
    lock_late(work, named)
    return named.id


@command(Act.WRITE_ACCOUNT)
def change_account(work: Work, *, account: Account) -> str:
    """Store a changed account; its plane never changes, its locks stay, and while one stands so does where it posts."""
    before = work.need(Account, account.id)
    after = _checked(work, replace(account, plane=before.plane))
    moves = before.network != after.network or not _places(work, before) <= _places(work, after)
    if moves and standing_locks(work.store, before.id):
        raise Conflict("account.locked_stays", account=before.name)
    work.store.put(after)
    _log(work, Action.ACCOUNT_CHANGED, after)
    lock_late(work, after)
    return after.id


def _checked(work: Work, account: Account) -> Account:
    if not account.network.strip() or not account.handle.strip():
        raise BadInput("account.network_and_handle_needed")
    if account.publisher not in work.ctx.publishers:
        raise BadInput(
            "account.unknown_publisher", publisher=account.publisher, known=", ".join(sorted(work.ctx.publishers))
        )
    if account.plane is Plane.PRACTICE and account.publisher != "rehearsal":
        raise BadInput("account.practice_only_rehearses")
    _check_connection(work, account)
    for identity in account.co_managers:
        person = work.need(Person, identity)
        if Role.CO_MANAGER not in person.roles:
            raise BadInput("account.not_a_co_manager", person=person.name)
    checked = replace(
        account,
        network=account.network.strip().casefold(),
        handle=account.handle.strip(),
        name=account.name.strip() or account.handle.strip(),
        connection_id=account.connection_id if account.publisher in work.ctx.networks else "",
    )
    _refuse_second_voice(work, checked)
    return checked


def _refuse_second_voice(work: Work, account: Account) -> None:
    """Refuse a second account for the same place: a lock on the first one would not hold there."""
    here = _places(work, account)
    for other in work.store.find(Account, plane=account.plane):
        if other.id != account.id and here & _places(work, other):
            raise Conflict("account.second_voice", account=other.name)


def _places(work: Work, account: Account) -> frozenset[tuple[str, str]]:
    """Return where an account's posts appear: under its own handle, and under its key's."""
    connection = work.store.get(Connection, account.connection_id) if account.connection_id else None
    named = [(account.network, account.handle)]
    if connection is not None:
        named.append((connection.network, connection.handle))
    return frozenset((network, handle.casefold().lstrip("@")) for network, handle in named)


def _check_connection(work: Work, account: Account) -> None:
    """Refuse a way to a network without a key that opens it and may post."""
    if account.publisher not in work.ctx.networks or not account.active:
        return
    connection = work.store.get(Connection, account.connection_id) if account.connection_id else None
    if connection is None or not connection.active or connection.network != account.publisher:
        raise BadInput("account.connection_needed", network=account.publisher)
    if NetworkRight.POST not in connection.rights:
        raise BadInput("account.connection_only_reads", handle=connection.handle)


def _log(work: Work, action: Action, account: Account) -> None:
    work.log(
        action,
        account.id,
        plane=account.plane,
        network=account.network,
        handle=account.handle,
        publisher=account.publisher,
        connection_id=account.connection_id,
        co_managers=account.co_managers,
        base_posture=account.base_posture.value,
        active=account.active,
    )


@command(Act.WRITE_ACCOUNT)
def set_link_hosts(work: Work, *, hosts: tuple[str, ...], plane: Plane = Plane.REAL) -> str:
    """Set the web hosts that links in statements may lead to, such as ``www.example.com``."""
    return name_hosts(work, hosts, plane)


def name_hosts(work: Work, hosts: tuple[str, ...], plane: Plane) -> str:
    """Keep the hosts of a plane; raises ``BadInput`` for what is none."""
    cleaned = tuple(dict.fromkeys(host.strip().casefold() for host in hosts if host.strip()))
    for host in cleaned:
        if not host.isascii() or "/" in host or ":" in host or "." not in host or " " in host:
            raise BadInput("house.not_a_host", host=host)
    identity = house_setting(plane)
    setting = work.store.get(Setting, identity) or Setting(id=identity, value={})
    work.store.put(replace(setting, value={**setting.value, "link_hosts": list(cleaned)}))
    work.log(Action.ACCOUNT_CHANGED, identity, plane=plane, link_hosts=cleaned)
    return identity
