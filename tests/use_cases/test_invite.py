"""Nobody knows somebody else's password: a code leads once to the one they choose; on the real SQLite store."""

from functools import partial

import pytest

from command_center.domain.people import DoorStep, Person, Role
from command_center.domain.response_log import Action
from command_center.domain.second_factor import SecondFactorRule, new_code
from command_center.ports import Context
from command_center.use_cases.door_steps import FACTOR, StepDue
from command_center.use_cases.invite import accept_invitation, invite
from command_center.use_cases.people import add_person, disable_person, list_people
from command_center.use_cases.second_factor import need_second_factor
from command_center.use_cases.sign_in import sign_in, who_is
from tests.use_cases.door import (
    DESK,
    ELSEWHERE,
    OTHER,
    PASSWORD,
    Clock,
    actions,
    add,
    by,
    code_of,
)


def invited(ctx: Context, kim: Person, code: str) -> Person:
    identity = add_person(ctx, by(kim), login="jo", name="Jo", roles=[Role.EMPLOYEE], invitation=code)
    return next(person for person in list_people(ctx, reader=kim.id) if person.id == identity)


def test_who_was_added_gets_in_only_with_the_code_and_then_with_their_own_password(kim: Person, ctx: Context) -> None:
    code = new_code()
    jo = invited(ctx, kim, code)
    for guess in ("", PASSWORD, code):
        assert code_of(partial(sign_in, ctx, "jo", guess, DESK)) == "sign_in.failed"
    token = accept_invitation(ctx, f" {code.lower()} ", OTHER, DESK)
    assert who_is(ctx, token) == jo
    assert who_is(ctx, sign_in(ctx, "jo", OTHER, DESK)) == jo
    assert actions(ctx)[-3:-1] == [Action.INVITATION_TAKEN, Action.SESSION_STARTED]


def test_a_code_holds_once_and_for_two_days(kim: Person, ctx: Context, clock: Clock) -> None:
    first, second = new_code(), new_code()
    jo = invited(ctx, kim, first)
    clock.pass_by(hours=48, seconds=1)
    assert code_of(lambda: accept_invitation(ctx, first, OTHER, DESK)) == "invitation.unknown"
    invite(ctx, by(kim), person_id=jo.id, code=second)
    clock.pass_by(hours=47)
    assert accept_invitation(ctx, second, OTHER, DESK)
    assert code_of(lambda: accept_invitation(ctx, second, OTHER, DESK)) == "invitation.unknown"


def test_a_password_that_cannot_be_used_leaves_the_code_as_it_was(kim: Person, ctx: Context) -> None:
    code = new_code()
    invited(ctx, kim, code)
    assert code_of(lambda: accept_invitation(ctx, code, "zu kurz", DESK)) == "password.too_short"
    assert accept_invitation(ctx, code, OTHER, DESK)


def test_inviting_anew_takes_the_old_password_the_old_code_and_every_session(kim: Person, ctx: Context) -> None:
    jo, first, second = add(ctx, kim), new_code(), new_code()
    token = sign_in(ctx, "jo", PASSWORD, DESK)
    invite(ctx, by(kim), person_id=jo.id, code=first)
    assert who_is(ctx, token) is None
    assert code_of(lambda: sign_in(ctx, "jo", PASSWORD, DESK)) == "sign_in.failed"
    invite(ctx, by(kim), person_id=jo.id, code=second)
    assert code_of(lambda: accept_invitation(ctx, first, OTHER, DESK)) == "invitation.unknown"
    assert accept_invitation(ctx, second, OTHER, DESK)


def test_a_second_factor_is_asked_for_all_the_same(kim: Person, ctx: Context) -> None:
    code = new_code()
    invited(ctx, kim, code)
    need_second_factor(ctx, by(kim), rule=SecondFactorRule.EVERYBODY)
    with pytest.raises(StepDue) as due:
        accept_invitation(ctx, code, OTHER, DESK)
    assert due.value.kind == FACTOR
    assert code_of(lambda: accept_invitation(ctx, code, OTHER, DESK)) == "invitation.unknown"


def test_a_disabled_person_takes_no_invitation_and_nobody_invites_themselves(kim: Person, ctx: Context) -> None:
    code = new_code()
    jo = invited(ctx, kim, code)
    disable_person(ctx, by(kim), person_id=jo.id)
    assert code_of(lambda: accept_invitation(ctx, code, OTHER, DESK)) == "invitation.unknown"
    assert code_of(lambda: invite(ctx, by(kim), person_id=jo.id, code=code)) == "invitation.disabled"
    assert code_of(lambda: invite(ctx, by(kim), person_id=kim.id, code=code)) == "invitation.own"


def test_guessing_codes_is_slowed_down_by_address_and_the_store_keeps_no_code(kim: Person, ctx: Context) -> None:
    code = new_code()
    invited(ctx, kim, code)
    tries = [code_of(partial(accept_invitation, ctx, new_code(), OTHER, ELSEWHERE)) for _ in range(21)]
    assert tries == ["invitation.unknown"] * 20 + ["sign_in.wait"]
    assert accept_invitation(ctx, code, OTHER, DESK)
    with ctx.store.reading() as store:
        kept = str(store.find(DoorStep)) + "".join(entry.body for entry in store.log())
    assert code not in kept
    assert code.replace("-", "") not in kept
