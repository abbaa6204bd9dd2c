"""The page Situation when sources lack: blind or uncertain in words, on the curve, beside calm and storms alike."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from command_center.domain.alerts import Ear, JudgedBucket
from command_center.domain.blindness import Delivery
from command_center.domain.mentions import Plane
from command_center.domain.sources import Source
from command_center.domain.topics import Topic
from command_center.ui.charts import unseen
from command_center.ui.curve import read_curve
from command_center.use_cases.watch import judge_until
from command_center.use_cases.watch_sources import watch_sources
from tests.pages.conftest import House, OpenPage, raw, words_on

FIVE = timedelta(minutes=5)
NOW = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)


@pytest.fixture
def live(house: House) -> House:
    """Open a house that listened for four quiet days, up to now; its clock stands still."""
    object.__setattr__(house.ctx, "now", lambda: NOW)
    start = NOW - timedelta(days=4)
    said = [raw(number, start + timedelta(minutes=20 * number), f"Beitrag {number}") for number in range(288)]
    report = house.import_raws(said)
    judge_until(house.ctx, report.topic_id, start=start, until=NOW)
    return house


def topic_of(house: House) -> str:
    with house.ctx.store.reading() as store:
        return store.find(Topic)[0].id


def add_source(house: House, name: str, *, silent_for: timedelta) -> None:
    last = NOW - silent_for
    fetches = tuple(last - slot * FIVE for slot in range(80))
    source = Source(
        id=name,
        name=name,
        kind="rss",
        plane=Plane.REAL,
        topic_id=topic_of(house),
        created_at=NOW - timedelta(days=9),
        last_success_at=last,
        delivery=Delivery(period_seconds=300, fetches=fetches),
    )
    with house.ctx.store.writing() as store:
        store.put(source)


def storm(house: House) -> None:
    """Let forty minutes be loud, up to now."""
    house.import_raws([raw(9_000 + n, NOW - timedelta(seconds=15 * n + 1)) for n in range(160)])
    with house.ctx.store.writing() as store:
        store.remove(JudgedBucket, topic_id=topic_of(house))
    judge_until(house.ctx, topic_of(house), start=NOW - timedelta(days=4), until=NOW, run="again")
    with house.ctx.store.writing() as store:
        [ear] = store.find(Ear)
        store.put(replace(ear, state={**ear.state, "run": "live"}))


def test_calm_counts_when_every_source_delivered(live: House, page_of: OpenPage) -> None:
    add_source(live, "RSS", silent_for=timedelta())
    said = words_on(page_of("situation"))
    assert "Ruhig" in said
    assert "liefern nicht" not in said


def test_one_lacking_source_of_several_makes_calm_uncertain_and_is_named_with_its_time(
    live: House, page_of: OpenPage
) -> None:
    for number in range(5):
        add_source(live, f"Gut {number}", silent_for=timedelta())
    add_source(live, "Presse <b>RSS", silent_for=timedelta(hours=2))
    at = page_of("situation")
    assert not at.exception
    said = words_on(at)
    assert "Unsicher" in said
    assert "Ruhig</b>" not in said
    assert "Presse &lt;b&gt;RSS: 48 von 72 erwarteten Abrufen, lückenhaft seit" in said
    assert "vor 2 Stunden" in said
    [chart] = at.get("plotly_chart")
    assert "unsicher: Quellen fehlten" in str(chart.proto.spec or chart.proto)
    assert "Das Bild ist unsicher" in chart.proto.alt


def test_when_most_is_missing_calm_reads_blind(live: House, page_of: OpenPage) -> None:
    add_source(live, "RSS", silent_for=timedelta(hours=5))
    said = words_on(page_of("situation"))
    assert "Zu wenig kommt an. Ob es ruhig ist, weiß niemand." in said
    assert "Das Bild ist blind" in said


def test_a_storm_stays_a_storm_and_says_that_it_may_be_more(live: House, page_of: OpenPage) -> None:
    add_source(live, "RSS", silent_for=timedelta(hours=2))
    storm(live)
    said = words_on(page_of("situation"))
    assert "Sturm" in said
    assert "Das Bild ist unsicher" in said
    assert "RSS: " in said


def test_an_alert_says_how_well_the_house_saw(live: House, page_of: OpenPage) -> None:
    add_source(live, "RSS", silent_for=timedelta(hours=2))
    watch_sources(live.ctx)
    said = words_on(page_of("situation"))
    assert "Das Bild war dabei unsicher, es kann mehr sein als gezählt: Es fehlte RSS. Lückenhaft seit" in said


def test_the_curve_is_veiled_where_too_little_was_delivered(live: House) -> None:
    since = NOW - timedelta(hours=6)
    with live.ctx.store.reading() as store:
        curve = read_curve(store, topic_of(live), since=since, until=NOW, lacking_since=NOW - timedelta(hours=1))
        plain = read_curve(store, topic_of(live), since=since, until=NOW)
    [stretch] = unseen(curve.points)
    assert stretch.last - stretch.first <= timedelta(hours=1)
    assert unseen(plain.points) == []
