"""What every store promises, the fake and both real ones."""

import dataclasses
from datetime import timedelta
from itertools import pairwise
from typing import Any, get_args

import pytest

from command_center.domain.accounts import Account
from command_center.domain.alerts import Alert, JudgedBucket
from command_center.domain.incidents import Incident, IncidentState, Task
from command_center.domain.mentions import Plane
from command_center.domain.people import Person, Session
from command_center.domain.response_log import GENESIS, Action
from command_center.domain.statements import Approval, StatementVersion
from command_center.domain.topics import Topic
from command_center.domain.verifying import verify
from command_center.errors import Conflict
from command_center.ports import Record, Request, Setting, Store
from tests.contracts.factories import NOON, entry, example

KINDS = get_args(Record)


@pytest.mark.parametrize("only_required", [False, True])
def test_a_record_of_every_kind_comes_back_as_it_was_stored(store: Store, only_required: bool) -> None:
    records: list[Any] = [example(kind, only_required=only_required) for kind in KINDS]
    for record in records:
        with store.writing() as writing:
            writing.add(record)
            assert writing.get(type(record), record.id) == record
    with store.reading() as reading:
        for record in records:
            assert reading.get(type(record), record.id) == record
            assert reading.find(type(record)) == [record]


def test_what_is_not_there_is_none(store: Store) -> None:
    with store.reading() as reading:
        assert reading.get(Person, "nobody") is None
        assert reading.find(Person) == []


def test_numbers_without_end_and_nested_values_survive(store: Store) -> None:
    alert = example(Alert, evidence={"ratio": float("inf"), "list": [1, 2.5, None, {"ä": True}]})
    with store.writing() as writing:
        writing.add(alert)
    with store.reading() as reading:
        assert reading.get(Alert, alert.id) == alert


def test_a_time_comes_back_in_utc_whatever_its_zone_was(store: Store) -> None:
    with store.writing() as writing:
        writing.add(example(Request, at=NOON.replace(microsecond=0)))
    with store.reading() as reading:
        found = reading.find(Request, at=NOON)
    assert [(each.at, each.at.utcoffset()) for each in found] == [(NOON, timedelta(0))]


def test_find_compares_fields_any_of_several_and_what_is_missing(store: Store) -> None:
    open_ = example(Session, "open", person_id="anna", ended_at=None)
    ended = example(Session, "ended", person_id="anna")
    other = example(Session, "other", person_id="bert", ended_at=None)
    with store.writing() as writing:
        for session in (open_, ended, other):
            writing.add(session)
    with store.reading() as reading:
        assert reading.find(Session, person_id="anna") == [ended, open_]
        assert reading.find(Session, person_id="anna", ended_at=None) == [open_]
        assert reading.find(Session, person_id=("anna", "bert", "carl")) == [ended, open_, other]
        assert reading.find(Session, ended_at=(None, ended.ended_at)) == [ended, open_, other]
        assert reading.find(Session, person_id=()) == []


def test_find_compares_enums_numbers_and_truth(store: Store) -> None:
    active = example(Incident, "a", state=IncidentState.ACTIVE, level=3)
    closed = example(Incident, "b", state=IncidentState.CLOSED, level=6)
    with store.writing() as writing:
        writing.add(active)
        writing.add(closed)
        writing.add(example(Person, active=False))
    with store.reading() as reading:
        assert reading.find(Incident, state=IncidentState.ACTIVE) == [active]
        assert reading.find(Incident, state=(IncidentState.ACTIVE, IncidentState.STANDING_DOWN)) == [active]
        assert reading.find(Incident, level=6) == [closed]
        assert reading.find(Person, active=True) == []


