"""Every store keeps what log entries only commit to, and erases it without touching them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from command_center.domain.log_texts import LogText
from command_center.domain.verifying import verify
from command_center.errors import StoreUnavailable
from command_center.ports import Store
from command_center.storage import SqlStore, open_store
from tests.contracts.factories import entry

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
TEXTS = (LogText("note", "01" * 32, "zweitens"), LogText("reason", "02" * 32, "erstens"))


def test_texts_come_back_with_their_entry_in_every_order(store: Store) -> None:
    with store.writing() as writing:
        for texts in (TEXTS, (), TEXTS[:1]):
            writing.append(entry(texts=texts))
    with store.reading() as reading:
        assert [each.texts for each in reading.log()] == [TEXTS, (), TEXTS[:1]]
        assert [each.texts for each in reading.log(descending=True, limit=2)] == [TEXTS[:1], ()]
        assert verify(reading.log()).intact


def test_erasing_leaves_the_entries_to_the_letter(store: Store) -> None:
    with store.writing() as writing:
        for _ in range(2):
            writing.append(entry(texts=TEXTS))
        before = [each.body for each in writing.log()]
    with store.writing() as writing:
        assert writing.erase_texts([1], fields=["reason"], at=NOW, why="Löschantrag") == 1
        assert writing.erase_texts([1], at=NOW, why="noch einmal") == 1
        assert writing.erase_texts([1], at=NOW, why="ein drittes Mal") == 0
        assert writing.erase_texts([], at=NOW, why="nichts") == 0
    with store.reading() as reading:
        first, second = reading.log()
        assert first.texts == (
            LogText("note", "", "", NOW, "noch einmal"),
            LogText("reason", "", "", NOW, "Löschantrag"),
        )
        assert second.texts == TEXTS
        assert [first.body, second.body] == before
        assert verify(reading.log()).intact


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE log_texts SET value = 'x'",
        "UPDATE log_texts SET value = '', salt = ''",
        "UPDATE log_texts SET number = 9",
        "DELETE FROM log_texts",
    ],
)
def test_the_database_lets_nobody_rewrite_a_text(sql_store: SqlStore, change: str) -> None:
    with sql_store.writing() as writing:
        writing.append(entry(texts=TEXTS))
    with pytest.raises((sa.exc.DatabaseError, StoreUnavailable)), sql_store.engine.begin() as connection:
        connection.execute(sa.text(change))
    with sql_store.reading() as reading:
        assert next(reading.log()).texts == TEXTS


def test_nothing_of_an_erased_text_stays_in_the_files(tmp_path: Path) -> None:
    secret = "Zwetschgenknödelrezept"
    store = open_store(f"sqlite:///{tmp_path / 'store.sqlite'}")
    with store.writing() as writing:
        writing.append(entry(texts=(LogText("reason", "01" * 32, secret),)))
    with store.writing() as writing:
        writing.erase_texts([1], at=NOW, why="weg")
    store.close()  # the last one out folds the journal into the file
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert secret.encode() not in kept
    assert b"weg" in kept
