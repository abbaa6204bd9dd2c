"""Sources are watched too: a silent one is an alert of its own, once, and every alert says how well we saw."""

from dataclasses import replace
from datetime import timedelta

import pytest

from command_center import worker
from command_center.domain.alerts import Alert, JudgedBucket
from command_center.domain.blindness import Delivery, Sight
from command_center.domain.mentions import Plane
from command_center.domain.rules import Rules, SilenceRule
from command_center.domain.sources import Source
from command_center.errors import NotAllowed
from command_center.use_cases.command import Work, housework
from command_center.use_cases.keep_rules import change_rules
from command_center.use_cases.watch_sources import note_fetch, sight_of, watch_sources
from tests.use_cases.conftest import Office
from tests.use_cases.hearing import MONDAY, TOPIC, Talk, alerts, hear


@housework
def fetched(work: Work) -> str:
    """Fetch every source that owes something."""
    for source in work.store.find(Source):
        note_fetch(work, source, at=work.now)
    return ""


def add_source(office: Office, **changes: object) -> None:
    made = Source(
        id="s",
        name="RSS",
        kind="rss",
        plane=Plane.REAL,
        topic_id="t",
        created_at=office.moment,
        delivery=Delivery(period_seconds=300),
    )
    office.add(TOPIC, replace(made, **changes))  # type: ignore[arg-type]


def deliver(office: Office, times: int) -> None:
    for _ in range(times):
        office.later(minutes=5)
        fetched(office.ctx, office.ctx.new_id())


def silences(office: Office) -> list[Alert]:
    return [alert for alert in alerts(office) if alert.evidence["kind"] == "silence"]


def test_a_source_that_falls_silent_is_told_once_until_it_speaks_again(office: Office) -> None:
    add_source(office)
    deliver(office, 80)
    assert watch_sources(office.ctx) == 0
    office.later(minutes=90)
    assert watch_sources(office.ctx) == 1
    for _ in range(5):
        office.later(minutes=30)
        assert watch_sources(office.ctx) == 0
    deliver(office, 80)
    assert watch_sources(office.ctx) == 0
    office.later(hours=3)
    assert watch_sources(office.ctx) == 1
    first = silences(office)[0].evidence
    assert (first["source"], first["sight"], first["sources_lacking"]) == ("RSS", "uncertain", ["RSS"])
    assert first["fetches"] < 0.8 * first["fetches_expected"]
    assert (first["rule_set"], first["rule_version"]) == ("default", 1)


def test_a_source_that_never_delivered_is_silent_too(office: Office) -> None:
    add_source(office)
    office.later(minutes=5)
    assert watch_sources(office.ctx) == 1


def test_a_file_is_never_silent(office: Office) -> None:
    add_source(office, kind="file")
    office.later(days=3)
    assert watch_sources(office.ctx) == 0
    assert sight_of(office.ctx, "analyst", "t").state is Sight.NOTHING_EXPECTED


def test_a_source_that_rests_is_not_silent(office: Office) -> None:
    add_source(office, active=False)
    office.later(hours=3)
    assert watch_sources(office.ctx) == 0


def test_a_source_of_every_topic_is_told_of_too(office: Office) -> None:
    add_source(office, topic_id="")
    office.later(hours=2)
    worker.work_once(office.ctx)
    assert len(silences(office)) == 1
    assert office.actions().count("person.not_reached") > 0


def test_the_rule_can_be_switched_off(office: Office) -> None:
    add_source(office)
    change_rules(office.ctx, office.says("analyst"), rules=Rules(silence=SilenceRule(active=False)), based_on=1)
    office.later(days=1)
    assert watch_sources(office.ctx) == 0


def test_the_worker_looks_after_the_sources_and_tells_people(office: Office) -> None:
    add_source(office)
    office.later(hours=2)
    worker.work_once(office.ctx)
    assert office.actions().count("person.not_reached") > 0
    assert len(silences(office)) == 1


def test_who_may_not_see_the_picture_may_not_ask_how_good_it_is(office: Office) -> None:
    add_source(office)
    with pytest.raises(NotAllowed):
        sight_of(office.ctx, "co_manager", "t")


def test_spikes_and_calm_both_carry_how_well_the_house_saw(office: Office) -> None:
    talk = Talk(days=12)
    storm = MONDAY + timedelta(days=10, hours=15)
    talk.storm(storm)
    half = tuple(storm - n * timedelta(minutes=10) for n in range(-12, 40))
    since = MONDAY - timedelta(days=9)
    add_source(office, created_at=since, delivery=Delivery(period_seconds=300, fetches=half))
    seen = next(alert.evidence for alert in hear(office, talk) if alert.evidence["kind"] == "spike")
    assert (seen["sight"], seen["sources_lacking"]) == ("uncertain", ["RSS"])
    assert 0.4 < seen["delivered"] < 0.6
    with office.ctx.store.reading() as store:
        judged = store.find(JudgedBucket, topic_id="t", order="at")
    assert all(bucket.delivered is not None for bucket in judged)
    calm = next(bucket for bucket in judged if bucket.at == storm - timedelta(hours=1))
    assert calm.surge is None
    assert calm.delivered is not None
    assert calm.delivered < 0.8


def test_a_replay_knows_only_what_was_imported(office: Office) -> None:
    talk = Talk(days=12)
    talk.storm(MONDAY + timedelta(days=10, hours=15))
    add_source(office, created_at=MONDAY - timedelta(days=9))
    found = hear(office, talk, run="replay-1")
    assert found
    assert {alert.evidence["sight"] for alert in found} == {"nothing_expected"}
