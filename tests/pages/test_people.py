"""The page People: what everybody sees, what only administrators may, and one's own access."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from command_center.bootstrap import build
from command_center.domain.people import Person, Role
from command_center.domain.second_factor import SecondFactor, SecondFactorRule
from command_center.ports import Caller
from command_center.settings import Settings
from command_center.ui.navigation import first_code
from command_center.use_cases.door_steps import StepDue
from command_center.use_cases.invite import accept_invitation
from command_center.use_cases.people import add_person, disable_person, list_people
from command_center.use_cases.sign_in import open_house, second_factor_rule, session_id, sign_in, who_is
from command_center.web.process import Process, hold

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "Der Sturm kommt um acht."
Open = Callable[[str], AppTest]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Process]:
    settings = Settings(data=tmp_path)
    process = hold(Process(settings=settings, ctx=build(settings)))
    open_house(process.ctx, login="kim", name="Kim Brandt", email="kim@example.org", password=PASSWORD)
    kim = person_called(process, "kim")
    given = {"login": "jo", "name": "Jo <b>Weber", "roles": [Role.EMPLOYEE], "password": PASSWORD}
    add_person(process.ctx, Caller(person_id=kim.id, request_id="first"), **given)  # type: ignore[arg-type]
    yield process
    process.ctx.store.close()


def person_called(house: Process, login: str) -> Person:
    with house.ctx.store.reading() as store:
        return store.find(Person, login=login)[0]


@pytest.fixture
def page_of(house: Process) -> Open:
    def page_of(login: str) -> AppTest:
        token = sign_in(house.ctx, login, PASSWORD, "desk")
        at = AppTest.from_file(str(ROOT / "command_center" / "ui" / "main.py"), default_timeout=60)
        at.user = {"sub": person_called(house, login).id, "sid": session_id(token)}
        return at.switch_page("../../pages/people.py").run()

    return page_of


def words_on(at: AppTest) -> str:
    return " ".join(str(element.proto) for element in at.get("html")) + " ".join(item.value for item in at.markdown)


def test_everybody_sees_who_is_responsible(page_of: Open) -> None:
    at = page_of("jo")
    assert not at.exception
    assert "Krisenleitung" in words_on(at)
    assert "Kim Brandt" in words_on(at)


def test_a_name_is_shown_as_text_never_as_html(page_of: Open) -> None:
    assert "<b>Weber" not in words_on(page_of("jo"))


def test_an_employee_gets_no_form_about_others(page_of: Open) -> None:
    at = page_of("jo")
    assert [expander.label for expander in at.expander] == []


def test_an_administrator_adds_somebody(page_of: Open, house: Process) -> None:
    at = page_of("kim")
    at.text_input(key="add_name").input("Alex Sommer")
    at.text_input(key="add_login").input("alex")
    at.multiselect(key="add_roles").set_value([Role.APPROVER])
    next(button for button in at.button if button.label == "Hinzufügen").click().run()
    assert not at.exception
    assert [toast.value for toast in at.toast] == ["Die Person ist hinzugefügt."]
    assert person_called(house, "alex").roles == (Role.APPROVER,)
    assert accept_invitation(house.ctx, at.code[0].value, PASSWORD, "desk")
    at.button(key="invited_done").click().run()
    assert not at.code


def test_an_administrator_invites_somebody_anew_and_nobody_themselves(page_of: Open, house: Process) -> None:
    token = sign_in(house.ctx, "jo", PASSWORD, "desk")
    at = page_of("kim")
    at.selectbox(key="change_whom").set_value(person_called(house, "jo").id).run()
    at.button(key="invite").click().run()
    assert not at.exception
    assert who_is(house.ctx, token) is None
    assert accept_invitation(house.ctx, at.code[0].value, "Ein anderer langer Satz", "desk")
    at.selectbox(key="change_whom").set_value(person_called(house, "kim").id).run()
    assert [button.key for button in at.button if button.key == "invite"] == []


def test_a_refusal_is_a_sentence_at_the_form(page_of: Open) -> None:
    at = page_of("kim")
    at.text_input(key="add_name").input("Alex Sommer")
    at.text_input(key="add_login").input("alex")
    next(button for button in at.button if button.label == "Hinzufügen").click().run()
    assert [error.value for error in at.error] == ["Bitte wählen Sie mindestens eine Rolle."]
    assert not at.code


def test_the_last_administrator_stays_one(page_of: Open, house: Process) -> None:
    at = page_of("kim")
    at.selectbox(key="change_whom").set_value(person_called(house, "kim").id).run()
    at.button(key="switch_access").click().run()
    assert at.error[0].value.startswith("Das ist die letzte aktive Administration.")
    assert person_called(house, "kim").active


def test_disabling_somebody_ends_their_sessions(page_of: Open, house: Process) -> None:
    token = sign_in(house.ctx, "jo", PASSWORD, "desk")
    at = page_of("kim")
    at.selectbox(key="change_whom").set_value(person_called(house, "jo").id).run()
    at.button(key="switch_access").click().run()
    assert not at.exception
    assert who_is(house.ctx, token) is None


def test_somebody_disabled_a_second_ago_sees_nothing_more(page_of: Open, house: Process) -> None:
    at = page_of("jo")
    kim = person_called(house, "kim")
    disable_person(house.ctx, Caller(person_id=kim.id, request_id="out"), person_id=person_called(house, "jo").id)
    at.run()
    assert at.error[0].value == "Sie sind nicht angemeldet, oder Ihre Sitzung ist zu Ende."
    assert "Kim Brandt" not in words_on(at)


def test_the_language_follows_the_persons_choice(page_of: Open, house: Process) -> None:
    at = page_of("jo")
    at.button_group(key="frame_language").set_value("en").run()
    assert person_called(house, "jo").language == "en"
    assert "Crisis lead" in words_on(at)


def test_the_practice_plane_is_marked_in_words(page_of: Open) -> None:
    at = page_of("kim")
    at.button(key="frame_plane").click().run()
    assert any("ÜBUNG." in item.value for item in at.markdown)
    at.button(key="frame_to_reality").click().run()
    assert not any("ÜBUNG." in item.value for item in at.markdown)


def test_without_a_session_the_page_itself_shows_nothing(house: Process) -> None:
    at = AppTest.from_file(str(ROOT / "pages" / "people.py"), default_timeout=60).run()
    assert at.error[0].value == "Sie sind nicht angemeldet, oder Ihre Sitzung ist zu Ende."
    assert "Kim Brandt" not in words_on(at)


@pytest.mark.parametrize(
    ("roles", "first"),
    [
        ((Role.CRISIS_LEAD, Role.ADMINISTRATOR), "situation"),
        ((Role.AUDITOR,), "situation"),
        ((Role.CO_MANAGER,), "what_may_i_say"),
        ((Role.EMPLOYEE,), "people"),
        ((Role.ADMINISTRATOR,), "settings"),
    ],
)
def test_the_first_page_fits_the_role(house: Process, roles: tuple[Role, ...], first: str) -> None:
    person = list_people(house.ctx, reader=person_called(house, "kim").id)[0]
    assert first_code(Person(id="x", login="x", name="X", roles=roles, created_at=person.created_at)) == first


def test_signing_out_everywhere_ends_this_session_too(page_of: Open, house: Process) -> None:
    elsewhere = sign_in(house.ctx, "jo", PASSWORD, "phone")
    at = page_of("jo")
    at.segmented_control(key="people_part").set_value("own").run()
    at.button(key="everywhere").click().run()
    assert who_is(house.ctx, elsewhere) is None
    assert "nicht angemeldet" in " ".join(error.value for error in at.error)


def test_one_sees_ones_sessions_and_ends_the_one_on_the_phone(page_of: Open, house: Process) -> None:
    phone = sign_in(house.ctx, "jo", PASSWORD, "phone", browser="Firefox, Android")
    at = page_of("jo")
    at.segmented_control(key="people_part").set_value("own").run()
    assert "Firefox, Android" in words_on(at)
    ends = [button for button in at.button if button.label == "Beenden"]
    assert len(ends) == 1
    assert session_id(phone) not in str(at.main)
    ends[0].click().run()
    assert not at.exception
    assert who_is(house.ctx, phone) is None
    assert "Firefox, Android" not in words_on(at)


def test_an_administrator_ends_all_sessions_of_somebody(page_of: Open, house: Process) -> None:
    token = sign_in(house.ctx, "jo", PASSWORD, "desk")
    at = page_of("kim")
    at.selectbox(key="change_whom").set_value(person_called(house, "jo").id).run()
    at.button(key="end_sessions").click().run()
    assert not at.exception
    assert who_is(house.ctx, token) is None
    assert [button.key for button in at.button if button.key == "end_sessions"] == []


def test_an_administrator_says_who_needs_a_second_factor(page_of: Open, house: Process) -> None:
    at = page_of("kim")
    at.radio(key="factor_rule").set_value(SecondFactorRule.LEADS).run()
    at.button(key="factor_rule_save").click().run()
    assert not at.exception
    with house.ctx.store.reading() as store:
        assert second_factor_rule(store) is SecondFactorRule.LEADS
    with pytest.raises(StepDue):
        sign_in(house.ctx, "kim", PASSWORD, "desk")


def test_who_has_a_second_factor_is_told_and_an_administrator_resets_it(page_of: Open, house: Process) -> None:
    jo, sealed = person_called(house, "jo"), house.ctx.vault.seal("x", {"secret": "y"})
    at = page_of("jo")
    at.segmented_control(key="people_part").set_value("own").run()
    assert "Nicht eingerichtet" in " ".join(item.value for item in at.caption)
    factor = SecondFactor(id=jo.id, sealed=sealed, last_step=0, recovery=("a", "b"), added_at=house.ctx.now())
    with house.ctx.store.writing() as store:
        store.put(factor)
    assert "Noch 2 Wiederherstellungscodes" in " ".join(item.value for item in at.run().caption)
    desk = page_of("kim")
    desk.selectbox(key="change_whom").select(jo.id).run()
    desk.button(key="reset_factor").click().run()
    with house.ctx.store.reading() as store:
        assert store.get(SecondFactor, jo.id) is None
