"""The shell as people and programs use it: exit codes, one sentence, JSON."""

import gzip
import json
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from command_center import bootstrap
from command_center.__main__ import app
from command_center.bootstrap import build
from command_center.domain.accounts import Account, Lock, Posture
from command_center.domain.checkpoints import Head
from command_center.domain.mentions import Plane
from command_center.settings import Settings

RUNNER = CliRunner()
CSV = "id,text,created_at,author\n1,Hallo Welt,2026-09-01T10:00:00Z,anna\n2,,2026-09-01T10:01:00Z,ben\n"


@pytest.fixture(autouse=True)
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("COMMAND_CENTER_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COMMAND_CENTER_LOG_KEY_FILE", str(tmp_path / "data" / "log.key"))
    monkeypatch.setenv("COMMAND_CENTER_LANGUAGE", "en")
    (tmp_path / "data").mkdir()
    return tmp_path


def run(*words: str, given: str = "") -> Result:
    return RUNNER.invoke(app, list(words), input=given)  # type: ignore[return-value]


def locked_account(house: Path) -> None:
    ctx = build(Settings(data=house / "data"))
    with ctx.store.writing() as store:
        store.add(Account(id="acc", network="x", handle="@nordwerk", name="X"))
        store.add(
            Lock(
                id="lock",
                account_id="acc",
                plane=Plane.REAL,
                posture=Posture.ONE_VOICE,
                reason="storm",
                locked_by="lead",
                locked_at=ctx.now(),
                review_by=ctx.now(),
            )
        )
    ctx.store.close()


def test_an_import_adds_up_and_a_second_one_adds_nothing(house: Path) -> None:
    file = house / "mentions.csv.gz"
    file.write_bytes(gzip.compress(CSV.encode()))
    first = json.loads(run("import", str(file), "--topic", "T", "--json").stdout)
    assert (first["fetched"], first["stored"], first["rejected"]) == (2, 1, 1)
    assert first["rejects"][0]["line"] == 3
    second = json.loads(run("import", str(file), "--topic", "T", "--json").stdout)
    assert (second["stored"], second["duplicate"]) == (0, 1)


def test_a_file_that_cannot_be_used_is_one_sentence_and_leaves_nothing_behind(house: Path) -> None:
    result = run("import", str(house / "nothing.csv"), "--topic", "T")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.output
    assert json.loads(run("verify-log", "--json").stdout)["entries"] == 0


def test_judge_gives_each_row_back_with_a_score_and_a_prefix_gives_the_same_rows(house: Path) -> None:
    rows = [f"2026-01-{1 + n // 288:02} {n % 288 // 12:02}:{n % 12 * 5:02}:00,{3 + n % 5}" for n in range(600)]
    whole, part = house / "whole.csv", house / "part.csv"
    whole.write_text("timestamp,value\n" + "\n".join(rows) + "\n")
    part.write_text("timestamp,value\n" + "\n".join(rows[:300]) + "\n")
    out = run("judge", str(whole)).stdout.splitlines()
    assert out[0] == "timestamp,value,score,alert"
    assert [line.rsplit(",", 2)[0] for line in out[1:]] == rows
    assert run("judge", str(part)).stdout.splitlines() == out[:301]


def test_judge_names_the_line_at_fault(house: Path) -> None:
    file = house / "bad.csv"
    file.write_text("timestamp,value\n2026-01-01 00:00:00,1\n2026-01-01 00:05:00,many\n")
    result = run("judge", str(file))
    assert result.exit_code == 1
    assert "3" in result.stderr
    assert "[" not in result.stderr, "the sentence is in the catalogue"


def test_check_text_answers_with_reason_and_exit_code(house: Path) -> None:
    locked_account(house)
    refused = run("check-text", "Hello", "--account", "@nordwerk", "--json")
    assert refused.exit_code == 1
    answer = json.loads(refused.stdout)
    assert (answer["allowed"], answer["reason"], answer["posture"]) == (False, "gate.not_approved", "one_voice")


def test_check_text_answers_many_texts_line_by_line(house: Path) -> None:
    locked_account(house)
    file = house / "texts.jsonl"
    file.write_text('{"id": "a", "text": "one"}\n{"id": "b", "text": ""}\n')
    result = run("check-text", "--account", "nordwerk", "--file", str(file))
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(answer["id"], answer["reason"]) for answer in answers] == [("a", "gate.not_approved"), ("b", "gate.empty")]
    file.write_text("not json\n")
    broken = run("check-text", "--account", "nordwerk", "--file", str(file))
    assert (broken.exit_code, broken.stderr.count("\n")) == (1, 1)


def test_people_are_added_listed_and_disabled_from_the_shell() -> None:
    password = "Der Sturm kommt um acht.\n"
    assert run("user", "add", "kim", "--name", "Kim", "--role", "crisis_lead", given=password).exit_code == 0
    assert run("user", "add", "ada", "--name", "Ada", "--role", "administrator", given=password).exit_code == 0
    assert run("user", "disable", "kim").exit_code == 0
    listed = [json.loads(line) for line in run("user", "list", "--json").stdout.splitlines()]
    assert {person["login"]: person["active"] for person in listed} == {"kim": False, "ada": True}
    assert run("user", "disable", "ada").exit_code == 1, "the last administrator stays"
    assert run("user", "role", "nobody", "--role", "auditor").exit_code == 1


