from datetime import timedelta
from typing import Any

import pytest

from command_center.domain.accounts import Posture
from command_center.domain.notes import read_note
from command_center.domain.off_voice import AccountWatch, OffVoice, OffVoiceState
from command_center.domain.people import Person, Role
from command_center.domain.publications import PublicationState
from command_center.errors import BadInput, NotAllowed
from command_center.telling import Teller
from command_center.use_cases.lock import lock_account
from command_center.use_cases.off_voice import delete_off_voice, keep_off_voice
from command_center.use_cases.publish import publish
from command_center.use_cases.send import send_intended
from command_center.use_cases.take_down import carry_out_removals
from command_center.use_cases.tell_off_voice import tell_off_voice
from command_center.use_cases.tripwire import read_back
from tests.fakes.memory_network import MemoryNetwork
from tests.use_cases.conftest import Office, person
from tests.use_cases.networked import connect, connection, now_of


@pytest.fixture
def network(office: Office) -> MemoryNetwork:
    found = connect(office)
    read_back(office.ctx)
    return found


def finds(office: Office, **equal: Any) -> list[OffVoice]:
    with office.ctx.store.reading() as store:
        return store.find(OffVoice, order="found_at", **equal)


def watch(office: Office) -> AccountWatch:
    with office.ctx.store.reading() as store:
        found = store.get(AccountWatch, "acc")
    assert found is not None
    return found


def lock(office: Office) -> None:
    lock_account(office.ctx, office.says("approver"), account_id="acc", posture=Posture.ONE_VOICE, reason="Sturm")


def test_a_native_post_under_a_lock_is_found_within_one_interval(office: Office, network: MemoryNetwork) -> None:
    lock(office)
    office.later(seconds=30)
    network.native("acc", "Alles halb so wild!")
    office.later(seconds=30)
    assert read_back(office.ctx) == 1
    (one,) = finds(office)
    assert (one.alarm, one.text, one.state) == (True, "Alles halb so wild!", OffVoiceState.OPEN)
    assert office.actions()[-1] == "off_voice.found"
    office.later(seconds=60)
    read_back(office.ctx)
    assert len(finds(office)) == 1


def test_what_we_sent_is_seen_and_not_accused(office: Office, network: MemoryNetwork) -> None:
    made = publish(office.ctx, office.says("co_manager"), account_id="acc", text="Guten Morgen!")
    send_intended(office.ctx)
    office.later(minutes=5)
    read_back(office.ctx)
    assert finds(office) == []
    assert now_of(office, made.id).state is PublicationState.VERIFIED
    assert office.actions()[-1] == "publication.verified"


def test_a_network_that_says_yes_and_posts_nothing_is_noticed(office: Office, network: MemoryNetwork) -> None:
    network.faults = ["forgets"]
    made = publish(office.ctx, office.says("co_manager"), account_id="acc", text="Guten Morgen!")
    office.later(seconds=1)
    send_intended(office.ctx)
    for _ in range(5):
        office.later(minutes=5)
        read_back(office.ctx)
    assert read_note(now_of(office, made.id).note) == ("send.not_seen", {})
    assert office.actions().count("publication.not_seen") == 1


def test_a_post_of_ours_that_somebody_edits_is_found(office: Office, network: MemoryNetwork) -> None:
    publish(office.ctx, office.says("co_manager"), account_id="acc", text="Guten Morgen!")
    send_intended(office.ctx)
    lock(office)
    office.later(minutes=1)
    network.edit("p1", "Guten Abend!")
    office.later(minutes=5)
    read_back(office.ctx)
    (one,) = finds(office)
    assert (one.before, one.text, one.alarm) == ("Guten Morgen!", "Guten Abend!", True)
    network.edit("p1", "Guten Morgen!")
    office.later(minutes=5)
    read_back(office.ctx)
    assert finds(office)[0].state is OffVoiceState.GONE


def test_it_is_deleted_in_one_click_by_those_who_may(office: Office, network: MemoryNetwork) -> None:
    lock(office)
    office.later(minutes=1)
    network.native("acc", "Alles halb so wild!")
    office.later(minutes=1)
    read_back(office.ctx)
    (one,) = finds(office)
    office.add(person("other", Role.CO_MANAGER))
    with pytest.raises(NotAllowed):
        delete_off_voice(office.ctx, office.says("other"), off_voice_id=one.id)
    delete_off_voice(office.ctx, office.says("co_manager"), off_voice_id=one.id)
    carry_out_removals(office.ctx)
    assert network.posts == []
    (removed,) = finds(office)
    assert (removed.state, removed.handled_by) == (OffVoiceState.REMOVED, "co_manager")
    assert office.actions()[-2:] == ["publication.take_down_asked", "publication.taken_down"]


