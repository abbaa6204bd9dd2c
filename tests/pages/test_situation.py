"""The page Situation: what is unusual, how bad, and whether the picture can be trusted."""

from datetime import UTC, datetime, timedelta

import pytest

from command_center.domain.accounts import Account
from command_center.domain.alerts import Alert, AlertState, JudgedBucket, Replay, ReplayState
from command_center.domain.mentions import Plane
from command_center.domain.sources import Source
from command_center.ui.charts import storms
from command_center.ui.curve import Point, step_for
from command_center.ui.picture import adds_up, is_silent
from command_center.use_cases.activate import activate
from command_center.use_cases.keep_accounts import add_account
from command_center.use_cases.replay import start_replay
from tests.pages.conftest import STORM, House, OpenPage, labels_of, quiet_days, raw, storm, words_on


def test_an_empty_house_offers_two_ways_in(house: House, page_of: OpenPage) -> None:
    at = page_of("situation")
    assert not at.exception
    assert "Noch hört das Haus nichts." in words_on(at)
    assert {"Erwähnungen importieren", "Zeig mir einen Sturm"} <= set(labels_of(at))


def test_an_auditor_gets_no_button_they_may_not_press(house: House, page_of: OpenPage) -> None:
    at = page_of("situation", "audit")
    assert not {"Erwähnungen importieren", "Zeig mir einen Sturm"} & set(labels_of(at))


def test_the_storm_is_a_drill_and_the_session_looks_at_it(house: House, page_of: OpenPage) -> None:
    at = page_of("situation")
    at.button(key="show_a_storm").click().run(timeout=120)
    assert not at.exception
    assert "ÜBUNG" in words_on(at)
    with house.ctx.store.reading() as store:
        replays = store.find(Replay)
    assert [(replay.plane, replay.state) for replay in replays] == [(Plane.PRACTICE, ReplayState.RUNNING)]


def test_mentions_nobody_judged_read_blind_not_calm(house: House, page_of: OpenPage) -> None:
    house.import_raws(quiet_days()[:20])
    said = words_on(page_of("situation"))
    assert "Blind" in said
    assert "Ruhig" not in said


def test_a_baseline_that_still_learns_reads_blind(house: House, page_of: OpenPage) -> None:
    report = house.import_raws(quiet_days()[:60])
    house.play_to_the_end(report.topic_id)
    assert "Die Basislinie lernt noch" in words_on(page_of("situation"))


def test_an_alert_says_its_numbers_in_words(stormy: House, page_of: OpenPage) -> None:
    at = page_of("situation")
    assert not at.exception
    said = words_on(at)
    assert "-mal so viele Erwähnungen wie üblich seit 5. Sept. 2026" in said
    assert "MESZ" in said
    assert "Personen in" in said
    assert "Krisenfall öffnen" in labels_of(at)


def test_an_analyst_may_acknowledge_but_not_open_an_incident(stormy: House, page_of: OpenPage) -> None:
    labels = labels_of(page_of("situation", "ana"))
    assert "Übernehmen" in labels
    assert "Krisenfall öffnen" not in labels


def test_acknowledging_asks_afterwards_whether_it_was_real(stormy: House, page_of: OpenPage) -> None:
    at = page_of("situation", "ana")
    next(button for button in at.button if button.label == "Übernehmen").click().run()
    assert not at.exception
    assert "War es echt?" in words_on(at)
    next(button for button in at.button if button.label == "Ja").click().run()
    with stormy.ctx.store.reading() as store:
        alerts = store.find(Alert)
    assert {(alert.state, alert.was_real) for alert in alerts} == {(AlertState.ACKNOWLEDGED, True)}
    assert {alert.acknowledged_by for alert in alerts} == {stormy.person("ana").id}


def test_alerts_of_one_storm_are_one_card_and_one_click_takes_them_all(stormy: House, page_of: OpenPage) -> None:
    with stormy.ctx.store.reading() as store:
        assert len(store.find(Alert, state=AlertState.RAISED)) > 1
    at = page_of("situation", "ana")
    assert labels_of(at).count("Übernehmen") == 1
    assert "Derselbe Sturm hat noch" in words_on(at)
    next(button for button in at.button if button.label == "Übernehmen").click().run()
    assert "Mit übernommen: " in words_on(at)
    with stormy.ctx.store.reading() as store:
        assert store.find(Alert, state=AlertState.RAISED) == []


def test_a_replay_says_that_it_is_one_and_can_be_stopped(house: House, page_of: OpenPage) -> None:
    report = house.import_raws([*quiet_days(), *storm()])
    start_replay(house.ctx, house.caller(), topic_id=report.topic_id, speed=120, play_from=STORM)
    at = page_of("situation")
    assert "Wiedergabe ×120" in words_on(at)
    at.button(key="stop_replay").click().run()
    with house.ctx.store.reading() as store:
        assert [replay.state for replay in store.find(Replay)] == [ReplayState.DONE]


