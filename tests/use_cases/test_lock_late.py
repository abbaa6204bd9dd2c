"""An account that comes or changes while a crisis or safe mode covers it is locked in the same transaction."""

from dataclasses import replace

import pytest

from command_center.domain.accounts import Account, Lock, Posture, effective_posture
from command_center.domain.clients import Scope
from command_center.domain.mentions import Plane
from command_center.domain.one_voice import Reason
from command_center.domain.publications import PublicationState
from command_center.use_cases.activate import activate
from command_center.use_cases.keep_accounts import add_account, change_account
from command_center.use_cases.keep_clients import add_client
from command_center.use_cases.lock import ask_unlock, confirm_unlock, standing_locks
from command_center.use_cases.publish import publish
from command_center.use_cases.safe_mode import _enter as enter_safe_mode
from command_center.use_cases.safe_mode import ask_to_leave, leave
from tests.use_cases.conftest import Office, account
from tests.use_cases.second import agreed, only_proposal


def posture(office: Office, identity: str) -> Posture:
    with office.ctx.store.reading() as store:
        (found,) = store.find(Account, id=identity)
        return effective_posture(found, standing_locks(store, identity))


def storm(office: Office) -> str:
    return activate(
        office.ctx, office.says("crisis_lead"), plan_id="product-recall", plane=Plane.REAL, reason="Rauch im Video"
    )


def added(office: Office, handle: str = "@new", **changes: object) -> str:
    wanted = replace(account("", handle=handle), **changes)  # type: ignore[arg-type]
    return add_account(office.ctx, office.says("administrator"), account=wanted)


def changed(office: Office, identity: str, **changes: object) -> None:
    with office.ctx.store.reading() as store:
        (before,) = store.find(Account, id=identity)
    change_account(office.ctx, office.says("administrator"), account=replace(before, **changes))  # type: ignore[arg-type]


def safe_mode(office: Office) -> None:
    enter_safe_mode(office.ctx, "safe-mode:1", heads=["9 aa"], size=9, entries=4)


def test_a_new_account_the_running_plan_covers_is_locked_with_its_entry(office: Office) -> None:
    incident = storm(office)
    new = added(office)
    assert posture(office, new) is Posture.ONE_VOICE
    with office.ctx.store.reading() as store:
        (lock,) = standing_locks(store, new)
    assert (lock.incident_id, lock.reason) == (incident, "Rauch im Video")
    assert office.actions()[-3:] == ["account.added", "account.locked", "account.sealed"]


def test_one_the_plan_does_not_cover_or_of_another_plane_stays_open(office: Office) -> None:
    storm(office)
    assert posture(office, added(office, tags=("private",))) is Posture.OPEN
    practised = added(office, "@drill", plane=Plane.PRACTICE, publisher="rehearsal")
    assert posture(office, practised) is Posture.OPEN


def test_one_that_is_tagged_or_opened_again_later_is_locked_then(office: Office) -> None:
    tagged, closed = added(office, tags=("private",)), added(office, "@closed", active=False)
    storm(office)
    assert posture(office, tagged) is Posture.OPEN
    changed(office, tagged, tags=("corporate",))
    changed(office, closed, active=True)
    assert posture(office, tagged) is posture(office, closed) is Posture.ONE_VOICE


def test_losing_the_tag_unlocks_nothing_and_no_lock_comes_twice(office: Office) -> None:
    storm(office)
    changed(office, "acc", tags=())
    changed(office, "acc", tags=("corporate",))
    assert posture(office, "acc") is Posture.ONE_VOICE
    with office.ctx.store.reading() as store:
        assert len(store.find(Lock, account_id="acc")) == 1


def test_what_two_people_unlocked_stays_unlocked(office: Office) -> None:
    storm(office)
    with office.ctx.store.reading() as store:
        (lock,) = standing_locks(store, "acc")
    ask_unlock(office.ctx, office.says("approver"), lock_id=lock.id, reason="Das Konto hilft nur beim Einbau.")
    confirm_unlock(office.ctx, office.says("second_approver"), lock_id=lock.id)
    changed(office, "acc", name="Hilfe")
    assert posture(office, "acc") is Posture.OPEN


@pytest.mark.parametrize("was_there", [False, True], ids=["added", "opened again"])
def test_in_safe_mode_a_late_account_is_on_hold_until_two_people_end_it(office: Office, was_there: bool) -> None:
    late = added(office, active=False) if was_there else ""
    safe_mode(office)
    if was_there:
        changed(office, late, active=True)
    else:
        late = added(office)
    changed(office, late, name="Noch einmal")
    assert posture(office, late) is Posture.HOLD
    ask_to_leave(office.ctx, office.says("approver"), reason="Die Sicherung ist richtig.")
    leave(office.ctx, office.says("second_approver"))
    assert posture(office, late) is Posture.OPEN


def test_a_program_with_a_new_key_meets_the_lock_as_people_do(office: Office) -> None:
    storm(office)
    new = added(office)
    client, _ = add_client(
        office.ctx, office.says("administrator"), name="Newsroom", scopes=(Scope.PUBLISH,), accounts=(new,)
    )
    agreed(office.ctx, only_proposal(office.ctx))
    # A program speaks as one of the co-managers of the accounts it was given.
    post = publish(office.ctx, office.says(f"client:{client}"), account_id=new, text="Alles halb so wild.")
    assert post.state is PublicationState.REFUSED
    assert post.reason in {Reason.NOT_APPROVED, Reason.NOT_YOURS}
