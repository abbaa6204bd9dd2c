"""The duty plan is changed by leads and administrators, reachability by everybody for themselves."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from command_center.domain.duty import DEFAULT_DUTY, Deputy, DutyStep
from command_center.domain.people import Role
from command_center.domain.reachability import ChannelChoice, QuietHours, Reachability, Urgency
from command_center.errors import BadInput, NotAllowed
from command_center.texts import LANGUAGES, knows
from command_center.use_cases.be_reached import set_reachability
from command_center.use_cases.duty_roster import duty_plan
from command_center.use_cases.keep_duty import change_duty
from tests.use_cases.conftest import Office, person

LEADS = DutyStep(after_minutes=0, roles=(Role.CRISIS_LEAD,))
NIGHT = QuietHours(begins="22:00", ends="07:00", zone="Europe/Berlin")


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(BadInput) as raised:
        act()
    assert all(knows(language, raised.value.code) for language in LANGUAGES)
    return raised.value.code


def test_without_any_configuration_the_default_holds(office: Office) -> None:
    with office.ctx.store.reading() as store:
        assert duty_plan(store) == DEFAULT_DUTY


def test_a_lead_changes_the_plan_and_the_log_says_how(office: Office) -> None:
    change_duty(
        office.ctx,
        office.says("crisis_lead"),
        steps=[LEADS, DutyStep(after_minutes=5, people=("approver", "approver"))],
        deputies=[Deputy(person_id="crisis_lead", deputy_id="analyst")],
        repeats=0,
    )
    with office.ctx.store.reading() as store:
        plan = duty_plan(store)
        (entry,) = store.log(action="duty.changed")
    assert plan.steps[1].people == ("approver",)
    assert (plan.changed_by, plan.changed_at) == ("crisis_lead", office.moment)
    assert entry.details["steps"] == ["0 min: crisis_lead", "5 min: approver"]


def test_an_analyst_may_not_change_the_plan(office: Office) -> None:
    with pytest.raises(NotAllowed):
        change_duty(office.ctx, office.says("analyst"), steps=[LEADS])


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("duty.step_count", {"steps": []}),
        ("duty.empty_step", {"steps": [DutyStep(after_minutes=0)]}),
        ("duty.not_in_order", {"steps": [DutyStep(after_minutes=5, people=("analyst",))]}),
        ("duty.not_in_order", {"steps": [LEADS, LEADS]}),
        ("duty.not_in_order", {"steps": [LEADS, DutyStep(after_minutes=5000, people=("analyst",))]}),
        ("duty.not_active", {"steps": [DutyStep(after_minutes=0, people=("stranger",))]}),
        ("duty.not_active", {"steps": [DutyStep(after_minutes=0, people=("gone",))]}),
        ("duty.own_deputy", {"steps": [LEADS], "deputies": [Deputy(person_id="analyst", deputy_id="analyst")]}),
        (
            "duty.two_deputies",
            {
                "steps": [LEADS],
                "deputies": [
                    Deputy(person_id="analyst", deputy_id="approver"),
                    Deputy(person_id="analyst", deputy_id="auditor"),
                ],
            },
        ),
        ("duty.bad_repeats", {"steps": [LEADS], "repeat_minutes": 1}),
        ("duty.bad_repeats", {"steps": [LEADS], "repeats": -1}),
    ],
)
def test_a_plan_that_cannot_work_is_refused(office: Office, code: str, given: dict[str, Any]) -> None:
    office.add(person("gone", Role.ANALYST, active=False))
    assert refused(lambda: change_duty(office.ctx, office.says("administrator"), **given)) == code


def test_everybody_says_how_to_be_reached_themselves(office: Office) -> None:
    set_reachability(office.ctx, office.says("analyst"), quiet=[NIGHT], disturb_from=Urgency.HIGHEST)
    with office.ctx.store.reading() as store:
        said = store.get(Reachability, "analyst")
        (entry,) = store.log(action="person.reachability_changed")
    assert said is not None
    assert (said.quiet, said.disturb_from) == ((NIGHT,), Urgency.HIGHEST)
    assert entry.details["quiet"] == ["22:00-07:00 Europe/Berlin"]


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("reachability.unknown_channel", {"channels": [ChannelChoice(channel="fax")]}),
        ("reachability.not_a_time", {"quiet": [QuietHours(begins="24:00", ends="07:00", zone="UTC")]}),
        ("reachability.no_span", {"quiet": [QuietHours(begins="07:00", ends="07:00", zone="UTC")]}),
        ("reachability.not_a_day", {"quiet": [QuietHours(begins="22:00", ends="07:00", zone="UTC", days=(7,))]}),
        ("reachability.not_a_zone", {"quiet": [QuietHours(begins="22:00", ends="07:00", zone="Atlantis")]}),
    ],
)
def test_what_cannot_be_kept_is_refused(office: Office, code: str, given: dict[str, Any]) -> None:
    assert refused(lambda: set_reachability(office.ctx, office.says("analyst"), **given)) == code


def test_an_absence_that_is_over_is_refused(office: Office) -> None:
    past = office.moment - timedelta(minutes=1)
    code = refused(lambda: set_reachability(office.ctx, office.says("analyst"), away_until=past))
    assert code == "reachability.away_is_past"
