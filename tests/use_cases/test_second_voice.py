"""A lock can't be walked around by giving its account, or its key, another name: one person alone never opens it."""

from dataclasses import replace

import pytest

from command_center.domain.accounts import Account, Posture
from command_center.errors import Conflict
from command_center.use_cases.keep_accounts import add_account, change_account
from command_center.use_cases.lock import lock_account
from tests.use_cases.conftest import Office, account
from tests.use_cases.networked import connect, connection, networked


def stored(office: Office, identity: str) -> Account:
    with office.ctx.store.reading() as store:
        found = store.get(Account, identity)
    assert found is not None
    return found


@pytest.fixture
def locked(office: Office) -> Office:
    connect(office)
    office.add(connection(office, id="own", handle="@other"), networked("other", handle="@other", connection_id="own"))
    lock_account(office.ctx, office.says("approver"), account_id="acc", posture=Posture.ONE_VOICE, reason="Sturm")
    return office


@pytest.mark.parametrize("handle", ["acc", "@ACC", "@@acc", "@brand-new"])
def test_no_second_account_speaks_through_the_same_key_or_under_the_same_name(locked: Office, handle: str) -> None:
    twin = account("", handle=handle, network="memory", publisher="memory", connection_id="key")
    with pytest.raises(Conflict) as refused:
        add_account(locked.ctx, locked.says("administrator"), account=twin)
    assert refused.value.code == "account.second_voice"


def test_no_other_account_takes_over_the_key_of_a_locked_one(locked: Office) -> None:
    other = replace(stored(locked, "other"), connection_id="key")
    with pytest.raises(Conflict) as refused:
        change_account(locked.ctx, locked.says("administrator"), account=other)
    assert refused.value.code == "account.second_voice"


@pytest.mark.parametrize("changes", [{"network": "x"}, {"handle": "@elsewhere", "publisher": "manual"}], ids=str)
def test_a_locked_account_stays_where_it_is(locked: Office, changes: dict[str, str]) -> None:
    with pytest.raises(Conflict) as refused:
        change_account(locked.ctx, locked.says("administrator"), account=replace(stored(locked, "acc"), **changes))  # type: ignore[arg-type]
    assert refused.value.code == "account.locked_stays"
    change_account(locked.ctx, locked.says("administrator"), account=replace(stored(locked, "acc"), name="Neuer Name"))
    assert stored(locked, "acc").name == "Neuer Name"
    change_account(locked.ctx, locked.says("administrator"), account=replace(stored(locked, "acc"), active=False))
    assert not stored(locked, "acc").active
