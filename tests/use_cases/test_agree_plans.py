"""A plan is what two people agreed on; an edited file is not, and yet nobody is helpless in a storm."""

from dataclasses import replace

import pytest

from command_center.bootstrap import shelf
from command_center.domain.duty import Deputy, DutyPlan
from command_center.domain.four_eyes import Proposal, hash_of
from command_center.domain.incidents import Incident
from command_center.domain.mentions import Plane
from command_center.domain.people import Person, Role
from command_center.domain.plans import Plan, PlanStatus
from command_center.domain.reachability import Reachability
from command_center.domain.shipped_plans import SHIPPED
from command_center.errors import BadInput, Conflict, NotAllowed, NotFound
from command_center.plan_files import plan_to_data
from command_center.use_cases.activate import activate
from command_center.use_cases.agree_plans import (
    PlanAgreement,
    PlanStanding,
    agree_plan,
    keep_shipped_plans,
    plan_standings,
)
from command_center.use_cases.agree_proposals import agree_proposal, end_proposal
from command_center.use_cases.choose_plan import plans_for
from command_center.use_cases.people import disable_person
from command_center.use_cases.preview_plan import preview
from command_center.use_cases.proposing import open_proposals
from command_center.use_cases.tell_second import tell_second
from tests.use_cases.conftest import PLANS, Office, person

PLAN = "service-outage"


def shipped() -> Plan:
    return next(plan for plan in shelf(PLANS).plans if plan.id == PLAN)


def edited(posture: str = "review", **changes: object) -> Plan:
    plan = shipped()
    return replace(plan, lock=replace(plan.lock, posture=posture, account_tags=()), version=9, **changes)  # type: ignore[arg-type]


def on_the_shelf(office: Office, *plans: Plan) -> None:
    office.ctx = replace(office.ctx, plans=lambda: plans)


def standing(office: Office) -> PlanStanding:
    with office.ctx.store.reading() as store:
        (found,) = plan_standings(office.ctx, store)
    return found


def agree(office: Office, who: str, shown: str = "") -> str:
    return agree_plan(office.ctx, office.says(who), plan_id=PLAN, content_hash=shown or standing(office).file_hash)


def storm(office: Office, who: str = "crisis_lead", **more: object) -> Incident:
    given = {"plan_id": PLAN, "plane": Plane.REAL, "reason": "Alles steht", **more}
    identity = activate(office.ctx, office.says(who), **given)  # type: ignore[arg-type]
    with office.ctx.store.reading() as store:
        return store.find(Incident, id=identity)[0]


def test_the_hashes_of_shipped_plans_are_those_of_the_files() -> None:
    assert {hash_of(plan_to_data(plan)) for plan in shelf(PLANS).plans} == SHIPPED


def test_a_shipped_plan_works_on_the_first_day(office: Office) -> None:
    on_the_shelf(office, shipped())
    assert standing(office).state is PlanAgreement.AGREED
    assert storm(office).plan_version == shipped().version


def test_an_edited_file_is_not_used_until_two_agree_to_exactly_it(office: Office) -> None:
    on_the_shelf(office, shipped())
    keep_shipped_plans(office.ctx)
    on_the_shelf(office, edited())
    assert standing(office).state is PlanAgreement.CHANGED
    agree(office, "approver")
    with pytest.raises(NotAllowed) as refused:
        agree(office, "approver")
    assert refused.value.code == "four_eyes.other_person"
    assert standing(office).usable == shipped(), "the version agreed before is what a storm uses"
    agree(office, "crisis_lead")
    assert standing(office).state is PlanAgreement.AGREED
    assert storm(office).plan_version == 9
    assert office.actions().count("second.asked") == office.actions().count("second.agreed") == 1


