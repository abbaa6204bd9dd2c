"""Keys take two people, what the shell does stands in the open; and a first word goes with whoever gave it."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from command_center.domain.accounts import Posture
from command_center.domain.clients import Scope
from command_center.domain.connections import Connection, KeyKind
from command_center.domain.four_eyes import Matter, Proposal
from command_center.domain.people import DRILL_PARTNER, Role
from command_center.domain.publications import PublicationState
from command_center.domain.sources import Source
from command_center.errors import Conflict, NotAllowed
from command_center.use_cases.agree_proposals import agree_proposal, end_proposal
from command_center.use_cases.checkpoint import rotate_log_key
from command_center.use_cases.command import SHELL
from command_center.use_cases.connect import connect, rotate_keys
from command_center.use_cases.drill_partner import invite_partner
from command_center.use_cases.keep_clients import add_client, client_with
from command_center.use_cases.keys import open_access
from command_center.use_cases.lock import ask_unlock, confirm_unlock, lock_account
from command_center.use_cases.people import change_roles, disable_person
from command_center.use_cases.personal_data import personal_data
from command_center.use_cases.proposing import open_proposals
from command_center.use_cases.publish import publish
from command_center.use_cases.quarantine import take_out
from command_center.use_cases.tell_second import tell_second
from command_center.vault import FernetVault, new_key
from tests.fakes.networks import FakeNetwork
from tests.use_cases.conftest import Office, person

SECRET = {"identifier": "nordwerk.example", "password": "abcd-efgh-ijkl-mnop"}


@pytest.fixture
def network(office: Office) -> FakeNetwork:
    made = FakeNetwork(SECRET)
    office.ctx = replace(office.ctx, networks={"bluesky": made}, publishers={**office.ctx.publishers, "bluesky": made})
    return made


def wait(office: Office) -> Proposal:
    with office.ctx.store.reading() as store:
        (found,) = open_proposals(store)
    return found


def agree(office: Office, who: str, **more: str) -> None:
    waiting = wait(office)
    given = {"proposal_id": waiting.id, "content_hash": waiting.content_hash, **more}
    agree_proposal(office.ctx, office.says(who), **given)


def connections(office: Office) -> list[Connection]:
    with office.ctx.store.reading() as store:
        return store.find(Connection)


def propose(office: Office, who: str = "administrator") -> str:
    return connect(office.ctx, office.says(who), network="bluesky", kind=KeyKind.APP_PASSWORD, secret=SECRET)


def test_a_key_counts_from_the_second_persons_word_on(office: Office, network: FakeNetwork) -> None:
    propose(office)
    assert connections(office) == []
    with pytest.raises(NotAllowed) as refused:
        agree(office, "administrator")
    assert refused.value.code == "four_eyes.other_person"
    with pytest.raises(Conflict):
        agree(office, "crisis_lead", content_hash="0" * 64)
    agree(office, "crisis_lead")
    (made,) = connections(office)
    access = open_access(office.ctx, made.id)
    assert access is not None
    assert dict(access.secret) == SECRET
    assert office.actions()[-2:] == ["second.agreed", "connection.made"]
    with office.ctx.store.reading() as store:
        (kept,) = store.find(Proposal)
        assert kept.connection is not None
        assert kept.connection.sealed == "", "the key waits nowhere any more"


def test_a_renewed_key_leaves_the_old_one_in_use_until_then(office: Office, network: FakeNetwork) -> None:
    propose(office)
    agree(office, "crisis_lead")
    (old,) = connections(office)
    propose(office, "crisis_lead")
    assert connections(office) == [old]
    agree(office, "administrator")
    assert connections(office)[0].sealed != old.sealed


def test_a_newer_wish_takes_the_place_of_an_older_and_one_person_can_let_it_lapse(
    office: Office, network: FakeNetwork
) -> None:
    propose(office)
    agree(office, "crisis_lead")
    propose(office), propose(office, "crisis_lead")
    assert wait(office).asked_by == "crisis_lead"
    end_proposal(office.ctx, office.says("crisis_lead"), proposal_id=wait(office).id)
    with office.ctx.store.reading() as store:
        found = store.find(Proposal)
    assert [one.connection.sealed for one in found if one.connection] == ["", "", ""]
    with pytest.raises(Conflict):
        end_proposal(office.ctx, office.says("crisis_lead"), proposal_id=found[-1].id)


def test_a_first_word_goes_with_whoever_gave_it(office: Office, network: FakeNetwork) -> None:
    propose(office, "crisis_lead")
    change_roles(office.ctx, office.says("administrator"), person_id="crisis_lead", roles=(Role.ANALYST,))
    with pytest.raises(Conflict) as refused:
        agree(office, "administrator")
    assert refused.value.code == "four_eyes.first_gone"


def test_only_people_with_the_right_are_the_second(office: Office, network: FakeNetwork) -> None:
    propose(office)
    invite_partner(office.ctx, office.says("analyst"))
    for who in ("approver", "analyst", SHELL, DRILL_PARTNER):
        with pytest.raises(NotAllowed):
            agree(office, who)
    assert connections(office) == []


def test_the_shell_begins_nothing_that_waits(office: Office, network: FakeNetwork) -> None:
    with pytest.raises(NotAllowed) as refused:
        propose(office, SHELL)
    assert refused.value.code == "four_eyes.only_people"


def test_a_programs_key_opens_nothing_before_another_agreed(office: Office) -> None:
    given: dict[str, Any] = {"name": "Newsroom", "scopes": (Scope.MENTIONS, Scope.PUBLISH), "accounts": ("acc",)}
    client_id, key = add_client(office.ctx, office.says("crisis_lead"), **given)
    with pytest.raises(NotAllowed):
        client_with(office.ctx, client_id=client_id, key=key)
    agree(office, "administrator")
    assert client_with(office.ctx, client_id=client_id, key=key).name == "Newsroom"
    add_client(office.ctx, office.says("crisis_lead"), **given)
    end_proposal(office.ctx, office.says("administrator"), proposal_id=wait(office).id)
    with office.ctx.store.reading() as store:
        assert [source.active for source in store.find(Source)] == [True]


def test_keys_turned_at_the_machine_are_loud_until_somebody_confirms(office: Office, network: FakeNetwork) -> None:
    for verb, given in ((rotate_keys, {}), (rotate_log_key, {"lost": False})):
        with pytest.raises(NotAllowed):
            verb(office.ctx, office.says("administrator"), **given)
    rotate_log_key(office.ctx, office.says(SHELL), lost=False)
    waiting = wait(office)
    assert (waiting.matter, waiting.asked_by, waiting.done_at) == (Matter.LOG_KEY, SHELL, office.moment)
    assert tell_second(office.ctx) == 2, "the administrator and the lead"
    agree(office, "administrator")
    assert office.actions()[-1] == "second.agreed"


def test_a_key_that_waits_is_sealed_again_too(office: Office, network: FakeNetwork) -> None:
    old, new, nowhere = new_key(), new_key(), Path("nowhere")
    office.ctx = replace(office.ctx, vault=FernetVault(keys=[old], file=nowhere))
    waiting = propose(office)
    office.ctx = replace(office.ctx, vault=FernetVault(keys=[new, old], file=nowhere))
    rotate_keys(office.ctx, office.says(SHELL))
    office.ctx = replace(office.ctx, vault=FernetVault(keys=[new], file=nowhere))
    with office.ctx.store.reading() as store:
        (shown,) = store.find(Proposal, id=waiting)
    agree_proposal(office.ctx, office.says("crisis_lead"), proposal_id=waiting, content_hash=shown.content_hash)
    access = open_access(office.ctx, connections(office)[0].id)
    assert access is not None
    assert dict(access.secret) == SECRET


def test_nothing_of_a_waiting_key_is_in_the_log_or_in_ones_own_data(office: Office, network: FakeNetwork) -> None:
    propose(office)
    with office.ctx.store.reading() as store:
        (who,) = [one for one in store.find(type(person("x"))) if one.id == "administrator"]
        everything = repr(personal_data(store, who)) + "".join(entry.body for entry in store.log())
    waiting = wait(office)
    assert waiting.connection is not None
    assert waiting.connection.sealed not in everything
    assert "abcd" not in everything


def test_an_unlock_begun_by_somebody_who_left_is_begun_anew(office: Office) -> None:
    lock = lock_account(office.ctx, office.says("approver"), account_id="acc", posture=Posture.HOLD, reason="Sturm")
    ask_unlock(office.ctx, office.says("approver"), lock_id=lock, reason="ruhig")
    disable_person(office.ctx, office.says("administrator"), person_id="approver")
    with pytest.raises(Conflict) as refused:
        confirm_unlock(office.ctx, office.says("second_approver"), lock_id=lock)
    assert refused.value.code == "four_eyes.first_gone"
    ask_unlock(office.ctx, office.says("second_approver"), lock_id=lock, reason="ruhig")
    confirm_unlock(office.ctx, office.says("crisis_lead"), lock_id=lock)


def test_nobody_releases_their_own_post(office: Office) -> None:
    post = publish(
        office.ctx, office.says("approver"), account_id="acc", text="Hallo", due_at=office.moment.replace(hour=20)
    )
    lock = lock_account(office.ctx, office.says("crisis_lead"), account_id="acc", posture=Posture.HOLD, reason="Sturm")
    ask_unlock(office.ctx, office.says("approver"), lock_id=lock, reason="ruhig")
    confirm_unlock(office.ctx, office.says("crisis_lead"), lock_id=lock)
    with pytest.raises(NotAllowed):
        take_out(office.ctx, office.says("approver"), publication_id=post.id)
    take_out(office.ctx, office.says("crisis_lead"), publication_id=post.id)
    with office.ctx.store.reading() as store:
        assert store.find(type(post), id=post.id)[0].state is PublicationState.QUEUED
