"""The page Settings: topics, accounts, link hosts, and what the house runs on."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from command_center.domain.accounts import Account, Posture
from command_center.domain.mentions import Plane
from command_center.domain.topics import Topic
from command_center.ui.settings_accounts import locking
from command_center.ui.settings_words import lines, stamp
from command_center.use_cases.people import set_language
from command_center.use_cases.plan_statements import link_hosts
from tests.pages.staged import StagedHouse, add_mention, gaps, said, staged_house, words_on


@pytest.fixture
def house(tmp_path: Path) -> Iterator[StagedHouse]:
    with staged_house(tmp_path) as staged:
        yield staged


def press(at: AppTest, label: str) -> AppTest:
    return next(button for button in at.button if button.label == label).click().run()


def account_key(account: Account, name: str) -> str:
    return f"set_account_{account.id or 'new'}_{name}_{stamp(account)}"


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("part", ["topics", "accounts", "rules", "house"])
def test_every_part_is_said_in_both_languages(house: StagedHouse, part: str, language: str) -> None:
    set_language(house.ctx, house.caller("kim"), language=language)
    at = house.page("kim", "settings", part=part)
    assert not at.exception
    assert gaps(at) == []


def test_an_analyst_keeps_topics_but_no_accounts(house: StagedHouse) -> None:
    at = house.page("mia", "settings", part="accounts")
    assert not at.exception
    assert "Neues Konto" not in words_on(at)
    assert "Neues Thema" in words_on(at)


def test_a_topic_is_added_line_by_line(house: StagedHouse) -> None:
    mark = stamp(Topic(id="", name=""))
    at = house.page("ada", "settings")
    at.text_input(key=f"set_topic_new_name_{mark}").input("Nordwerk")
    at.text_area(key=f"set_topic_new_terms_{mark}").input("Nordwerk\n  AirCrisp 2 \n\n")
    at.text_area(key=f"set_topic_new_hashtags_{mark}").input("#aircrisp")
    at = press(at, "Thema anlegen")
    topic = house.all(Topic)[0]
    assert (topic.name, topic.terms, topic.hashtags) == ("Nordwerk", ("Nordwerk", "AirCrisp 2"), ("aircrisp",))


def test_a_topic_without_a_name_is_refused_with_a_sentence(house: StagedHouse) -> None:
    at = press(house.page("ada", "settings"), "Thema anlegen")
    assert len(at.error) == 1
    assert house.all(Topic) == []


def test_a_changed_topic_keeps_what_the_form_does_not_ask(house: StagedHouse) -> None:
    add_mention(house, "Nordwerk brennt")
    with house.ctx.store.writing() as store:
        store.put(replace(store.find(Topic)[0], languages=("de",)))
    topic = house.all(Topic)[0]
    at = house.page("ada", "settings")
    at.text_area(key=f"set_topic_{topic.id}_exclusions_{stamp(topic)}").input("Baumarkt")
    at = press(at, "Thema speichern")
    after = house.all(Topic)[0]
    assert (after.exclusions, after.languages) == (("Baumarkt",), ("de",))


def test_an_account_is_added_with_tags_and_co_managers(house: StagedHouse) -> None:
    blank = Account(id="", network="x", handle="", name="", tags=("corporate",), publisher="manual")
    at = house.page("kim", "settings", part="accounts")
    at.text_input(key=account_key(blank, "name")).input("Nordwerk auf Bluesky")
    at.selectbox(key=account_key(blank, "network")).set_value("bluesky")
    at.text_input(key=account_key(blank, "handle")).input("@nordwerk.example")
    at.multiselect(key=account_key(blank, "co_managers")).set_value([house.person("tom").id])
    at.selectbox(key=account_key(blank, "base_posture")).set_value(Posture.REVIEW)
    at = press(at, "Konto anlegen")
    assert not at.exception
    account = house.all(Account, network="bluesky", plane=Plane.REAL)[0]
    assert account.co_managers == (house.person("tom").id,)
    assert account.tags == ("corporate",)
    assert account.base_posture is Posture.REVIEW


def test_an_account_without_a_handle_is_refused_with_a_sentence(house: StagedHouse) -> None:
    at = press(house.page("kim", "settings", part="accounts"), "Konto anlegen")
    assert len(at.error) == 1


def test_an_account_can_be_closed(house: StagedHouse) -> None:
    account = house.all(Account, plane=Plane.REAL)[0]
    at = house.page("kim", "settings", part="accounts")
    at.checkbox(key=account_key(account, "active")).uncheck()
    at = press(at, "Konto speichern")
    assert not house.all(Account, id=account.id)[0].active


def test_a_practice_account_can_only_rehearse(house: StagedHouse) -> None:
    account = house.all(Account, plane=Plane.PRACTICE)[0]
    at = house.page("kim", "settings", plane=Plane.PRACTICE, part="accounts")
    assert at.selectbox(key=account_key(account, "publisher")).options == ["Nur Probe"]


def test_link_hosts_are_kept_and_nonsense_is_refused(house: StagedHouse) -> None:
    key = f"set_hosts_{stamp(('www.example.com',))}"
    at = house.page("kim", "settings", part="accounts")
    at.text_area(key=key).input("https://www.example.org/pfad")
    at = press(at, "Rechnernamen speichern")
    assert len(at.error) == 1
    at.text_area(key=key).input("www.example.org")
    at = press(at, "Rechnernamen speichern")
    assert said(at) == ["Die Rechnernamen sind gespeichert."]
    with house.ctx.store.reading() as store:
        assert link_hosts(store, Plane.REAL) == ("www.example.org",)


def test_addresses_of_alerts_are_never_shown(house: StagedHouse) -> None:
    secret = "mailto://user:geheim@host/?to={email}"
    house.process.settings = replace(house.process.settings, notify_urls=(secret,))
    shown = words_on(house.page("kim", "settings", part="house"))
    assert "geheim" not in shown
    assert "1 Weg eingerichtet" in shown


def test_lines_drop_what_is_empty() -> None:
    assert lines(" a \n\n b c\n") == ("a", "b c")


def test_an_account_is_locked_by_the_plans_that_name_its_tags() -> None:
    assert locking(("corporate", "careers"), {"corporate": ("Rückruf",), "product": ("Panne",)}) == ("Rückruf",)
