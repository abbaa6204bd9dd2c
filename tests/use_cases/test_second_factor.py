"""The second factor: asked for after the password, taken once, slowed down, set up, lost and reset."""

import base64
from datetime import timedelta
from functools import partial

import pytest

from command_center.domain.people import DoorStep, Person, Role
from command_center.domain.response_log import Action
from command_center.domain.second_factor import SecondFactor, SecondFactorRule, code_of, step_of
from command_center.errors import NotAllowed
from command_center.ports import Caller, Context
from command_center.use_cases.command import SHELL
from command_center.use_cases.connect import rotate_keys
from command_center.use_cases.door_steps import CODE, FACTOR, StepDue
from command_center.use_cases.people import disable_person
from command_center.use_cases.second_factor import (
    begin_set_up,
    finish_set_up,
    finish_sign_in,
    need_second_factor,
    reset_second_factor,
    set_up,
)
from command_center.use_cases.sign_in import sign_in, who_is
from tests.use_cases import door
from tests.use_cases.door import DESK, ELSEWHERE, PASSWORD, Clock, actions, add, by


class Phone:
    """An authenticator app with one account."""

    def __init__(self, secret: str, clock: Clock) -> None:
        self.key, self.clock = base64.b32decode(secret), clock

    def code(self, *, away: float = 0) -> str:
        return code_of(self.key, step_of(self.clock() + timedelta(seconds=away)))

    def wrong(self) -> str:
        right = {self.code(away=away) for away in (-30, 0, 30)}
        return next(code for code in ("000000", "111111", "222222", "333333") if code not in right)


def due(ctx: Context, login: str = "kim", address: str = DESK) -> StepDue:
    with pytest.raises(StepDue) as step:
        sign_in(ctx, login, PASSWORD, address)
    return step.value


def equipped(ctx: Context, clock: Clock, person: Person) -> tuple[Phone, tuple[str, ...]]:
    """Let somebody set a second factor up, and time pass until the next code."""
    token = begin_set_up(ctx, person.id, password=PASSWORD, code="", address=DESK)
    phone = Phone(set_up(ctx, token, house="One Voice").secret, clock)
    ready = finish_set_up(ctx, token, phone.code(), DESK)
    clock.pass_by(seconds=30)
    return phone, ready.recovery_codes


def test_the_password_alone_opens_nothing_any_more(kim: Person, ctx: Context, clock: Clock) -> None:
    phone, _ = equipped(ctx, clock, kim)
    step = due(ctx)
    assert step.kind == CODE
    assert who_is(ctx, step.token) is None
    token = finish_sign_in(ctx, step.token, phone.code(), DESK)
    assert who_is(ctx, token) == kim


def test_setting_up_ends_the_other_sessions_and_needs_the_password_again(
    kim: Person, ctx: Context, clock: Clock
) -> None:
    before = sign_in(ctx, "kim", PASSWORD, DESK)
    with pytest.raises(NotAllowed, match=r"sign_in\.failed"):
        begin_set_up(ctx, kim.id, password="ganz falsch, leider", code="", address=DESK)
    equipped(ctx, clock, kim)
    assert who_is(ctx, before) is None
    assert Action.SECOND_FACTOR_ADDED in actions(ctx)


def test_a_code_is_taken_once_even_by_another_sign_in(kim: Person, ctx: Context, clock: Clock) -> None:
    phone, _ = equipped(ctx, clock, kim)
    first, second = due(ctx), due(ctx)
    finish_sign_in(ctx, first.token, phone.code(), DESK)
    with pytest.raises(NotAllowed, match=r"second_factor\.wrong"):
        finish_sign_in(ctx, second.token, phone.code(), DESK)


def test_the_code_that_set_it_up_signs_nobody_in(kim: Person, ctx: Context, clock: Clock) -> None:
    phone, _ = equipped(ctx, clock, kim)
    step = due(ctx)
    with pytest.raises(NotAllowed, match=r"second_factor\.wrong"):
        finish_sign_in(ctx, step.token, phone.code(away=-30), DESK)


def test_a_step_is_used_once_and_lasts_ten_minutes(kim: Person, ctx: Context, clock: Clock) -> None:
    phone, _ = equipped(ctx, clock, kim)
    step = due(ctx)
    finish_sign_in(ctx, step.token, phone.code(), DESK)
    clock.pass_by(seconds=30)
    with pytest.raises(NotAllowed, match=r"sign_in\.step_over"):
        finish_sign_in(ctx, step.token, phone.code(), DESK)
    late = due(ctx)
    clock.pass_by(minutes=10, seconds=1)
    with pytest.raises(NotAllowed, match=r"sign_in\.step_over"):
        finish_sign_in(ctx, late.token, phone.code(), DESK)


@pytest.mark.parametrize("token", ["", "x", "ü" * 500])
def test_an_invented_step_leads_nowhere(kim: Person, ctx: Context, token: str) -> None:
    for enter in (finish_sign_in, finish_set_up):
        assert door.code_of(partial(enter, ctx, token, "123456", DESK)) == "sign_in.step_over"


def test_a_step_of_one_kind_opens_no_other(kim: Person, ctx: Context, clock: Clock) -> None:
    equipped(ctx, clock, kim)
    assert door.code_of(partial(finish_set_up, ctx, due(ctx).token, "123456", DESK)) == "sign_in.step_over"


