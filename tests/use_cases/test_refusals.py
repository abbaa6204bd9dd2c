"""A refused act is one entry: who, what and why; not a flood, not twice for one click, none for who only looks."""

from dataclasses import replace
from itertools import count

import pytest

from command_center import worker
from command_center.domain.accounts import Posture
from command_center.domain.connections import KeyKind
from command_center.domain.incidents import Incident
from command_center.domain.mentions import Plane
from command_center.domain.people import Act, Role
from command_center.domain.response_log import LogEntry
from command_center.errors import NotAllowed, StoreUnavailable
from command_center.use_cases.activate import activate
from command_center.use_cases.command import SHELL, looking
from command_center.use_cases.connect import connect
from command_center.use_cases.lock import ask_unlock, confirm_unlock, lock_account
from command_center.use_cases.people import change_roles, disable_person
from command_center.use_cases.stand_down import propose_stand_down
from tests.use_cases.conftest import Office
from tests.use_cases.fault_walk import FragileStore


def refusals(office: Office) -> list[LogEntry]:
    with office.ctx.store.reading() as store:
        return list(store.log(action="act.refused"))


def said(office: Office) -> list[tuple[str, str, str, int]]:
    return [
        (entry.actor, entry.details["act"], entry.details["refused"], entry.details["count"])
        for entry in refusals(office)
    ]


def lock(office: Office, who: str = "employee", **more: object) -> None:
    given = {"account_id": "acc", "posture": Posture.HOLD, "reason": "Sturm", **more}
    with pytest.raises(NotAllowed):
        lock_account(office.ctx, office.says(who), **given)  # type: ignore[arg-type]


def test_a_missing_right_is_one_entry_and_changes_nothing(office: Office) -> None:
    lock(office)
    assert said(office) == [("employee", "account.lock", "no_right", 1)]
    assert office.actions() == ["act.refused"]
    assert refusals(office)[0].subject == "acc"


def test_the_wrong_second_person_and_who_the_case_is_about_are_named_so(office: Office) -> None:
    lock_id = lock_account(
        office.ctx, office.says("approver"), account_id="acc", posture=Posture.ONE_VOICE, reason="Sturm"
    )
    ask_unlock(office.ctx, office.says("approver"), lock_id=lock_id, reason="ruhig")
    with pytest.raises(NotAllowed):
        confirm_unlock(office.ctx, office.says("approver"), lock_id=lock_id)
    incident = activate(
        office.ctx,
        office.says("crisis_lead"),
        plan_id="product-recall",
        plane=Plane.REAL,
        reason="Rauch",
        conflicted=("crisis_lead",),
    )
    with pytest.raises(NotAllowed):
        propose_stand_down(
            office.ctx, office.says("crisis_lead"), incident_id=incident, criteria_met=criteria(office), reason="ruhig"
        )
    assert said(office) == [
        ("approver", "account.unlock", "other_person", 1),
        ("crisis_lead", "incident.lead", "conflict", 1),
    ]
    assert refusals(office)[1].incident_id == incident


def criteria(office: Office) -> tuple[str, ...]:
    with office.ctx.store.reading() as store:
        plan = office.ctx.plan_from_snapshot(store.find(Incident)[0].plan)
    return tuple(one.code.value for one in plan.stand_down.criteria)


def test_the_same_click_sent_again_is_one_refusal(office: Office) -> None:
    wish = office.says("employee")
    for minutes in (0, 0, 5):
        office.later(minutes=minutes)
        with pytest.raises(NotAllowed):
            lock_account(office.ctx, wish, account_id="acc", posture=Posture.HOLD, reason="Sturm")
    assert len(refusals(office)) == 1
    change_roles(office.ctx, office.says("administrator"), person_id="employee", roles=(Role.APPROVER,))
    lock_account(office.ctx, wish, account_id="acc", posture=Posture.HOLD, reason="Sturm")


def test_a_thousand_tries_are_an_entry_a_minute_and_every_one_is_counted(office: Office) -> None:
    for number in range(300):
        office.later(seconds=1)
        lock(office, account_id=f"acc-{number}")
    assert len(refusals(office)) == 5
    office.later(minutes=2)
    worker.work_once(office.ctx)
    worker.work_once(office.ctx)
    assert len(refusals(office)) == 6
    assert sum(count for *_, count in said(office)) == 300


def test_each_person_and_act_is_counted_apart(office: Office) -> None:
    lock(office)
    lock(office, "analyst")
    with pytest.raises(NotAllowed):
        disable_person(office.ctx, office.says("employee"), person_id="administrator")
    assert [(who, act) for who, act, *_ in said(office)] == [
        ("employee", "account.lock"),
        ("analyst", "account.lock"),
        ("employee", "people.write"),
    ]


def test_somebody_disabled_the_shell_and_a_first_step_outside_the_store_count_too(office: Office) -> None:
    disable_person(office.ctx, office.says("administrator"), person_id="approver")
    lock(office, "approver")
    with pytest.raises(NotAllowed):
        activate(office.ctx, office.says(SHELL), plan_id="product-recall", plane=Plane.REAL, reason="Rauch")
    with pytest.raises(NotAllowed):
        connect(office.ctx, office.says("analyst"), network="x", kind=KeyKind.TOKEN, secret={"bearer": "b"})
    assert [(who, why) for who, _, why, _ in said(office)] == [
        ("approver", "not_active"),
        (SHELL, "no_right"),
        ("analyst", "no_right"),
    ]


def test_nobody_at_all_and_who_only_looks_leave_no_entry(office: Office) -> None:
    lock(office, "nobody")
    lock(office, "client:nobody")
    with pytest.raises(NotAllowed), looking(office.ctx, "employee", Act.READ_LOG):
        pass
    assert refusals(office) == []


def test_a_refusal_stands_where_it_cannot_be_written(office: Office) -> None:
    once, store = count(), office.ctx.store

    def break_() -> None:
        if next(once):
            raise StoreUnavailable("store.locked")

    office.ctx = replace(office.ctx, store=FragileStore(store, break_))  # type: ignore[arg-type]
    lock(office)
