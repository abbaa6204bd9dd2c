"""What people are told when the store cannot be used, and that nothing is half done then."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from command_center.errors import BadInput, StoreUnavailable
from command_center.storage import SqlStore, engines, open_store, sqlite_info
from command_center.storage.engines import SQLITE
from tests.contracts.factories import entry, mention


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "WAIT_SECONDS", 0.2)


def code_of(url: str) -> str:
    with pytest.raises(StoreUnavailable) as raised:
        open_store(url)
    assert raised.value.values["where"]
    return raised.value.code


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Sehr geehrte Damen und Herren, " * 200)
    assert code_of(f"sqlite:///{path}") == "store.not_a_database"
    assert path.read_text().startswith("Sehr geehrte")


def test_a_folder_that_does_not_exist(tmp_path: Path) -> None:
    assert code_of(f"sqlite:///{tmp_path / 'none' / 'store.sqlite'}") == "store.unreachable"


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    assert code_of(f"postgresql://app:secret@/x?host={tmp_path}") == "store.unreachable"


def test_a_password_is_never_told(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable) as raised:
        open_store(f"postgresql://app:hunter2@/x?host={tmp_path}")
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("url", ["mysql://x/y", "no url", "sqlite://", "sqlite:///:memory:", ""])
def test_a_url_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(BadInput) as raised:
        open_store(url)
    assert raised.value.code == "store.url_unknown"


def test_a_file_that_may_not_be_written_can_still_be_read(sqlite_url: str) -> None:
    path = sqlite_url.removeprefix("sqlite:///")
    with closing(open_store(sqlite_url)) as store, store.writing() as writing:
        writing.append(entry())
    with closing(open_store(f"sqlite:///file:{path}?mode=ro&uri=true")) as store:
        with store.reading() as reading:
            assert len(list(reading.log())) == 1
        with pytest.raises(StoreUnavailable) as raised, store.writing() as writing:
            writing.append(entry())
    assert raised.value.code == "store.read_only"


@pytest.mark.usefixtures("impatient")
def test_a_database_another_program_holds(sqlite_url: str) -> None:
    with closing(open_store(sqlite_url)) as store, closing(SQLITE.connect(store.engine.url.database)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable) as raised, store.writing() as writing:
            writing.append(entry())
        assert raised.value.code == "store.locked"
        assert store.version() == 0


@pytest.mark.usefixtures("impatient")
def test_a_postgresql_log_another_program_holds(postgresql_url: str) -> None:
    with closing(open_store(postgresql_url)) as store, closing(open_store(postgresql_url)) as other:
        with other.writing(), pytest.raises(StoreUnavailable) as raised, store.writing() as writing:
            writing.append(entry())
        assert raised.value.code == "store.locked"


@pytest.mark.usefixtures("impatient")
def test_a_transaction_inside_another_of_the_same_store_is_told_instead_of_waiting_for_ever(
    sql_store: SqlStore,
) -> None:
    with sql_store.writing(), pytest.raises(StoreUnavailable) as raised, sql_store.writing():
        pass
    assert raised.value.code == "store.locked"


def test_a_disk_without_room(sqlite_url: str) -> None:
    with closing(open_store(sqlite_url)) as store:
        # One connection that may not grow the file stands for a full disk.
        with store.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
            connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        with pytest.raises(StoreUnavailable) as raised, store.writing() as writing:
            writing.ingest([mention(number, text="x" * 500) for number in range(500)])
        assert raised.value.code == "store.disk_full"
        with store.reading() as reading:
            assert reading.extent("bahn").total == 0


def test_a_damaged_file(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    with (
        pytest.raises(StoreUnavailable) as raised,
        closing(open_store(sqlite_url)) as store,
        store.reading() as reading,
    ):
        list(reading.log())
    assert raised.value.code == "store.corrupt"


def test_a_writer_that_is_killed_leaves_nothing_half_done(sqlite_url: str) -> None:
    script = (
        "import os, sys\n"
        "from command_center.storage import open_store\n"
        "from tests.contracts.factories import entry, mention\n"
        "store = open_store(sys.argv[1])\n"
        "with store.writing() as writing:\n"
        "    writing.append(entry('kept'))\n"
        "with store.writing() as writing:\n"
        "    writing.append(entry('lost'))\n"
        "    writing.ingest([mention(number) for number in range(3000)])\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", script, sqlite_url], cwd=root, env={"PYTHONPATH": str(root)}, check=False
    )
    assert done.returncode == -9
    with closing(open_store(sqlite_url)) as store, store.reading() as reading:
        assert [each.subject for each in reading.log()] == ["kept"]
        assert reading.extent("bahn").total == 0


@pytest.mark.parametrize(
    ("version", "faulty"),
    [
        ("3.6.23", False),
        ("3.7.0", True),
        ("3.40.1", True),
        ("3.44.5", True),
        ("3.44.6", False),
        ("3.45.0", True),
        ("3.50.6", True),
        ("3.50.7", False),
        ("3.51.2", True),
        ("3.51.3", False),
        ("3.53.4", False),
    ],
)
def test_the_doctor_knows_which_sqlite_may_damage_a_file(version: str, faulty: bool) -> None:
    assert sqlite_info(version).wal_reset_fault is faulty


def test_the_sqlite_in_use_is_sound() -> None:
    assert not sqlite_info().wal_reset_fault
