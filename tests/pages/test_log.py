"""The page Log: who did what, whether the chain holds, and the evidence as files."""

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from command_center import worker
from command_center.depositing import depositors
from command_center.domain.checkpoints import Checkpoint, signed
from command_center.domain.response_log import Action
from command_center.domain.verifying import verify_lines
from command_center.storage.engines import SQLITE
from command_center.texts import LANGUAGES, knows
from command_center.use_cases.safe_mode import look_outside
from command_center.use_cases.sign_in import session_id, sign_in
from command_center.web.exports import export_routes
from command_center.web.process import current
from command_center.web.session import SESSION_HEADER
from tests.pages.crisis import PASSWORD, Crisis, crisis_house, words_on


@pytest.fixture
def crisis(tmp_path: Path) -> Iterator[Crisis]:
    with crisis_house(tmp_path / "house") as house:
        yield house


def test_entries_are_sentences_with_names_and_zone(crisis: Crisis) -> None:
    crisis.switch_on()
    words = words_on(crisis.page("log", "udo"))
    assert "Kim Brandt hat das Konto „Nordwerk auf x“ gesperrt." in words
    assert "MEZ" in words or "MESZ" in words
    assert "„ein Netzteil kann überhitzen“" in words
    assert "[action." not in words


def test_the_log_is_filtered_by_person_and_words(crisis: Crisis) -> None:
    crisis.switch_on()
    at = crisis.page("log", "udo")
    at.selectbox(key="log_actor").select(crisis.people["jana"]).run()
    words = words_on(at)
    assert "Jana Öztürk hat einen Fakt festgehalten" in words
    assert "Kim Brandt hat das Konto" not in words
    at.text_input(key="log_words").input("gibtesnicht").run()
    assert "Kein Eintrag passt dazu." in words_on(at)


