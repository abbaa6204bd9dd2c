"""People are added, changed and kept out; the last administrator stays. On the real SQLite store."""

import pytest

from command_center.domain.people import Person, Role
from command_center.domain.second_factor import new_code
from command_center.errors import BadInput, Conflict
from command_center.ports import Context
from command_center.use_cases.invite import invite
from command_center.use_cases.people import (
    add_person,
    change_roles,
    disable_person,
    enable_person,
    list_people,
    set_contact,
    set_language,
    set_password,
)
from command_center.use_cases.sign_in import session_id, sign_in, who_is
from tests.use_cases.door import DESK, OTHER, PASSWORD, add, by, code_of


def test_a_disabled_person_is_out_at_once_and_can_come_back(kim: Person, ctx: Context) -> None:
    jo = add(ctx, kim)
    token = sign_in(ctx, "jo", PASSWORD, DESK)
    disable_person(ctx, by(kim), person_id=jo.id)
    assert who_is(ctx, token) is None
    enable_person(ctx, by(kim), person_id=jo.id)
    assert who_is(ctx, token) is None
    assert who_is(ctx, sign_in(ctx, "jo", PASSWORD, DESK))


def test_the_last_administrator_stays(kim: Person, ctx: Context) -> None:
    with pytest.raises(Conflict, match=r"people\.last_administrator"):
        disable_person(ctx, by(kim), person_id=kim.id)
    with pytest.raises(Conflict, match=r"people\.last_administrator"):
        change_roles(ctx, by(kim), person_id=kim.id, roles=[Role.EMPLOYEE])
    add(ctx, kim, roles=(Role.ADMINISTRATOR,))
    assert change_roles(ctx, by(kim), person_id=kim.id, roles=[Role.EMPLOYEE]) == kim.id


def test_only_administrators_change_people(kim: Person, ctx: Context) -> None:
    jo = add(ctx, kim)
    for act in (
        lambda: add(ctx, jo, login="eve"),
        lambda: change_roles(ctx, by(jo), person_id=jo.id, roles=[Role.ADMINISTRATOR]),
        lambda: disable_person(ctx, by(jo), person_id=kim.id),
        lambda: invite(ctx, by(jo), person_id=kim.id, code=new_code()),
    ):
        assert code_of(act) == "people.no_right"


def test_adding_somebody_twice_by_a_double_click_adds_one(kim: Person, ctx: Context) -> None:
    caller = by(kim)
    first, second = (
        add_person(ctx, caller, login="jo", name="Jo", roles=[Role.EMPLOYEE], password=PASSWORD) for _ in range(2)
    )
    assert first == second
    assert len(list_people(ctx, reader=kim.id)) == 2


def test_a_login_is_taken_whatever_its_case(kim: Person, ctx: Context) -> None:
    assert code_of(lambda: add(ctx, kim, login="KIM")) == "people.login_taken"


def test_a_person_without_a_role_is_refused(kim: Person, ctx: Context) -> None:
    assert code_of(lambda: add(ctx, kim, roles=())) == "people.no_role"


def test_changing_the_password_ends_every_other_session(kim: Person, ctx: Context) -> None:
    here, there = (sign_in(ctx, "kim", PASSWORD, DESK) for _ in range(2))
    set_password(ctx, by(kim), current=PASSWORD, password=OTHER, keep_session=session_id(here))
    assert who_is(ctx, here)
    assert who_is(ctx, there) is None
    assert code_of(lambda: sign_in(ctx, "kim", PASSWORD, DESK)) == "sign_in.failed"
    assert sign_in(ctx, "kim", OTHER, DESK)


def test_changing_the_password_needs_the_present_one(kim: Person, ctx: Context) -> None:
    wrong = code_of(lambda: set_password(ctx, by(kim), current="ganz falsch, leider", password=OTHER))
    assert wrong == "sign_in.failed"


def test_own_settings_are_kept(kim: Person, ctx: Context) -> None:
    set_language(ctx, by(kim), language="en")
    set_contact(ctx, by(kim), email="lead@example.org", phone="+49 421 123")
    changed = list_people(ctx, reader=kim.id)[0]
    assert (changed.language, changed.email, changed.phone) == ("en", "lead@example.org", "+49 421 123")
    with pytest.raises(BadInput, match=r"people\.bad_language"):
        set_language(ctx, by(kim), language="fr")


def test_no_password_enters_the_log(kim: Person, ctx: Context) -> None:
    set_password(ctx, by(kim), current=PASSWORD, password=OTHER)
    with ctx.store.reading() as store:
        bodies = "".join(entry.body for entry in store.log())
    assert PASSWORD not in bodies
    assert OTHER not in bodies
    assert "hash:" not in bodies
