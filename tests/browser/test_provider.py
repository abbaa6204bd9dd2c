"""Signing in through a certified OpenID Connect provider, in a real browser, from the door to the screen and back."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page

from command_center.domain.people import Identity, Person, Role, Session
from command_center.domain.response_log import Action
from command_center.ports import Caller
from command_center.use_cases.people import disable_person, enable_person
from command_center.web.door import STEP_COOKIE
from command_center.web.session import COOKIE
from tests.browser.drive import (
    LOGIN,
    PASSWORD,
    RunningHouse,
    browser,
    chromium_path,
    free_port,
    open_house,
    running_house,
    settle,
    sign_in,
    tab,
)
from tests.peers.oidc import CLIENT_ID, CLIENT_SECRET, RunningProvider, is_installed, running_provider

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not is_installed(), reason="the OpenID Connect provider isn't installed: make peers"),
]
GROUPS = "Krisenstab=crisis_lead, Presse=analyst, Presse=co_manager"
HTML = {"accept": "text/html"}


def trusting(port: int) -> dict[str, str]:
    """Return the settings of a house that trusts the provider on this port."""
    return {
        "OIDC_ISSUER": f"http://127.0.0.1:{port}",
        "OIDC_CLIENT_ID": CLIENT_ID,
        "OIDC_CLIENT_SECRET": CLIENT_SECRET,
        "OIDC_GROUPS": GROUPS,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A house and the provider it trusts."""

    house: RunningHouse
    provider: RunningProvider


