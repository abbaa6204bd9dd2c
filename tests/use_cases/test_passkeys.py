"""A passkey lets in its own person, here, once for each question; every lie is refused alike. Real SQLite store."""

import json
from functools import partial
from typing import Any

import pytest

from command_center.domain.people import Passkey, Person, Role, Session, Way
from command_center.domain.response_log import Action
from command_center.domain.second_factor import SecondFactorRule
from command_center.ports import Context
from command_center.use_cases.door_steps import CODE, StepDue
from command_center.use_cases.passkeys import (
    Place,
    begin_adding,
    begin_asking,
    creation_options,
    finish_adding,
    remove_passkey,
    request_options,
    sign_in_with,
)
from command_center.use_cases.people import disable_person
from command_center.use_cases.second_factor import need_second_factor, reset_second_factor
from command_center.use_cases.sign_in import factor_due, session_id, sign_in, who_is
from tests.peers.authenticator import BE, BS, UP, UV, Authenticator
from tests.use_cases.door import DESK, PASSWORD, Clock, actions, add, by, code_of

HERE = Place(host="voice.example.org", origin="https://voice.example.org", house="Nordwerk")


def begun(ctx: Context, person: Person, name: str = "Laptop") -> str:
    return begin_adding(ctx, person.id, name=name, password=PASSWORD, code="", address=DESK)


def made(ctx: Context, person: Person, device: Authenticator, **lies: Any) -> None:
    step = begun(ctx, person)
    answer = device.make(creation_options(ctx, step, HERE), **lies)
    finish_adding(ctx, step, answer, HERE, keep_session="")


def entered(ctx: Context, device: Authenticator, **lies: Any) -> str:
    step = begin_asking(ctx)
    answer = device.sign(request_options(ctx, step, HERE), **lies)
    return sign_in_with(ctx, step, answer, HERE, DESK, browser="Firefox, Linux")


def test_a_passkey_is_made_and_lets_its_person_in_without_a_password(kim: Person, ctx: Context, clock: Clock) -> None:
    device = Authenticator()
    made(ctx, kim, device)
    clock.pass_by(minutes=1)
    token = entered(ctx, device)
    assert who_is(ctx, token) == kim
    with ctx.store.reading() as store:
        session = store.get(Session, session_id(token))
        passkey = store.find(Passkey, person_id=kim.id)[0]
    assert session is not None
    assert (session.way, session.browser) == (Way.PASSKEY, "Firefox, Linux")
    assert (passkey.name, passkey.sign_count, passkey.used_at) == ("Laptop", 1, clock.at)
    assert [a for a in actions(ctx) if a is not Action.HOUSE_OPENED][-2:] == [
        Action.PASSKEY_ADDED,
        Action.SESSION_STARTED,
    ]


def test_the_browser_is_asked_for_a_verified_person_and_a_key_it_can_find_again(kim: Person, ctx: Context) -> None:
    device = Authenticator()
    made(ctx, kim, device)
    asked = json.loads(creation_options(ctx, begun(ctx, kim), HERE))
    wanted = asked["authenticatorSelection"]
    assert (wanted["residentKey"], wanted["userVerification"]) == ("required", "required")
    assert (asked["rp"], asked["attestation"]) == ({"name": "Nordwerk", "id": "voice.example.org"}, "none")
    assert len(asked["excludeCredentials"]) == 1
    anybody = json.loads(request_options(ctx, begin_asking(ctx), HERE))
    assert (anybody["userVerification"], anybody["allowCredentials"]) == ("required", [])


def test_making_one_asks_for_the_password_again_and_ends_other_sessions(kim: Person, ctx: Context) -> None:
    other = sign_in(ctx, "kim", PASSWORD, DESK)
    wrong = partial(begin_adding, ctx, kim.id, name="x", password="falsch und falsch", code="", address=DESK)
    assert code_of(wrong) == "sign_in.failed"
    assert code_of(lambda: begun(ctx, kim, name=" ")) == "passkey.name_needed"
    made(ctx, kim, Authenticator())
    assert who_is(ctx, other) is None


@pytest.mark.parametrize(
    "lies",
    [
        {"challenge": "AAAA"},
        {"origin": "https://voice.example.org.evil.example"},
        {"origin": "http://voice.example.org"},
        {"type": "webauthn.create"},
        {"host": "evil.example"},
        {"handle": b"somebody-else"},
        {"handle": b""},
    ],
    ids=str,
)
def test_every_lie_of_an_answer_is_refused_alike(kim: Person, ctx: Context, lies: dict[str, Any]) -> None:
    device = Authenticator()
    made(ctx, kim, device)
    assert code_of(lambda: entered(ctx, device, **lies)) == "passkey.refused"
    assert entered(ctx, device)


@pytest.mark.parametrize("lies", [{"challenge": "AAAA"}, {"origin": "https://evil.example"}, {"type": "webauthn.get"}])
def test_a_key_made_for_another_question_or_place_is_not_kept(kim: Person, ctx: Context, lies: dict[str, Any]) -> None:
    assert code_of(lambda: made(ctx, kim, Authenticator(), **lies)) == "passkey.refused"
    with ctx.store.reading() as store:
        assert store.find(Passkey) == []


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", "null", '{"id": 1}', "{" * 5_000, "x" * 100_000, '{"id":"\\ud800"}']
)
def test_what_is_no_answer_at_all_is_refused_too(kim: Person, ctx: Context, answer: str) -> None:
    step, adding = begin_asking(ctx), begun(ctx, kim)
    assert code_of(lambda: sign_in_with(ctx, step, answer, HERE, DESK)) == "passkey.refused"
    assert code_of(lambda: finish_adding(ctx, adding, answer, HERE, keep_session="")) == "passkey.refused"


