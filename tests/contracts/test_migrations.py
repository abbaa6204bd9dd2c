"""How a store gets its schema, and when it refuses to be opened."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from typing import Any, get_args, get_type_hints

import pytest
import sqlalchemy as sa

from command_center.domain.alerts import Notice, NoticeOutcome
from command_center.errors import StoreUnavailable
from command_center.ports import Record
from command_center.storage import engines, open_store
from command_center.storage.migrate import Migration, migrate, pending, shipped
from command_center.storage.tables import METADATA
from command_center.storage.values import TABLES


def described(engine: sa.Engine) -> dict[str, Any]:
    """Describe every table of a database so that two can be compared."""
    look = sa.inspect(engine)
    return {
        table: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], str(column["default"]))
                for column in look.get_columns(table)
            },
            "key": look.get_pk_constraint(table)["constrained_columns"],
            "unique": sorted(each["column_names"] for each in look.get_unique_constraints(table)),
            "indexes": sorted((str(each["name"]), each["column_names"]) for each in look.get_indexes(table)),
        }
        for table in look.get_table_names()
    }


def test_the_migrations_build_exactly_the_tables(empty_url: str, request: pytest.FixtureRequest) -> None:
    made = engines.create(empty_url)
    METADATA.create_all(made)
    migrated = engines.create(request.getfixturevalue(f"{made.dialect.name}_url"))
    assert described(migrated) == described(made)
    assert set(described(made)) == set(METADATA.tables)
    migrated.dispose()
    made.dispose()


def test_every_kind_of_record_has_a_table_with_its_fields() -> None:
    assert set(TABLES) == set(get_args(Record))
    for kind, table in TABLES.items():
        names = {each.name for each in fields(kind)}
        assert names == {column.name for column in table.columns} - {"login_key"}, kind.__name__
        optional = {name for name, hint in get_type_hints(kind).items() if type(None) in get_args(hint)}
        assert optional == {column.name for column in table.columns if column.nullable}, kind.__name__


def test_the_migrations_are_numbered_without_gap() -> None:
    assert [migration.number for migration in shipped()] == list(range(1, len(shipped()) + 1))


def test_opening_twice_applies_nothing_the_second_time(empty_url: str) -> None:
    engine = engines.create(empty_url)
    assert pending(engine) == tuple(f"{each.number:04}_{each.name}" for each in shipped())
    assert migrate(engine) == tuple(each.number for each in shipped())
    assert migrate(engine) == ()
    assert pending(engine) == ()
    engine.dispose()


def test_programs_that_start_together_migrate_once(empty_url: str) -> None:
    def start(_number: int) -> tuple[int, ...]:
        engine = engines.create(empty_url)
        try:
            return migrate(engine)
        finally:
            engine.dispose()

    with ThreadPoolExecutor(6) as pool:
        applied = list(pool.map(start, range(6)))
    assert sorted(number for numbers in applied for number in numbers) == [each.number for each in shipped()]


def test_notices_from_before_the_duty_plan_belong_to_its_first_step(empty_url: str) -> None:
    engine = engines.create(empty_url)
    duty = next(each for each in shipped() if each.name == "duty")
    assert migrate(engine, [each for each in shipped() if each.number < duty.number])
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO notices (id, alert_id, plane, person_id, channel, at, outcome, detail) "
            "VALUES ('n', 'a', 'real', 'kim', 'mailto', '2026-01-01T00:00:00.000000Z', 'no_address', '')"
        )
    engine.dispose()
    store = open_store(empty_url)
    with store.reading() as reading:
        (notice,) = reading.find(Notice)
    store.close()
    assert (notice.step, notice.digest, notice.outcome) == (0, "", NoticeOutcome.NO_ADDRESS)


def test_a_store_newer_than_the_program_is_refused(url: str) -> None:
    engine = engines.create(url)
    newer = Migration(len(shipped()) + 1, "from_the_future", "CREATE TABLE future (id TEXT);\n")
    assert migrate(engine, (*shipped(), newer)) == (newer.number,)
    engine.dispose()
    with pytest.raises(StoreUnavailable) as raised:
        open_store(url)
    assert raised.value.code == "store.newer_than_program"
    assert (raised.value.values["store"], raised.value.values["program"]) == (newer.number, len(shipped()))


def test_a_migration_that_was_changed_afterwards_is_refused(url: str) -> None:
    engine = engines.create(url)
    first = shipped()[0]
    with pytest.raises(StoreUnavailable) as raised:
        migrate(engine, [Migration(first.number, first.name, first.text + "-- changed\n"), *shipped()[1:]])
    engine.dispose()
    assert raised.value.code == "store.migration_changed"
    assert raised.value.values["migration"] == "0001_foundation"


def test_a_migration_that_fails_leaves_nothing_and_can_be_tried_again(url: str) -> None:
    engine = engines.create(url)
    number = len(shipped()) + 1
    half = Migration(number, "half", "CREATE TABLE half (id TEXT);\n\nINSERT INTO nowhere VALUES (1);\n")
    with pytest.raises(sa.exc.DBAPIError):
        migrate(engine, (*shipped(), half))
    assert not sa.inspect(engine).has_table("half")
    whole = Migration(number, "half", "CREATE TABLE half (id TEXT);\n")
    assert migrate(engine, (*shipped(), whole)) == (number,)
    engine.dispose()


def test_sections_for_one_engine_are_left_out_on_the_other() -> None:
    text = "-- a note\nSELECT 1;\n\n-- only sqlite:\nSELECT 2;\n\nSELECT\n  3;\n\n-- end\n\nSELECT 4;\n"
    migration = Migration(1, "x", text)
    assert list(migration.statements("sqlite")) == ["SELECT 1", "SELECT 2", "SELECT\n  3", "SELECT 4"]
    assert list(migration.statements("postgresql")) == ["SELECT 1", "SELECT 4"]
