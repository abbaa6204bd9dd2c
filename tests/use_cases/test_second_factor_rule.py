"""A new house starts safe and stays usable: who leads or administers has three days; on the real SQLite store."""

from datetime import timedelta

import pytest

from command_center.domain.people import Person, Role
from command_center.domain.second_factor import GRACE, SecondFactorRule
from command_center.ports import Context
from command_center.use_cases.door_steps import FACTOR, StepDue
from command_center.use_cases.people import change_roles
from command_center.use_cases.second_factor import need_second_factor
from command_center.use_cases.sign_in import factor_due, second_factor_rule, sign_in
from tests.use_cases.door import DESK, PASSWORD, Clock, add, by


def asked(ctx: Context, login: str) -> str:
    try:
        sign_in(ctx, login, PASSWORD, DESK)
    except StepDue as due:
        return due.kind
    return ""


def test_who_opens_a_house_is_told_for_three_days_and_asked_from_then_on(
    kim: Person, ctx: Context, clock: Clock
) -> None:
    with ctx.store.reading() as store:
        assert second_factor_rule(store) is SecondFactorRule.LEADS
        assert factor_due(store, kim) == kim.created_at + GRACE
    clock.pass_by(seconds=(GRACE - timedelta(seconds=1)).total_seconds())
    assert asked(ctx, "kim") == ""
    clock.pass_by(seconds=1)
    assert asked(ctx, "kim") == FACTOR


def test_others_are_not_asked_until_they_are_given_such_a_role(kim: Person, ctx: Context, clock: Clock) -> None:
    jo = add(ctx, kim)
    clock.pass_by(days=30)
    assert asked(ctx, "jo") == ""
    change_roles(ctx, by(kim), person_id=jo.id, roles=[Role.CRISIS_LEAD])
    assert asked(ctx, "jo") == FACTOR


@pytest.mark.parametrize(
    ("rule", "kim_needs", "jo_needs"),
    [
        (SecondFactorRule.NOBODY, "", ""),
        (SecondFactorRule.LEADS, FACTOR, ""),
        (SecondFactorRule.EVERYBODY, FACTOR, FACTOR),
    ],
)
def test_what_the_house_decides_holds_at_once(
    kim: Person, ctx: Context, rule: SecondFactorRule, kim_needs: str, jo_needs: str
) -> None:
    add(ctx, kim)
    need_second_factor(ctx, by(kim), rule=rule)
    assert (asked(ctx, "kim"), asked(ctx, "jo")) == (kim_needs, jo_needs)
