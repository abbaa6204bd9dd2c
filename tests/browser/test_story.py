"""The five-minute tour as a person takes it: in a real browser, on the real server, with its embedded worker."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from command_center.domain.incidents import Incident
from tests.browser.drive import RunningHouse, browser, chromium_path, open_house, running_house, tab

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium_path() is None, reason="no Chromium at /usr/bin or on PATH"),
]
STORM = 60_000  # the longest anything may take, in milliseconds: the demonstration promises an alert in a minute
OWN = "Alles halb so wild, die Fritteuse ist sicher."
GAPS = {
    "Produkt": "AirCrisp 2",
    "Charge oder Seriennummern": "NW-2209",
    "Zentrale Informationsseite": "https://nordwerk.example.com/aircrisp",
}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[RunningHouse]:
    with running_house(tmp_path, settings={"WORKER": "embedded"}) as started:
        yield started


@pytest.fixture
def chromium() -> Iterator[Browser]:
    with browser() as started:
        yield started


def test_from_a_storm_to_one_voice_and_a_chain_that_holds(house: RunningHouse, chromium: Browser) -> None:
    with tab(chromium, house) as desk:
        desk.set_default_timeout(STORM)
        expect.set_options(timeout=STORM)
        open_the_house(desk, house)
        see_a_storm(desk)
        activate_the_plan(desk)
        approve_with_the_partner(desk)
        speak_on_the_phone(desk)
        check_the_chain(desk)


def open_the_house(page: Page, house: RunningHouse) -> None:
    page.goto(house.url)
    page.get_by_label("Ihr Name").fill("Kim Brandt")
    page.get_by_label("Anmeldename").fill("kim")
    page.get_by_label("Passwort").fill("Der Sturm kommt um acht.")
    button(page, "Haus eröffnen").click()


def see_a_storm(page: Page) -> None:
    button(page, "Zeig mir einen Sturm").click()
    expect(page.get_by_text("ÜBUNG.")).to_be_visible()
    expect(page.get_by_text("-mal so viele Erwähnungen wie üblich seit")).to_be_visible()


def activate_the_plan(page: Page) -> None:
    # A higher level of the same storm may ring meanwhile, as an alert of its own on top.
    button(page, "Übernehmen").first.click()
    expect(page.get_by_text("Übernommen von Kim Brandt")).to_be_visible()
    button(page, "Krisenfall öffnen").first.click()
    expect(page.get_by_text("4 Konten werden gesperrt")).to_be_visible()
    reason = page.get_by_label("Warum aktivieren Sie den Plan?")
    reason.fill("Ein Gerät raucht.")
    reason.blur()
    button(page, "Plan aktivieren").click()
    expect(page.get_by_text("4 Konten gesperrt um")).to_be_visible()


def approve_with_the_partner(page: Page) -> None:
    turn_to(page, "Sprachregelungen")
    button(page, "Ansehen").first.click()
    expect(page.get_by_text("Es fehlen noch 2 Freigaben.")).to_be_visible()
    button(page, "Freigeben").click()
    expect(page.get_by_text("Es fehlt noch 1 Freigabe.")).to_be_visible()
    button(page, "Übungspartner stimmt zu").click()
    expect(page.get_by_text("Gültig seit")).to_be_visible()


def speak_on_the_phone(page: Page) -> None:
    turn_to(page, "Was darf ich sagen?")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_text("Posten Sie hier nur, was freigegeben ist.")).to_have_count(4)
    button(page, "Freigegebene Texte ansehen").first.click()
    page.get_by_text("Eigener Text").click()
    page.get_by_label("Ihr Text").fill(OWN)
    button(page, "Prüfen").click()
    expect(page.get_by_text("Nicht erlaubt")).to_be_visible()
    expect(page.get_by_text("Am ähnlichsten: Erstmeldung")).to_be_visible()
    page.get_by_text("Freigegeben (1)").click()
    page.get_by_text("24 Wörter").click()
    for name, value in GAPS.items():
        page.get_by_role("textbox", name=name, exact=True).fill(value)
    expect(button(page, "Veröffentlichen")).to_be_enabled()
    button(page, "Veröffentlichen").click()
    expect(page.get_by_text("Geübt und protokolliert")).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 1000})


def check_the_chain(page: Page) -> None:
    turn_to(page, "Protokoll")
    expect(page.get_by_text("Kim Brandt hat den Krisenfall „Produktrückruf“ eröffnet.")).to_be_visible()
    button(page, "Jetzt prüfen").click()
    expect(page.get_by_text("Die Kette ist unversehrt")).to_be_visible()


def test_two_browsers_press_activate_and_one_incident_opens(house: RunningHouse, chromium: Browser) -> None:
    token = open_house(house)
    with tab(chromium, house, token) as mine, tab(chromium, house, token) as theirs:
        for page in (mine, theirs):
            page.set_default_timeout(STORM)
            page.goto(f"{house.url}/incident")
            reason = page.get_by_label("Warum aktivieren Sie den Plan?")
            reason.fill("Ein Gerät raucht.")
            reason.blur()
        for page in (mine, theirs):
            button(page, "Plan aktivieren").click(no_wait_after=True)
        for page in (mine, theirs):
            expect(page.get_by_text("Leitung: Kim Brandt")).to_be_visible(timeout=STORM)
    ctx = house.context()
    with ctx.store.reading() as store:
        assert len(store.find(Incident)) == 1
    ctx.store.close()


def button(page: Page, name: str) -> Locator:
    """Return the button with these words; Streamlit puts the name of an icon before them."""
    return page.get_by_role("button", name=re.compile(rf"(^|\s){re.escape(name)}$"))


def turn_to(page: Page, name: str) -> None:
    """Turn to another page by the navigation on top."""
    page.get_by_test_id("stTopNav").get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1, name=name)).to_be_visible()
