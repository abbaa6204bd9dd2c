"""The weekly rota is kept by leads and administrators; telling follows it; everybody may try how they are reached."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from command_center.domain.duty import DutyStep
from command_center.domain.people import Role
from command_center.domain.rota import Exchange, Shift
from command_center.errors import BadInput, Conflict, NotAllowed
from command_center.telling import Teller
from command_center.texts import LANGUAGES, knows
from command_center.use_cases.be_reached import set_reachability, try_reaching
from command_center.use_cases.duty_roster import duty_plan
from command_center.use_cases.keep_duty import change_duty
from command_center.use_cases.keep_rota import change_rota, duty_view
from tests.use_cases.conftest import Office
from tests.use_cases.test_tell import Phone, after, raise_alert

ALL_DAYS = tuple(range(7))
ALWAYS = Shift(person_id="approver", days=ALL_DAYS, begins="00:00", ends="00:00")


@pytest.fixture
def phone(tellers: list[Teller]) -> Phone:
    made = Phone()
    tellers.append(made)
    return made


def keep(office: Office, *shifts: Shift, exchanges: tuple[Exchange, ...] = (), who: str = "crisis_lead") -> None:
    change_rota(office.ctx, office.says(who), shifts=shifts, exchanges=exchanges, zone="Europe/Berlin")


def only_rota(office: Office) -> None:
    change_duty(
        office.ctx,
        office.says("crisis_lead"),
        steps=[DutyStep(after_minutes=0, rota=True), DutyStep(after_minutes=10, roles=(Role.CRISIS_LEAD,))],
        repeats=0,
    )


def test_who_is_on_duty_is_told_and_an_exchange_counts(office: Office, phone: Phone) -> None:
    swap = Exchange(
        person_id="analyst", instead_of="approver", begins=office.moment, ends=office.moment + timedelta(hours=1)
    )
    keep(office, ALWAYS, exchanges=(swap,))
    only_rota(office)
    raise_alert(office)
    assert after(office, phone) == ["analyst"]
    office.later(hours=2)
    raise_alert(office, "later")
    assert "approver" in after(office, phone)


def test_a_gap_makes_the_next_step_due_at_once(office: Office, phone: Phone) -> None:
    tomorrow = (office.moment.weekday() + 1) % 7
    keep(office, Shift(person_id="approver", days=(tomorrow,), begins="08:00", ends="18:00"))
    only_rota(office)
    raise_alert(office)
    assert after(office, phone) == ["crisis_lead"]


def test_a_rota_no_step_asks_for_is_asked_for_by_the_first(office: Office) -> None:
    keep(office, ALWAYS)
    with office.ctx.store.reading() as store:
        plan = duty_plan(store)
        (entry,) = store.log(action="duty.rota_changed")
    assert [step.rota for step in plan.steps] == [True, False, False]
    assert entry.details["shifts"] == ["approver: 1,2,3,4,5,6,7 00:00-00:00"]


def test_the_steps_keep_the_rota_and_the_rota_the_steps(office: Office) -> None:
    keep(office, ALWAYS)
    only_rota(office)
    with office.ctx.store.reading() as store:
        plan = duty_plan(store)
    assert (plan.shifts, len(plan.steps)) == ((ALWAYS,), 2)


def test_an_absence_to_come_shows_as_a_gap_and_is_over_by_itself(office: Office, phone: Phone) -> None:
    keep(office, ALWAYS)
    begins, ends = office.moment + timedelta(days=1), office.moment + timedelta(days=2)
    set_reachability(office.ctx, office.says("approver"), away_from=begins, away_until=ends)
    view = duty_view(office.ctx, "employee")
    assert [(gap.begins, gap.ends, gap.planned) for gap in view.gaps] == [(begins, ends, ("approver",))]
    only_rota(office)
    raise_alert(office)
    assert after(office, phone) == ["approver"], "not away yet"


@pytest.mark.parametrize(
    ("code", "given"),
    [
        ("rota.no_day", {"shifts": [Shift(person_id="approver", days=(), begins="08:00", ends="18:00")]}),
        ("reachability.not_a_time", {"shifts": [Shift(person_id="approver", days=(0,), begins="8", ends="18:00")]}),
        ("reachability.not_a_day", {"shifts": [Shift(person_id="approver", days=(9,), begins="08:00", ends="18:00")]}),
        ("rota.cannot_take", {"shifts": [Shift(person_id="administrator", days=(0,), begins="08:00", ends="18:00")]}),
        ("duty.not_active", {"shifts": [Shift(person_id="stranger", days=(0,), begins="08:00", ends="18:00")]}),
        ("reachability.not_a_zone", {"zone": "Atlantis"}),
        ("rota.too_many", {"shifts": [ALWAYS] * 101}),
    ],
)
def test_a_rota_that_cannot_work_is_refused(office: Office, code: str, given: dict[str, Any]) -> None:
    values: dict[str, Any] = {"shifts": [], "exchanges": [], "zone": "Europe/Berlin", **given}
    assert refused(lambda: change_rota(office.ctx, office.says("crisis_lead"), **values)) == code


def test_an_exchange_must_end_after_it_begins_and_be_with_somebody_else(office: Office) -> None:
    backwards = Exchange(person_id="approver", begins=office.moment, ends=office.moment)
    assert refused(lambda: keep(office, exchanges=(backwards,))) == "rota.exchange_ends_first"
    later = office.moment + timedelta(hours=1)
    alone = Exchange(person_id="approver", instead_of="approver", begins=office.moment, ends=later)
    assert refused(lambda: keep(office, exchanges=(alone,))) == "rota.own_exchange"


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(BadInput) as raised:
        act()
    assert all(knows(language, raised.value.code) for language in LANGUAGES)
    return raised.value.code


def test_an_analyst_may_not_change_the_rota(office: Office) -> None:
    with pytest.raises(NotAllowed):
        keep(office, ALWAYS, who="analyst")


def test_a_trial_goes_out_once_a_minute_and_is_logged(office: Office, phone: Phone) -> None:
    assert try_reaching(office.ctx, office.says("employee"), person_id="employee") == "mail: sent"
    with pytest.raises(Conflict):
        try_reaching(office.ctx, office.says("employee"), person_id="employee")
    assert phone.rings() == ["employee"]
    office.later(minutes=1)
    phone.trouble = "gone"
    assert try_reaching(office.ctx, office.says("administrator"), person_id="employee") == "mail: failed"
    with pytest.raises(NotAllowed):
        try_reaching(office.ctx, office.says("employee"), person_id="analyst")
    assert office.actions().count("person.reach_tried") == 2


def test_without_a_way_a_trial_is_refused(office: Office) -> None:
    code = refused(lambda: try_reaching(office.ctx, office.says("employee"), person_id="employee"))
    assert code == "trial.no_way"


def test_who_cannot_acknowledge_is_asked_to_call_who_can(office: Office, phone: Phone) -> None:
    raise_alert(office)
    after(office, phone)
    after(office, phone, minutes=10)
    phone.bodies.clear()
    assert after(office, phone, minutes=20) == ["administrator"]
    assert phone.bodies == ["unacknowledged for 30 minutes\ncall analyst: a"]


def test_somebody_may_want_fewer_messages(office: Office, phone: Phone) -> None:
    change_duty(
        office.ctx, office.says("crisis_lead"), steps=[DutyStep(after_minutes=0, people=("analyst",))], repeats=0
    )
    set_reachability(office.ctx, office.says("analyst"), digest_after=1, digest_minutes=30)
    for name in ("a", "b"):
        raise_alert(office, name)
    after(office, phone)
    raise_alert(office, "c")
    assert after(office, phone, minutes=20) == [], "one message within half an hour"
    assert after(office, phone, minutes=10) == ["analyst"]
