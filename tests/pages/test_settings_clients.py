"""Settings, programs: a key is shown once, and taken back with one click."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from command_center.domain.clients import Client, Scope, holds
from command_center.domain.four_eyes import Proposal
from command_center.use_cases.people import set_language
from tests.pages.staged import StagedHouse, gaps, staged_house, words_on


@pytest.fixture
def house(tmp_path: Path) -> Iterator[StagedHouse]:
    with staged_house(tmp_path) as staged:
        yield staged


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_new_key_is_shown_until_somebody_has_it_and_can_be_taken_back(house: StagedHouse, language: str) -> None:
    set_language(house.ctx, house.caller("kim"), language=language)
    at = house.page("kim", "settings", part="clients")
    assert gaps(at) == []
    at.text_input(key="set_client_name").input("Planer")
    at.button_group(key="set_client_scopes").set_value([Scope.MENTIONS])
    at = at.button(key="set_client_save").click().run()
    assert not at.exception
    assert house.all(Client) == [], "it waits for another person"
    other = house.page("ada", "settings", part="clients")
    assert gaps(other) == []
    (waiting,) = house.all(Proposal)
    other.button(key=f"second_page_{waiting.id}_agree").click().run()
    client = house.all(Client)[0]
    identity, _, key = at.code[0].value.partition(":")
    assert identity == client.id
    assert holds(client, key)
    again = house.page("kim", "settings", part="clients")
    assert key not in words_on(again)
    again.button(key=f"set_client_{client.id}_revoke").click().run()
    assert not house.all(Client)[0].active


def test_a_program_without_accounts_may_not_ask_about_any(house: StagedHouse) -> None:
    at = house.page("kim", "settings", part="clients")
    at.text_input(key="set_client_name").input("Planer")
    at.button_group(key="set_client_scopes").set_value([Scope.CHECK])
    at = at.button(key="set_client_save").click().run()
    assert "Wählen Sie mindestens ein Konto aus" in at.error[0].value
    assert house.all(Client) == []