def test_an_edit_in_between_needs_two_new_words(office: Office) -> None:
    on_the_shelf(office, edited())
    shown = standing(office).file_hash
    agree(office, "approver")
    on_the_shelf(office, edited("hold"))
    with pytest.raises(Conflict) as refused:
        agree(office, "crisis_lead", shown)
    assert refused.value.code == "plan.shown_content_differs"
    agree(office, "crisis_lead")
    assert standing(office).usable is None
    on_the_shelf(office, edited())
    agree(office, "second_approver")
    assert standing(office).state is PlanAgreement.AGREED, "the first word was for this content"


def test_a_file_that_broke_leaves_what_was_agreed(office: Office) -> None:
    on_the_shelf(office, shipped())
    keep_shipped_plans(office.ctx)
    assert keep_shipped_plans(office.ctx) == 0
    on_the_shelf(office)
    assert standing(office).state is PlanAgreement.MISSING
    assert storm(office).plan_version == shipped().version


def test_a_house_retires_a_plan_by_two(office: Office) -> None:
    on_the_shelf(office, shipped())
    keep_shipped_plans(office.ctx)
    on_the_shelf(office, replace(shipped(), status=PlanStatus.RETIRED))
    assert standing(office).usable == shipped()
    agree(office, "approver")
    agree(office, "crisis_lead")
    assert standing(office).usable is None
    with pytest.raises(BadInput):
        storm(office)


def test_a_row_of_the_store_that_was_changed_is_no_agreement(office: Office) -> None:
    on_the_shelf(office, edited())
    agree(office, "approver")
    agree(office, "crisis_lead")
    with office.ctx.store.reading() as store:
        (kept,) = store.find(Proposal)
    office.add(replace(kept, plan={**kept.plan, "version": 10}))
    assert standing(office).state is PlanAgreement.NEW


def test_a_plan_nobody_agreed_on_takes_breaking_the_glass(office: Office) -> None:
    on_the_shelf(office, edited())
    with pytest.raises(Conflict) as refused:
        storm(office)
    assert refused.value.code == "plan.not_agreed"
    with pytest.raises(Conflict) as refused:
        storm(office, as_edited=True)
    assert refused.value.code == "incident.glass_needed"
    assert preview(office.ctx, "crisis_lead", plan_id=PLAN, plane=Plane.REAL, as_edited=True).glass == ("not_agreed",)
    incident = storm(office, as_edited=True, break_glass=True)
    assert incident.plan_version == 9
    with office.ctx.store.reading() as store:
        (entry,) = store.log(action="incident.glass_broken")
        (waiting,) = open_proposals(store)
    assert entry.details["plan_hash"] == hash_of(incident.plan)
    assert (waiting.asked_by, waiting.reason) == ("crisis_lead", "Alles steht")
    with pytest.raises(NotAllowed):
        agree_proposal(
            office.ctx, office.says("crisis_lead"), proposal_id=waiting.id, content_hash=waiting.content_hash
        )
    with pytest.raises(Conflict):
        end_proposal(office.ctx, office.says("approver"), proposal_id=waiting.id)
    agree_proposal(office.ctx, office.says("approver"), proposal_id=waiting.id, content_hash=waiting.content_hash)
    with office.ctx.store.reading() as store:
        assert open_proposals(store) == []


def test_breaking_the_glass_is_told_to_everybody_who_leads(office: Office) -> None:
    on_the_shelf(office, edited())
    storm(office, as_edited=True, break_glass=True)
    assert tell_second(office.ctx) == 3, "two approvers and the administrator; the lead knows"
    assert tell_second(office.ctx) == 0


def test_a_glass_that_is_not_in_the_way_is_not_broken(office: Office) -> None:
    on_the_shelf(office, shipped())
    storm(office, as_edited=True, break_glass=True)
    assert "incident.glass_broken" not in office.actions()


def test_who_the_case_is_about_has_agreed_on_nothing_in_it(office: Office) -> None:
    on_the_shelf(office, shipped())
    keep_shipped_plans(office.ctx)
    on_the_shelf(office, edited())
    agree(office, "approver")
    agree(office, "crisis_lead")
    assert storm(office, "crisis_lead", conflicted=("approver",)).plan_version == shipped().version


