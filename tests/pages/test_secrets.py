"""Secrets stay where they are kept: not in what the house prints, answers, logs or stores in the clear."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from command_center.domain.people import Act, Role
from command_center.ports import Caller
from command_center.settings import PREFIX, read_settings
from command_center.shell.rights import ADDRESSES
from command_center.use_cases.command import SHELL
from command_center.use_cases.evidence import log_lines
from command_center.use_cases.people import add_person
from command_center.vault import new_key
from command_center.web.session import COOKIE
from tests.browser.drive import ROOT, RunningHouse, free_port, open_house, running_house, sign_in

pytestmark = pytest.mark.sockets
CANARY = "Kanarienvogel"
PASSWORD = f"{CANARY} im Passwort 7"
HTML = {"accept": "text/html"}


@pytest.fixture(scope="module")
def key() -> str:
    return new_key()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, key: str) -> Iterator[RunningHouse]:
    settings = {
        "TOKEN_KEY": key,
        "OIDC_ISSUER": f"http://127.0.0.1:{free_port()}",
        "OIDC_CLIENT_ID": "one-voice",
        "OIDC_CLIENT_SECRET": f"{CANARY}-client",
        "OIDC_GROUPS": "*=employee",
        "NOTIFY_URLS": f"mailto://alarm:{CANARY}@127.0.0.1:{free_port()}/?to={{email}}&from=alarm@example.org",
        "WORKER": "embedded",
    }
    with running_house(tmp_path_factory.mktemp("house"), settings=settings) as running:
        open_house(running)
        yield running


def test_no_secret_is_printed_answered_logged_or_stored_in_the_clear(house: RunningHouse, key: str) -> None:
    answers = list(everything_asked(house))
    ctx = house.context()
    add_person(ctx, Caller(SHELL, ctx.new_id()), login="jo", name="Jo", roles=[Role.AUDITOR], password=PASSWORD)
    token = sign_in(house, "jo", PASSWORD)
    begun = {"password": PASSWORD}
    with httpx.Client(base_url=house.url, headers=HTML | {"origin": house.url}, cookies={COOKIE: token}) as jo:
        jo.post("/second-factor", data=begun, follow_redirects=False)
        secret = jo.get("/login/factor").text.split("<code>")[1].split("</code>")[0].replace(" ", "")
        answers += [jo.get(path).text for path in ("/people?part=own", "/settings?part=house", "/export/log.jsonl")]
    with ctx.store.reading() as store:
        logged = "\n".join(log_lines(store))
    ctx.store.close()
    printed = (house.data / "server.log").read_text(encoding="utf-8")
    kept = b"".join(path.read_bytes() for path in house.data.glob("*.sqlite*"))
    for hidden in (CANARY, key, token, secret):
        assert not [answer for answer in answers if hidden in answer]
        assert hidden not in logged
        assert hidden not in printed
        assert hidden.encode() not in kept


def everything_asked(house: RunningHouse) -> Iterator[str]:
    """Ask every address wrongly, with the canary wherever something can be said."""
    form = {"login": "kim", "password": PASSWORD, "code": CANARY, "second_code": CANARY}
    for address in ADDRESSES:
        method, path = address.split()
        for name in ("{incident_id}", "{form}", "{publication_id}"):
            path = path.replace(name, "x")
        if path in {"/api/events", "/logout"}:
            continue
        headers = {"origin": house.url, "authorization": f"Bearer x:{CANARY}", "cookie": f"one_voice_step={CANARY}"}
        answer = httpx.request(method, f"{house.url}{path}", data=form if method == "POST" else None, headers=headers)
        yield f"{answer.headers}{answer.text}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"DATABASE_URL": f"postgresql://me:{CANARY}@127.0.0.1:1/none"},
        {"DATABASE_URL": f"oracle://me:{CANARY}@host/none"},
        {"TOKEN_KEY": f"{CANARY}"},
        {"OIDC_CLIENT_SECRET": CANARY},
        {"NOTIFY_URLS": f"nonsense://{CANARY}"},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_a_start_that_fails_prints_no_secret(tmp_path: Path, wrong: dict[str, str]) -> None:
    environment = {"PATH": "/usr/bin:/bin", f"{PREFIX}DATA": str(tmp_path)}
    environment |= {PREFIX + name: value for name, value in wrong.items()}
    command = [sys.executable, "-m", "command_center", "doctor"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert CANARY not in done.stdout + done.stderr


def test_what_is_printed_of_the_settings_holds_no_secret() -> None:
    names = ("DATABASE_URL", "TOKEN_KEY", "NOTIFY_URLS", "OIDC_CLIENT_SECRET")
    settings = read_settings({PREFIX + name: CANARY for name in names})
    assert CANARY not in repr(settings)


def test_the_right_to_export_is_the_only_way_to_the_log_as_a_file() -> None:
    assert [address for address, guard in ADDRESSES.items() if guard is Act.EXPORT_CASE] == [
        "GET /export/{incident_id}.{form}"
    ]
