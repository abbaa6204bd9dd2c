"""The page What do we store, and names in the log under the works council's mode."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from command_center.domain.people import RIGHTS, Act, Person, Role
from command_center.domain.retention import KEPT, Data
from command_center.privacy_documents import processing_record, stored, works_agreement
from command_center.settings import Settings
from command_center.texts import LANGUAGES
from command_center.use_cases.people import disable_person
from command_center.use_cases.retention import kept_for
from tests.pages.crisis import Crisis, crisis_house, words_on


@pytest.fixture
def crisis(tmp_path: Path) -> Iterator[Crisis]:
    with crisis_house(tmp_path / "house", works_council="on") as house:
        yield house


def test_everybody_reads_what_is_stored_and_only_some_may_change_it(crisis: Crisis) -> None:
    at = crisis.page("privacy", "leo")
    assert not at.exception
    words = words_on(at)
    for each in stored("de", {}):
        assert each.purpose in words
    assert "90 Tage" in words
    assert "3 Jahre" in words
    assert "Person 3F2A" in words
    assert "time_save" not in {button.key for button in at.button}
    assert RIGHTS[Act.OWN_SETTINGS] == frozenset(Role)


def test_one_gets_ones_own_data_and_the_papers(crisis: Crisis) -> None:
    at = crisis.page("privacy", "leo")
    at.button(key="own_data").click().run()
    assert not at.exception
    made = at.session_state["privacy.own_data"]
    assert made["person"]["name"] == "Leo Maßmann"
    assert [each["handle"] for each in made["Account"]] == ["@nordwerk"]
    assert len(at.get("download_button")) == 4


def test_who_protects_data_changes_times_and_erases(crisis: Crisis) -> None:
    at = crisis.page("privacy", "kim")
    at.number_input(key="days_mentions").set_value(30).run()
    at.button(key="time_save").click().run()
    assert not at.exception
    with crisis.ctx.store.reading() as store:
        assert kept_for(store)[Data.MENTIONS] == 30
    assert "30 Tage" in words_on(crisis.page("privacy", "leo"))
    disable_person(crisis.ctx, crisis.says("kim"), person_id=crisis.people["leo"])
    at = crisis.page("privacy", "kim")
    at.selectbox(key="leaver").select(crisis.people["leo"]).run()
    at.text_input(key="leaver_reason").input("ausgeschieden").run()
    at.button(key="leaver_erase").click().run()
    assert not at.exception
    with crisis.ctx.store.reading() as store:
        left = store.get(Person, crisis.people["leo"])
    assert left is not None
    assert left.name.startswith("Person ")


def test_the_log_shows_pseudonyms_until_two_people_unseal_names(crisis: Crisis) -> None:
    crisis.switch_on()
    words = words_on(crisis.page("log", "udo"))
    assert "Jana Öztürk" not in words
    assert "Person " in words
    asked = crisis.page("log", "kim")
    asked.text_input(key="names_reason").input("Verdacht auf Missbrauch")
    next(button for button in asked.button if button.label == "Antrag stellen").click().run()
    assert not asked.exception
    agreeing = crisis.page("log", "udo")
    next(button for button in agreeing.button if button.label == "Zustimmen").click().run()
    assert not agreeing.exception
    assert "Jana Öztürk hat einen Fakt festgehalten" in words_on(crisis.page("log", "udo"))
    assert "Jana Öztürk hat einen Fakt festgehalten" in words_on(crisis.page("log", "kim"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_papers_are_made_from_the_actual_settings(crisis: Crisis, language: str) -> None:
    now = crisis.ctx.now()
    settings = Settings(house="Werk | <b>Nord</b>", session_idle_minutes=25)
    record = processing_record(language, settings, {Data.MENTIONS: 33}, sealed=False, now=now)
    assert "33 " in record
    assert "25 " in record
    assert "Werk \\| &lt;b>Nord" in record
    assert record.count("\n| ") == len(KEPT) + 1
    agreement = works_agreement(settings, {Data.MENTIONS: 33}, sealed=False, now=now)
    assert agreement.startswith("# ENTWURF")
    assert "Keine Rechtsberatung" in agreement
    assert "«" not in agreement
    assert "ausgeschaltet" in agreement
    assert agreement.count("\n| ") == len(KEPT) + len(Act) + 2


def test_every_setting_shows_in_the_papers(crisis: Crisis) -> None:
    now, plain = crisis.ctx.now(), Settings()
    changed = Settings(
        notify_urls=("mailto://a@example.org",),
        deposits=("file:/mnt/worm",),
        oidc_issuer="https://id.example.org",
        works_council="on",
        session_hours=3,
    )
    for word in ("Dienste der eingestellten Alarmwege", "1 Ablagen", "https://id.example.org", "nach 3 Stunden"):
        assert word in processing_record("de", changed, {}, sealed=True, now=now), word
        assert word not in processing_record("de", plain, {}, sealed=False, now=now), word
    on, off = (works_agreement(each, {}, sealed=sealed, now=now) for each, sealed in ((changed, True), (plain, False)))
    for word in ("Kennung wie", "COMMAND_CENTER_WORKS_COUNCIL", "außerhalb hinterlegt (1"):
        assert word in on, word
        assert word not in off, word
    assert "an keiner Stelle außerhalb" in off
