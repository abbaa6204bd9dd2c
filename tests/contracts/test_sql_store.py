"""What the two real engines promise beyond the port: nobody can bend the log, and nothing half done."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from command_center.domain.incidents import Fact
from command_center.domain.verifying import verify
from command_center.errors import StoreUnavailable
from command_center.ports import MentionFilter
from command_center.storage import SqlStore, open_store
from command_center.storage.mention_rows import MOST_REACH
from tests.contracts.factories import NOON, entry, example, mention

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log_entries SET actor = 'bert' WHERE number = 1",
        "DELETE FROM log_entries WHERE number = 2",
        "INSERT INTO log_entries SELECT 9, at, plane, action, actor, subject, '', body, hash, hash FROM log_entries",
        "UPDATE log_head SET number = 1",
        "DELETE FROM log_head",
    ],
)
def test_the_log_cannot_be_changed_by_hand(sql_store: SqlStore, statement: str) -> None:
    with sql_store.writing() as writing:
        writing.append(entry("a"))
        writing.append(entry("b"))
    with pytest.raises(DBAPIError, match="append-only"), sql_store.engine.begin() as connection:
        connection.exec_driver_sql(statement)
    with sql_store.reading() as reading:
        assert [each.subject for each in reading.log()] == ["a", "b"]


def test_the_log_cannot_be_replaced_or_truncated(sql_store: SqlStore) -> None:
    with sql_store.writing() as writing:
        writing.append(entry("a"))
    if sql_store.engine.dialect.name == "sqlite":
        statement = "INSERT OR REPLACE INTO log_entries SELECT * FROM log_entries"
    else:
        statement = "TRUNCATE log_entries"
    with pytest.raises(DBAPIError, match="append-only"), sql_store.engine.begin() as connection:
        connection.exec_driver_sql(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM log_entries WHERE number > 2",
        "INSERT INTO log_entries SELECT 5, at, plane, action, actor, '', '', body, hash, hash FROM log_entries LIMIT 1",
        "UPDATE log_entries SET hash = previous_hash WHERE number = 4",
        "DELETE FROM log_nodes",
    ],
    ids=["cut", "occupied", "bent", "tree gone"],
)
def test_a_log_bent_at_its_end_is_not_continued(sqlite_url: str, statement: str) -> None:
    with closing(open_store(sqlite_url)) as store:
        for name in "abcd":
            with store.writing() as writing:
                writing.append(entry(name))
        with store.engine.begin() as connection:
            for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            connection.exec_driver_sql(statement)
        with store.reading() as reading:
            before = [each.number for each in reading.log()]
        with pytest.raises(StoreUnavailable, match=r"store\.log_broken"), store.writing() as writing:
            list(map(writing.append, map(entry, "efgh")))
        with store.reading() as reading:
            assert [each.number for each in reading.log()] == before


def test_many_threads_append_without_gap_or_fork(sql_store: SqlStore) -> None:
    def append(thread: int) -> None:
        for number in range(12):
            with sql_store.writing() as writing:
                writing.append(entry(f"{thread}-{number}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(append, range(8)))
    with sql_store.reading() as reading:
        found = verify(reading.log())
    assert (found.entries, found.intact) == (96, True)


def test_two_processes_append_without_gap_or_fork(url: str) -> None:
    script = (
        "import sys\n"
        "from command_center.storage import open_store\n"
        "from tests.contracts.factories import entry, mention\n"
        "store = open_store(sys.argv[1])\n"
        "for number in range(25):\n"
        "    with store.writing() as writing:\n"
        "        writing.append(entry('other'))\n"
        "        writing.ingest([mention(number)])\n"
        "store.close()\n"
    )
    command = [sys.executable, "-W", "error", "-c", script, url]
    other = subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)})
    store = open_store(url)
    deadline = time.monotonic() + 20
    # The other needs a moment to start: both must be at it at the same time.
    while store.version() == 0 and time.monotonic() < deadline:
        time.sleep(0.01)
    for _ in range(25):
        with store.writing() as writing:
            writing.append(entry("c"))
    assert other.wait(timeout=30) == 0
    with store.reading() as reading:
        found = verify(reading.log())
        total = reading.mentions(MentionFilter()).total
        counted = reading.counts("bahn", since=NOON, until=NOON.replace(hour=13), bucket_seconds=3600)
    store.close()
    assert (found.entries, found.intact) == (50, True)
    assert (total, [count.mentions for count in counted]) == (25, [25])


def test_texts_a_database_refuses_are_stored_readably(sql_store: SqlStore) -> None:
    with sql_store.writing() as writing:
        writing.add(example(Fact, text="null \x00 half \ud83d pair"))
        writing.ingest([mention(1, text="a\x00b \udc00", author="x\x00")])
    with sql_store.reading() as reading:
        assert reading.find(Fact)[0].text == "null \ufffd half ? pair"
        found = reading.mention(mention(1).id)
        assert found is not None
        assert (found.text, found.author) == ("a\ufffdb ?", "x\ufffd")
        assert reading.mentions(MentionFilter(words="a\x00b")).total == 1


def test_a_damaged_reach_cannot_make_a_sum_overflow(sql_store: SqlStore) -> None:
    with sql_store.writing() as writing:
        writing.ingest([mention(1, reach=10**30), mention(2, reach=-5), mention(3, reach=10**18)])
    with sql_store.reading() as reading:
        window = reading.window("bahn", since=NOON, until=NOON.replace(hour=13))
    assert window.reach == 2 * MOST_REACH


def test_a_time_without_a_zone_is_a_mistake_of_the_program(sql_store: SqlStore) -> None:
    with pytest.raises(ValueError, match="zone"), sql_store.writing() as writing:
        writing.add(example(Fact, recorded_at=NOON.replace(tzinfo=None)))


def test_readers_do_not_wait_for_the_writer(sql_store: SqlStore) -> None:
    with sql_store.writing() as writing:
        writing.append(entry())
        seen: list[int] = []
        reader = threading.Thread(target=lambda: seen.append(sql_store.version()))
        reader.start()
        reader.join(timeout=5)
        assert seen == [0]


def test_the_planner_uses_an_index_for_the_newest_mentions_of_a_topic(sqlite_url: str) -> None:
    sql_store = open_store(sqlite_url)
    statements: list[tuple[str, object]] = []
    with sql_store.reading() as reading:

        @sa.event.listens_for(sql_store.engine, "before_cursor_execute")
        def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
            statements.append((statement, parameters))

        reading.mentions(MentionFilter(topic_id="bahn"))
        sa.event.remove(sql_store.engine, "before_cursor_execute", note)
    with sql_store.engine.connect() as connection:
        plans = [
            " ".join(str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values))  # type: ignore[arg-type]
            for sql, values in statements
        ]
    sql_store.close()
    assert all("ix_mentions_topic_id_created_at_id_plane" in plan for plan in plans)
    assert not any("TEMP B-TREE" in plan for plan in plans)


def test_a_killed_connection_is_told_and_the_next_try_works(postgresql_url: str) -> None:
    sql_store = open_store(postgresql_url)

    def write() -> None:
        with sql_store.writing() as writing:
            writing.append(entry())
            killer.exec_driver_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state <> 'active'")
            writing.append(entry())

    with sql_store.engine.connect() as killer, pytest.raises(StoreUnavailable) as raised:
        write()
    assert raised.value.code == "store.unreachable"
    with sql_store.writing() as writing:
        assert writing.append(entry()).number == 1
    sql_store.close()


def test_distinct_authors_are_read_from_the_index_of_the_span_alone(sqlite_url: str) -> None:
    sql_store = open_store(sqlite_url)
    statements: list[tuple[str, object]] = []
    with sql_store.reading() as reading:

        @sa.event.listens_for(sql_store.engine, "before_cursor_execute")
        def note(_connection: object, _cursor: object, statement: str, parameters: object, *_rest: object) -> None:
            statements.append((statement, parameters))

        reading.authors("bahn", since=NOON, until=NOON + timedelta(days=1), bucket_seconds=300)
        sa.event.remove(sql_store.engine, "before_cursor_execute", note)
    with sql_store.engine.connect() as connection:
        ((sql, values),) = statements
        plan = " ".join(str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values))  # type: ignore[arg-type]
    sql_store.close()
    assert "(topic_id=? AND created_at>? AND created_at<?)" in plan
