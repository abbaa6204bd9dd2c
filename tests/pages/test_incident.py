"""The page Incident: activation with a preview, work, facts, locks, timeline, and the end by two people."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from command_center.domain.accounts import Account, Lock
from command_center.domain.alerts import Alert
from command_center.domain.four_eyes import Matter, Proposal
from command_center.domain.incidents import (
    Clock,
    Fact,
    FactState,
    Incident,
    IncidentState,
    Task,
    TaskState,
    TriageAnswer,
)
from command_center.domain.mentions import Plane
from command_center.domain.people import DRILL_PARTNER, Role
from command_center.use_cases.agree_plans import keep_shipped_plans
from command_center.use_cases.answer_triage import answer_question
from command_center.use_cases.follow_clocks import meet_clock
from command_center.use_cases.lead import finish_task, record_fact, set_level
from command_center.use_cases.people import add_person, set_language
from command_center.use_cases.stand_down import propose_stand_down
from tests.pages.staged import PASSWORD, StagedHouse, add_mention, gaps, said, staged_house, words_on

PARTS = ("tasks", "clocks", "triage", "facts", "voice", "timeline", "course")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[StagedHouse]:
    with staged_house(tmp_path) as staged:
        yield staged


def quiet_down(house: StagedHouse, incident_id: str) -> None:
    """Finish all work, so that nothing stands against the end."""
    for task in house.all(Task, incident_id=incident_id):
        finish_task(house.ctx, house.caller("kim"), task_id=task.id, evidence="erledigt")
    for clock in house.all(Clock, incident_id=incident_id):
        if clock.started_at is not None and not clock.repeats:
            meet_clock(house.ctx, house.caller("kim"), clock_id=clock.id)
    set_level(house.ctx, house.caller("kim"), incident_id=incident_id, level=1, reason="Es ist ruhig")


def propose(house: StagedHouse, incident_id: str, login: str = "kim") -> None:
    incident = house.all(Incident, id=incident_id)[0]
    plan = house.ctx.plan_from_snapshot(incident.plan)
    met = tuple(item.code.value for item in plan.stand_down.criteria)
    propose_stand_down(
        house.ctx, house.caller(login), incident_id=incident_id, criteria_met=met, reason="72 Stunden Ruhe"
    )


def start_as(at: AppTest, reason: str) -> AppTest:
    at.text_area(key="inc_start_reason").input(reason)
    return at.button(key="inc_activate").click().run()


def test_before_activation_a_lead_sees_what_it_will_do(house: StagedHouse) -> None:
    at = house.page("kim", "incident", plane=Plane.REAL)
    assert not at.exception
    shown = words_on(at)
    assert "Was die Aktivierung bewirkt" in shown
    assert "Nordwerk auf X" in shown
    assert "Nur freigegebene Texte" in shown
    assert gaps(at) == []


def test_the_plan_that_fits_what_people_write_comes_first(house: StagedHouse) -> None:
    add_mention(house, "Nordwerk ist gehackt, meine Passwörter sind weg: Datenleck!")
    at = house.page("kim", "incident")
    assert at.radio(key="inc_start_plan").options[0] == "Datenpanne"


def test_an_alert_leads_to_its_incident(house: StagedHouse) -> None:
    topic_id = add_mention(house, "Nordwerk: Rückruf!")
    alert = Alert(id="a1", topic_id=topic_id, plane=Plane.REAL, at=house.now, raised_at=house.now, evidence={})
    with house.ctx.store.writing() as store:
        store.add(alert)
    at = house.page("kim", "incident", alert="a1")
    assert "Alarm „Nordwerk“" in words_on(at)
    at = start_as(at, "Rückruf")
    assert house.all(Alert)[0].incident_id == house.all(Incident)[0].id
    again = house.page("lee", "incident", alert="a1")
    assert "Meine Aufgabe" in words_on(again) or "Offene Aufgaben" in words_on(again)


def test_a_legal_deadline_of_72_hours_is_not_rounded_to_days(house: StagedHouse) -> None:
    house.activate(plan="data-breach")
    assert "72 Stunden" in words_on(house.page("kim", "incident", part="clocks"))


def test_a_house_without_accounts_is_told_that_nothing_will_be_locked(house: StagedHouse) -> None:
    account = house.all(Account, plane=Plane.REAL)[0]
    with house.ctx.store.writing() as store:
        store.put(replace(account, active=False))
    at = house.page("kim", "incident")
    assert "Kein Konto wird gesperrt" in words_on(at)
    assert gaps(at) == []


def test_who_does_not_lead_sees_that_no_incident_runs(house: StagedHouse) -> None:
    at = house.page("mia", "incident")
    assert "Zurzeit läuft kein Krisenfall." in words_on(at)
    assert not [button for button in at.button if button.key == "inc_activate"]


def test_activation_without_a_reason_says_what_is_missing(house: StagedHouse) -> None:
    at = start_as(house.page("kim", "incident"), "")
    assert len(at.error) == 1
    assert house.all(Incident) == []


def test_activation_locks_hands_out_tasks_and_shows_the_incident(house: StagedHouse) -> None:
    at = start_as(house.page("kim", "incident"), "Zwei Berichte über Brandgeruch")
    assert said(at) == ["Der Plan ist aktiv."]
    assert len(house.all(Incident)) == 1
    assert len(house.all(Lock, lifted_at=None)) == 1
    assert "Meine Aufgaben" in words_on(at)


def test_two_people_pressing_at_once_get_one_incident_and_a_sentence(house: StagedHouse) -> None:
    first, second = house.page("kim", "incident"), house.page("lee", "incident")
    start_as(first, "Brandgeruch")
    second.text_area(key="inc_start_reason").input("Auch ich habe es gesehen")
    second.button(key="inc_activate").click().run()
    assert len(house.all(Incident)) == 1
    assert not second.exception
    assert len(second.error) == 1
    assert "1 Konto gesperrt" in words_on(second)


def test_whom_the_case_is_about_gets_no_task_in_the_preview(house: StagedHouse) -> None:
    at = house.page("kim", "incident")
    at.multiselect(key="inc_start_conflicted").set_value([house.person("mia").id]).run()
    preview = [element.proto.body for element in at.get("html") if "cci-plan-task" in element.proto.body]
    assert preview
    assert "Mia Groß" not in "".join(preview)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("part", PARTS)
def test_every_part_is_said_in_both_languages(house: StagedHouse, part: str, language: str) -> None:
    incident_id = house.activate()
    record_fact(
        house.ctx,
        house.caller("kim"),
        incident_id=incident_id,
        text="<script>alert(1)</script> & *fett*",
        state=FactState.UNCONFIRMED,
        source="<img src=x>",
    )
    set_language(house.ctx, house.caller("kim"), language=language)
    at = house.page("kim", "incident", part=part)
    assert not at.exception
    assert gaps(at) == []
    html = "".join(element.proto.body for element in at.get("html"))
    assert "<script>" not in html
    assert "<img" not in html


def test_a_task_that_needs_evidence_is_not_done_without_it(house: StagedHouse) -> None:
    house.activate()
    task = house.all(Task, person_id=house.person("kim").id)[0]
    at = house.page("kim", "incident")
    at.button(key=f"inc_finish_{task.id}").click().run()
    assert len(at.error) == 1
    at.text_area(key=f"inc_evidence_{task.id}").input("Kim leitet, Mia schreibt")
    at.button(key=f"inc_finish_{task.id}").click().run()
    assert said(at) == ["Die Aufgabe ist als erledigt festgehalten."]
    assert house.all(Task, id=task.id)[0].state is TaskState.DONE


def test_a_lead_passes_a_task_on(house: StagedHouse) -> None:
    house.activate()
    task = house.all(Task, person_id=house.person("kim").id)[0]
    at = house.page("kim", "incident")
    at.selectbox(key=f"inc_person_{task.id}").set_value(house.person("tom").id)
    at.button(key=f"inc_assign_{task.id}").click().run()
    assert house.all(Task, id=task.id)[0].person_id == house.person("tom").id


def test_a_clock_is_met_with_a_note(house: StagedHouse) -> None:
    house.activate()
    clock = next(item for item in house.all(Clock) if item.started_at is not None)
    at = house.page("kim", "incident", part="clocks")
    assert clock.basis.split(",")[0] in words_on(at)
    at.button(key=f"inc_met_{clock.id}").click().run()
    assert house.all(Clock, id=clock.id)[0].stopped_at is not None


def test_a_fact_is_recorded_with_its_source(house: StagedHouse) -> None:
    house.activate()
    at = house.page("mia", "incident", part="facts")
    at.text_area(key="inc_fact_text").input("Charge 24-117 schmort")
    at.text_input(key="inc_fact_source").input("Prüfbericht 7")
    at.button(key="inc_fact_save").click().run()
    assert [(fact.text, fact.state) for fact in house.all(Fact)] == [("Charge 24-117 schmort", FactState.UNCONFIRMED)]


def test_the_level_changes_only_with_a_reason(house: StagedHouse) -> None:
    incident_id = house.activate()
    at = house.page("kim", "incident", part="course")
    at.selectbox(key="inc_level").set_value(5)
    at.button(key="inc_level_set").click().run()
    assert len(at.error) == 1
    at.text_input(key="inc_level_reason").input("Große Medien berichten")
    at.button(key="inc_level_set").click().run()
    assert house.all(Incident, id=incident_id)[0].level == 5


def test_one_person_asks_and_another_lifts_a_lock(house: StagedHouse) -> None:
    house.activate()
    lock = house.all(Lock)[0]
    at = house.page("kim", "incident", part="voice")
    at.text_input(key=f"inc_unlock_reason_{lock.id}").input("Servicefragen")
    at.button(key=f"inc_ask_{lock.id}").click().run()
    assert not [button for button in at.button if button.key == f"inc_second_{lock.id}"]
    at = house.page("lee", "incident", part="voice")
    at.button(key=f"inc_second_{lock.id}").click().run()
    assert house.all(Lock, id=lock.id)[0].lifted_by == house.person("lee").id


def test_an_account_is_locked_by_hand(house: StagedHouse) -> None:
    house.activate()
    at = house.page("kim", "incident", part="voice")
    at.text_input(key="inc_lock_reason").input("Verdacht auf fremden Zugriff")
    at.button(key="inc_lock_submit").click().run()
    assert said(at) == ["Das Konto ist gesperrt."]
    assert len(house.all(Lock, lifted_at=None)) == 2


def test_the_timeline_names_people_and_things_not_ids(house: StagedHouse) -> None:
    incident_id = house.activate()
    at = house.page("kim", "incident", part="timeline")
    shown = words_on(at)
    assert "Kim Brandt hat den Krisenfall „Brandgeruch“ eröffnet." in shown
    assert "Nordwerk auf X" in shown
    assert incident_id not in shown


def test_the_end_is_not_offered_while_work_is_open(house: StagedHouse) -> None:
    house.activate()
    at = house.page("kim", "incident", part="course")
    assert at.button(key="inc_end_propose").disabled
    assert "Aufgaben sind noch offen." in words_on(at)


def test_two_people_end_an_incident(house: StagedHouse) -> None:
    incident_id = house.activate()
    quiet_down(house, incident_id)
    at = house.page("kim", "incident", part="course")
    for box in at.checkbox:
        box.check()
    at.run()
    at.text_input(key="inc_end_reason").input("72 Stunden Ruhe")
    at.button(key="inc_end_propose").click().run()
    assert house.all(Incident)[0].state is IncidentState.STANDING_DOWN
    assert not [button for button in at.button if button.key == "inc_end_confirm"]
    at = house.page("lee", "incident", part="course")
    at.button(key="inc_end_confirm").click().run()
    assert house.all(Incident)[0].state is IncidentState.CLOSED
    at = house.page("kim", "incident", incident=incident_id, part="course")
    assert "Beendet am" in words_on(at)
    assert gaps(at) == []


def test_a_proposed_end_is_withdrawn_with_a_reason(house: StagedHouse) -> None:
    incident_id = house.activate()
    quiet_down(house, incident_id)
    propose(house, incident_id)
    at = house.page("kim", "incident", part="course")
    at.text_input(key="inc_withdraw_reason").input("Es geht wieder los")
    at.button(key="inc_withdraw_submit").click().run()
    assert house.all(Incident)[0].state is IncidentState.ACTIVE


def test_who_practises_alone_ends_a_drill_with_the_partner(tmp_path: Path) -> None:
    with staged_house(tmp_path) as house:
        lee = house.person("lee")
        with house.ctx.store.writing() as store:
            store.put(replace(lee, active=False))
        incident_id = house.activate(plane=Plane.PRACTICE)
        quiet_down(house, incident_id)
        propose(house, incident_id)
        at = house.page("kim", "incident", plane=Plane.PRACTICE, part="course")
        at.button(key="inc_end_confirm").click().run()
        assert house.all(Incident)[0].closed_by == DRILL_PARTNER


def test_an_incident_that_is_over_stays_readable(house: StagedHouse) -> None:
    incident_id = house.activate()
    quiet_down(house, incident_id)
    propose(house, incident_id)
    at = house.page("lee", "incident", part="course")
    at.button(key="inc_end_confirm").click().run()
    at = house.page("kim", "incident")
    at.button(key=f"inc_see_{incident_id}").click().run()
    assert "Beendet" in words_on(at)


def test_answers_before_activation_set_the_least_level_and_stay_with_the_incident(house: StagedHouse) -> None:
    at = house.page("kim", "incident")
    first = next(str(item.key) for item in at.button_group if str(item.key).startswith("inc_start_"))
    at.button_group(key=first).set_value("yes").run()
    at = start_as(at, "Brandgeruch")
    assert not at.exception
    [answer] = house.all(TriageAnswer)
    assert (answer.answer, answer.answered_by) == ("yes", house.person("kim").id)


def test_an_answer_lifts_the_level_and_shows_who_gave_it_and_when(house: StagedHouse) -> None:
    incident_id = house.activate()
    at = house.page("kim", "incident", part="triage")
    assert not at.exception
    assert "Noch nicht beantwortet." in words_on(at).replace("\\", "")
    key = next(str(item.key) for item in at.button_group if "severity.death" in str(item.key))
    at.button_group(key=key).set_value("yes").run()
    at.button(key="inc_triage_save_severity.death").click().run()
    assert said(at) == ["Die Antwort ist festgehalten."]
    shown = words_on(at).replace("\\", "")
    assert "Mindestens Stufe 4: Es geht um einen Todesfall." in shown
    assert "Ja – Kim" in shown
    assert house.all(Incident, id=incident_id)[0].level >= 4


def test_setting_a_level_below_the_least_one_takes_a_word(house: StagedHouse) -> None:
    incident_id = house.activate()
    answer_question(house.ctx, house.caller("kim"), incident_id=incident_id, question="severity.death", answer="yes")
    at = house.page("kim", "incident", part="course")
    assert "Mindestens Stufe 4" in words_on(at)
    at.selectbox(key="inc_level").set_value(1).run()
    at.text_input(key="inc_level_reason").input("Es ist ruhig")
    at.button(key="inc_level_set").click().run()
    assert at.error[0].value.startswith("Stufe 1 liegt unter der Mindeststufe 4")
    at.checkbox(key="inc_level_below").check().run()
    at.text_input(key="inc_level_reason").input("Es ist ruhig")
    at.button(key="inc_level_set").click().run()
    assert house.all(Incident, id=incident_id)[0].level == 1
    assert "bewusst unter der Mindeststufe 4" in words_on(at)


def test_who_may_record_nothing_reads_the_answers_only(house: StagedHouse) -> None:
    house.activate()
    given = {"login": "udo", "name": "Udo Prüfer", "roles": [Role.AUDITOR], "password": PASSWORD}
    add_person(house.ctx, house.caller("kim"), **given)  # type: ignore[arg-type]
    at = house.page("udo", "incident", part="triage")
    assert not at.exception
    assert not [button for button in at.button if str(button.key).startswith("inc_triage_save")]


def test_a_changed_plan_uses_what_was_agreed_unless_the_glass_is_broken(house: StagedHouse) -> None:
    keep_shipped_plans(house.ctx)
    (plan,) = [plan for plan in house.ctx.plans() if plan.id == "service-outage"]
    changed = replace(plan, default_level=6)
    house.process.ctx = replace(house.ctx, plans=lambda: (changed,))
    at = house.page("kim", "incident")
    at.radio(key="inc_start_plan").set_value("service-outage").run()
    assert "worauf sich zwei Menschen zuletzt geeinigt haben" in words_on(at)
    at.checkbox(key="inc_as_edited_service-outage").check().run()
    assert at.button(key="inc_activate").disabled
    assert gaps(at) == []
    at.checkbox(key="inc_glass").check().run()
    start_as(at, "Es eilt")
    (incident,) = house.all(Incident)
    assert incident.plan["default_level"] == 6
    at = house.page("lee", "incident", incident=incident.id)
    (waiting,) = house.all(Proposal, agreed_at=None)
    at.button(key=f"second_bar_{waiting.id}_agree").click().run()
    assert house.all(Proposal, id=waiting.id)[0].agreed_by == house.person("lee").id


def test_a_plan_nobody_agreed_on_is_switched_on_loudly(house: StagedHouse) -> None:
    (plan,) = [plan for plan in house.ctx.plans() if plan.id == "service-outage"]
    house.process.ctx = replace(house.ctx, plans=lambda: (replace(plan, default_level=6),))
    at = house.page("kim", "incident")
    assert "noch keine zwei Menschen geeinigt" in words_on(at)
    at.checkbox(key="inc_glass").check().run()
    start_as(at, "Es eilt")
    assert [one.matter for one in house.all(Proposal)] == [Matter.GLASS]
