"""Whatever is sent to whichever address: never a failure, nobody let in, nothing changed."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.fuzz.asking import Answer, Asked, Asker, asking
from tests.fuzz.house import PASSWORD, House, whole_house
from tests.fuzz.requests import OURS, STREAMLIT, requests, sockets
from tests.fuzz.watching import Watcher

BOUNDED = settings(
    max_examples=400, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with whole_house(tmp_path_factory.mktemp("house")) as made:
        yield made


@pytest.fixture(scope="module")
def asker(house: House) -> Iterator[Asker]:
    with asking(house) as made:
        yield made


@pytest.fixture(scope="module")
def watcher(house: House, asker: Asker) -> Watcher:
    return Watcher(house, asker)


def test_every_route_of_the_application_is_tried(house: House, asker: Asker) -> None:
    asker.ask(Asked(address=b"/healthz"))
    served = house.app._starlette_app
    assert served is not None
    paths = {getattr(route, "path", "") for route in served.routes} - {""}
    assert paths - {*OURS, *STREAMLIT} == set()


@seed(1)
@BOUNDED
@given(asked=requests())
def test_no_request_fails_lets_in_or_changes(watcher: Watcher, asked: Asked) -> None:
    assert watcher.check(asked) == []


@seed(1)
@BOUNDED
@given(asked=sockets())
def test_no_websocket_fails_lets_in_or_changes(watcher: Watcher, asked: Asked) -> None:
    assert watcher.check(asked) == []


@pytest.mark.parametrize("broken", ["changed ['people']", "let in a stranger", "status 500"])
def test_what_would_be_wrong_is_seen(watcher: Watcher, monkeypatch: pytest.MonkeyPatch, broken: str) -> None:
    asker, house = watcher.asker, watcher.house

    def breaks(asked: Asked) -> Answer:
        answer = Asker.ask(asker, asked)
        if broken.startswith("changed"):
            with house.ctx.store.writing() as work:
                work.put(replace(house.lead, name="Mallory"))
        answer.status = {"let in a stranger": 200, "status 500": 500}.get(broken, answer.status)
        return answer

    monkeypatch.setattr(asker, "ask", breaks)
    assert broken in watcher.check(Asked(address=b"/export/log.jsonl"))


@pytest.mark.parametrize(("method", "status", "grows"), [("HEAD", 405, 0), ("GET", 200, 1)])
def test_only_who_gets_the_evidence_is_logged(watcher: Watcher, method: str, status: int, grows: int) -> None:
    cookie = (b"cookie", f"one_voice_session={watcher.cookies['@valid']}".encode())
    before = _entries(watcher.house)
    asked = Asked(method=method, address=b"/export/log.jsonl", headers=((b"host", b"house"), cookie))
    answer = watcher.asker.ask(asked)
    watcher.renew()
    assert (answer.status, _entries(watcher.house) - before) == (status, grows)


def _entries(house: House) -> int:
    with house.ctx.store.reading() as store:
        return store.tree().size


def test_the_house_is_opened_once(house: House, asker: Asker) -> None:
    form = b"name=Eve&login=eve&password=Ein+anderer+langer+Satz&email=&code="
    answer = asker.ask(_form("/open", form))
    assert (answer.status, "set-cookie" in answer.headers) == (409, False)


def test_a_form_of_another_site_is_refused(house: House, asker: Asker) -> None:
    typed = f"login=kim&password={PASSWORD}".replace(" ", "+").encode()
    answer = asker.ask(_form("/login", typed, origin=b"http://evil.example"))
    assert (answer.status, "set-cookie" in answer.headers) == (403, False)


def _form(path: str, body: bytes, origin: bytes = b"http://house") -> Asked:
    headers = ((b"host", b"house"), (b"origin", origin), (b"content-type", b"application/x-www-form-urlencoded"))
    return Asked(method="POST", address=path.encode(), headers=headers, parts=(body,))