def test_a_running_replay_shows_nothing_of_what_is_to_come(house: House, page_of: OpenPage) -> None:
    report = house.import_raws([*quiet_days(), raw(9_000, STORM, "Das weiß noch niemand")])
    start_replay(house.ctx, house.caller(), topic_id=report.topic_id, speed=1)
    assert "Das weiß noch niemand" not in words_on(page_of("situation"))


def test_a_hostile_mention_stays_text(house: House, page_of: OpenPage) -> None:
    house.import_raws([raw(1, STORM, "<script>alert(1)</script> **fett**", author_name="<img src=x>")])
    said = words_on(page_of("situation"))
    assert "<script>" not in said
    assert "<img src=x>" not in said
    assert "&lt;script&gt;" in said


def test_undated_mentions_are_said_never_to_count(house: House, page_of: OpenPage) -> None:
    house.import_raws([*quiet_days()[:5], raw(7_000, None)])
    assert "1 Erwähnung ohne Datum: gespeichert, aber nie in einer Kurve gezählt." in words_on(page_of("situation"))


def test_every_source_shows_numbers_that_add_up(stormy: House, page_of: OpenPage) -> None:
    said = words_on(page_of("situation"))
    assert "484 gelesen = 484 gespeichert + 0 doppelt + 0 gefiltert + 0 abgelehnt" in said


def test_the_curve_has_words_for_those_who_hear_it_and_a_table(stormy: House, page_of: OpenPage) -> None:
    at = page_of("situation")
    [chart] = at.get("plotly_chart")
    assert "Erwähnungen, Höchstwert" in chart.proto.alt
    assert "<table>" in words_on(at)


def test_a_real_alert_shows_while_somebody_practises(stormy: House, page_of: OpenPage) -> None:
    at = page_of("situation")
    at.button(key="frame_plane").click().run()
    assert "WIRKLICHKEIT, KEINE ÜBUNG" in words_on(at)
    assert "Zur Wirklichkeit" in labels_of(at)


def test_a_running_incident_shows_level_locks_next_task_and_clocks(stormy: House, page_of: OpenPage) -> None:
    account = Account(id="", network="x", handle="@nordwerk", name="Nordwerk", tags=("corporate", "comanaged"))
    add_account(stormy.ctx, stormy.caller(), account=account)
    given = {"plan_id": next(iter(stormy.ctx.plans())).id, "plane": Plane.REAL, "reason": "Es qualmt"}
    activate(stormy.ctx, stormy.caller(), title="<b>Rauch", **given)  # type: ignore[arg-type]
    at = page_of("situation")
    assert not at.exception
    said = words_on(at)
    assert "&lt;b&gt;Rauch" in said
    assert "von 6 · Aktiv" in said
    assert "1 Konto gesperrt" in said
    assert "Als Nächstes: " in said
    assert "Zum Krisenfall" in labels_of(at)


def test_english_readers_get_english(stormy: House, page_of: OpenPage) -> None:
    at = page_of("situation")
    at.segmented_control(key="frame_language").set_value("en").run()
    assert "times as many mentions as usual since 5 Sept 2026" in words_on(at)


@pytest.mark.parametrize(("hours", "seconds"), [(1, 300), (24, 300), (24 * 7, 900), (24 * 21, 3_600)])
def test_a_longer_curve_has_longer_buckets(hours: int, seconds: int) -> None:
    assert step_for(timedelta(hours=hours)) == seconds


def test_storms_are_stretches_of_surging_buckets() -> None:
    start = datetime(2026, 9, 5, tzinfo=UTC)
    surging = (False, True, True, False, True)
    points = tuple(
        Point(start + timedelta(minutes=5 * number), 1, 0, surging=surge) for number, surge in enumerate(surging)
    )
    assert [(storm.first, storm.last) for storm in storms(points)] == [
        (points[1].at, points[2].at),
        (points[4].at, points[4].at),
    ]


def test_a_live_source_without_news_is_silent_and_a_file_never_is() -> None:
    now = datetime(2026, 9, 5, tzinfo=UTC)
    file = Source(id="1", name="f", kind="file", plane=Plane.REAL, topic_id="t", created_at=now)
    live = Source(id="2", name="l", kind="rss", plane=Plane.REAL, topic_id="t", created_at=now, fetched=3, stored=2)
    assert not is_silent(file, now)
    assert is_silent(live, now)
    assert adds_up(file)
    assert not adds_up(live)


def test_the_storm_was_heard_by_the_detector(stormy: House) -> None:
    with stormy.ctx.store.reading() as store:
        assert any(bucket.lasting for bucket in store.find(JudgedBucket))
        first, *more = store.find(Alert, order="at")
    assert first.evidence["kind"] == "spike"
    assert all(alert.evidence["escalates"] for alert in more), "one storm; told again only when it got worse"