def test_a_backup_goes_back_only_where_nothing_is(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("user", "add", "ada", "--name", "Ada", "--role", "administrator", given="Der Sturm kommt um acht.\n")
    copy = house / "copy.sqlite"
    assert run("backup", str(copy)).exit_code == 0
    assert run("backup", str(copy)).exit_code == 1
    assert run("restore", str(copy)).exit_code == 1
    monkeypatch.setenv("COMMAND_CENTER_DATA", str(house / "elsewhere"))
    assert run("restore", str(copy)).exit_code == 0
    assert "ada" in run("user", "list").stdout


def test_the_log_exports_as_lines_that_verify_and_a_changed_line_is_named(house: Path) -> None:
    run("user", "add", "ada", "--name", "Ada", "--role", "administrator", given="Der Sturm kommt um acht.\n")
    out = house / "log.jsonl"
    assert run("export-case", "log", str(out)).exit_code == 0
    assert run("verify-log", str(out)).exit_code == 0
    out.write_text(out.read_text().replace("person.added", "person.changed"))
    broken = json.loads(run("verify-log", str(out), "--json").stdout)
    assert (broken["intact"], broken["broken_at"]) == (False, 1)


def test_check_plans_and_doctor_say_what_they_found(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("check-plans").exit_code == 0
    broken = run("check-plans", str(Path(__file__).parents[1] / "assets" / "plans"), "--json")
    assert broken.exit_code == 1
    assert {"file", "line", "field", "sentence"} <= json.loads(broken.stdout.splitlines()[0]).keys()
    assert run("doctor").exit_code == 0
    monkeypatch.setenv("COMMAND_CENTER_PROT", "1")
    wrong = run("doctor")
    assert wrong.exit_code == 1
    assert "COMMAND_CENTER_PORT" in wrong.stdout


def test_a_data_folder_that_is_not_there_yet_is_made(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMAND_CENTER_DATA", str(house / "new" / "folder"))
    assert run("verify-log").exit_code == 0
    blocked = house / "a file"
    blocked.write_text("in the way")
    monkeypatch.setenv("COMMAND_CENTER_DATA", str(blocked / "folder"))
    result = run("verify-log")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)


def test_the_log_is_checked_against_heads_kept_elsewhere_and_the_key_can_change(house: Path) -> None:
    run("user", "add", "ada", "--name", "Ada", "--role", "administrator", given="Der Sturm kommt um acht.\n")
    assert run("worker", "--once").exit_code == 0
    key = (house / "data" / "log.key.pub").read_text().strip()
    out, kept = house / "log.jsonl", house / "kept.txt"
    kept.write_text(f"Dear auditor,\n\n{newest_note(house)}\nYours, the house\n")
    run("export-case", "log", str(out))
    checked = ("verify-log", str(out), "--checkpoint", str(kept), "--key", key)
    assert run(*checked).exit_code == 0
    assert "✓ The signed head from “kept.txt” holds" in run(*checked).stdout
    out.write_text("")
    short = json.loads(run(*checked, "--json").stdout)
    assert "verify.cut_off" in {finding["code"] for finding in short["findings"]}
    assert run(*checked).exit_code == 1
    assert json.loads(run("rotate-log-key", "--json").stdout)["key"] != key
    assert run("verify-log", "--key", key, "--checkpoint", str(kept)).exit_code == 0
    assert run("verify-log", "--checkpoint", str(house / "none")).exit_code == 1
    assert run("verify-log", "--key", "wrong").exit_code == 1


def newest_note(house: Path) -> str:
    ctx = build(Settings(data=house / "data"))
    with ctx.store.reading() as store:
        note = store.find(Head, order="size")[-1].note
    ctx.store.close()
    return note


def test_the_papers_of_data_protection_are_printed() -> None:
    record = run("processing-record")
    assert (record.exit_code, record.stdout.splitlines()[0][:8]) == (0, "# Record")
    agreement = run("works-agreement")
    assert (agreement.exit_code, agreement.stdout[:9]) == (0, "# ENTWURF")


def test_the_doctor_names_the_sqlite_in_use_and_warns_of_one_that_may_damage_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sound = run("doctor")
    assert (sound.exit_code, bootstrap.sqlite_version()[0] in sound.stdout) == (0, True)
    monkeypatch.setattr(bootstrap, "sqlite_version", lambda: ("3.40.1", True))
    faulty = run("doctor")
    assert faulty.exit_code == 1
    assert "3.40.1" in faulty.stdout
    assert "pysqlite3" in faulty.stdout


def test_restore_says_what_is_not_in_the_backup(house: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMAND_CENTER_DEPOSITS", f"file:{house / 'heads.txt'}")
    password = "Der Sturm kommt um acht.\n"
    run("user", "add", "ada", "--name", "Ada", "--role", "administrator", given=password)
    copy = house / "copy.sqlite"
    run("backup", str(copy))
    run("user", "add", "otto", "--name", "Otto", "--role", "analyst", given=password)
    assert run("worker", "--once").exit_code == 0
    # The worker logs the plans it finds, too.
    newest = json.loads(run("backup", "--json", str(house / "later.sqlite")).stdout)["entries"]
    refused = run("restore", str(copy))
    assert refused.exit_code == 1
    assert f"{newest - 1} log entries would be lost, nos. 2 to {newest}" in refused.stderr
    monkeypatch.setenv("COMMAND_CENTER_DATA", str(house / "elsewhere"))
    told = json.loads(run("restore", "--json", str(copy)).stdout)
    assert (told["entries"], told["known_outside"], told["lost"]) == (1, newest, newest - 1)
    monkeypatch.setenv("COMMAND_CENTER_DATA", str(house / "third"))
    assert "safe mode" in run("restore", str(copy)).stdout
