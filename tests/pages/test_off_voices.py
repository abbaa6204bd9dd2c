"""Off-voice posts and old wordings on the pages where people see to them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from command_center.domain.accounts import Posture
from command_center.domain.leftovers import Leftover, LeftoverState
from command_center.domain.off_voice import AccountWatch, OffVoice, OffVoiceState
from command_center.domain.removals import Removal
from command_center.use_cases.approve import withdraw_statement
from command_center.use_cases.lock import lock_account
from command_center.use_cases.publish import publish
from command_center.use_cases.take_down import carry_out_removals
from command_center.use_cases.tripwire import read_back
from tests.fakes.memory_network import MemoryNetwork
from tests.pages.crisis import LISTENING, Crisis, crisis_house, words_on
from tests.pages.networked import connect, work


@pytest.fixture
def crisis(tmp_path: Path) -> Iterator[Crisis]:
    with crisis_house(tmp_path / "house") as house:
        yield house


@pytest.fixture
def network(crisis: Crisis) -> MemoryNetwork:
    return connect(crisis)


def wild(crisis: Crisis, network: MemoryNetwork) -> OffVoice:
    """Let somebody post natively while the account is locked."""
    lock_account(
        crisis.ctx,
        crisis.says("kim"),
        account_id=crisis.accounts["x"],
        posture=Posture.ONE_VOICE,
        reason="Lage unklar",
    )
    network.native(crisis.accounts["x"], "Alles <b>halb so wild</b>!")
    read_back(crisis.ctx)
    with crisis.ctx.store.reading() as store:
        (found,) = store.find(OffVoice)
    return found


def state_of(crisis: Crisis) -> OffVoiceState:
    with crisis.ctx.store.reading() as store:
        return store.find(OffVoice)[0].state


def test_an_off_voice_post_is_shown_escaped_with_who_can_delete_it_and_goes_in_one_click(
    crisis: Crisis, network: MemoryNetwork
) -> None:
    crisis.approved()
    assert wild(crisis, network).alarm
    at = crisis.page("publish", "leo")
    words = words_on(at)
    assert "1 Beitrag auf unseren Konten ist nicht durch die Schleuse gegangen" in words
    assert "Alles &lt;b&gt;halb so wild" in words
    assert "Leo Maßmann" in words
    assert "„Wir hören zu“" in words
    (delete,) = [button for button in at.button if str(button.key).startswith("off_delete_")]
    delete.click().run()
    assert not at.exception
    assert "Wird gerade gelöscht." in words_on(at)
    carry_out_removals(crisis.ctx)
    assert network.posts == []
    assert state_of(crisis) is OffVoiceState.REMOVED


def test_the_situation_shows_it_to_everybody_and_the_button_only_to_those_who_may(
    crisis: Crisis, network: MemoryNetwork
) -> None:
    wild(crisis, network)
    at = crisis.page("situation", "ana")
    assert "nicht durch die Schleuse gegangen" in words_on(at)
    assert not [button for button in at.button if str(button.key).startswith("off_")]


def test_an_approver_says_why_it_stays(crisis: Crisis, network: MemoryNetwork) -> None:
    wild(crisis, network)
    at = crisis.page("publish", "jana")
    (why,) = [field for field in at.text_input if str(field.key).startswith("off_why_")]
    why.input("Ist harmlos")
    (keep,) = [button for button in at.button if str(button.key).startswith("off_keep_now_")]
    keep.click().run()
    assert state_of(crisis) is OffVoiceState.KEPT


def test_the_incident_names_what_is_open_and_a_blind_account(crisis: Crisis, network: MemoryNetwork) -> None:
    crisis.switch_on()
    network.native(crisis.accounts["x"], "Alles halb so wild!")
    read_back(crisis.ctx)
    words = words_on(crisis.page("incident", "kim", incident=crisis.incident, part="voice"))
    assert "Fremdstimmen auf unseren Konten: 1 Beitrag" in words
    assert "Alles halb so wild!" in words
    with crisis.ctx.store.reading() as store:
        assert store.find(OffVoice)[0].incident_id == crisis.incident
    network.blind = True
    with crisis.ctx.store.writing() as store:
        watch = store.find(AccountWatch)[0]
        store.put(replace(watch, next_at=watch.started_at))
    read_back(crisis.ctx)
    words = words_on(crisis.page("incident", "kim", incident=crisis.incident, part="voice"))
    assert "lässt sich nicht mitlesen" in words


def test_a_withdrawn_wording_is_swept_up_on_its_own_page(crisis: Crisis, network: MemoryNetwork) -> None:
    version = crisis.approved()
    made = publish(crisis.ctx, crisis.says("leo"), account_id=crisis.accounts["x"], text=LISTENING).id
    work(crisis)
    withdraw_statement(crisis.ctx, crisis.says("jana"), version_id=version.id, reason="überholt")
    at = crisis.page("statements", "jana", version=version.id)
    assert "2 Stellen sind noch offen." in words_on(at)
    at.text_input(key=f"leftover_why_{made}").input("Beleg der Zeit")
    at.button(key=f"leftover_stays_{made}").click().run()
    assert not at.exception
    assert "1 Stelle ist noch offen." in words_on(at)
    own = crisis.page("what_may_i_say", "leo")
    assert "Zurückgezogen: „Wir hören zu“" in words_on(own)
    own.button(key=f"leftover_confirm_{version.id}").click().run()
    assert "Zurückgezogen:" not in words_on(own)
    assert "Jede Stelle ist geklärt" in words_on(crisis.page("statements", "jana", version=version.id))
    with crisis.ctx.store.reading() as store:
        states = {item.state for item in store.find(Leftover)}
    assert states == {LeftoverState.STAYS, LeftoverState.CONFIRMED}


def test_the_old_wording_is_deleted_from_there_where_the_house_can(crisis: Crisis, network: MemoryNetwork) -> None:
    version = crisis.approved()
    made = publish(crisis.ctx, crisis.says("leo"), account_id=crisis.accounts["x"], text=LISTENING).id
    work(crisis)
    withdraw_statement(crisis.ctx, crisis.says("jana"), version_id=version.id, reason="überholt")
    at = crisis.page("statements", "jana", version=version.id)
    assert f"leftover_taken_down_{made}" not in [button.key for button in at.button]
    at.text_input(key=f"leftover_why_{made}").input("Alte Fassung")
    at.button(key=f"leftover_delete_{made}").click().run()
    with crisis.ctx.store.reading() as store:
        assert store.find(Removal)[0].publication_id == made
    carry_out_removals(crisis.ctx)
    assert "1 Stelle ist noch offen." in words_on(crisis.page("statements", "jana", version=version.id))
