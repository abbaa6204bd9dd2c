"""The door over real HTTP: second factor, whose session a browser holds, and what becomes of it."""

import base64
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from command_center.domain.second_factor import code_of, step_of
from command_center.web.door import STEP_COOKIE
from command_center.web.session import COOKIE
from tests.browser.drive import LOGIN, PASSWORD, RunningHouse, open_house, running_house, sign_in

pytestmark = pytest.mark.sockets
HTML = {"accept": "text/html"}
SECRET = re.compile(r'class="secret">.*?<code>([A-Z2-7 ]+)</code>')
RECOVERY = re.compile(r"<li><code>([A-Z2-7-]+)</code></li>")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    with running_house(tmp_path_factory.mktemp("house")) as running:
        open_house(running)
        yield running


@pytest.fixture
def browser(house: RunningHouse) -> Iterator[httpx.Client]:
    """A browser without scripts: it keeps cookies and names its origin."""
    with httpx.Client(base_url=house.url, headers={"origin": house.url, **HTML}) as client:
        yield client


def is_in(client: httpx.Client) -> bool:
    return client.get("/people").status_code == 200


def test_from_the_first_factor_to_the_second_and_back_in(house: RunningHouse, browser: httpx.Client) -> None:
    browser.post("/login", data={"login": LOGIN, "password": PASSWORD})
    elsewhere = sign_in(house)
    begun = browser.post("/second-factor", data={"password": PASSWORD})
    assert (begun.status_code, begun.headers["location"].split("?")[0]) == (303, "/login/factor")
    shown = browser.get("/login/factor")
    assert shown.headers["cache-control"] == "no-store"
    secret = SECRET.search(shown.text)
    assert secret is not None
    key = base64.b32decode(secret[1].replace(" ", ""))
    wrong = browser.post("/login/factor", data={"second_code": "12345"})
    assert wrong.status_code == 401
    code = code_of(key, step_of(datetime.now(UTC)) - 1)
    before = browser.cookies[COOKIE]
    done = browser.post("/login/factor", data={"second_code": code})
    codes = RECOVERY.findall(done.text)
    assert (done.status_code, len(codes)) == (200, 10)
    assert browser.cookies[COOKIE] != before
    assert STEP_COOKIE not in browser.cookies
    assert is_in(browser)
    assert httpx.get(f"{house.url}/people", headers=HTML | {"cookie": f"{COOKIE}={elsewhere}"}).status_code == 303

    browser.cookies.clear()
    half = browser.post("/login", data={"login": LOGIN, "password": PASSWORD, "next": "/log"})
    assert half.headers["location"] == "/login/code?lang=de&next=/log"
    flags = half.headers["set-cookie"].lower()
    assert all(flag in flags for flag in ("httponly", "samesite=lax", "path=/login"))
    assert COOKIE not in browser.cookies
    assert not is_in(browser)
    assert browser.post("/login/code", data={"second_code": code, "next": "/log"}).status_code == 401
    entered = browser.post("/login/code", data={"second_code": codes[0], "next": "/log"})
    assert (entered.status_code, entered.headers["location"]) == (303, "/log")
    assert is_in(browser)


def test_a_step_without_its_cookie_begins_anew(browser: httpx.Client) -> None:
    for path in ("/login/code", "/login/factor"):
        answer = browser.post(path, data={"second_code": "123456"})
        assert (answer.status_code, answer.headers["location"].split("&")[-1]) == (303, "over=1")
    assert "abgelaufen" in browser.get("/login?over=1").text


@pytest.mark.parametrize("path", ["/login/code", "/login/factor"])
def test_a_step_is_not_taken_by_another_sites_form(house: RunningHouse, path: str) -> None:
    answer = httpx.post(f"{house.url}{path}", data={"second_code": "1"}, headers={"origin": "http://evil.example"})
    assert answer.status_code == 403 or answer.headers["location"].startswith("/login?")
    assert COOKIE not in answer.cookies


def test_setting_up_needs_a_session(house: RunningHouse) -> None:
    answer = httpx.get(f"{house.url}/second-factor", headers=HTML)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/second-factor")
