from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from command_center.domain.accounts import Lock, Posture
from command_center.domain.mentions import Mention
from command_center.domain.notes import read_note
from command_center.domain.publications import BY_NETWORK, Publication, PublicationState
from command_center.errors import CommandCenterError, Conflict
from command_center.use_cases.attempts import MOST_ATTEMPTS, begin_attempt
from command_center.use_cases.lock import ask_unlock, confirm_unlock, lock_account
from command_center.use_cases.outcome import record_posted
from command_center.use_cases.publish import publish, publish_to_several, run_queue
from command_center.use_cases.quarantine import release_post
from command_center.use_cases.send import send_intended
from command_center.use_cases.take_down import ask_take_down, carry_out_removals
from tests.contracts.factories import mention
from tests.fakes.memory_network import Killed, MemoryNetwork
from tests.fakes.memory_store import MemoryStore
from tests.use_cases.conftest import Office
from tests.use_cases.networked import connect, connection, networked, now_of

HELLO = "Guten Morgen!"


@pytest.fixture
def network(office: Office) -> MemoryNetwork:
    return connect(office)


def ask(office: Office, text: str = HELLO, **given: object) -> Publication:
    return publish(office.ctx, office.says("co_manager"), account_id="acc", text=text, **given)  # type: ignore[arg-type]


def state_of(office: Office, publication: Publication) -> PublicationState:
    return now_of(office, publication.id).state


def lock(office: Office) -> str:
    return lock_account(
        office.ctx, office.says("approver"), account_id="acc", posture=Posture.ONE_VOICE, reason="Sturm"
    )


def unlock(office: Office, lock_id: str) -> None:
    ask_unlock(office.ctx, office.says("approver"), lock_id=lock_id, reason="ruhig")
    confirm_unlock(office.ctx, office.says("crisis_lead"), lock_id=lock_id)


def go_on(office: Office, turns: int = 12) -> None:
    """Let the worker run for a good while, as it would after a restart."""
    for _ in range(turns):
        office.later(minutes=3)
        send_intended(office.ctx)


def test_a_screen_sends_nothing_itself_and_the_worker_does(office: Office, network: MemoryNetwork) -> None:
    made = ask(office)
    assert (made.state, network.calls) == (PublicationState.QUEUED, 0)
    run_queue(office.ctx)
    assert network.calls == 0
    send_intended(office.ctx)
    sent = now_of(office, made.id)
    assert (sent.state, sent.native_ids, sent.attempts) == (PublicationState.SENT, ("p1",), 1)
    assert sent.url == "https://network.example/p1"
    assert office.actions()[-3:] == ["publication.queued", "publication.intended", "publication.sent"]
    assert send_intended(office.ctx) == 0


def test_a_lock_holds_what_nobody_has_begun_to_send_and_is_sealed_at_once(
    office: Office, network: MemoryNetwork
) -> None:
    made = ask(office)
    lock_id = lock(office)
    assert state_of(office, made) is PublicationState.HELD
    with office.ctx.store.reading() as store:
        locked = store.get(Lock, lock_id)
    assert locked is not None
    assert locked.sealed_at == office.moment
    go_on(office)
    assert network.posts == []


def test_the_gate_is_asked_in_the_transaction_that_begins_the_attempt(office: Office, network: MemoryNetwork) -> None:
    made = ask(office)
    lock(office)
    assert begin_attempt(office.ctx, "late", publication_id=made.id, after=0) == ""
    assert now_of(office, made.id).attempts == 0


def test_an_attempt_in_flight_keeps_a_lock_from_being_sealed_until_its_outcome(
    office: Office, network: MemoryNetwork
) -> None:
    made = ask(office)
    begin_attempt(office.ctx, "begun", publication_id=made.id, after=0)
    lock_id = lock(office)
    go_on(office, 3)
    with office.ctx.store.reading() as store:
        locked = store.get(Lock, lock_id)
    assert locked is not None
    assert locked.sealed_at is not None
    assert locked.sealed_at > locked.locked_at
    assert state_of(office, made) is PublicationState.HELD
    assert network.posts == []


@pytest.mark.parametrize("fault", ["lost", "faulty_after", "dies_after"])
def test_what_stands_there_is_found_and_never_posted_again(office: Office, network: MemoryNetwork, fault: str) -> None:
    made = ask(office)
    network.faults = [fault]
    network.shows_after = timedelta(seconds=50)
    if fault == "dies_after":
        with pytest.raises(Killed):
            send_intended(office.ctx)
    else:
        send_intended(office.ctx)
        assert state_of(office, made) is PublicationState.UNKNOWN
    go_on(office)
    assert now_of(office, made.id).state is PublicationState.VERIFIED
    assert (len(network.posts), network.calls) == (1, 1)
    assert office.actions().count("publication.sent") == 1


