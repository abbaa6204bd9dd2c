"""Keys to networks: tried before they are kept, sealed at once, never in the log, gone when disconnected."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from command_center.checking import Checking
from command_center.domain.accounts import Account
from command_center.domain.connections import Connection, KeyKind, NetworkRight
from command_center.errors import BadInput, CommandCenterError, Conflict, NetworkTrouble, NotAllowed
from command_center.use_cases.command import SHELL
from command_center.use_cases.connect import (
    ask_check,
    check_asked,
    check_connection,
    connect,
    disconnect,
    due_checks,
    rotate_keys,
)
from command_center.use_cases.keep_accounts import change_account
from command_center.use_cases.keys import open_access
from command_center.vault import FernetVault, new_key
from tests.fakes.networks import FakeNetwork
from tests.use_cases.conftest import Office, account
from tests.use_cases.second import agreed

SECRET = {"identifier": "nordwerk.example", "password": "abcd-efgh-ijkl-mnop"}


@pytest.fixture
def network(office: Office) -> FakeNetwork:
    made = FakeNetwork(SECRET)
    ways = {"bluesky": made}
    office.ctx = replace(office.ctx, networks=ways, publishers={**office.ctx.publishers, **ways})
    return made


def connected(office: Office, **more: Any) -> str:
    given = {"network": "bluesky", "kind": KeyKind.APP_PASSWORD, "secret": SECRET, **more}
    return agreed(office.ctx, connect(office.ctx, office.says("administrator"), **given))


def one(office: Office, identity: str) -> Connection:
    with office.ctx.store.reading() as store:
        return store.find(Connection, id=identity)[0]


def test_a_key_is_tried_then_sealed_and_stands_nowhere_in_clear(office: Office, network: FakeNetwork) -> None:
    identity = connected(office, secret={name: f" {value}\n" for name, value in SECRET.items()})
    kept = one(office, identity)
    assert (kept.handle, kept.server, kept.rights) == ("nordwerk.example", "https://bsky.social", network.rights)
    assert kept.active
    access = open_access(office.ctx, identity)
    assert access is not None
    assert dict(access.secret) == SECRET
    assert "abcd" not in repr(access)
    with office.ctx.store.reading() as store:
        everything = repr(kept) + "".join(entry.body for entry in store.log())
    assert "abcd" not in everything
    assert office.actions()[-1] == "connection.made"


def test_a_key_the_network_does_not_take_is_not_kept(office: Office, network: FakeNetwork) -> None:
    with pytest.raises(NetworkTrouble):
        connected(office, secret={**SECRET, "password": "wrong"})
    with office.ctx.store.reading() as store:
        assert store.find(Connection) == []


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"secret": {"identifier": "a"}}, "connection.missing"),
        ({"secret": {**SECRET, "password": "  "}}, "connection.missing"),
        ({"kind": KeyKind.OAUTH1}, "connection.unknown_network"),
        ({"network": "mastodon", "kind": KeyKind.TOKEN, "secret": {"token": "t"}}, "connection.server_needed"),
        ({"server": "ftp://x"}, "connection.server_needed"),
    ],
)
def test_what_is_missing_is_named(office: Office, network: FakeNetwork, more: dict[str, Any], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        connected(office, **more)
    assert refused.value.code == code
    assert network.checked == []


def test_who_may_not_write_accounts_connects_nothing(office: Office, network: FakeNetwork) -> None:
    with pytest.raises(NotAllowed):
        connect(office.ctx, office.says("analyst"), network="bluesky", kind=KeyKind.APP_PASSWORD, secret=SECRET)
    assert network.checked == []


def test_connecting_again_renews_the_key_of_the_same_connection(office: Office, network: FakeNetwork) -> None:
    first = connected(office)
    disconnect(office.ctx, office.says("administrator"), connection_id=first)
    assert one(office, first).sealed == ""
    with pytest.raises(NetworkTrouble):
        open_access(office.ctx, first)
    with pytest.raises(Conflict):
        disconnect(office.ctx, office.says("administrator"), connection_id=first)
    assert connected(office) == first
    assert one(office, first).active


def test_a_check_is_asked_for_and_done_by_the_worker(office: Office, network: FakeNetwork) -> None:
    identity = connected(office)
    assert due_checks(office.ctx) == []
    ask_check(office.ctx, office.says("administrator"), connection_id=identity)
    assert check_asked(office.ctx, identity)
    network.wrong = NetworkTrouble("network.unreachable", network="Bluesky", why="reset")
    checking = Checking(office.ctx)
    checking.tend()
    checking.stop()
    assert one(office, identity).trouble == "network.unreachable"
    assert one(office, identity).rights == network.rights, "what was known stays"
    assert not check_asked(office.ctx, identity)
    network.wrong, network.rights = None, (NetworkRight.READ,)
    office.later(days=2)
    assert due_checks(office.ctx) == [identity]
    assert check_connection(office.ctx, identity) == ""
    assert (one(office, identity).trouble, one(office, identity).rights) == ("", (NetworkRight.READ,))
    assert office.actions().count("connection.checked") == 2


def test_keys_are_rotated_and_the_old_one_can_go(office: Office, network: FakeNetwork) -> None:
    old, new = new_key(), new_key()
    nowhere = Path("nowhere")
    office.ctx = replace(office.ctx, vault=FernetVault(keys=[old], file=nowhere))
    identity = connected(office)
    office.ctx = replace(office.ctx, vault=FernetVault(keys=[new, old], file=nowhere))
    assert rotate_keys(office.ctx, office.says(SHELL)) == "1"
    office.ctx = replace(office.ctx, vault=FernetVault(keys=[new], file=nowhere))
    access = open_access(office.ctx, identity)
    assert access is not None
    assert dict(access.secret) == SECRET
    office.ctx = replace(office.ctx, vault=FernetVault(keys=[old], file=nowhere))
    with pytest.raises(CommandCenterError) as refused:
        open_access(office.ctx, identity)
    assert refused.value.code == "vault.wrong_key"
    assert check_connection(office.ctx, identity) == "vault.wrong_key"


def test_an_account_posts_through_a_connection_that_may_post(office: Office, network: FakeNetwork) -> None:
    def change(**more: Any) -> str:
        wanted: Account = account("acc", network="bluesky", publisher="bluesky", **more)
        return change_account(office.ctx, office.says("administrator"), account=wanted)

    with pytest.raises(BadInput) as refused:
        change()
    assert refused.value.code == "account.connection_needed"
    network.rights = (NetworkRight.READ,)
    with pytest.raises(BadInput) as refused:
        change(connection_id=connected(office))
    assert refused.value.code == "account.connection_only_reads"
    network.rights = (NetworkRight.READ, NetworkRight.POST)
    change(connection_id=connected(office))
    with office.ctx.store.reading() as store:
        assert store.find(Account, id="acc")[0].connection_id
