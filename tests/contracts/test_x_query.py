"""A topic as a query of X, and the budget of posts: pure rules."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_center.domain.topics import Topic
from command_center.errors import BadInput
from monitors.x_budget import counted, is_ahead, left, next_at
from monitors.x_query import query_of

MID = datetime(2026, 11, 16, tzinfo=UTC)  # half of November has passed


def topic(*terms: str, **more: Any) -> Topic:
    return Topic(id="t", name="T", terms=terms, **more)


@pytest.mark.parametrize(
    ("asked", "query"),
    [
        (topic("Nordwerk"), "Nordwerk"),
        (topic("Nordwerk", "Nord Werk"), '(Nordwerk OR "Nord Werk")'),
        (topic("Nordwerk", hashtags=("#rückruf",), handles=("@nordwerk",)), "(Nordwerk OR #rückruf OR @nordwerk)"),
        (topic("Nordwerk", exclusions=("Stelle", "zu verkaufen")), 'Nordwerk -Stelle -"zu verkaufen"'),
        (topic("Müller"), "(Müller OR Mueller)"),
        (topic("or", "NOT"), '("or" OR "NOT")'),
        (topic("from:elonmusk", "-is:retweet"), '("from:elonmusk" OR "-is:retweet")'),
        (topic('x" OR from:y OR "z'), '"x OR from:y OR z"'),
        (topic("a\\", "b"), "(a OR b)"),
        (topic("Zeile\nZeile"), '"Zeile Zeile"'),
        (topic("C++", "😀", "…", "  "), '"C++"'),
        (topic("#123", "@zu_lang_fuer_einen_namen", handles=("jan@social.example",)), '"#123"'),
        (topic("Nordwerk", "Nordwerk"), "Nordwerk"),
        (topic(), ""),
        (topic(exclusions=("x",)), ""),
    ],
)
def test_what_people_type_is_text_never_an_operator(asked: Topic, query: str) -> None:
    assert query_of(asked) == query


def test_exclusions_give_way_and_what_is_wanted_does_not() -> None:
    full = topic(*(f"begriff{number:02d}" for number in range(35)), exclusions=("ausnahme", "x" * 100))
    query = query_of(full)
    assert len(query) <= 512
    assert query.count("begriff") == 35
    assert "-ausnahme" in query
    assert "xxx" not in query
    with pytest.raises(BadInput, match="query_too_long"):
        query_of(topic(*(f"begriff{number:02d}" for number in range(40))))


@given(st.lists(st.text(max_size=30), max_size=6), st.lists(st.text(max_size=30), max_size=6))
def test_quotes_are_always_closed_and_nothing_stands_outside_them(terms: list[str], exclusions: list[str]) -> None:
    query = query_of(topic(*terms, exclusions=tuple(exclusions)))
    assert query.count('"') % 2 == 0
    outside = "".join(query.split('"')[::2])
    assert not set(outside) & set(":\\\n'")
    assert outside.count("(") == outside.count(")") <= 1


def quota(read: int, limit: int = 1000) -> dict[str, object]:
    return {"month": "2026-11", "read": read, "limit": limit}


def test_a_new_month_begins_at_nought() -> None:
    assert counted(quota(700), MID, 5) == {"month": "2026-11", "read": 705, "limit": 1000}
    assert counted(quota(700), MID + timedelta(days=20), 5) == {"month": "2026-12", "read": 5, "limit": 1000}
    assert counted({}, MID, 5) == {"month": "2026-11", "read": 5, "limit": 0}


@pytest.mark.parametrize("odd", [{"read": "7", "limit": None}, {"read": -3, "limit": True}, {"month": 11}])
def test_a_quota_nobody_can_read_is_no_limit(odd: dict[str, object]) -> None:
    assert left(odd, MID) is None
    assert not is_ahead(odd, MID)


def test_in_step_with_the_month_the_period_stays() -> None:
    assert next_at(quota(500), MID, period_seconds=60, just_read=50) == MID + timedelta(seconds=60)
    assert next_at(quota(590), MID, period_seconds=60, just_read=50) == MID + timedelta(seconds=60)
    assert next_at({}, MID, period_seconds=60, just_read=5000) == MID + timedelta(seconds=60)


def test_ahead_of_the_month_it_slows_down_so_that_the_rest_lasts() -> None:
    # 300 are left for 15 days: one post every 72 minutes, ten posts would take half a day.
    assert next_at(quota(700), MID, period_seconds=60, just_read=10) == MID + timedelta(hours=1)
    # 3,000 of 10,000 are left: two posts a quarter of an hour.
    slowed = next_at(quota(7000, 10_000), MID, period_seconds=60, just_read=2)
    assert timedelta(minutes=14) < slowed - MID < timedelta(minutes=15)
    assert next_at(quota(7000, 10_000), MID, period_seconds=1800, just_read=2) == MID + timedelta(minutes=30)


def test_used_up_it_waits_for_the_next_month() -> None:
    assert left(quota(995), MID) == 5
    assert next_at(quota(995), MID, period_seconds=60, just_read=1) == datetime(2026, 12, 1, tzinfo=UTC)


@given(st.integers(0, 40_000), st.integers(1, 20_000), st.integers(0, 500), st.integers(0, 30 * 24 * 60 - 1))
def test_the_wait_is_never_shorter_than_the_period_nor_past_the_month(
    read: int, limit: int, just_read: int, minute: int
) -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC) + timedelta(minutes=minute)
    at = next_at(quota(read, limit), now, period_seconds=60, just_read=just_read)
    ends = datetime(2026, 12, 1, tzinfo=UTC)
    assert at == ends or now + timedelta(seconds=60) <= at <= now + timedelta(hours=1)
