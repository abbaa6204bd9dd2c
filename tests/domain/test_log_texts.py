"""What people write into the log: committed to, checked, erased."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.domain.log_texts import LogText, commitment, holds, split
from command_center.domain.mentions import Plane
from command_center.domain.response_log import GENESIS, Action, LogEntry, NewEntry, seal
from command_center.domain.verifying import verify

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SALT = "a5" * 32


def entry(**details: object) -> LogEntry:
    open_, texts = split(details, lambda: SALT)
    new = NewEntry(
        action=Action.DECISION_RECORDED,
        actor="anna",
        plane=Plane.REAL,
        subject="d-1",
        at=NOW,
        details=open_,
        texts=texts,
    )
    return seal(new, number=1, previous_hash=GENESIS)


def test_the_body_commits_to_a_text_and_readers_see_it() -> None:
    made = entry(reason="Frau Öz bat darum", level=3)
    assert "Öz" not in made.body
    assert made.details == {"level": 3, "reason": "Frau Öz bat darum"}
    expected = hmac.new(bytes.fromhex(SALT), b"reason\0" + "Frau Öz bat darum".encode(), hashlib.sha256).hexdigest()
    assert json.loads(made.body)["commitments"] == {"reason": expected}
    assert verify([made]).intact


def test_codes_lists_figures_and_empty_texts_stay_in_the_body() -> None:
    made = entry(reason="gate.not_approved", handles=["@a"], note="", state="open")
    assert made.texts == ()
    assert "commitments" not in json.loads(made.body)


def test_another_text_another_salt_or_none_at_all_is_noticed() -> None:
    made = entry(reason="a", note="b")
    note, reason = made.texts
    for texts in ((note, reason._replace(value="c")), (note, reason._replace(salt="00" * 32)), (note,), ()):
        found = verify([replace(made, texts=texts)])
        assert (found.broken_at, found.reason) == (1, "log.text_changed")
    assert not verify([replace(made, texts=(*made.texts, LogText("text", SALT, "added")))]).intact


def test_an_erased_text_leaves_no_trace_and_the_log_holds() -> None:
    made = entry(reason="a", note="b")
    erased = replace(made, texts=(made.texts[0], LogText("reason", "", "", NOW, "asked for")))
    assert verify([erased]).intact
    assert erased.details == {"note": "b"}


@given(st.text(min_size=1), st.text(min_size=1))
def test_only_the_very_text_holds(one: str, other: str) -> None:
    (_, (text,)), (_, (second,)) = (split({"text": f"wrote {value}"}, lambda: SALT) for value in (one, other))
    assert holds(text, commitment(text))
    assert holds(second, commitment(text)) == (second.value == text.value)


@pytest.mark.parametrize("damaged", ["", "zz", "ä", None, 7])
def test_a_damaged_commitment_or_salt_never_crashes(damaged: object) -> None:
    text = entry(reason="a").texts[0]
    assert not holds(text, damaged)
    assert not holds(text._replace(salt="zz"), commitment(text))
