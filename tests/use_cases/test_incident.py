from dataclasses import replace
from datetime import timedelta

import pytest

from command_center.domain.accounts import Account, Lock
from command_center.domain.alerts import Alert
from command_center.domain.incidents import FactState, Incident, Task
from command_center.domain.mentions import Plane
from command_center.domain.people import DRILL_PARTNER, Role
from command_center.domain.statements import Statement, StatementState, StatementVersion
from command_center.errors import BadInput, Conflict, NotAllowed, NotFound
from command_center.use_cases.activate import activate
from command_center.use_cases.approve import approve_statement
from command_center.use_cases.drill_partner import partner_approves
from command_center.use_cases.evidence import note_reading
from command_center.use_cases.lead import finish_task, record_decision, record_fact, set_level
from command_center.use_cases.preview_plan import preview
from command_center.use_cases.stand_down import propose_stand_down, withdraw_stand_down
from tests.use_cases.conftest import Office, account, person


def start(office: Office, plane: Plane = Plane.REAL, *, alert_id: str = "", conflicted: tuple[str, ...] = ()) -> str:
    return activate(
        office.ctx,
        office.says("crisis_lead"),
        plan_id="service-outage",
        plane=plane,
        reason="Störung",
        alert_id=alert_id,
        conflicted=conflicted,
    )


def found(office: Office, incident_id: str) -> Incident:
    with office.ctx.store.reading() as store:
        incident = store.get(Incident, incident_id)
    assert incident is not None
    return incident


def test_activation_is_all_or_nothing(office: Office) -> None:
    before = office.actions()
    office.add(
        Alert(id="a", plane=Plane.PRACTICE, topic_id="t", at=office.moment, raised_at=office.moment, evidence={})
    )
    with pytest.raises(BadInput):
        start(office, alert_id="a")
    with office.ctx.store.reading() as store:
        assert store.find(Incident) == []
        assert store.find(Lock) == []
        assert store.find(Task) == []
    assert office.actions() == before


def test_only_a_lead_activates_and_only_a_plan_that_exists_with_a_reason(office: Office) -> None:
    with pytest.raises(NotAllowed):
        activate(office.ctx, office.says("analyst"), plan_id="service-outage", plane=Plane.REAL, reason="x")
    with pytest.raises(NotFound):
        activate(office.ctx, office.says("crisis_lead"), plan_id="nope", plane=Plane.REAL, reason="x")
    with pytest.raises(BadInput):
        activate(office.ctx, office.says("crisis_lead"), plan_id="service-outage", plane=Plane.REAL, reason=" ")


def test_the_same_plan_is_not_active_twice_for_the_same_topic(office: Office) -> None:
    start(office)
    with pytest.raises(Conflict, match="already_active"):
        start(office)


def test_a_drill_locks_only_practice_accounts_and_reality_only_real_ones(office: Office) -> None:
    office.add(account("drill", plane=Plane.PRACTICE, publisher="rehearsal"))
    start(office, Plane.PRACTICE)
    with office.ctx.store.reading() as store:
        locked = {lock.account_id for lock in store.find(Lock)}
        assert store.find(Account, plane=Plane.REAL)
    assert locked == {"drill"}


def test_whoever_the_case_is_about_gets_no_tasks_and_approves_nothing(office: Office) -> None:
    incident_id = start(office, conflicted=("approver",))
    with office.ctx.store.reading() as store:
        assert "approver" not in {task.person_id for task in store.find(Task, incident_id=incident_id)}
        statement = store.find(Statement, incident_id=incident_id)[0]
        version = store.find(StatementVersion, statement_id=statement.id)[0]
    office.add(_submitted(version))
    with pytest.raises(NotAllowed, match="conflict_of_interest"):
        approve_statement(office.ctx, office.says("approver"), version_id=version.id, content_hash=version.content_hash)


def _submitted(version: StatementVersion) -> StatementVersion:
    return replace(version, state=StatementState.SUBMITTED)


def test_a_preview_changes_nothing(office: Office) -> None:
    before = office.actions()
    shown = preview(office.ctx, "crisis_lead", plan_id="service-outage", plane=Plane.REAL)
    assert shown.locks
    assert office.actions() == before


def test_levels_facts_and_decisions_need_their_reasons(office: Office) -> None:
    incident_id = start(office)
    lead = office.says("crisis_lead")
    with pytest.raises(BadInput):
        set_level(office.ctx, lead, incident_id=incident_id, level=7, reason="x")
    with pytest.raises(BadInput):
        record_fact(office.ctx, lead, incident_id=incident_id, text="x", state=FactState.CONFIRMED, source="")
    with pytest.raises(BadInput):
        record_decision(office.ctx, lead, incident_id=incident_id, text="x", reason=" ")
    set_level(office.ctx, lead, incident_id=incident_id, level=3, reason="zwei Kanäle")
    assert found(office, incident_id).level == 3


def test_a_task_that_asks_for_evidence_is_not_done_without_it(office: Office) -> None:
    incident_id = start(office)
    with office.ctx.store.reading() as store:
        task = next(task for task in store.find(Task, incident_id=incident_id) if task.evidence_required)
    with pytest.raises(BadInput):
        finish_task(office.ctx, office.says("analyst"), task_id=task.id)
    finish_task(office.ctx, office.says("analyst"), task_id=task.id, evidence="Ticket 4711")
    with pytest.raises(Conflict):
        finish_task(office.ctx, office.says("analyst"), task_id=task.id, evidence="noch einmal")


def test_stand_down_is_refused_while_criteria_are_open_and_can_be_taken_back(office: Office) -> None:
    incident_id = start(office)
    with pytest.raises(BadInput):
        propose_stand_down(
            office.ctx, office.says("crisis_lead"), incident_id=incident_id, criteria_met=(), reason="ruhig"
        )
    with pytest.raises(Conflict):
        withdraw_stand_down(office.ctx, office.says("crisis_lead"), incident_id=incident_id, reason="doch nicht")


def test_the_drill_partner_agrees_in_practice_only_and_gets_no_real_task(office: Office) -> None:
    office.add(
        person(DRILL_PARTNER, Role.APPROVER, Role.CRISIS_LEAD),
        account("drill", plane=Plane.PRACTICE, publisher="rehearsal"),
    )
    real = start(office)
    with office.ctx.store.reading() as store:
        assert DRILL_PARTNER not in {task.person_id for task in store.find(Task, incident_id=real)}
        version = store.find(StatementVersion, incident_id=real)[0]
    with pytest.raises(BadInput, match="partner_only_practises"):
        partner_approves(office.ctx, office.says("crisis_lead"), version_id=version.id)


def test_reading_the_log_is_logged_once_an_hour(office: Office) -> None:
    for _ in range(3):
        note_reading(office.ctx, "auditor")
    office.later(hours=1)
    note_reading(office.ctx, "auditor")
    assert office.actions().count("log.read") == 2


def test_one_activation_takes_every_alert_of_the_same_storm_and_no_other(office: Office) -> None:
    def alert(identity: str, hours: int, run: str = "live") -> Alert:
        at = office.moment - timedelta(hours=hours)
        return Alert(id=identity, plane=Plane.REAL, topic_id="t", at=at, raised_at=at, evidence={"run": run})

    office.add(alert("first", 1), alert("higher", 0), alert("last week", 170), alert("replay", 0, run="r"))
    incident_id = start(office, alert_id="higher")
    with office.ctx.store.reading() as store:
        taken = {one.id for one in store.find(Alert, incident_id=incident_id)}
    assert taken == {"first", "higher"}