def test_find_orders_by_code_point_with_missing_values_smallest(store: Store) -> None:
    names = ["b", "Z", "ä", "a", "-"]
    with store.writing() as writing:
        for number, name in enumerate(names):
            writing.add(example(Topic, str(number), name=name))
        writing.add(example(Session, "2", ended_at=NOON))
        writing.add(example(Session, "1", ended_at=None))
    with store.reading() as reading:
        assert [topic.name for topic in reading.find(Topic, order="name")] == ["-", "Z", "a", "b", "ä"]
        assert [topic.name for topic in reading.find(Topic, order="name", descending=True, limit=2)] == ["ä", "b"]
        assert [each.ended_at for each in reading.find(Session, order="ended_at")] == [None, NOON]
        assert [each.ended_at for each in reading.find(Session, order="ended_at", descending=True)] == [NOON, None]


def test_equals_come_in_the_order_of_their_ids(store: Store) -> None:
    with store.writing() as writing:
        for number in (3, 1, 2):
            writing.add(example(Task, str(number), due_at=NOON))
    with store.reading() as reading:
        assert [task.id for task in reading.find(Task, order="due_at")] == ["Task-1", "Task-2", "Task-3"]


def test_an_unknown_field_is_a_mistake_of_the_program(store: Store) -> None:
    with store.reading() as reading:
        with pytest.raises(KeyError):
            reading.find(Person, shoe_size=43)
        with pytest.raises(KeyError):
            reading.find(Person, order="login_key")
        with pytest.raises(KeyError):
            reading.log(shoe_size=43)


def test_put_replaces_and_adds(store: Store) -> None:
    setting = Setting(id="lease", value={"holder": "a"})
    with store.writing() as writing:
        writing.put(setting)
        writing.put(dataclasses.replace(setting, value={"holder": "b", "deep": {"x": [1]}}))
    with store.reading() as reading:
        assert reading.find(Setting) == [Setting(id="lease", value={"holder": "b", "deep": {"x": [1]}})]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (example(Person, "a", login="Müller"), example(Person, "b", login="MÜLLER")),
        (example(Topic, "a", name="Bahn"), example(Topic, "b", name="Bahn")),
        (example(Account, "a", network="x", handle="h"), example(Account, "b", network="x", handle="h")),
        (
            example(Approval, "a", version_id="v", person_id="p", content_hash="h"),
            example(Approval, "b", version_id="v", person_id="p", content_hash="h"),
        ),
        (
            example(StatementVersion, "a", statement_id="s", number=1),
            example(StatementVersion, "b", statement_id="s", number=1),
        ),
        (example(Request, "a", command="x"), example(Request, "a", command="y")),
    ],
    ids=lambda record: type(record).__name__,
)
def test_what_must_be_unique_is(store: Store, first: Record, second: Record) -> None:
    with store.writing() as writing:
        writing.add(first)
    with pytest.raises(Conflict) as raised, store.writing() as writing:
        writing.add(second)
    assert raised.value.code == "store.exists"
    assert raised.value.values == {"kind": type(first).__name__}
    with store.reading() as reading:
        assert reading.find(type(first)) == [first]


def test_practice_may_use_the_names_of_reality(store: Store) -> None:
    with store.writing() as writing:
        writing.add(example(Topic, "a", name="Bahn", plane=Plane.REAL))
        writing.add(example(Topic, "b", name="Bahn", plane=Plane.PRACTICE))
        writing.put(example(Topic, "b", name="Bahn", plane=Plane.PRACTICE, terms=()))


def test_put_may_not_take_what_belongs_to_another(store: Store) -> None:
    with store.writing() as writing:
        writing.add(example(Person, "a", login="anna"))
        writing.add(example(Person, "b", login="bert"))
    with pytest.raises(Conflict), store.writing() as writing:
        writing.put(example(Person, "b", login="Anna"))


def add_and_fail(store: Store) -> None:
    with store.writing() as writing:
        writing.add(example(Person))
        writing.append(entry())
        raise ZeroDivisionError


