"""One's own sessions, one by one, and all of somebody's at once; on the real SQLite store."""

from functools import partial

from command_center.domain.people import Person, Way
from command_center.domain.response_log import Action
from command_center.ports import Context
from command_center.use_cases.sessions import end_all_sessions, end_session, list_sessions
from command_center.use_cases.sign_in import session_id, sign_in, sign_out, who_is
from tests.use_cases.door import DESK, PASSWORD, Clock, actions, add, by, code_of


def test_one_sees_what_still_lasts_the_last_used_first(kim: Person, ctx: Context, clock: Clock) -> None:
    jo = add(ctx, kim)
    sign_in(ctx, "jo", PASSWORD, DESK)  # idle for too long below
    clock.pass_by(minutes=50)
    desk = sign_in(ctx, "jo", PASSWORD, DESK, browser="Firefox, Windows")
    gone = sign_in(ctx, "jo", PASSWORD, DESK)
    sign_out(ctx, gone)
    clock.pass_by(minutes=20)
    phone = sign_in(ctx, "jo", PASSWORD, DESK, browser="Safari, iPhone")
    found = list_sessions(ctx, jo.id)
    assert [session.id for session in found] == [session_id(phone), session_id(desk)]
    assert [(session.browser, session.way) for session in found] == [
        ("Safari, iPhone", Way.PASSWORD),
        ("Firefox, Windows", Way.PASSWORD),
    ]


def test_one_ends_one_and_the_others_go_on(kim: Person, ctx: Context) -> None:
    jo = add(ctx, kim)
    desk, phone = (sign_in(ctx, "jo", PASSWORD, DESK) for _ in range(2))
    end_session(ctx, by(jo), session_id=session_id(phone))
    assert who_is(ctx, phone) is None
    assert who_is(ctx, desk) == jo
    assert actions(ctx)[-1] is Action.SESSION_CLOSED
    assert code_of(lambda: end_session(ctx, by(jo), session_id=session_id(phone))) == "sessions.over"


def test_nobody_ends_or_even_finds_somebody_elses(kim: Person, ctx: Context) -> None:
    jo = add(ctx, kim)
    token = sign_in(ctx, "kim", PASSWORD, DESK)
    for identity in (session_id(token), "unknown"):
        assert code_of(partial(end_session, ctx, by(jo), session_id=identity)) == "sessions.over"
    assert who_is(ctx, token) == kim


def test_an_administrator_ends_all_of_somebodys_and_they_may_come_back(kim: Person, ctx: Context) -> None:
    jo = add(ctx, kim)
    tokens = [sign_in(ctx, "jo", PASSWORD, DESK) for _ in range(3)]
    end_all_sessions(ctx, by(kim), person_id=jo.id)
    assert [who_is(ctx, token) for token in tokens] == [None] * 3
    assert actions(ctx)[-1] is Action.SESSIONS_ENDED
    assert code_of(lambda: end_all_sessions(ctx, by(kim), person_id=jo.id)) == "sessions.none"
    assert who_is(ctx, sign_in(ctx, "jo", PASSWORD, DESK)) == jo
