"""Alert rules as people keep them: changed with a version, previewed, chosen by budget, and kept with each alert."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from command_center.domain.alerts import Ear, JudgedBucket
from command_center.domain.mentions import Sentiment
from command_center.domain.rules import (
    ExpectedPeak,
    HardWord,
    KeywordRule,
    PeakRule,
    RuleKind,
    Rules,
    RuleSet,
    SpikeRule,
)
from command_center.errors import BadInput, Conflict, NotAllowed, NotFound
from command_center.use_cases.acknowledge import judge_alert
from command_center.use_cases.keep_rules import change_rules, rules_for
from command_center.use_cases.preview_rules import preview_rules, rules_for_budget, stricter
from tests.use_cases.conftest import Office
from tests.use_cases.hearing import MONDAY, TOPIC, Talk, alerts, hear

STORM = MONDAY + timedelta(days=10, hours=15)


def in_force(office: Office, topic_id: str = "t") -> RuleSet:
    with office.ctx.store.reading() as store:
        return rules_for(store, topic_id)


def test_the_shipped_rules_hold_until_somebody_changes_them_for_all_or_for_one_topic(office: Office) -> None:
    office.add(TOPIC)
    assert (in_force(office).id, in_force(office).version) == ("default", 1)
    louder, mine = Rules(spike=SpikeRule(floor=20)), Rules(spike=SpikeRule(floor=5))
    assert change_rules(office.ctx, office.says("analyst"), rules=louder, based_on=1) == "2"
    assert change_rules(office.ctx, office.says("analyst"), rules=mine, based_on=2, topic_id="t") == "3"
    assert in_force(office).rules == mine
    assert (in_force(office, "other").rules, in_force(office, "other").version) == (louder, 2)
    assert in_force(office).changed_by == "analyst"


def test_a_change_is_logged_whole_and_only_by_those_who_may(office: Office) -> None:
    peak = PeakRule(peaks=(ExpectedPeak(name="Messe", begins=STORM, ends=STORM + timedelta(hours=1)),))
    change_rules(office.ctx, office.says("analyst"), rules=Rules(peaks=peak), based_on=1)
    with office.ctx.store.reading() as store:
        entry = next(store.log(subject="default"))
    assert entry.action == "rules.changed"
    assert entry.details["changed"] == ["peaks"]
    assert json.loads(entry.details["rules"])["peaks"]["peaks"][0]["name"] == "Messe"
    with pytest.raises(NotAllowed):
        change_rules(office.ctx, office.says("co_manager"), rules=Rules(), based_on=2)


def test_who_was_slower_is_told_instead_of_overwriting(office: Office) -> None:
    change_rules(office.ctx, office.says("analyst"), rules=Rules(cool_down_minutes=60), based_on=1)
    with pytest.raises(Conflict) as refused:
        change_rules(office.ctx, office.says("crisis_lead"), rules=Rules(), based_on=1)
    assert refused.value.code == "rules.changed_meanwhile"
    wish = office.says("crisis_lead")
    assert change_rules(office.ctx, wish, rules=Rules(), based_on=2) == "3"
    assert change_rules(office.ctx, wish, rules=Rules(), based_on=2) == "3", "a repeated wish changes nothing"
    with pytest.raises(NotFound):
        change_rules(office.ctx, office.says("analyst"), rules=Rules(), based_on=3, topic_id="nowhere")


def test_every_alert_keeps_its_rule_its_version_and_what_it_saw(office: Office) -> None:
    peak = PeakRule(peaks=(ExpectedPeak(name="Messe", begins=STORM, ends=STORM + timedelta(hours=9)),))
    change_rules(office.ctx, office.says("analyst"), rules=Rules(peaks=peak), based_on=1)
    talk = Talk()
    talk.storm(STORM)
    found = [alert.evidence for alert in hear(office, talk)]
    storm = next(seen for seen in found if seen["kind"] == "spike")
    assert (storm["rule_set"], storm["rule_version"], storm["key"]) == ("default", 2, "")
    assert storm["expected_peaks"] == ["Messe"], "an expected peak is named, never held back"
    assert storm["ear_ratio"] >= 3
    assert storm["mentions"] >= storm["distinct_texts"] >= 10
    assert storm["authors"] >= 5
    assert storm["sight"] == "nothing_expected"
    assert office.actions().count("alert.raised") == len(found)


def test_one_mention_with_a_hard_word_raises_an_alert_and_more_of_it_none(office: Office) -> None:
    talk = Talk(days=3)
    at = MONDAY + timedelta(days=1, hours=2)
    first = talk.say(at, text="Nordwerk: Rückruf?")
    for minutes in range(5, 600, 10):
        talk.say(at + timedelta(minutes=minutes), text="RÜCKRUF bei Nordwerk!")
    talk.say(at + timedelta(minutes=3), text="Der Rückrufbutton von Nordwerk")
    found = [alert for alert in hear(office, talk) if alert.evidence["kind"] == "keywords"]
    assert [(alert.evidence["key"], alert.evidence["mention"]) for alert in found] == [("Rückruf", first.id)]
    assert found[0].at <= at < found[0].at + timedelta(minutes=5)
    assert found[0].evidence["level"] == 1


def test_severity_lifts_the_level_of_a_single_mention(office: Office) -> None:
    talk = Talk(days=3)
    talk.say(MONDAY + timedelta(days=1), text="Nordwerk: ein Todesfall")
    (alert,) = hear(office, talk)
    assert (alert.evidence["key"], alert.evidence["level"]) == ("Todesfall", 4)


def test_an_authority_speaking_against_us_raises_an_alert(office: Office) -> None:
    talk = Talk(days=3)
    at = MONDAY + timedelta(days=1)
    talk.say(at, Sentiment.NEGATIVE, author="star", reach=2_000_000)
    talk.say(at + timedelta(days=1), Sentiment.POSITIVE, author="fan", reach=2_000_000)
    assert [alert.evidence["author"] for alert in hear(office, talk)] == ["star"]


def test_judged_twice_in_pieces_or_at_once_is_the_same(office: Office) -> None:
    talk = Talk()
    talk.storm(STORM)
    talk.say(STORM + timedelta(minutes=30), text="Nordwerk Rückruf")
    hear(office, talk)
    first = [(alert.at, alert.evidence["kind"], alert.evidence["also"]) for alert in alerts(office)]
    assert first
    hear(office, talk, run="again")
    again = [alert for alert in alerts(office) if alert.evidence["run"] == "again"]
    assert [(alert.at, alert.evidence["kind"], alert.evidence["also"]) for alert in again] == first


def test_what_was_learnt_before_there_were_several_ears_goes_on(office: Office) -> None:
    talk = Talk(days=2)
    hear(office, talk)
    with office.ctx.store.writing() as store:
        ear = store.get(Ear, "t")
        assert ear is not None
        old = {"run": "live", "detector": ear.state["ears"]["detectors"]["mentions"], "waiting": False}
        store.put(replace(ear, state=old))
    talk.end += timedelta(hours=3)
    hear(office, talk)
    with office.ctx.store.reading() as store:
        ear = store.get(Ear, "t")
    assert ear is not None
    learnt = ear.state["ears"]["detectors"]
    assert learnt["mentions"]["seen"] > learnt["negative"]["seen"] == 36


def test_a_preview_tells_what_was_raised_and_writes_nothing(office: Office) -> None:
    talk = Talk()
    talk.storm(STORM)
    raised = hear(office, talk)
    version = office.ctx.store.version()
    seen = preview_rules(office.ctx, "analyst", "t", Rules())
    assert [(would.at, would.kind.value, would.level) for would in seen] == [
        (alert.at, alert.evidence["kind"], alert.evidence["level"]) for alert in raised
    ]
    stricter_rules = Rules(spike=SpikeRule(floor=10_000))
    strict = preview_rules(office.ctx, "analyst", "t", stricter_rules)
    assert [would for would in strict if would.kind is RuleKind.SPIKE] == []
    word = Rules(spike=SpikeRule(active=False), keywords=KeywordRule(words=(HardWord(word="die 7."),)))
    assert RuleKind.KEYWORDS in {would.kind for would in preview_rules(office.ctx, "analyst", "t", word)}
    assert office.ctx.store.version() == version


def test_a_preview_knows_what_people_said_about_the_storm(office: Office) -> None:
    talk = Talk()
    talk.storm(STORM)
    storm = next(alert for alert in hear(office, talk) if alert.evidence["kind"] == "spike")
    judge_alert(office.ctx, office.says("analyst"), alert_id=storm.id, was_real=True)
    (would,) = [each for each in preview_rules(office.ctx, "analyst", "t", Rules()) if each.at == storm.at]
    assert (would.was_real, would.alert_id) == (True, storm.id)


def test_a_preview_refuses_what_it_cannot_do(office: Office) -> None:
    office.add(TOPIC)
    assert preview_rules(office.ctx, "analyst", "t", Rules()) == []
    with pytest.raises(BadInput):
        preview_rules(office.ctx, "analyst", "t", Rules(), weeks=0)
    with pytest.raises(BadInput):
        preview_rules(office.ctx, "analyst", "t", Rules(cool_down_minutes=-1))
    with pytest.raises(NotAllowed):
        preview_rules(office.ctx, "co_manager", "t", Rules())


def test_a_budget_of_false_alarms_chooses_the_rule(office: Office) -> None:
    talk = Talk(days=21)
    for day in (8, 10, 12, 14, 16, 18):
        talk.storm(MONDAY + timedelta(days=day, hours=15), count=50 + 20 * day)
    hear(office, talk)
    many = rules_for_budget(office.ctx, "analyst", "t", 20)
    few = rules_for_budget(office.ctx, "analyst", "t", 4)
    assert (many.score, many.ratio) < (few.score, few.ratio)
    assert (many.floor, many.authors) == (SpikeRule().floor, SpikeRule().authors)

    def raised(rule: SpikeRule) -> int:
        seen = preview_rules(office.ctx, "analyst", "t", Rules(spike=rule))
        return sum(would.kind is RuleKind.SPIKE and not would.escalates for would in seen)

    months = 21 / 30.44
    assert raised(few) <= 4 * months
    assert raised(many) <= 20 * months
    for alert in alerts(office):
        judge_alert(office.ctx, office.says("analyst"), alert_id=alert.id, was_real=True)
    assert rules_for_budget(office.ctx, "analyst", "t", 4).score <= few.score, "what was real costs nothing"


def test_a_budget_needs_a_week_and_a_rule_that_can_keep_it(office: Office) -> None:
    talk = Talk(days=3)
    hear(office, talk)
    with pytest.raises(BadInput) as refused:
        rules_for_budget(office.ctx, "analyst", "t", 2)
    assert refused.value.code == "rules.too_little_recorded"
    with pytest.raises(BadInput):
        rules_for_budget(office.ctx, "analyst", "t", -1)


def test_the_ladder_only_gets_stricter() -> None:
    steps = [(rule.score, rule.ratio) for rule in stricter(SpikeRule())]
    assert steps == sorted(steps)
    assert len(set(steps)) == len(steps)


def test_a_bucket_keeps_its_surge_only_where_something_rose(office: Office) -> None:
    talk = Talk()
    talk.storm(STORM)
    hear(office, talk)
    with office.ctx.store.reading() as store:
        judged = store.find(JudgedBucket, topic_id="t")
    with_surge = [bucket for bucket in judged if bucket.surge]
    assert 0 < len(with_surge) < len(judged) / 2
    assert all(bucket.delivered is None for bucket in judged)