def test_an_error_leaves_nothing_behind(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        add_and_fail(store)
    with store.reading() as reading:
        assert reading.find(Person) == []
        assert list(reading.log()) == []
    assert store.version() == 0


def write_on_after_a_conflict(store: Store) -> None:
    with store.writing() as writing:
        writing.append(entry())
        with pytest.raises(Conflict):
            writing.add(example(Person, "b", login="anna"))
        with pytest.raises(Conflict):
            writing.append(entry())


def test_after_a_conflict_nothing_of_the_transaction_is_kept_even_if_somebody_catches_it(store: Store) -> None:
    with store.writing() as writing:
        writing.add(example(Person, "a", login="anna"))
    with pytest.raises(Conflict):
        write_on_after_a_conflict(store)
    with store.reading() as reading:
        assert list(reading.log()) == []
    with store.writing() as writing:
        assert writing.append(entry()).number == 1


def test_the_version_rises_with_every_change_and_only_then(store: Store) -> None:
    assert store.version() == 0
    with store.writing() as writing:
        writing.add(example(Person))
        writing.append(entry())
    assert store.version() == 1
    with store.writing() as writing:
        assert writing.get(Person, "nobody") is None
    assert store.version() == 1
    with store.writing() as writing:
        writing.append(entry())
    assert store.version() == 2


def test_a_reader_sees_one_state_while_somebody_writes(store: Store) -> None:
    with store.reading() as reading:
        assert reading.find(Person) == []
        with store.writing() as writing:
            writing.add(example(Person))
        assert reading.find(Person) == []
    with store.reading() as reading:
        assert len(reading.find(Person)) == 1


def test_only_what_carries_no_proof_can_be_removed(store: Store) -> None:
    with store.writing() as writing:
        for number in range(3):
            writing.add(example(JudgedBucket, str(number), topic_id="a" if number else "b"))
        assert writing.remove(JudgedBucket, topic_id="a") == 2
        assert writing.remove(JudgedBucket, topic_id="a") == 0
        with pytest.raises(TypeError):
            writing.remove(Person, id="anna")
        with pytest.raises(TypeError):
            writing.remove(JudgedBucket)
    with store.reading() as reading:
        assert [bucket.topic_id for bucket in reading.find(JudgedBucket)] == ["b"]


def test_the_log_has_no_gap_and_each_entry_covers_the_one_before(store: Store) -> None:
    for number in range(3):
        with store.writing() as writing:
            first = writing.append(entry(f"a{number}", details={"text": "Grüße", "n": number}))
            second = writing.append(entry("b", action=Action.LOG_READ, incident_id="i"))
        assert (first.number, second.number) == (2 * number + 1, 2 * number + 2)
    with store.reading() as reading:
        entries = list(reading.log())
    assert [each.number for each in entries] == [1, 2, 3, 4, 5, 6]
    assert entries[0].previous_hash == GENESIS
    assert all(later.previous_hash == earlier.hash for earlier, later in pairwise(entries))
    assert verify(entries).intact
    assert entries[4].details == {"text": "Grüße", "n": 2}


def test_the_log_is_read_in_parts_and_by_its_columns(store: Store) -> None:
    with store.writing() as writing:
        for number in range(1, 603):
            writing.append(entry("even" if number % 2 == 0 else "odd", incident_id=f"i{number % 3}"))
    with store.reading() as reading:

        def numbers(**how: Any) -> list[int]:
            return [each.number for each in reading.log(**how)]

        assert numbers() == list(range(1, 603))
        assert numbers(descending=True) == list(range(602, 0, -1))
        assert numbers(after=598, before=601) == [599, 600]
        assert numbers(after=600, descending=True, limit=1) == [602]
        assert numbers(limit=0) == []
        assert numbers(before=1) == []
        assert numbers(subject="even", limit=400) == list(range(2, 603, 2))
        assert numbers(subject=("even", "none"), limit=2) == [2, 4]
        assert numbers(action=Action.LOG_READ) == []
        assert numbers(incident_id="i0", plane=Plane.REAL, limit=2, descending=True) == [600, 597]


def test_an_entry_with_letters_in_two_parts_stays_verifiable(store: Store) -> None:
    with store.writing() as writing:
        writing.append(entry("Mu\u0308ller", details={"text": "null \x00 and half a pair \ud83d"}))
    with store.reading() as reading:
        assert verify(reading.log()).intact