@pytest.mark.parametrize("fault", ["before", "limited", "faulty", "dies_before"])
def test_what_surely_is_not_there_is_tried_again_with_the_same_key(
    office: Office, network: MemoryNetwork, fault: str
) -> None:
    made = ask(office)
    network.faults = [fault]
    if fault == "dies_before":
        with pytest.raises(Killed):
            send_intended(office.ctx)
    else:
        send_intended(office.ctx)
    go_on(office)
    sent = now_of(office, made.id)
    assert (sent.state, sent.attempts) == (PublicationState.SENT, 2)
    assert [one.key for one in network.posts] == [made.id]


def test_a_network_that_asks_for_patience_gets_it(office: Office, network: MemoryNetwork) -> None:
    made = ask(office)
    network.faults = ["limited"]
    send_intended(office.ctx)
    put_off = now_of(office, made.id)
    assert put_off.next_try_at == office.moment + timedelta(minutes=2)
    office.later(seconds=119)
    assert send_intended(office.ctx) == 0


def test_after_many_failures_people_are_told_that_it_failed(office: Office, network: MemoryNetwork) -> None:
    made = ask(office)
    network.faults = ["faulty"] * 50
    for _ in range(40):
        go_on(office, 5)
    failed = now_of(office, made.id)
    assert (failed.state, failed.attempts, failed.note) == (PublicationState.FAILED, MOST_ATTEMPTS, "503")
    assert office.actions().count("publication.put_off") == MOST_ATTEMPTS - 1


def test_a_networks_no_is_told_apart_from_the_gates(office: Office, network: MemoryNetwork) -> None:
    made = ask(office)
    network.faults = ["refused"]
    send_intended(office.ctx)
    refused = now_of(office, made.id)
    assert (refused.state, refused.reason, refused.note) == (
        PublicationState.REFUSED,
        BY_NETWORK,
        "duplicate content",
    )
    assert office.actions()[-1] == "publication.refused_by_network"


def test_a_network_that_cannot_be_asked_leaves_a_visible_unknown_that_a_person_can_end(
    office: Office, network: MemoryNetwork
) -> None:
    made = ask(office)
    network.faults, network.blind = ["lost"], True
    send_intended(office.ctx)
    go_on(office, 40)
    unknown = now_of(office, made.id)
    assert unknown.state is PublicationState.UNKNOWN
    assert unknown.next_try_at is not None
    assert unknown.next_try_at > office.moment
    assert read_note(unknown.note) == ("network.unreachable", {"network": "Memory", "why": "down"})
    with pytest.raises(CommandCenterError):
        record_posted(office.ctx, office.says("co_manager"), publication_id=made.id, posted=True)
    record_posted(office.ctx, office.says("approver"), publication_id=made.id, posted=True)
    assert state_of(office, made) is PublicationState.SENT


def test_without_a_key_a_post_is_held_with_the_reason_and_can_be_released(
    office: Office, network: MemoryNetwork
) -> None:
    office.add(connection(office, sealed=""))
    made = ask(office)
    send_intended(office.ctx)
    held = now_of(office, made.id)
    assert (held.state, held.reason) == (PublicationState.HELD, "send.disconnected")
    office.add(connection(office))
    go_on(office)
    assert network.posts == []
    release_post(office.ctx, office.says("approver"), publication_id=made.id)
    send_intended(office.ctx)
    assert state_of(office, made) is PublicationState.SENT


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"connection_id": ""}, "send.not_connected"),
        ({"connection_id": "other"}, "vault.wrong_key"),
        ({"publisher": "gone"}, "send.no_way_out"),
    ],
)
def test_a_post_that_cannot_be_sent_is_never_lost(
    office: Office, network: MemoryNetwork, changes: dict[str, object], reason: str
) -> None:
    office.add(networked("acc", **changes), connection(office, id="other"))
    made = ask(office)
    send_intended(office.ctx)
    held = now_of(office, made.id)
    assert (held.state, held.reason) == (PublicationState.HELD, reason)
    assert "s3cret" not in repr(held)


def test_a_lock_that_comes_while_a_try_is_put_off_holds_it(office: Office, network: MemoryNetwork) -> None:
    made = ask(office)
    network.faults = ["faulty"]
    send_intended(office.ctx)
    lock_id = lock(office)
    assert state_of(office, made) is PublicationState.HELD
    unlock(office, lock_id)
    assert state_of(office, made) is PublicationState.QUARANTINED
    go_on(office)
    assert network.posts == []
    release_post(office.ctx, office.says("approver"), publication_id=made.id)
    send_intended(office.ctx)
    assert len(network.posts) == 1