def test_an_answer_holds_once_and_a_wrong_one_uses_the_question_up(kim: Person, ctx: Context) -> None:
    device = Authenticator()
    made(ctx, kim, device)
    step = begin_asking(ctx)
    options = request_options(ctx, step, HERE)
    assert code_of(lambda: sign_in_with(ctx, step, "{}", HERE, DESK)) == "passkey.refused"
    answer = device.sign(options)
    assert code_of(lambda: sign_in_with(ctx, step, answer, HERE, DESK)) == "passkey.refused"
    again = device.sign(request_options(ctx, step, HERE))
    assert sign_in_with(ctx, step, again, HERE, DESK)
    assert code_of(lambda: sign_in_with(ctx, step, again, HERE, DESK)) == "sign_in.step_over"
    adding = begun(ctx, kim)
    second = Authenticator().make(creation_options(ctx, adding, HERE))
    finish_adding(ctx, adding, second, HERE, keep_session="")
    assert code_of(lambda: finish_adding(ctx, adding, second, HERE, keep_session="")) == "sign_in.step_over"


def test_a_copied_authenticator_is_noticed_by_its_counter(kim: Person, ctx: Context) -> None:
    device = Authenticator()
    made(ctx, kim, device)
    entered(ctx, device)
    entered(ctx, device)
    device.count = 1
    assert code_of(lambda: entered(ctx, device)) == "passkey.refused"
    device.count = 2
    assert entered(ctx, device)


def test_one_that_never_counts_is_taken(kim: Person, ctx: Context) -> None:
    device = Authenticator(counts=False, flags=UP | UV | BE | BS)
    made(ctx, kim, device)
    assert entered(ctx, device)
    assert entered(ctx, device)


@pytest.mark.parametrize("flags", [UP, UV, 0, UP | UV | BE, UP | UV | BS], ids=["no uv", "no up", "none", "be", "bs"])
def test_flags_that_cannot_be_are_refused(kim: Person, ctx: Context, flags: int) -> None:
    device = Authenticator()
    made(ctx, kim, device)
    device.flags = flags
    assert code_of(lambda: entered(ctx, device)) == "passkey.refused"


def test_a_key_without_a_verified_person_is_not_kept(kim: Person, ctx: Context) -> None:
    assert code_of(lambda: made(ctx, kim, Authenticator(flags=UP))) == "passkey.refused"


def test_it_is_the_second_step_after_a_password_for_its_own_person_only(kim: Person, ctx: Context) -> None:
    jo, own, foreign = add(ctx, kim, roles=(Role.CRISIS_LEAD,)), Authenticator(), Authenticator()
    need_second_factor(ctx, by(kim), rule=SecondFactorRule.EVERYBODY)
    made(ctx, jo, own)
    made(ctx, kim, foreign)
    with ctx.store.reading() as store:
        assert factor_due(store, jo) is None
    with pytest.raises(StepDue) as due:
        sign_in(ctx, "jo", PASSWORD, DESK)
    assert due.value.kind == CODE
    step = due.value.token
    assert len(json.loads(request_options(ctx, step, HERE))["allowCredentials"]) == 1
    others = foreign.sign(request_options(ctx, step, HERE))
    assert code_of(lambda: sign_in_with(ctx, step, others, HERE, DESK)) == "passkey.refused"
    assert who_is(ctx, sign_in_with(ctx, step, own.sign(request_options(ctx, step, HERE)), HERE, DESK)) == jo


def test_the_same_key_is_kept_once(kim: Person, ctx: Context) -> None:
    jo, device = add(ctx, kim), Authenticator()
    made(ctx, kim, device)
    assert code_of(lambda: made(ctx, jo, device)) == "passkey.refused"


def test_a_removed_key_a_reset_one_and_a_disabled_persons_let_nobody_in(kim: Person, ctx: Context) -> None:
    jo, first, second = add(ctx, kim), Authenticator(), Authenticator()
    made(ctx, jo, first)
    made(ctx, jo, second)
    with ctx.store.reading() as store:
        laptop = next(each for each in store.find(Passkey) if bytes.fromhex(each.public_key))
    assert code_of(lambda: remove_passkey(ctx, by(kim), passkey_id=laptop.id)) == "passkey.gone"
    disable_person(ctx, by(kim), person_id=jo.id)
    assert {code_of(partial(entered, ctx, device)) for device in (first, second)} == {"passkey.refused"}
    reset_second_factor(ctx, by(kim), person_id=jo.id)
    with ctx.store.reading() as store:
        assert store.find(Passkey) == []
    made(ctx, kim, first)
    with ctx.store.reading() as store:
        mine = store.find(Passkey)[0]
    remove_passkey(ctx, by(kim), passkey_id=mine.id)
    assert code_of(lambda: entered(ctx, first)) == "passkey.refused"
    assert actions(ctx)[-1] is Action.PASSKEY_REMOVED
