"""The door holds: over real HTTP, in a fresh process, nothing of a page is shown to who isn't signed in."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from command_center.settings import Settings
from command_center.ui.navigation import PLACES
from command_center.web.process import Process, hold
from command_center.web.session import COOKIE, SessionGate
from tests.browser.drive import ROOT, RunningHouse, free_port, open_house, running_house, sign_in, socket

pytestmark = pytest.mark.sockets
HTML = {"accept": "text/html"}
REACHABLE = {"HOST": "0.0.0.0", "PUBLIC_URL": "https://voice.example.org"}  # noqa: S104 - that is the point


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningHouse]:
    with running_house(tmp_path_factory.mktemp("house")) as running:
        yield running


@pytest.fixture(scope="module")
def answers_of_a_fresh_process(house: RunningHouse) -> dict[str, httpx.Response]:
    return {place.path: httpx.get(f"{house.url}/{place.path}", headers=HTML) for place in PLACES}


@pytest.fixture(scope="module")
def token(house: RunningHouse, answers_of_a_fresh_process: object) -> str:
    return open_house(house)


def refusal(house: RunningHouse, **headers: str) -> int:
    with pytest.raises(InvalidStatus) as refused, socket(house, **headers):
        pass
    return int(refused.value.response.status_code)


@pytest.mark.parametrize("path", [place.path for place in PLACES])
def test_the_first_hit_on_a_page_leads_to_the_door(
    answers_of_a_fresh_process: dict[str, httpx.Response], path: str
) -> None:
    answer = answers_of_a_fresh_process[path]
    assert (answer.status_code, answer.headers["location"], answer.text) == (303, f"/login?next=/{path}", "")


def test_the_gate_of_programs_asks_for_a_key_and_no_session(house: RunningHouse, token: str) -> None:
    for cookies in ({}, {COOKIE: token}):
        answer = httpx.post(f"{house.url}/api/v1/check", json={"account": "x", "text": "y"}, cookies=cookies)
        assert (answer.status_code, answer.json()["error"]) == (401, "client.unknown_key")


def test_an_anonymous_websocket_is_refused(house: RunningHouse) -> None:
    assert refusal(house) == 403


def test_a_forged_identity_opens_no_websocket(house: RunningHouse) -> None:
    assert refusal(house, x_cc_sub="somebody", x_cc_sid="0" * 64) == 403


def test_a_websocket_of_a_foreign_page_is_refused_even_with_the_cookie(house: RunningHouse, token: str) -> None:
    assert refusal(house, origin="http://evil.example", cookie=f"{COOKIE}={token}") == 403
    assert refusal(house, origin="http://127.0.0.1:1", cookie=f"{COOKIE}={token}") == 403


def test_a_signed_in_websocket_is_let_in(house: RunningHouse, token: str) -> None:
    with socket(house, cookie=f"{COOKIE}={token}") as open_socket:
        assert open_socket.subprotocol == "streamlit"


@pytest.mark.parametrize("path", ["_stcore/metrics", "_stcore/host-config", "media/x", "api/events", "export/1"])
def test_nothing_beside_the_pages_answers_an_anonymous_client(house: RunningHouse, path: str) -> None:
    assert httpx.get(f"{house.url}/{path}").status_code == 401


def test_healthz_tells_that_all_is_well_to_anybody(house: RunningHouse) -> None:
    answer = httpx.get(f"{house.url}/healthz")
    assert answer.json() == {"ok": True, "store": "reachable", "version": answer.json()["version"]}


def test_every_answer_carries_the_security_headers(house: RunningHouse, token: str) -> None:
    cookie = {"cookie": f"{COOKIE}={token}"}
    for path, headers in (("healthz", {}), ("login", HTML), ("people", HTML), ("people", HTML | cookie)):
        answer = httpx.get(f"{house.url}/{path}", headers=headers)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert "unsafe-eval'" not in answer.headers["content-security-policy"].replace("wasm-unsafe-eval", "")
        assert "strict-transport-security" not in answer.headers


def test_the_page_speaks_the_language_of_the_house_and_is_never_kept(house: RunningHouse, token: str) -> None:
    page = httpx.get(f"{house.url}/people", headers=HTML | {"cookie": f"{COOKIE}={token}"})
    assert '<html lang="de">' in page.text
    assert "<title>One Voice</title>" in page.text
    assert page.headers["cache-control"] == "no-store"
    assert int(page.headers["content-length"]) == len(page.content)


def test_the_session_cookie_is_out_of_reach_and_secure_behind_tls(house: RunningHouse, token: str) -> None:
    form = {"login": "kim", "password": "Der Sturm kommt um acht."}
    plain = httpx.post(f"{house.url}/login", data=form, headers={"origin": house.url})
    flags = plain.headers["set-cookie"].lower()
    assert "httponly" in flags
    assert "samesite=lax" in flags
    assert "secure" not in flags
    proxied = {"origin": house.url.replace("http", "https"), "x-forwarded-proto": "https"}
    safe = httpx.post(f"{house.url}/login", data=form, headers=proxied)
    assert "secure" in safe.headers["set-cookie"].lower()
    assert safe.headers["set-cookie"].startswith(f"__Host-{COOKIE}=")
    cookie = {"cookie": f"__Host-{COOKIE}={safe.cookies[f'__Host-{COOKIE}']}"}
    behind = {"x-forwarded-proto": "https", "host": house.url.removeprefix("http://")}
    assert httpx.get(f"{house.url}/people", headers=HTML | behind | cookie).status_code == 200
    planted = {"cookie": f"{COOKIE}={plain.cookies[COOKIE]}"}  # as another host of the domain could set it
    assert httpx.get(f"{house.url}/people", headers=HTML | behind | planted).status_code == 303
    assert safe.headers["strict-transport-security"]
    chosen = httpx.get(f"{house.url}/login?lang=en", headers=proxied).headers["set-cookie"]
    assert chosen.startswith("__Host-one_voice_language=en;")
    assert "secure" in chosen.lower()


def test_a_form_of_another_site_signs_nobody_in(house: RunningHouse, token: str) -> None:
    form = {"login": "kim", "password": "Der Sturm kommt um acht."}
    for headers in ({}, {"origin": "null"}, {"origin": "http://evil.example"}):
        answer = httpx.post(f"{house.url}/login", data=form, headers=headers)
        assert answer.status_code == 403
        assert COOKIE not in answer.cookies


def test_a_host_name_that_is_not_ours_gets_nothing(house: RunningHouse) -> None:
    assert httpx.get(f"{house.url}/open", headers={"host": "evil.example"}).status_code == 421


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "https://evil.example", "/\\evil.example", "/\tevil", "javascript:x"]
)
def test_signing_in_never_leads_to_another_site(house: RunningHouse, token: str, wanted: str) -> None:
    form = {"login": "kim", "password": "Der Sturm kommt um acht.", "next": wanted}
    answer = httpx.post(f"{house.url}/login", data=form, headers={"origin": house.url})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")


def test_what_was_typed_comes_back_as_text_and_the_password_never(house: RunningHouse, token: str) -> None:
    form = {"login": "<script>alert(1)</script>", "password": "geheim und falsch"}
    answer = httpx.post(f"{house.url}/login", data=form, headers={"origin": house.url})
    assert answer.status_code == 401
    assert "<script>" not in answer.text
    assert "geheim und falsch" not in answer.text


def test_signing_out_ends_the_session_on_the_server(house: RunningHouse, token: str) -> None:
    own = sign_in(house)
    cookie = {"cookie": f"{COOKIE}={own}"}
    assert httpx.get(f"{house.url}/people", headers=HTML | cookie).status_code == 200
    foreign = httpx.post(f"{house.url}/logout", headers=cookie | {"origin": "http://evil.example"})
    assert "clear-site-data" not in foreign.headers
    assert httpx.get(f"{house.url}/people", headers=HTML | cookie).status_code == 200
    left = httpx.post(f"{house.url}/logout", headers=cookie | {"origin": house.url})
    assert left.headers["clear-site-data"] == '"cache", "storage"'
    assert httpx.get(f"{house.url}/people", headers=HTML | cookie).status_code == 303


def test_the_house_is_opened_once(house: RunningHouse, token: str) -> None:
    assert httpx.get(f"{house.url}/open").headers["location"] == "/login"
    form = {"name": "Eve", "login": "eve", "email": "", "password": "ein langer boeser Satz"}
    again = httpx.post(f"{house.url}/open", data=form, headers={"origin": house.url})
    assert again.status_code == 409


def test_news_reach_an_open_page(house: RunningHouse, token: str) -> None:
    with httpx.stream("GET", f"{house.url}/api/events", headers={"cookie": f"{COOKIE}={token}"}) as stream:
        lines = stream.iter_lines()
        assert next(lines) == "retry: 2000"
        sign_in(house)
        assert any(line == "event: change" for line in lines)


def test_the_house_stops_while_a_screen_is_open(tmp_path: Path) -> None:
    with running_house(tmp_path) as own:
        cookie = f"{COOKIE}={open_house(own)}"
        with httpx.stream("GET", f"{own.url}/api/events", headers={"cookie": cookie}) as stream:
            next(stream.iter_lines())
            own.process.terminate()
            own.process.wait(timeout=15)


def test_an_identity_brought_along_is_stripped_before_the_page(tmp_path: Path) -> None:
    seen: list[bytes] = []

    async def inner(scope: Any, _receive: Any, _send: Any) -> None:
        seen.extend(name for name, _ in scope["headers"])

    async def nothing(_message: Any = None) -> Any:
        return {}

    hold(Process(settings=Settings(data=tmp_path), ctx=Any))  # type: ignore[arg-type]
    forged = [(b"X-CC-Sub", b"kim"), (b"x_cc_sid", b"0"), (b"accept", b"*/*")]
    scope = {"type": "http", "path": "/login", "headers": forged, "scheme": "http"}
    asyncio.run(SessionGate(inner)(scope, nothing, nothing))
    assert seen == [b"accept"]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "COMMAND_CENTER_PROT",
            "8501",
            "Die Einstellung COMMAND_CENTER_PROT gibt es nicht. Meinten Sie COMMAND_CENTER_PORT?",
        ),
        ("COMMAND_CENTER_DATABASE_URL", "oracle://x", "Die Adresse des Speichers oracle://x"),
    ],
)
def test_what_keeps_the_house_from_starting_is_one_sentence(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    environment = os.environ | {"COMMAND_CENTER_DATA": str(tmp_path), name: value}
    ended = subprocess.run(
        [sys.executable, "app.py"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert sentence in ended.stderr


def test_a_server_told_another_address_than_the_house_does_not_start(tmp_path: Path) -> None:
    environment = os.environ | {"COMMAND_CENTER_DATA": str(tmp_path), "COMMAND_CENTER_WORKER": "off"}
    where = ["--server.address", "0.0.0.0", "--server.port", str(free_port())]  # noqa: S104 - that is the point
    ended = subprocess.run(
        [sys.executable, "-m", "streamlit", "run", "app.py", *where],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ended.returncode != 0
    assert "Die Adresse 0.0.0.0 (COMMAND_CENTER_HOST) macht das Haus für andere erreichbar" in ended.stderr


@pytest.mark.parametrize(
    ("server", "public", "answered"),
    [
        (("192.0.2.1", 8501), "", 421),
        (("192.0.2.1", 8501), "http://voice.example.org", 421),
        (("192.0.2.1", 8501), "https://voice.example.org", 200),
        (("127.0.0.1", 8501), "", 200),
        (("::1", 8501), "", 200),
        (("/run/one-voice.sock", None), "", 200),
    ],
)
def test_no_request_over_the_network_is_answered_in_the_clear(
    tmp_path: Path, server: tuple[str, int | None], public: str, answered: int
) -> None:
    sent: list[int] = []

    async def inner(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def nothing() -> Any:
        return {}

    async def send(message: Any) -> None:
        sent.append(message.get("status", 0))

    hold(Process(settings=Settings(data=tmp_path, public_url=public), ctx=Any))  # type: ignore[arg-type]
    scope = {"type": "http", "path": "/login", "headers": [], "scheme": "http", "server": server}
    asyncio.run(SessionGate(inner)(scope, nothing, send))
    assert sent[0] == answered


def test_a_house_others_can_reach_opens_only_with_the_code_in_the_terminal(tmp_path: Path) -> None:
    with running_house(tmp_path, settings=REACHABLE) as reachable:
        form = {"name": "Eve", "login": "eve", "email": "", "password": "ein langer boeser Satz", "code": ""}
        refused = httpx.post(f"{reachable.url}/open", data=form, headers={"origin": reachable.url})
        assert refused.status_code == 401
        printed = (tmp_path / "server.log").read_text(encoding="utf-8")
        code = next(line for line in printed.splitlines() if "Einmalcode" in line).rsplit(": ", 1)[1]
        assert open_house(reachable, code=code)