def test_guessing_codes_is_slowed_down_like_passwords(kim: Person, ctx: Context, clock: Clock) -> None:
    phone, _ = equipped(ctx, clock, kim)
    clock.pass_by(minutes=16)
    step = due(ctx, address=ELSEWHERE)
    for _ in range(5):
        assert door.code_of(partial(finish_sign_in, ctx, step.token, phone.wrong(), ELSEWHERE)) == "second_factor.wrong"
    again = due(ctx, address=ELSEWHERE)  # a right password must not reset the count of codes
    assert door.code_of(partial(finish_sign_in, ctx, again.token, phone.code(), ELSEWHERE)) == "sign_in.wait"
    clock.pass_by(seconds=31)
    assert who_is(ctx, finish_sign_in(ctx, again.token, phone.code(), ELSEWHERE)) == kim


def test_a_recovery_code_opens_once_and_is_logged(kim: Person, ctx: Context, clock: Clock) -> None:
    _, codes = equipped(ctx, clock, kim)
    assert len(codes) == 10
    finish_sign_in(ctx, due(ctx).token, codes[0], DESK)
    assert actions(ctx)[-2:] == [Action.RECOVERY_CODE_USED, Action.SESSION_STARTED]
    with pytest.raises(NotAllowed, match=r"second_factor\.wrong"):
        finish_sign_in(ctx, due(ctx).token, codes[0], DESK)


def test_the_store_keeps_neither_secret_nor_recovery_codes(kim: Person, ctx: Context, clock: Clock) -> None:
    phone, codes = equipped(ctx, clock, kim)
    with ctx.store.reading() as store:
        kept = repr([*store.find(SecondFactor), *store.find(DoorStep), *(entry.body for entry in store.log())])
    assert base64.b32encode(phone.key).decode() not in kept
    assert not any(code in kept for code in codes)


@pytest.mark.parametrize(
    ("rule", "led"),
    [
        (SecondFactorRule.NOBODY, set()),
        (SecondFactorRule.LEADS, {"kim"}),
        (SecondFactorRule.EVERYBODY, {"kim", "jo"}),
    ],
)
def test_who_needs_one_is_led_to_setting_it_up(
    kim: Person, ctx: Context, clock: Clock, rule: SecondFactorRule, led: set[str]
) -> None:
    add(ctx, kim, "jo", (Role.ANALYST,))
    need_second_factor(ctx, by(kim), rule=rule)
    for login in {"kim", "jo"} - led:
        assert who_is(ctx, sign_in(ctx, login, PASSWORD, DESK))
    for login in led:
        step = due(ctx, login)
        assert step.kind == FACTOR
        phone = Phone(set_up(ctx, step.token, house="One Voice").secret, clock)
        assert who_is(ctx, finish_set_up(ctx, step.token, phone.code(), DESK).token)


def test_an_administrator_resets_it_and_sessions_end(kim: Person, ctx: Context, clock: Clock) -> None:
    jo = add(ctx, kim)
    phone, _ = equipped(ctx, clock, jo)
    token = finish_sign_in(ctx, due(ctx, "jo").token, phone.code(), DESK)
    half = due(ctx, "jo")
    reset_second_factor(ctx, by(kim), person_id=jo.id)
    assert who_is(ctx, token) is None
    assert door.code_of(partial(finish_sign_in, ctx, half.token, phone.code(), DESK)) == "sign_in.step_over"
    assert sign_in(ctx, "jo", PASSWORD, DESK)
    assert Action.SECOND_FACTOR_RESET in actions(ctx)
    assert door.code_of(lambda: reset_second_factor(ctx, by(kim), person_id=jo.id)) == "second_factor.none"


def test_nobody_else_resets_it_or_changes_the_rule(kim: Person, ctx: Context) -> None:
    jo = add(ctx, kim)
    assert door.code_of(lambda: reset_second_factor(ctx, by(jo), person_id=kim.id)) == "people.no_right"
    nobody = SecondFactorRule.NOBODY
    assert door.code_of(lambda: need_second_factor(ctx, by(jo), rule=nobody)) == "people.no_right"


def test_who_is_disabled_between_password_and_code_stays_out(kim: Person, ctx: Context, clock: Clock) -> None:
    jo = add(ctx, kim)
    phone, _ = equipped(ctx, clock, jo)
    step = due(ctx, "jo")
    disable_person(ctx, by(kim), person_id=jo.id)
    assert door.code_of(partial(finish_sign_in, ctx, step.token, phone.code(), DESK)) == "sign_in.step_over"


def test_a_new_phone_needs_the_old_one_or_a_recovery_code(kim: Person, ctx: Context, clock: Clock) -> None:
    phone, codes = equipped(ctx, clock, kim)
    begin = partial(begin_set_up, ctx, kim.id, password=PASSWORD, address=DESK)
    assert door.code_of(lambda: begin(code="")) == "second_factor.wrong"
    assert begin(code=phone.code())
    assert begin(code=codes[4])


def test_secrets_are_sealed_again_with_a_new_key(kim: Person, ctx: Context, clock: Clock) -> None:
    phone, _ = equipped(ctx, clock, kim)
    with ctx.store.reading() as store:
        before = store.find(SecondFactor)[0].sealed
    assert rotate_keys(ctx, Caller(SHELL, "turn")) == "1"
    with ctx.store.reading() as store:
        assert store.find(SecondFactor)[0].sealed != before
    assert finish_sign_in(ctx, due(ctx).token, phone.code(), DESK)