def test_older_entries_are_one_page_away(crisis: Crisis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("command_center.ui.log_list.PER_PAGE", 30)
    crisis.switch_on()
    at = crisis.page("log", "udo")
    assert "hat das Haus eröffnet" not in words_on(at)
    at.button(key="log_older").click().run()
    assert "Kim Brandt hat das Haus eröffnet." in words_on(at)
    at.button(key="log_newer").click().run()
    assert "hat das Haus eröffnet" not in words_on(at)


def test_an_intact_chain_is_said_to_be_intact(crisis: Crisis) -> None:
    at = crisis.page("log", "udo")
    at.button(key="log_check").click().run()
    assert "Die Kette ist unversehrt" in words_on(at)
    assert "manipulationserkennbar" in words_on(at)


def test_a_changed_entry_is_named(crisis: Crisis) -> None:
    tamper(crisis.data)
    at = crisis.page("log", "udo")
    at.button(key="log_check").click().run()
    words = words_on(at)
    assert "Die Kette bricht bei Eintrag 2" in words
    assert "Der Inhalt eines Eintrags wurde verändert." in words


def test_an_entry_nobody_can_read_does_not_hide_the_check(crisis: Crisis) -> None:
    tamper(crisis.data, "update log_entries set at = 'yesterday' where number = 2")
    at = crisis.page("log", "udo")
    at.button(key="log_check").click().run()
    assert words_on(at).count("Eintrag 2 des Protokolls lässt sich nicht lesen") == 2


def test_what_is_proven_is_told_apart_from_what_is_open(crisis: Crisis) -> None:
    worker.work_once(crisis.ctx)
    crisis.switch_on()
    at = crisis.page("log", "udo")
    at.button(key="log_check").click().run()
    words = words_on(at)
    assert "Nichts ist gebrochen, 1 Punkt ist offen" in words
    assert "<b>Bewiesen.</b> Der signierte Stand aus „diesem Haus“ passt" in words
    assert "<b>Offen.</b> Nach dem neuesten geprüften Stand" in words


def test_a_place_that_fails_says_so_in_words(crisis: Crisis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker.work_once(crisis.ctx)
    notary = replace(crisis.ctx.notary, depositors=depositors([f"file:{tmp_path}"], "de"))
    monkeypatch.setattr(current(), "ctx", replace(crisis.ctx, notary=notary))
    worker.deposit_once(current().ctx)
    words = words_on(crisis.page("log", "udo"))
    assert "Hinterlegen gelingt nicht, siehe unten. Zuletzt: noch keiner" in words
    assert "Der signierte Stand ließ sich nicht hinterlegen" in words


def tamper(
    data: Path, how: str = "update log_entries set body = replace(body, 'started', 'starten') where number = 2"
) -> None:
    """Change the second entry behind the house's back, as somebody with the file could."""
    # With the library the house uses: two of them in one process don't see each other's locks.
    with SQLITE.connect(data / "command_center.sqlite") as store:
        for (name,) in store.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            store.execute(f'drop trigger "{name}"')
        store.execute(how)
    store.close()


def test_somebody_without_the_right_sees_no_log(crisis: Crisis) -> None:
    with pytest.raises(ValueError, match="log"):
        crisis.page("log", "leo")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_has_a_sentence_and_a_heading(language: str) -> None:
    for action in Action:
        assert knows(language, f"action.{action.value}")
        assert knows(language, f"log.action.{action.value.split('.')[0]}")


def fetch(crisis: Crisis, login: str, path: str, **headers: str) -> httpx.Response:
    """Ask for a file as somebody the session gate has let in."""
    app = Starlette(routes=export_routes())
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    if login:
        given[SESSION_HEADER.decode()] = session_id(sign_in(crisis.ctx, login, PASSWORD, "desk"))

    async def ask() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://house") as client:
            return await client.get(path, headers=given)

    return asyncio.run(ask())


def test_the_case_file_opens_without_the_house_and_its_export_is_logged(crisis: Crisis, tmp_path: Path) -> None:
    crisis.switch_on()
    answer = fetch(crisis, "udo", f"/export/{crisis.incident}.sqlite")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert ".sqlite" in answer.headers["content-disposition"]
    file = tmp_path / "case.sqlite"
    file.write_bytes(answer.content)
    with sqlite3.connect(file) as case:
        assert case.execute("select count(*) from log").fetchone()[0] > 10
    case.close()
    with crisis.ctx.store.reading() as store:
        assert [entry.actor for entry in store.log(action=Action.CASE_EXPORTED)] == [crisis.people["udo"]]


@pytest.mark.parametrize("whole", [True, False])
def test_log_lines_verify_with_published_rules(crisis: Crisis, whole: bool) -> None:
    crisis.switch_on()
    answer = fetch(crisis, "kim", f"/export/{'log' if whole else crisis.incident}.jsonl")
    lines = answer.text.splitlines()
    assert verify_lines(lines).intact
    assert all("body" in json.loads(line) for line in lines) is whole


def test_an_export_leaves_nothing_behind(crisis: Crisis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(place))
    answers = [fetch(crisis, "kim", f"/export/log.{form}").status_code for form in ("jsonl", "sqlite")]
    assert answers == [200, 400]
    assert list(place.iterdir()) == []


@pytest.mark.parametrize(
    ("login", "path", "status", "sentence"),
    [
        ("", "log.jsonl", 403, "Bitte melden Sie sich an."),
        ("leo", "log.jsonl", 403, "Dazu fehlt Ihnen das Recht"),
        ("kim", "unknown.sqlite", 404, ""),
        ("kim", "log.exe", 400, "Möglich sind .sqlite, .jsonl und .zip"),
    ],
)
def test_a_refused_export_is_one_sentence(crisis: Crisis, login: str, path: str, status: int, sentence: str) -> None:
    answer = fetch(crisis, login, f"/export/{path}")
    assert answer.status_code == status
    assert sentence in answer.text
    assert "Traceback" not in answer.text


def test_another_site_cannot_start_an_export(crisis: Crisis) -> None:
    answer = fetch(crisis, "kim", "/export/log.jsonl", sec_fetch_site="cross-site")
    assert answer.status_code == 403


def test_the_page_says_where_heads_are_kept_and_that_nowhere_is_not_enough(crisis: Crisis) -> None:
    assert "Kein Ort außerhalb ist eingerichtet" in words_on(crisis.page("log", "udo"))
    worker.work_once(crisis.ctx)
    words = words_on(crisis.page("log", "udo"))
    assert "Neuester signierter Stand" in words
    assert str(crisis.ctx.notary.signer.key) in words


def test_safe_mode_is_loud_on_every_page_and_ended_by_two(crisis: Crisis, tmp_path: Path) -> None:
    kept = tmp_path / "heads.txt"
    signer = crisis.ctx.notary.signer
    checkpoint = Checkpoint(signer.key.name, 10_000, bytes(32))
    kept.write_text(signed(checkpoint, (signer.key, signer.sign(checkpoint.text.encode()))))
    notary = replace(crisis.ctx.notary, depositors=depositors([f"file:{kept}"], "de"))
    look_outside(replace(crisis.ctx, notary=notary))
    assert "Sicherer Modus: Nichts darf hinaus." in words_on(crisis.page("log", "udo"))
    at = crisis.page("situation", "jana")
    assert "über 10.000 Einträge hinterlegt" in words_on(at)
    at.text_input(key="safe_mode_reason").input("Die Sicherung stimmt.")
    at.button(key="safe_mode_ask_now").click().run()
    other = crisis.page("situation", "kim")
    assert "„Die Sicherung stimmt.“" in words_on(other)
    other.button(key="safe_mode_leave").click().run()
    assert "Sicherer Modus: Nichts" not in words_on(crisis.page("log", "udo"))
