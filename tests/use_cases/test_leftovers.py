from datetime import timedelta
from typing import Any

import pytest

from command_center.domain.leftovers import Leftover, LeftoverKind, LeftoverState
from command_center.domain.mentions import Plane
from command_center.domain.one_voice import Reason
from command_center.domain.people import Role
from command_center.domain.publications import PublicationState
from command_center.domain.statements import Content, StatementVersion, Variant
from command_center.errors import BadInput, Conflict, NotAllowed
from command_center.use_cases.approve import approve_statement, withdraw_statement
from command_center.use_cases.leftovers import confirm_change, settle_leftover, still_open
from command_center.use_cases.outcome import record_posted
from command_center.use_cases.publish import publish
from command_center.use_cases.quarantine import discard_post
from command_center.use_cases.send import send_intended
from command_center.use_cases.take_down import ask_take_down, carry_out_removals
from command_center.use_cases.write_statement import draft_statement, revise_statement, submit_statement
from tests.fakes.memory_network import MemoryNetwork
from tests.use_cases.conftest import Office, person
from tests.use_cases.networked import connect, now_of

OLD, NEW = "Wir prüfen das.", "Wir haben es geprüft."


def content(text: str) -> Content:
    return Content(title="Prüfung", kind="holding", variants=(Variant(language="de", text=text),))


def approve(office: Office, version_id: str) -> str:
    submit_statement(office.ctx, office.says("analyst"), version_id=version_id)
    with office.ctx.store.reading() as store:
        version = store.get(StatementVersion, version_id)
    assert version is not None
    for who in ("approver", "second_approver"):
        approve_statement(office.ctx, office.says(who), version_id=version_id, content_hash=version.content_hash)
    return version_id


@pytest.fixture
def network(office: Office) -> MemoryNetwork:
    return connect(office)


@pytest.fixture
def old(office: Office, network: MemoryNetwork) -> str:
    made = draft_statement(office.ctx, office.says("analyst"), content=content(OLD), plane=Plane.REAL)
    return approve(office, made)


def say(office: Office, account_id: str = "acc", *, minutes: int = 0) -> str:
    due = office.moment + timedelta(minutes=minutes) if minutes else None
    return publish(office.ctx, office.says("co_manager"), account_id=account_id, text=OLD, due_at=due).id


def replace_wording(office: Office, old: str) -> None:
    made = revise_statement(office.ctx, office.says("analyst"), version_id=old, content=content(NEW))
    approve(office, made)


def places(office: Office, **equal: Any) -> list[Leftover]:
    with office.ctx.store.reading() as store:
        return still_open(store, store.find(Leftover, **equal))


def kinds(office: Office) -> list[str]:
    return sorted(item.kind.value for item in places(office))


def test_replacing_a_wording_lists_every_place_where_it_still_stands(office: Office, old: str) -> None:
    sent = say(office)
    send_intended(office.ctx)
    by_hand = say(office, "hand")
    record_posted(office.ctx, office.says("co_manager"), publication_id=by_hand, posted=True, url="https://x.com/1")
    say(office, minutes=60)
    replace_wording(office, old)
    assert kinds(office) == ["card", "post", "post", "scheduled"]
    assert {item.publication_id for item in places(office, kind=LeftoverKind.POST)} == {sent, by_hand}
    assert "leftover.found" in office.actions()


def test_each_place_ends_with_a_name_until_the_list_is_empty(office: Office, old: str) -> None:
    sent = say(office)
    send_intended(office.ctx)
    by_hand = say(office, "hand")
    record_posted(office.ctx, office.says("co_manager"), publication_id=by_hand, posted=True)
    waiting = say(office, minutes=60)
    withdraw_statement(office.ctx, office.says("approver"), version_id=old, reason="überholt")
    ask_take_down(office.ctx, office.says("approver"), publication_id=sent, reason="alte Fassung")
    carry_out_removals(office.ctx)
    (post,) = places(office, kind=LeftoverKind.POST)
    settle_leftover(office.ctx, office.says("co_manager"), leftover_id=post.id, state=LeftoverState.TAKEN_DOWN)
    assert now_of(office, by_hand).taken_down_at == office.moment
    discard_post(office.ctx, office.says("approver"), publication_id=waiting, reason="alte Fassung")
    (card,) = places(office)
    with pytest.raises(NotAllowed):
        confirm_change(office.ctx, office.says("approver"), leftover_id=card.id)
    confirm_change(office.ctx, office.says("co_manager"), leftover_id=card.id)
    assert places(office) == []
    with office.ctx.store.reading() as store:
        settled = {item.settled_by for item in store.find(Leftover) if item.kind is not LeftoverKind.SCHEDULED}
    assert settled == {"approver", "co_manager"}
    assert office.actions().count("leftover.settled") == 3


def test_what_stays_needs_a_reason_and_what_the_house_can_delete_is_not_just_ticked(office: Office, old: str) -> None:
    say(office)
    send_intended(office.ctx)
    replace_wording(office, old)
    (post,) = places(office, kind=LeftoverKind.POST)
    with pytest.raises(BadInput):
        settle_leftover(office.ctx, office.says("approver"), leftover_id=post.id, state=LeftoverState.STAYS)
    with pytest.raises(Conflict):
        settle_leftover(office.ctx, office.says("approver"), leftover_id=post.id, state=LeftoverState.TAKEN_DOWN)
    office.add(person("other", Role.CO_MANAGER))
    with pytest.raises(NotAllowed):
        settle_leftover(office.ctx, office.says("other"), leftover_id=post.id, state=LeftoverState.REPLACED)
    settle_leftover(
        office.ctx, office.says("approver"), leftover_id=post.id, state=LeftoverState.STAYS, reason="Beleg der Zeit"
    )
    with pytest.raises(Conflict):
        settle_leftover(office.ctx, office.says("approver"), leftover_id=post.id, state=LeftoverState.REPLACED)


def test_a_post_that_got_out_just_as_its_wording_ended_is_listed_too(
    office: Office, network: MemoryNetwork, old: str
) -> None:
    made = say(office)
    network.faults = ["lost"]
    send_intended(office.ctx)
    withdraw_statement(office.ctx, office.says("approver"), version_id=old, reason="überholt")
    assert kinds(office) == ["card"]
    office.later(minutes=5)
    send_intended(office.ctx)
    assert [item.publication_id for item in places(office, kind=LeftoverKind.POST)] == [made]


def test_a_waiting_post_with_an_old_wording_is_held_even_where_the_account_is_open(
    office: Office, network: MemoryNetwork, old: str
) -> None:
    made = say(office)
    replace_wording(office, old)
    held = now_of(office, made)
    assert (held.state, held.reason) == (PublicationState.HELD, Reason.SUPERSEDED)
    send_intended(office.ctx)
    assert network.posts == []
