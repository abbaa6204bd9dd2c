import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.domain.mentions import Plane
from command_center.domain.response_log import (
    GENESIS,
    Action,
    LogEntry,
    NewEntry,
    canonical,
    entry_hash,
    seal,
    utc_text,
)
from command_center.domain.verifying import verify, verify_lines

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def chain(length: int) -> list[LogEntry]:
    entries: list[LogEntry] = []
    for number in range(1, length + 1):
        entry = NewEntry(
            action=Action.POST_REFUSED,
            actor="anna",
            plane=Plane.REAL,
            subject=f"pub-{number}",
            at=NOW + timedelta(seconds=number),
            details={"reason": "gate.not_approved", "größe": number},
        )
        entries.append(seal(entry, number=number, previous_hash=entries[-1].hash if entries else GENESIS))
    return entries


def lines(entries: list[LogEntry]) -> list[str]:
    return [
        json.dumps({"number": e.number, "previous": e.previous_hash, "hash": e.hash, "body": e.body}) for e in entries
    ]


def test_an_untouched_chain_holds_and_an_empty_one_too() -> None:
    assert verify([]).intact
    found = verify(chain(5))
    assert (found.intact, found.entries, found.head) == (True, 5, chain(5)[-1].hash)


def test_the_first_changed_entry_is_named() -> None:
    entries = chain(5)
    entries[2] = replace(entries[2], body=entries[2].body.replace("anna", "otto"))
    found = verify(entries)
    assert (found.broken_at, found.reason) == (3, "log.body_changed")


def test_a_column_that_no_longer_says_what_was_hashed_is_named() -> None:
    entries = chain(5)
    entries[3] = replace(entries[3], actor="otto")
    assert (verify(entries).broken_at, verify(entries).reason) == (4, "log.columns_changed")


def test_a_removed_an_inserted_and_a_swapped_entry_are_named() -> None:
    entries = chain(5)
    assert verify([*entries[:2], *entries[3:]]).broken_at == 3
    assert verify([*entries[:3], entries[2], *entries[3:]]).broken_at == 4
    assert verify([entries[1], entries[0], *entries[2:]]).broken_at == 1


def test_an_entry_rewritten_with_a_fitting_hash_breaks_the_next_one() -> None:
    entries = chain(5)
    body = entries[1].body.replace("anna", "otto")
    entries[1] = replace(entries[1], actor="otto", body=body, hash=entry_hash(body))
    assert (verify(entries).broken_at, verify(entries).reason) == (3, "log.chain_broken")


def test_an_export_verifies_with_and_without_the_bodies_of_other_entries() -> None:
    exported = lines(chain(4))
    assert verify_lines(exported).intact
    hidden = json.loads(exported[1])
    del hidden["body"]
    exported[1] = json.dumps(hidden)
    assert verify_lines(exported).intact
    del exported[2]
    assert (verify_lines(exported).broken_at, verify_lines(exported).reason) == (3, "log.gap")


@pytest.mark.parametrize("line", ["not json", "[]", "{}", '{"number": 1}', "[" * 100_000])
def test_a_line_that_is_no_entry_is_named(line: str) -> None:
    assert (verify_lines([line]).broken_at, verify_lines([line]).reason) == (1, "log.unreadable")


def test_canonical_text_is_the_same_for_every_way_of_writing_the_same_thing() -> None:
    composed, decomposed = {"b": "ü", "a": 1}, {"a": 1, "b": "u\u0308"}
    assert canonical(composed) == canonical(decomposed) == '{"a":1,"b":"ü"}'


def test_a_moment_is_written_in_utc_whatever_its_zone() -> None:
    berlin = datetime(2026, 11, 21, 13, 0, tzinfo=timezone(timedelta(hours=1)))
    assert utc_text(berlin) == utc_text(NOW) == "2026-11-21T12:00:00.000000Z"


def test_a_float_cannot_enter_the_log() -> None:
    with pytest.raises(TypeError):
        canonical({"ratio": 4.8})


@given(text=st.text(), number=st.integers(-(2**53), 2**53))
def test_any_text_and_whole_number_can_be_logged_and_read_back(text: str, number: int) -> None:
    entry = NewEntry(
        action=Action.DECISION_RECORDED,
        actor="a",
        plane=Plane.REAL,
        subject="s",
        at=NOW,
        details={"text": text, "number": number},
    )
    sealed = seal(entry, number=1, previous_hash=GENESIS)
    assert verify([sealed]).intact
    assert sealed.details["number"] == number


@given(place=st.integers(min_value=0), length=st.integers(1, 6))
def test_no_single_changed_character_of_a_body_goes_unnoticed(place: int, length: int) -> None:
    entries = chain(length)
    which = place % length
    body = entries[which].body
    at = place % len(body)
    changed = body[:at] + ("x" if body[at] != "x" else "y") + body[at + 1 :]
    entries[which] = replace(entries[which], body=changed)
    assert verify(entries).broken_at == which + 1
