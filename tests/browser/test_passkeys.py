"""Passkeys in a real browser with a virtual authenticator: made, asked for alone and after a password."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from command_center.domain.people import Passkey, Person, Session, Way
from tests.browser.drive import (
    LOGIN,
    PASSWORD,
    RunningHouse,
    browser,
    chromium_path,
    open_house,
    running_house,
    settle,
    tab,
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium_path() is None, reason="there is no Chromium on this machine"),
]
OPTIONS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    with running_house(tmp_path_factory.mktemp("house"), settings={"HOUSE": "Nordwerk"}) as running:
        open_house(running)
        yield running


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


class Device:
    """A tab whose browser has an authenticator of its own."""

    def __init__(self, page: Page, house: RunningHouse) -> None:
        self.page, self.url = page, house.url.replace("127.0.0.1", "localhost")
        self.said: list[str] = []
        page.on(
            "console", lambda message: self.said.append(message.text) if "Content Security" in message.text else None
        )
        self.cdp: CDPSession = page.context.new_cdp_session(page)
        self.cdp.send("WebAuthn.enable")
        self.identity = self.cdp.send("WebAuthn.addVirtualAuthenticator", {"options": OPTIONS})["authenticatorId"]

    def verifies(self, right: bool) -> None:
        """Say whether finger, face or PIN will be right from now on."""
        self.cdp.send("WebAuthn.setUserVerified", {"authenticatorId": self.identity, "isUserVerified": right})

    def go(self, path: str) -> None:
        """Open an address of the house."""
        self.page.goto(f"{self.url}{path}")

    def password(self) -> None:
        """Sign in with the password."""
        self.go("/login")
        self.page.fill("input[name=login]", LOGIN)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("form button[type=submit]")

    def add(self, name: str) -> None:
        """Make a passkey, signed in already."""
        self.go("/passkey")
        self.page.fill("input[name=passkey_name]", name)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("form button[type=submit]")
        self.page.wait_for_url("**/passkey/new**")
        self.page.click("form[data-passkey] button")

    def forget(self) -> None:
        """Lose the session, as after closing a browser."""
        self.page.context.clear_cookies()


@contextmanager
def device(chromium: Browser, house: RunningHouse) -> Iterator[Device]:
    with tab(chromium, house) as page:
        yield Device(page, house)


def stored(house: RunningHouse) -> tuple[list[Passkey], list[Way]]:
    ctx = house.context()
    with ctx.store.reading() as store:
        kim = store.find(Person, login=LOGIN)[0]
        sessions = store.find(Session, order="created_at", person_id=kim.id)
        found = store.find(Passkey, person_id=kim.id), [session.way for session in sessions]
    ctx.store.close()
    return found


def test_from_the_first_passkey_to_a_life_without_password_and_back(house: RunningHouse, chromium: Browser) -> None:
    with device(chromium, house) as kim:
        kim.password()
        kim.page.wait_for_url(re.compile(r"localhost:\d+/(?!login)"))
        kim.add("Laptop")
        kim.page.wait_for_url("**/people?part=own")
        settle(kim.page)
        expect(kim.page.get_by_text("Laptop")).to_be_visible()

        # A way in of its own: no name, no password.
        kim.forget()
        kim.go("/login")
        kim.page.click("a.passkey")
        kim.page.click("form[data-passkey] button")
        kim.page.wait_for_url(re.compile(r"localhost:\d+/(?!login)"))
        passkeys, ways = stored(house)
        assert (passkeys[0].name, ways[-1], passkeys[0].used_at is not None) == ("Laptop", Way.PASSKEY, True)
        assert passkeys[0].sign_count > 0

        # A finger that isn't right opens nothing, and the page says so.
        kim.forget()
        kim.verifies(False)
        kim.go("/login/passkey")
        kim.page.click("form[data-passkey] button")
        expect(kim.page.locator("[data-failed]")).to_be_visible()
        kim.verifies(True)

        # The second step after a password.
        kim.password()
        kim.page.wait_for_url("**/login/code**")
        assert kim.page.locator("input[name=second_code]").count() == 0
        kim.page.click("form[data-passkey] button")
        kim.page.wait_for_url(re.compile(r"localhost:\d+/(?!login)"))
        assert stored(house)[1][-1] is Way.PASSKEY

        # Removed, it lets nobody in any more; the password is enough again in the first days.
        kim.go("/people?part=own")
        settle(kim.page)
        kim.page.get_by_role("button", name="Entfernen").click()
        expect(kim.page.get_by_text("Laptop")).to_have_count(0)
        assert stored(house)[0] == []
        kim.forget()
        kim.go("/login/passkey")
        kim.page.click("form[data-passkey] button")
        expect(kim.page.locator(".message#message")).to_contain_text("gilt hier nicht")
        assert [line for line in kim.said if "Content Security" in line] == []


def test_at_an_address_without_a_name_there_are_no_passkeys(house: RunningHouse, chromium: Browser) -> None:
    with tab(chromium, house) as page:
        page.goto(f"{house.url}/login")
        assert page.locator("a.passkey").count() == 0
        page.goto(f"{house.url}/login/passkey")
        expect(page.locator("#message")).to_contain_text("localhost")


def test_only_the_pages_about_passkeys_let_a_script_run_and_only_ours(house: RunningHouse, chromium: Browser) -> None:
    with tab(chromium, house) as page:
        local = house.url.replace("127.0.0.1", "localhost")
        policies = {}
        for path in ("/login", "/login/passkey", "/invited"):
            answer = page.goto(f"{local}{path}")
            assert answer is not None
            policies[path] = answer.headers["content-security-policy"]
        assert "script-src" not in policies["/login"] + policies["/invited"]
        assert "script-src 'self'" in policies["/login/passkey"]
        assert "unsafe" not in policies["/login/passkey"]
        assert page.request.get(f"{local}/passkey.js").headers["content-type"].startswith("text/javascript")
