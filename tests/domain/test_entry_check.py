"""What is judged at a glance is judged as it is when taken apart, for sound entries and for every way to be wrong."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.domain import entry_check
from command_center.domain.entry_check import Fault, Line, Row, Sound, judge, read
from command_center.domain.log_portion import portions, walk
from command_center.domain.log_texts import LogText, as_data
from command_center.domain.mentions import Plane
from command_center.domain.merkle import root_of
from command_center.domain.response_log import GENESIS, Action, LogEntry, NewEntry, leaf_of, seal
from command_center.domain.verifying import row_of, verify_lines, verify_rows

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
WORDS = st.text(max_size=12) | st.sampled_from(['"', "\\", '","subject":"', ',"number":7,"plane":"real', '"}', "ü"])
DETAILS = st.dictionaries(
    st.sampled_from(["number", "incident", "previous", "at", "subject", "v", "note"]),
    WORDS | st.integers(-5, 5) | st.fixed_dictionaries({"number": st.integers(1, 9), "plane": WORDS}),
    max_size=4,
)


def sealed(number: int = 7, texts: tuple[LogText, ...] = (), **said: object) -> LogEntry:
    entry = NewEntry(
        action=Action.POST_REFUSED, actor="anna", plane=Plane.REAL, subject="pub", at=NOON, details={}, texts=texts
    )
    return seal(replace(entry, **said), number=number, previous_hash=GENESIS)  # type: ignore[arg-type]


def line_of(entry: LogEntry) -> Line:
    data = {"number": entry.number, "previous": entry.previous_hash, "hash": entry.hash, "body": entry.body}
    found = read(json.dumps({**data, "texts": as_data(entry.texts)}))
    assert found is not None
    return found


def both_ways(entry: Row | Line, number: int) -> tuple[Sound | None, Sound | Fault]:
    # What is quickly seen must be what the long way says; these two are the parts judge() is made of.
    return (
        entry_check._at_a_glance(entry, number, GENESIS),
        entry_check._taken_apart(entry, number, GENESIS),
    )


@given(actor=WORDS, subject=WORDS, incident=WORDS, request=WORDS, details=DETAILS)
def test_sound_entries_hold_whatever_people_write(
    actor: str, subject: str, incident: str, request: str, details: dict[str, object]
) -> None:
    entry = sealed(actor=actor, subject=subject, incident_id=incident, request_id=request, details=details)
    expected = Sound(leaf_of(entry.body), "2026-11-21T12:00:00.000000Z")
    for each in (row_of(entry), line_of(entry)):
        assert judge(each, 7, GENESIS) == expected
        quick, slow = both_ways(each, 7)
        assert quick in {None, expected}
        assert slow == expected


def test_an_ordinary_entry_needs_no_second_look() -> None:
    entry = sealed(details={"reason": "gate.not_approved"}, texts=(LogText("note", "01" * 32, "kurz"),))
    for each in (row_of(entry), line_of(entry)):
        assert both_ways(each, 7)[0] is not None


@given(
    field=st.sampled_from(["number", "at", "plane", "action", "actor", "subject", "incident", "previous", "hash"]),
    value=WORDS,
    details=DETAILS,
)
def test_what_is_wrong_is_never_overlooked_at_a_glance(field: str, value: str, details: dict[str, object]) -> None:
    row = row_of(sealed(details=details, incident_id="i-1"))
    told: dict[str, Any] = {field: 8 if field == "number" else value}
    changed = row._replace(**told)
    quick, slow = both_ways(changed, 7)
    if changed != row:
        assert quick is None
        assert isinstance(slow, Fault)


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"number": 8}, "log.gap"),
        ({"previous": "0" * 63}, "log.chain_broken"),
        ({"hash": None}, "log.unreadable"),
        ({"hash": "x"}, "log.unreadable"),
        ({"body": None}, "log.unreadable"),
        ({"body": b"{}"}, "log.unreadable"),
        ({"body": "{}"}, "log.body_changed"),
        ({"at": "yesterday"}, "log.columns_changed"),
        ({"texts": (LogText("note", "01" * 32, "x"),)}, "log.text_changed"),
    ],
)
def test_each_way_to_be_wrong_has_its_name(given: dict[str, Any], reason: str) -> None:
    found = judge(row_of(sealed())._replace(**given), 7, GENESIS)
    assert isinstance(found, Fault)
    assert found.reason == reason


def chain(length: int) -> list[LogEntry]:
    entries: list[LogEntry] = []
    for number in range(1, length + 1):
        new = NewEntry(
            action=Action.POST_REFUSED,
            actor="anna",
            plane=Plane.REAL,
            subject=f"pub-{number}",
            at=NOON + timedelta(seconds=number),
            details={},
        )
        entries.append(seal(new, number=number, previous_hash=entries[-1].hash if entries else GENESIS))
    return entries


LONG = chain(4100)
LEAVES = [bytes.fromhex(entry.hash) for entry in LONG]


def test_portions_joined_are_the_whole_log_with_its_root_at_every_size() -> None:
    sizes = {0, 1, 7, 2047, 2048, 2049, 4096, 4097, 4100, 9000}
    found = verify_rows(map(row_of, LONG), sizes=sizes)
    assert (found.intact, found.entries, found.head) == (True, 4100, LONG[-1].hash)
    assert found.root == root_of(LEAVES)
    assert found.roots == {size: root_of(LEAVES[:size]) for size in sizes if size <= 4100}


@pytest.mark.parametrize("place", [1, 2047, 2048, 2049, 4096, 4097, 4100])
def test_a_fault_is_found_wherever_a_portion_begins_or_ends(place: int) -> None:
    rows = [row_of(entry) for entry in LONG]
    before = LONG[place - 2].hash if place > 1 else GENESIS

    def found(changed: list[Row]) -> tuple[object, ...]:
        told = verify_rows(changed)
        assert (told.entries, told.root, told.head) == (place - 1, root_of(LEAVES[: place - 1]), before)
        return told.broken_at, told.reason

    here, after = rows[place - 1], rows[place:]
    assert found([*rows[: place - 1], here._replace(actor="otto"), *after]) == (place, "log.columns_changed")
    assert found([*rows[: place - 1], here._replace(previous="1" * 64), *after]) == (place, "log.chain_broken")
    assert found([*rows[: place - 1], here._replace(number=place + 1), *after]) == (place, "log.gap")
    assert found([*rows[: place - 1], here._replace(hash="1" * 64), *after]) == (place, "log.body_changed")


def test_a_clock_set_back_is_seen_between_portions_too() -> None:
    entries, head = [], GENESIS
    for number in range(1, 2052):
        late = timedelta(hours=-1 if number == 2049 else 0)
        entries.append(seal(replace(NEW, at=NOON + late), number=number, previous_hash=head))
        head = entries[-1].hash
    assert verify_rows(map(row_of, entries)).back == (2049,)


NEW = NewEntry(action=Action.POST_REFUSED, actor="anna", plane=Plane.REAL, subject="pub", at=NOON, details={})


def test_portions_may_be_judged_in_any_order_and_elsewhere() -> None:
    lines = [json.dumps({**row_of(entry)._asdict(), "texts": None}) for entry in LONG]
    judged = [walk(portion) for portion in reversed(list(portions(lines, {4100})))]
    found = verify_lines(lines, sizes={4100}, spread=lambda _walk, _portions: reversed(judged))
    assert found == verify_lines(lines, sizes={4100})
    assert found.roots[4100] == root_of(LEAVES)