def test_what_stays_needs_a_reason_and_a_name(office: Office, network: MemoryNetwork) -> None:
    network.native("acc", "Betriebsausflug!")
    office.later(minutes=5)
    read_back(office.ctx)
    (one,) = finds(office)
    assert not one.alarm
    with pytest.raises(BadInput):
        keep_off_voice(office.ctx, office.says("approver"), off_voice_id=one.id, reason=" ")
    keep_off_voice(office.ctx, office.says("approver"), off_voice_id=one.id, reason="harmlos")
    assert (finds(office)[0].state, finds(office)[0].handled_by) == (OffVoiceState.KEPT, "approver")


def test_a_post_somebody_took_down_by_hand_is_no_open_find_any_more(office: Office, network: MemoryNetwork) -> None:
    native = network.native("acc", "Oh je")
    office.later(minutes=5)
    read_back(office.ctx)
    network.posts = [one for one in network.posts if one.post.native_id != native]
    office.later(minutes=5)
    read_back(office.ctx)
    assert finds(office)[0].state is OffVoiceState.GONE


def test_an_account_that_cannot_be_read_is_blind_and_says_so_until_it_sees_again(
    office: Office, network: MemoryNetwork
) -> None:
    lock(office)
    office.later(minutes=5)
    network.blind = True
    read_back(office.ctx)
    blind = watch(office)
    assert blind.blind_since == office.moment
    assert read_note(blind.note) == ("network.unreachable", {"network": "Memory", "why": "down"})
    network.native("acc", "Während wir nicht hinsahen")
    for _ in range(30):
        office.later(minutes=10)
        read_back(office.ctx)
    assert watch(office).next_at <= office.moment + timedelta(minutes=5)
    network.blind = False
    office.later(minutes=10)
    read_back(office.ctx)
    assert watch(office).blind_since is None
    assert [one.text for one in finds(office)] == ["Während wir nicht hinsahen"]
    assert [name for name in office.actions() if "watch" in name] == ["account.watch_lost", "account.watch_back"]


def test_without_a_key_the_watch_is_blind(office: Office, network: MemoryNetwork) -> None:
    office.add(connection(office, sealed=""))
    office.later(minutes=5)
    read_back(office.ctx)
    note = read_note(watch(office).note)
    assert note is not None
    assert note[0] == "send.disconnected"


def test_none_of_two_hundred_own_posts_is_accused_and_each_of_a_hundred_native_ones_is(
    office: Office, network: MemoryNetwork
) -> None:
    for number in range(200):
        publish(office.ctx, office.says("co_manager"), account_id="acc", text=f"Beitrag {number}")
    send_intended(office.ctx)
    lock(office)
    office.later(seconds=30)
    for number in range(100):
        network.native("acc", f"Fremd {number}")
    office.later(seconds=30)
    read_back(office.ctx)
    assert len(finds(office, alarm=True)) == 100
    assert len(finds(office)) == 100


def test_those_who_can_delete_it_are_told_once_in_one_message(
    office: Office, network: MemoryNetwork, tellers: list[Teller]
) -> None:
    mail = Mail()
    tellers.append(mail)
    lock(office)
    office.later(minutes=1)
    for number in range(3):
        network.native("acc", f"Fremd {number}")
    office.later(minutes=1)
    read_back(office.ctx)
    tell_off_voice(office.ctx)
    assert [person_id for person_id, _, _ in mail.sent] == ["co_manager", "crisis_lead"]
    assert mail.sent[0][2] == "Fremd 0\nFremd 1\nFremd 2"
    assert tell_off_voice(office.ctx) == 0
    assert office.actions().count("person.notified") == 6


class Mail:
    """A way to tell people that remembers what it told."""

    channel = "mail"

    def __init__(self) -> None:
        self.sent: list[tuple[str, str, str]] = []

    def address(self, person: Person) -> str:
        return person.email

    def tell(self, person: Person, *, title: str, body: str) -> str:
        self.sent.append((person.id, title, body))
        return ""