@pytest.fixture(scope="module", params=["RS256", "ES256"])
def scene(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    port = free_port()
    with running_house(tmp_path_factory.mktemp("house"), settings=trusting(port)) as house:
        open_house(house)
        back = f"{house.url}/login/provider/back"
        with running_provider(port, back, request.param) as provider:
            yield Scene(house=house, provider=provider)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if chromium_path() is None:
        pytest.skip("there is no Chromium on this machine")
    with browser() as running:
        yield running


def enter(page: Page, scene: Scene, sub: str, path: str = "people") -> None:
    """Sign in from the door; at the provider everybody is who they type."""
    page.goto(f"{scene.house.url}/{path}")
    page.click("a.provider")
    page.fill("input[name=login]", sub)
    page.fill("input[name=password]", "x")
    page.click("button[type=submit]")
    page.click("button[type=submit]")  # agrees that the house may know who it is
    page.wait_for_url(f"{scene.house.url}/**")


def person_of(scene: Scene, sub: str) -> Person | None:
    ctx = scene.house.context()
    with ctx.store.reading() as store:
        found = store.find(Identity, subject=sub)
        person = store.get(Person, found[0].person_id) if found else None
    ctx.store.close()
    return person


def holding(scene: Scene, login: str, verb: object, **given: object) -> None:
    """Let the administrator do something behind the browser's back."""
    ctx = scene.house.context()
    with ctx.store.reading() as store:
        kim = store.find(Person, login=LOGIN)[0]
        whom = store.find(Person, login=login)[0]
    verb(ctx, Caller(kim.id, ctx.new_id()), person_id=whom.id, **given)  # type: ignore[operator]
    ctx.store.close()


def test_the_groups_of_a_newcomer_are_roles_here(scene: Scene, chromium: Browser) -> None:
    scene.provider.tell(
        "u1",
        name="Ada Weber",
        preferred_username="ada",
        email="ada@example.org",
        email_verified=True,
        groups=["Presse"],
    )
    with tab(chromium, scene.house) as page:
        enter(page, scene, "u1", "log")
        assert page.url == f"{scene.house.url}/log"
        cookie = next(each for each in page.context.cookies(scene.house.url) if each["name"] == COOKIE)
        assert cookie["httpOnly"]
        page.goto(f"{scene.house.url}/people")
        settle(page)
        assert page.get_by_text("Ada Weber").first.is_visible()
    ada = person_of(scene, "u1")
    assert ada is not None
    assert (ada.login, ada.email, set(ada.roles)) == ("ada", "ada@example.org", {Role.ANALYST, Role.CO_MANAGER})
    ctx = scene.house.context()
    with ctx.store.reading() as store:
        actions = [entry.action for entry in store.log(subject=ada.id)]
        sessions = store.find(Session, person_id=ada.id)
    ctx.store.close()
    assert actions == [Action.PERSON_ADDED, Action.PERSON_LINKED, Action.SESSION_STARTED]
    assert len(sessions) == 1


def test_a_group_taken_away_is_taken_at_the_next_sign_in(scene: Scene, chromium: Browser) -> None:
    scene.provider.tell("u2", name="Ben Roth", groups=["Presse", "Krisenstab"])
    with tab(chromium, scene.house) as page:
        enter(page, scene, "u2")
    assert Role.CRISIS_LEAD in getattr(person_of(scene, "u2"), "roles", ())
    scene.provider.tell("u2", name="Ben Roth", groups=["Presse"])
    with tab(chromium, scene.house) as page:
        enter(page, scene, "u2")
        assert COOKIE in {each["name"] for each in page.context.cookies(scene.house.url)}
    assert Role.CRISIS_LEAD not in getattr(person_of(scene, "u2"), "roles", ())
    scene.provider.tell("u2", name="Ben Roth", groups=[])
    with tab(chromium, scene.house) as page:
        enter(page, scene, "u2")
        assert "keine Rolle" in page.inner_text("#message")
        assert COOKIE not in {each["name"] for each in page.context.cookies(scene.house.url)}
    assert getattr(person_of(scene, "u2"), "roles", None) == ()


def test_without_a_group_of_ours_nobody_comes_in_or_is_kept(scene: Scene, chromium: Browser) -> None:
    scene.provider.tell("u3", name="Eve", preferred_username=LOGIN, email="kim@example.org", groups=["Sonstige"])
    with tab(chromium, scene.house) as page:
        enter(page, scene, "u3")
        assert "keine Rolle" in page.inner_text("#message")
    assert person_of(scene, "u3") is None


def test_a_name_or_address_of_somebody_else_makes_nobody_them(scene: Scene, chromium: Browser) -> None:
    scene.provider.tell("u4", name="Kim Brandt", preferred_username=LOGIN, email="kim@example.org", groups=["Presse"])
    with tab(chromium, scene.house) as page:
        enter(page, scene, "u4")
    impostor = person_of(scene, "u4")
    assert impostor is not None
    assert impostor.login == f"{LOGIN}-2"
    assert Role.ADMINISTRATOR not in impostor.roles


def test_who_is_disabled_stays_out_and_is_cut_off_at_once(scene: Scene, chromium: Browser) -> None:
    scene.provider.tell("u5", preferred_username="dora", groups=["Presse"])
    with tab(chromium, scene.house) as page:
        enter(page, scene, "u5")
        holding(scene, "dora", disable_person)
        page.goto(f"{scene.house.url}/people")
        assert page.url.startswith(f"{scene.house.url}/login")
    with tab(chromium, scene.house) as page:
        enter(page, scene, "u5")
        assert "gesperrt" in page.inner_text("#message")
    holding(scene, "dora", enable_person)
    with tab(chromium, scene.house) as page:
        enter(page, scene, "u5")
        assert COOKIE in {each["name"] for each in page.context.cookies(scene.house.url)}


def test_passwords_go_on_working_beside_it(scene: Scene) -> None:
    assert sign_in(scene.house, LOGIN, PASSWORD)


def left(scene: Scene, **query: str) -> tuple[str, dict[str, list[str]]]:
    """Leave for the provider as a browser without scripts; returns the step's token and what the provider is asked."""
    answer = httpx.get(f"{scene.house.url}/login/provider", params=query)
    assert answer.status_code == 303
    return answer.cookies[STEP_COOKIE], parse_qs(urlsplit(answer.headers["location"]).query)


def test_what_the_provider_is_asked_binds_the_answer_to_this_browser(scene: Scene) -> None:
    (one, asked), (two, again) = left(scene), left(scene)
    assert one != two
    assert all(asked[name] != again[name] for name in ("state", "nonce", "code_challenge"))
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [f"{scene.house.url}/login/provider/back"]
    assert asked["scope"] == ["openid profile email groups"]
    assert len(asked["state"][0]) >= 43


@pytest.mark.parametrize("wrong", ["state", "cookie", "code"])
def test_an_answer_that_is_not_this_browsers_opens_nothing(scene: Scene, wrong: str) -> None:
    step, asked = left(scene)
    state = "invented" if wrong == "state" else asked["state"][0]
    headers = {"cookie": f"{STEP_COOKIE}={'invented' if wrong == 'cookie' else step}"}
    back = {"state": state, "code": "invented", "iss": scene.provider.issuer}
    answer = httpx.get(f"{scene.house.url}/login/provider/back", params=back, headers=headers)
    assert answer.status_code == 401
    assert COOKIE not in answer.cookies
    good = {"state": asked["state"][0], "code": "invented", "iss": scene.provider.issuer}
    again = httpx.get(
        f"{scene.house.url}/login/provider/back", params=good, headers={"cookie": f"{STEP_COOKIE}={step}"}
    )
    assert again.status_code == 401


def test_an_answer_of_another_issuer_is_refused(scene: Scene) -> None:
    step, asked = left(scene)
    back = {"state": asked["state"][0], "code": "invented", "iss": "https://evil.example"}
    headers = {"cookie": f"{STEP_COOKIE}={step}"}
    answer = httpx.get(f"{scene.house.url}/login/provider/back", params=back, headers=headers)
    assert (answer.status_code, "gilt nicht dieser Anmeldung" in answer.text) == (401, True)


@pytest.mark.parametrize("wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x"])
def test_coming_back_never_leads_to_another_site(scene: Scene, chromium: Browser, wanted: str) -> None:
    scene.provider.tell("u6", groups=["Presse"])
    with tab(chromium, scene.house) as page:
        page.goto(f"{scene.house.url}/login?next={wanted}")
        href = page.get_attribute("a.provider", "href")
        assert re.fullmatch(r"/login/provider\?lang=de&next=/", str(href))
    step, asked = left(scene, next=wanted)
    assert (step, asked["redirect_uri"]) == (step, [f"{scene.house.url}/login/provider/back"])


def test_another_sites_page_starts_no_sign_in(scene: Scene) -> None:
    answer = httpx.get(f"{scene.house.url}/login/provider", headers={"sec-fetch-site": "cross-site"})
    assert (answer.status_code, STEP_COOKIE in answer.cookies) == (403, False)


def test_a_provider_that_is_away_is_one_sentence_and_passwords_go_on(tmp_path: Path) -> None:
    with running_house(tmp_path, settings=trusting(free_port())) as alone:
        open_house(alone)
        answer = httpx.get(f"{alone.url}/login/provider", headers=HTML)
        assert (answer.status_code, 'role="alert"' in answer.text) == (503, True)
        assert sign_in(alone, LOGIN, PASSWORD)