def test_two_workers_never_send_the_same_post(office: Office, network: MemoryNetwork) -> None:
    made = ask(office)
    assert begin_attempt(office.ctx, "one", publication_id=made.id, after=0) == "1"
    assert begin_attempt(office.ctx, "two", publication_id=made.id, after=0) == ""
    send_intended(office.ctx)
    assert network.calls == 0


def test_a_thread_leaves_as_its_parts(office: Office, network: MemoryNetwork) -> None:
    office.add(networked("acc", network="mastodon"))
    ask(office, "Erstens.\n---\nZweitens.")
    send_intended(office.ctx)
    assert [one.post.text for one in network.posts] == ["Erstens.", "Zweitens."]


def test_an_answer_goes_to_the_post_it_answers(office: Office, network: MemoryNetwork) -> None:
    asked: Mention = mention(network="memory", native_id="at://question")
    with office.ctx.store.writing() as store:
        store.ingest([asked])
    made = ask(office, reply_to=asked.id)
    send_intended(office.ctx)
    assert network.posts[0].post.reply_to == "at://question"
    gone = ask(office, "Noch einmal", reply_to="erased")
    send_intended(office.ctx)
    assert now_of(office, gone.id).reason == "send.nothing_to_answer"
    assert state_of(office, made) is PublicationState.SENT


def test_several_accounts_each_have_their_own_outcome(office: Office, network: MemoryNetwork) -> None:
    office.add(networked("second", handle="@second", co_managers=()))
    found = publish_to_several(
        office.ctx, office.says("co_manager"), account_ids=("acc", "hand", "second", "nowhere"), text=HELLO
    )
    states = [one.state.value if isinstance(one, Publication) else one.code for one in found.values()]
    assert states == ["queued", "intended", "refused", "store.not_found"]


def test_a_post_is_taken_down_by_the_worker_and_the_log_says_who_asked(office: Office, network: MemoryNetwork) -> None:
    made = ask(office)
    send_intended(office.ctx)
    ask_take_down(office.ctx, office.says("co_manager"), publication_id=made.id, reason="Tippfehler")
    with pytest.raises(Conflict):
        ask_take_down(office.ctx, office.says("approver"), publication_id=made.id, reason="auch")
    network.blind = True
    carry_out_removals(office.ctx)
    assert now_of(office, made.id).taken_down_at is None
    network.blind = False
    office.later(minutes=1)
    carry_out_removals(office.ctx)
    assert now_of(office, made.id).taken_down_at == office.moment
    assert network.posts == []
    assert office.actions()[-2:] == ["publication.take_down_asked", "publication.taken_down"]


def test_under_a_lock_only_approvers_and_leads_take_down_what_we_said(office: Office, network: MemoryNetwork) -> None:
    made = ask(office)
    send_intended(office.ctx)
    lock(office)
    with pytest.raises(CommandCenterError):
        ask_take_down(office.ctx, office.says("co_manager"), publication_id=made.id, reason="Tippfehler")
    ask_take_down(office.ctx, office.says("approver"), publication_id=made.id, reason="Tippfehler")


def test_a_worker_that_slept_on_the_gates_word_does_not_send_on_it(office: Office, network: MemoryNetwork) -> None:
    made = ask(office)
    store = office.ctx.store
    assert isinstance(store, MemoryStore)

    def now() -> datetime:
        # As soon as the attempt has begun, this process is stopped for an hour.
        begun = any(item.state is PublicationState.INTENDED for item in store.state.records[Publication].values())
        return office.moment + timedelta(hours=int(begun))

    send_intended(replace(office.ctx, now=now))
    assert network.calls == 0
    go_on(office)
    assert len(network.posts) == 1
    assert state_of(office, made) is PublicationState.SENT


def test_no_secret_stands_in_the_store_or_the_log(office: Office, network: MemoryNetwork) -> None:
    for fault in ("faulty", "lost", "refused", ""):
        ask(office, f"Text {fault}")
        network.faults = [fault] if fault else []
        send_intended(office.ctx)
    network.blind = True
    go_on(office, 3)
    store = office.ctx.store
    assert isinstance(store, MemoryStore)
    assert "s3cret" not in repr(store.state.records)
    assert "s3cret" not in repr(store.state.log)


def test_one_post_whose_look_breaks_off_delays_no_other(office: Office, network: MemoryNetwork) -> None:
    ask(office, "Eins")
    network.faults = ["lost"]
    send_intended(office.ctx)
    ask(office, "Zwei")
    office.later(minutes=3)

    def breaks(*_given: object) -> None:
        raise RecursionError

    network.find = breaks  # type: ignore[assignment,method-assign]
    with pytest.raises(RecursionError):
        send_intended(office.ctx)
    send_intended(office.ctx)
    assert [one.post.text for one in network.posts] == ["Eins", "Zwei"]
