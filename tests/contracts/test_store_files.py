"""Files that leave the store: the case file, and the backup that comes back."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from command_center.domain.mentions import Sentiment
from command_center.errors import BadInput, StoreUnavailable
from command_center.ports import Store
from command_center.storage import engines, open_store
from command_center.storage.backup import backup, restore
from command_center.storage.engines import SQLITE
from tests.contracts.factories import NOON, entry, mention


def rows(path: Path, query: str) -> list[Any]:
    with closing(SQLITE.connect(path)) as connection:
        return list(connection.execute(query).fetchall())


TABLES: dict[str, list[dict[str, Any]]] = {
    "facts": [{"id": "f1", "text": "Der Kessel ist zu"}, {"id": "f2", "text": "Niemand ist verletzt"}],
    "log_entries": [{"number": 1, "body": "{}"}, {"number": 2, "body": "{}"}],
    "approvals": [],
}


def test_a_case_file_holds_the_tables_and_their_keys(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "case.sqlite"
    store.case_file(path, TABLES)
    assert rows(path, "SELECT id, text FROM facts ORDER BY id") == [
        ("f1", "Der Kessel ist zu"),
        ("f2", "Niemand ist verletzt"),
    ]
    assert rows(path, "SELECT number FROM log_entries ORDER BY number") == [(1,), (2,)]
    assert rows(path, "SELECT name FROM pragma_table_info('facts') WHERE pk") == [("id",)]
    assert rows(path, "SELECT name FROM pragma_table_info('log_entries') WHERE pk") == [("number",)]


def test_a_case_file_never_overwrites(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "case.sqlite"
    path.write_text("something of somebody")
    with pytest.raises(BadInput) as raised:
        store.case_file(path, TABLES)
    assert raised.value.code == "case.exists"
    assert path.read_text() == "something of somebody"


def test_a_real_case_file_says_what_is_in_it_and_can_be_searched(sqlite_url: str, tmp_path: Path) -> None:
    path = tmp_path / "case.sqlite"
    odd = {"id": "x", "at": NOON, "mood": Sentiment.NEGATIVE, "list": ["a"], "text": "über\x00", "extra": None}
    with closing(open_store(sqlite_url)) as store:
        store.case_file(path, {**TABLES, "odd": [odd, {"id": "y", "later": 1}]})
    assert rows(path, "SELECT * FROM contents") == [("facts", 2), ("log_entries", 2), ("odd", 2)]
    assert rows(path, "SELECT at, mood, list, text, later FROM odd ORDER BY id") == [
        ("2026-03-14T12:00:00.000000Z", "negative", '["a"]', "über\ufffd", None),
        (None, None, None, None, 1),
    ]
    assert rows(path, "SELECT text FROM facts_fts WHERE facts_fts MATCH 'kessel'") == [("Der Kessel ist zu",)]
    assert rows(path, "PRAGMA integrity_check") == [("ok",)]
    assert [each.name for each in tmp_path.iterdir() if "case" in each.name] == ["case.sqlite"]


def test_a_case_file_that_fails_leaves_nothing(sqlite_url: str, tmp_path: Path) -> None:
    def broken() -> Any:
        yield {"id": 1}
        raise ZeroDivisionError

    with closing(open_store(sqlite_url)) as store:
        with pytest.raises(ZeroDivisionError):
            store.case_file(tmp_path / "case.sqlite", {"a": broken()})
        with pytest.raises(StoreUnavailable) as raised:
            store.case_file(tmp_path / "none" / "case.sqlite", TABLES)
    assert raised.value.code == "store.unreachable"
    assert not [each for each in tmp_path.iterdir() if "case" in each.name]


def test_a_backup_taken_while_the_store_runs_comes_back_whole(sqlite_url: str, tmp_path: Path) -> None:
    copy, target = tmp_path / "copy.sqlite", tmp_path / "back.sqlite"
    with closing(open_store(sqlite_url)) as store:
        with store.writing() as writing:
            writing.append(entry("a"))
            writing.ingest([mention(number) for number in range(10)])
        assert backup(store.engine, copy).entries == 1
        with store.writing() as writing:
            writing.append(entry("later"))
    found = restore(copy, target)
    assert (found.entries, found.intact) == (1, True)
    with closing(open_store(f"sqlite:///{target}")) as restored, restored.writing() as writing:
        assert [each.subject for each in writing.log()] == ["a"]
        assert writing.extent("bahn").total == 10
        assert writing.append(entry("b")).number == 2
    with pytest.raises(BadInput, match=r"restore\.would_lose") as raised:
        restore(copy, target)
    assert (raised.value.values["count"], raised.value.values["first"], raised.value.values["last"]) == (1, 2, 2)


def test_a_store_that_would_lose_nothing_is_not_overwritten_either(sqlite_url: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite"
    with closing(open_store(sqlite_url)) as store:
        with store.writing() as writing:
            writing.append(entry("a"))
        backup(store.engine, copy)
    with pytest.raises(BadInput, match=r"restore\.target_not_empty"):
        restore(copy, Path(sqlite_url.removeprefix("sqlite:///")))


def test_a_store_with_another_history_is_named_and_left(sqlite_url: str, folder: Path, tmp_path: Path) -> None:
    copy, other = tmp_path / "copy.sqlite", folder / "other.sqlite"
    for url, subject in ((sqlite_url, "a"), (f"sqlite:///{other}", "b")):
        with closing(open_store(url)) as store, store.writing() as writing:
            writing.append(entry(subject))
    with closing(open_store(sqlite_url)) as store:
        backup(store.engine, copy)
    with pytest.raises(BadInput, match=r"restore\.other_history"):
        restore(copy, other)
    with closing(open_store(f"sqlite:///{other}")) as store, store.reading() as reading:
        assert [each.subject for each in reading.log()] == ["b"]


def test_the_address_for_postgresqls_own_tools_names_every_server_and_no_password() -> None:
    urls = {
        "postgresql://app:secret@a:5433,b/voice?sslmode=require": "postgresql://app@a:5433,b/voice?sslmode=require",
        "postgresql://app:secret@db/voice": "postgresql://app@db/voice",
        "postgres://a,b/voice": "postgresql://a,b/voice",
    }
    assert {url: engines.plain_url(engines.create(url)) for url in urls} == urls


def test_a_backup_never_overwrites(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "copy.sqlite").write_text("mine")
    with closing(open_store(sqlite_url)) as store, pytest.raises(BadInput, match=r"backup\.exists"):
        backup(store.engine, tmp_path / "copy.sqlite")


def test_a_shared_store_is_backed_up_with_its_own_tool(postgresql_url: str, tmp_path: Path) -> None:
    with closing(open_store(postgresql_url)) as store, pytest.raises(BadInput) as raised:
        backup(store.engine, tmp_path / "copy.sqlite")
    assert raised.value.code == "backup.use_pg_dump"
    assert "pg_dump" in str(raised.value.values["command"])


def tampered(path: Path) -> None:
    with closing(SQLITE.connect(path)) as connection, connection:
        connection.execute("DROP TRIGGER log_entries_no_update")
        connection.execute("UPDATE log_entries SET actor = 'bert'")


def shortened(path: Path) -> None:
    with closing(SQLITE.connect(path)) as connection, connection:
        connection.execute("DROP TRIGGER log_entries_no_delete")
        connection.execute("DELETE FROM log_entries WHERE number = 2")


def foreign(path: Path) -> None:
    path.unlink()
    with closing(SQLITE.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE a (b)")


@pytest.mark.parametrize(
    ("harm", "code"),
    [(tampered, "restore.log_broken"), (shortened, "restore.log_broken"), (foreign, "restore.not_ours")],
)
def test_a_damaged_copy_is_not_restored(sqlite_url: str, tmp_path: Path, harm: Any, code: str) -> None:
    copy, target = tmp_path / "copy.sqlite", tmp_path / "back.sqlite"
    with closing(open_store(sqlite_url)) as store:
        with store.writing() as writing:
            writing.append(entry("a"))
            writing.append(entry("b"))
        backup(store.engine, copy)
    harm(copy)
    with pytest.raises(BadInput) as raised:
        restore(copy, target)
    assert raised.value.code == code
    assert not target.exists()


def test_a_file_that_is_no_copy_is_not_restored(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Sehr geehrte Damen und Herren, " * 200)
    with pytest.raises(StoreUnavailable, match=r"store\.not_a_database"):
        restore(tmp_path / "letter.txt", tmp_path / "back.sqlite")
    with pytest.raises(BadInput, match=r"restore\.no_file"):
        restore(tmp_path / "none", tmp_path / "back.sqlite")
    assert not (tmp_path / "back.sqlite").exists()