def test_an_agreement_outlives_who_gave_it_but_a_first_word_does_not(office: Office) -> None:
    on_the_shelf(office, edited())
    agree(office, "approver")
    disable_person(office.ctx, office.says("administrator"), person_id="approver")
    agree(office, "crisis_lead")
    assert standing(office).usable is None, "the first word went with its giver"
    agree(office, "second_approver")
    disable_person(office.ctx, office.says("administrator"), person_id="second_approver")
    assert standing(office).state is PlanAgreement.AGREED


def test_a_drill_tries_an_edited_plan_without_anybody(office: Office) -> None:
    on_the_shelf(office, edited())
    assert storm(office, plane=Plane.PRACTICE).plan_version == 9
    with office.ctx.store.reading() as store:
        assert [plan.version for plan, _ in plans_for(office.ctx, store, Plane.PRACTICE)] == [9]


def test_only_who_may_agree_agrees_and_only_to_a_plan_there_is(office: Office) -> None:
    on_the_shelf(office, edited())
    for who in ("administrator", "analyst", "auditor"):
        with pytest.raises(NotAllowed):
            agree(office, who)
    with pytest.raises(NotFound):
        agree_plan(office.ctx, office.says("approver"), plan_id="nope", content_hash="")
    on_the_shelf(office, shipped())
    with pytest.raises(Conflict):
        agree(office, "approver")


def deputised(office: Office, deputy: str = "analyst", *, away: bool = False) -> None:
    office.add(
        DutyPlan(steps=(), deputies=(Deputy(person_id="crisis_lead", deputy_id=deputy),)),
        *(
            [Reachability(id="crisis_lead", changed_at=office.moment, away_until=office.moment.replace(hour=23))]
            if away
            else []
        ),
    )


def test_a_deputy_acts_while_the_lead_is_away_and_no_longer(office: Office) -> None:
    on_the_shelf(office, shipped())
    deputised(office, away=True)
    assert storm(office, "analyst").opened_by == "analyst"
    assert "incident.glass_broken" not in office.actions()
    office.later(days=1)
    with pytest.raises(Conflict):
        storm(office, "analyst", topic_id="other")


def test_the_deputy_of_a_lead_who_is_not_marked_away_breaks_the_glass(office: Office) -> None:
    on_the_shelf(office, shipped())
    deputised(office, "employee")
    with pytest.raises(Conflict) as refused:
        storm(office, "employee")
    assert refused.value.values["glass"] == "deputy"
    assert storm(office, "employee", break_glass=True).opened_by == "employee"
    assert "incident.glass_broken" in office.actions()


def test_somebody_who_is_nobodys_deputy_breaks_nothing(office: Office) -> None:
    on_the_shelf(office, shipped())
    deputised(office)
    with pytest.raises(NotAllowed):
        storm(office, "approver", break_glass=True)
    office.add(person("gone", Role.CRISIS_LEAD, active=False))
    office.add(DutyPlan(steps=(), deputies=(Deputy(person_id="gone", deputy_id="analyst"),)))
    with pytest.raises(NotAllowed):
        storm(office, "analyst", break_glass=True)


def test_tasks_go_to_the_deputy_of_a_lead_who_is_away(office: Office) -> None:
    on_the_shelf(office, shipped())
    deputised(office, away=True)
    plan = preview(office.ctx, "analyst", plan_id=PLAN, plane=Plane.REAL)
    takers = {
        task.person.id
        for task in plan.tasks
        if task.person and plan.plan.house_role_of(task.task.role) == "crisis_lead"
    }
    assert takers == {"analyst"}
    with office.ctx.store.reading() as store:
        assert store.find(Person, id="analyst")[0].roles == (Role.ANALYST,), "standing in is never stored"
