"""The door over real HTTP: second factor, whose session a browser holds, and what becomes of it."""

import base64
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from command_center.domain.people import RIGHTS, Act, Person, Role
from command_center.domain.second_factor import code_of, new_code, step_of
from command_center.ports import Caller, Context
from command_center.shell.rights import ADDRESSES
from command_center.use_cases.command import SHELL
from command_center.use_cases.people import add_person, disable_person
from command_center.web.door import STEP_COOKIE
from command_center.web.session import COOKIE
from tests.browser.drive import LOGIN, PASSWORD, RunningHouse, open_house, running_house, sign_in, socket

pytestmark = pytest.mark.sockets
HTML = {"accept": "text/html"}
OTHER = "Ein anderer langer Satz"
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
    assert all(flag in flags for flag in ("httponly", "samesite=lax", "path=/;"))
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


def test_a_session_planted_before_signing_in_never_becomes_one(house: RunningHouse) -> None:
    planted = "p" * 43
    form = {"login": "jo", "password": OTHER}
    add_to(house, "jo")
    answer = httpx.post(f"{house.url}/login", data=form, headers={"origin": house.url, "cookie": f"{COOKIE}={planted}"})
    assert answer.status_code == 303
    assert answer.cookies[COOKIE] != planted
    assert not holds(house, planted)
    assert holds(house, answer.cookies[COOKIE])


def test_nobody_learns_at_the_door_who_is_in_the_house(house: RunningHouse) -> None:
    add_to(house, "ada")
    add_to(house, "gone", disabled=True)
    answers = {}
    for login in ("ada", "nobody", "gone"):
        password = "ganz falsch, leider" if login == "ada" else OTHER
        form = {"login": login, "password": password}
        answer = httpx.post(f"{house.url}/login", data=form, headers={"origin": house.url})
        answers[login] = (answer.status_code, answer.text.replace(f'value="{login}"', ""))
    assert len(set(answers.values())) == 1


def test_who_guesses_too_often_waits(house: RunningHouse) -> None:
    form, headers = {"login": "guessed", "password": "ganz falsch, leider"}, {"origin": house.url}
    answers = [httpx.post(f"{house.url}/login", data=form, headers=headers) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 30


def test_a_disabled_person_is_cut_off_at_once(house: RunningHouse) -> None:
    add_to(house, "eve")
    token = sign_in(house, "eve", OTHER)
    assert holds(house, token)
    disable(house, "eve")
    cookie = {"cookie": f"{COOKIE}={token}"}
    assert not holds(house, token)
    assert httpx.get(f"{house.url}/api/events", headers=cookie).status_code == 401
    with pytest.raises(InvalidStatus), socket(house, **cookie):
        pass


def test_nobody_signs_out_by_following_a_link(house: RunningHouse) -> None:
    add_to(house, "out")
    token = sign_in(house, "out", OTHER)
    httpx.get(f"{house.url}/logout", headers={"cookie": f"{COOKIE}={token}"})
    assert holds(house, token)


def test_who_was_invited_chooses_a_password_once(house: RunningHouse, browser: httpx.Client) -> None:
    ctx, code = house.context(), new_code()
    add_person(ctx, by_shell(ctx), login="new", name="Neu", roles=[Role.EMPLOYEE], invitation=code)
    ctx.store.close()
    assert 'href="/invited?lang=de"' in browser.get("/login").text
    assert browser.get("/invited").status_code == 200
    short = browser.post("/invited", data={"invitation": code, "new_password": "zu kurz!"})
    assert (short.status_code, "zu kurz!" in short.text) == (422, False)
    form = {"invitation": code.lower(), "new_password": OTHER}
    foreign = httpx.post(f"{house.url}/invited", data=form, headers={"origin": "http://evil.example"})
    assert (foreign.status_code, COOKIE in foreign.cookies) == (403, False)
    taken = browser.post("/invited", data=form)
    assert (taken.status_code, taken.headers["location"]) == (303, "/")
    assert is_in(browser)
    assert browser.post("/invited", data=form).status_code == 401


def test_a_form_larger_than_any_of_ours_is_not_read(house: RunningHouse) -> None:
    form = {"login": "big", "password": OTHER, "next": "x" * 20_000}
    add_to(house, "big")
    assert httpx.post(f"{house.url}/login", data=form, headers={"origin": house.url}).status_code == 401
    many = "&".join(f"f{n}=1" for n in range(50)) + f"&login=big&password={OTHER}"
    typed = {"origin": house.url, "content-type": "application/x-www-form-urlencoded"}
    assert httpx.post(f"{house.url}/login", content=many, headers=typed).status_code == 401


@pytest.mark.parametrize("address", [each for each, guard in ADDRESSES.items() if guard not in {"open", "door"}])
def test_an_address_that_needs_somebody_answers_nobody(house: RunningHouse, address: str) -> None:
    method, path = address.split()
    path = re.sub(r"\{\w+\}\.\{form\}", "log.jsonl", path)
    answer = httpx.request(method, f"{house.url}{re.sub(r'{[^}]+}', 'x', path)}", headers={"origin": house.url})
    assert answer.status_code == 401


def test_evidence_goes_only_to_roles_that_may_export(house: RunningHouse) -> None:
    got = set()
    for role in Role:
        add_to(house, role.value, role)
        token = sign_in(house, role.value, OTHER)
        answer = httpx.get(f"{house.url}/export/log.jsonl", headers={"cookie": f"{COOKIE}={token}"})
        assert answer.status_code in {200, 403}
        got |= {role} if answer.status_code == 200 else set()
    assert got == RIGHTS[Act.EXPORT_CASE]


def holds(house: RunningHouse, token: str) -> bool:
    answer = httpx.get(f"{house.url}/people", headers=HTML | {"cookie": f"{COOKIE}={token}"})
    return answer.status_code == 200


def add_to(house: RunningHouse, login: str, role: Role = Role.EMPLOYEE, *, disabled: bool = False) -> None:
    ctx = house.context()
    add_person(ctx, by_shell(ctx), login=login, name="Jemand", roles=[role], password=OTHER)
    ctx.store.close()
    if disabled:
        disable(house, login)


def disable(house: RunningHouse, login: str) -> None:
    ctx = house.context()
    with ctx.store.reading() as store:
        person = store.find(Person, login=login)[0]
    disable_person(ctx, by_shell(ctx), person_id=person.id)
    ctx.store.close()


def by_shell(ctx: Context) -> Caller:
    return Caller(SHELL, ctx.new_id())
