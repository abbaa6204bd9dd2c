"""Opening the house, signing in and out, and who is let in no longer; on the real SQLite store."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from command_center.domain.people import Person, Role, Session, SignInAttempt
from command_center.domain.response_log import Action
from command_center.errors import Conflict, NotAllowed
from command_center.ports import Context
from command_center.use_cases.people import disable_person, list_people
from command_center.use_cases.sign_in import (
    SessionLimits,
    ask_for_code,
    needs_code,
    open_house,
    session_id,
    sign_in,
    sign_out,
    who_is,
)
from tests.use_cases.door import DESK, ELSEWHERE, PASSWORD, Clock, actions, add, by, code_of


def test_the_first_person_administers_and_leads(kim: Person, ctx: Context) -> None:
    assert set(kim.roles) == {Role.ADMINISTRATOR, Role.CRISIS_LEAD}
    assert kim.login == "kim"
    assert actions(ctx) == [Action.HOUSE_OPENED, Action.SESSION_STARTED]


def test_the_house_opens_only_once(kim: Person, ctx: Context) -> None:
    with pytest.raises(Conflict, match=r"house\.already_open"):
        open_house(ctx, login="eve", name="Eve", email="", password=PASSWORD)
    assert [person.login for person in list_people(ctx, reader=kim.id)] == ["kim"]


def test_a_reachable_house_opens_only_with_the_code_from_the_terminal(ctx: Context) -> None:
    code = ask_for_code(ctx, needed=True)
    assert needs_code(ctx)
    with pytest.raises(NotAllowed, match=r"house\.wrong_code"):
        open_house(ctx, login="eve", name="Eve", email="", password=PASSWORD, code="")
    assert open_house(ctx, login="kim", name="Kim", email="", password=PASSWORD, code=f" {code.lower()} ")
    assert not needs_code(ctx)
    assert ask_for_code(ctx, needed=True) == ""


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("zu kurz", "password.too_short"),
        ("passwort1234", "password.too_short"),
        ("passwort1234567", "password.common"),
        ("mein name ist kimberly", "password.holds_login"),
        ("a b c d e " * 40, "password.too_long"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(ctx: Context, password: str, code: str) -> None:
    assert code_of(lambda: open_house(ctx, login="kimberly", name="Kim", email="", password=password)) == code


@pytest.mark.parametrize(
    ("login", "name", "email", "code"),
    [
        ("k", "Kim", "", "people.bad_login"),
        ("kim brandt", "Kim", "", "people.bad_login"),
        ("kim", " ", "", "people.bad_name"),
        ("kim", "Kim", "kim", "people.bad_email"),
        ("kim", "Kim", "kim@example.org?bcc=eve@example.org", "people.bad_email"),
        ("kim", "Kim", "kim@example.org\nBcc: eve@example.org", "people.bad_email"),
    ],
)
def test_values_that_cannot_be_used_are_named(ctx: Context, login: str, name: str, email: str, code: str) -> None:
    assert code_of(lambda: open_house(ctx, login=login, name=name, email=email, password=PASSWORD)) == code


def test_signing_in_gives_a_new_session_each_time_and_the_store_keeps_no_token(kim: Person, ctx: Context) -> None:
    first, second = (sign_in(ctx, "KIM ", PASSWORD, DESK) for _ in range(2))
    assert first != second
    assert who_is(ctx, first) == kim
    with ctx.store.reading() as store:
        known = {session.id for session in store.find(Session)}
    assert {session_id(first), session_id(second)} <= known
    assert first not in known


def test_wrong_password_unknown_login_and_disabled_person_look_the_same(kim: Person, ctx: Context) -> None:
    jo = add(ctx, kim)
    disable_person(ctx, by(kim), person_id=jo.id)
    answers = {
        code_of(lambda: sign_in(ctx, "kim", "ganz falsch, leider", DESK)),
        code_of(lambda: sign_in(ctx, "nobody", PASSWORD, DESK)),
        code_of(lambda: sign_in(ctx, "jo", PASSWORD, DESK)),
    }
    assert answers == {"sign_in.failed"}


def test_an_unknown_login_works_the_hasher_like_a_known_one(kim: Person, ctx: Context) -> None:
    asked: list[str] = []

    def never(stored: str, _password: str) -> bool:
        asked.append(stored)
        return False

    for login in ("kim", "nobody"):
        assert (
            code_of(partial(sign_in, replace(ctx, password_matches=never), login, PASSWORD, DESK)) == "sign_in.failed"
        )
    assert asked == [f"hash:{PASSWORD}", ""]


def test_guessing_is_slowed_down_more_and_more_but_never_locked(kim: Person, ctx: Context, clock: Clock) -> None:
    for _ in range(5):
        assert code_of(lambda: sign_in(ctx, "kim", "geraten und geraten", ELSEWHERE)) == "sign_in.failed"
    with pytest.raises(NotAllowed) as slowed:
        sign_in(ctx, "kim", PASSWORD, ELSEWHERE)
    assert (slowed.value.code, slowed.value.values["count"]) == ("sign_in.wait", 30)
    clock.pass_by(seconds=31)
    assert code_of(lambda: sign_in(ctx, "kim", "geraten und geraten", ELSEWHERE)) == "sign_in.failed"
    with pytest.raises(NotAllowed) as slowed:
        sign_in(ctx, "kim", PASSWORD, ELSEWHERE)
    assert slowed.value.values["count"] == 60
    clock.pass_by(minutes=15)
    assert sign_in(ctx, "kim", PASSWORD, ELSEWHERE)


def test_somebody_elses_guessing_does_not_keep_a_person_from_their_own_desk(kim: Person, ctx: Context) -> None:
    sign_in(ctx, "kim", PASSWORD, DESK)
    for _ in range(5):
        code_of(lambda: sign_in(ctx, "kim", "geraten und geraten", ELSEWHERE))
    assert code_of(lambda: sign_in(ctx, "kim", PASSWORD, ELSEWHERE)) == "sign_in.wait"
    assert sign_in(ctx, "kim", PASSWORD, DESK)


def test_one_address_that_tries_many_names_is_slowed_down(kim: Person, ctx: Context) -> None:
    answers = [code_of(partial(sign_in, ctx, f"name{n}", PASSWORD, ELSEWHERE)) for n in range(21)]
    assert answers == ["sign_in.failed"] * 20 + ["sign_in.wait"]


def test_guessing_is_logged_once_when_the_throttle_closes_and_names_no_unknown_login(
    kim: Person, ctx: Context, clock: Clock
) -> None:
    for login in ("kim", "nobody@example.org"):
        for _ in range(9):
            code_of(partial(sign_in, ctx, login, "geraten und geraten", ELSEWHERE))
            clock.pass_by(seconds=40)
    with ctx.store.reading() as store:
        slowed = [entry for entry in store.log() if entry.action is Action.SIGN_IN_SLOWED]
        everything = "".join(entry.body for entry in store.log())
    assert [entry.subject for entry in slowed] == [kim.id, ""]
    assert "nobody@example.org" not in everything
    assert ELSEWHERE not in everything


def test_an_address_that_tries_many_names_is_logged_once(kim: Person, ctx: Context) -> None:
    for number in range(25):
        code_of(partial(sign_in, ctx, f"name{number}", PASSWORD, ELSEWHERE))
    assert actions(ctx).count(Action.ADDRESS_SLOWED) == 1
    assert actions(ctx).count(Action.SIGN_IN_SLOWED) == 0


def test_tries_are_forgotten_after_a_day(kim: Person, ctx: Context, clock: Clock) -> None:
    code_of(lambda: sign_in(ctx, "kim", "ganz falsch, leider", DESK))
    clock.pass_by(days=1, seconds=1)
    sign_in(ctx, "kim", PASSWORD, DESK)
    with ctx.store.reading() as store:
        assert [attempt.succeeded for attempt in store.find(SignInAttempt)] == [True]


def test_a_session_ends_by_signing_out(kim: Person, ctx: Context) -> None:
    token = sign_in(ctx, "kim", PASSWORD, DESK)
    sign_out(ctx, token)
    sign_out(ctx, token)
    assert who_is(ctx, token) is None
    assert actions(ctx).count(Action.SESSION_ENDED) == 1


def test_a_session_ends_when_nothing_is_done_and_lasts_while_something_is(
    kim: Person, ctx: Context, clock: Clock
) -> None:
    limits = SessionLimits(idle=timedelta(minutes=30), longest=timedelta(hours=12))
    token = sign_in(ctx, "kim", PASSWORD, DESK)
    for _ in range(3):
        clock.pass_by(minutes=29)
        assert who_is(ctx, token, limits=limits)
    clock.pass_by(minutes=29)
    assert who_is(ctx, token, limits=limits, touch=False)
    clock.pass_by(minutes=1)
    assert who_is(ctx, token, limits=limits) is None


def test_no_session_outlives_its_hours(kim: Person, ctx: Context, clock: Clock) -> None:
    token = sign_in(ctx, "kim", PASSWORD, DESK)
    for _ in range(24):
        clock.pass_by(minutes=30)
        still_here = who_is(ctx, token)
    assert still_here is None


@pytest.mark.parametrize("token", ["", "x", "id-0001", "ü" * 500])
def test_an_invented_token_is_nobody(kim: Person, ctx: Context, token: str) -> None:
    assert who_is(ctx, token) is None
