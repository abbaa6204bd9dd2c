"""What one person is told, how a leaver is erased, and how names are unsealed."""

import html
import json
from dataclasses import fields
from typing import Any, get_args

import pytest

from command_center import texts
from command_center.domain.accounts import Account, Posture
from command_center.domain.alerts import Alert
from command_center.domain.duty import DutyPlan, DutyStep
from command_center.domain.incidents import Incident
from command_center.domain.people import Credential, Person, Role, Session
from command_center.domain.pseudonyms import pseudonyms
from command_center.domain.verifying import verify
from command_center.errors import BadInput, Conflict, NotAllowed
from command_center.person_report import as_html, as_json, codes
from command_center.ports import Record, Setting
from command_center.texts import LANGUAGES
from command_center.use_cases.lock import lock_account
from command_center.use_cases.people import add_person, disable_person
from command_center.use_cases.personal_data import (
    LISTED,
    NAMED,
    erase_entry_texts,
    erase_person,
    export_person,
    personal_data,
)
from command_center.use_cases.unseal import agree_unsealing, ask_unsealing, sealed_people
from command_center.use_cases.works_council import (
    agree_to_show_names,
    ask_to_show_names,
    names_are_sealed,
    seal_names,
)
from tests.contracts.factories import example
from tests.use_cases.conftest import Office, person

# Fields named like one of a person that hold something else.
OTHERS = {("Account", "co_managers")}


def newcomer(office: Office) -> str:
    return add_person(
        office.ctx,
        office.says("administrator"),
        login="vera.weber",
        name="Vera Weber",
        roles=[Role.ANALYST],
        password="Ein sehr langes Passwort 77",
        email="vera@example.org",
        phone="+49 30 1234",
    )


def test_every_field_that_names_a_person_is_known() -> None:
    found = {
        (kind.__name__, field.name)
        for kind in get_args(Record)
        for field in fields(kind)
        if field.name in ("person_id", "author_id") or field.name.endswith("_by")
    }
    named = {(kind.__name__, name) for kind, names in NAMED.items() for name in names if name != "id"}
    assert found - {("Account", "review_by"), ("Lock", "review_by")} == named


def test_a_person_gets_everything_about_them_and_no_key_to_a_door(office: Office) -> None:
    vera = newcomer(office)
    office.add(Session(id="secret-session", person_id=vera, created_at=office.moment, seen_at=office.moment))
    data = export_person(office.ctx, office.says(vera), person_id=vera)
    told = as_json("de", data)
    assert json.loads(told)["words"]["fields"]["email"] == "E-Mail"
    assert data["person"]["email"] == "vera@example.org"
    assert data["log"][0]["action"] == "person.added"
    assert data["Session"]
    assert data["Credential"]
    assert "secret-session" not in told
    assert "Ein sehr langes" not in told
    assert office.actions()[-1] == "person.exported"
    with pytest.raises(NotAllowed):
        export_person(office.ctx, office.says("crisis_lead"), person_id=vera)
    assert export_person(office.ctx, office.says("administrator"), person_id=vera)["person"]["id"] == vera


def test_a_leaver_loses_name_and_contact_and_the_log_keeps_the_id(office: Office) -> None:
    vera = newcomer(office)
    with pytest.raises(Conflict):
        erase_person(office.ctx, office.says("administrator"), person_id=vera, reason="ausgeschieden")
    disable_person(office.ctx, office.says("administrator"), person_id=vera)
    with pytest.raises(BadInput):
        erase_person(office.ctx, office.says("administrator"), person_id=vera, reason=" ")
    erase_person(office.ctx, office.says("administrator"), person_id=vera, reason="ausgeschieden")
    with office.ctx.store.reading() as store:
        left = store.get(Person, vera)
        assert left is not None
        assert left.name == f"Person {pseudonyms(each.id for each in store.find(Person))[vera]}"
        assert "vera" not in f"{left.login}{left.email}{left.phone}".replace(vera, "").lower()
        credential = store.get(Credential, vera)
        assert credential is not None
        assert not credential.password_hash
        entries = list(store.log())
        assert verify(entries).intact
        assert "vera.weber" not in "".join(f"{entry.body}{entry.texts}" for entry in entries)
        assert entries[0].subject == vera


def test_the_text_of_one_entry_is_erased_once_and_with_a_reason(office: Office) -> None:
    locked(office)
    erase_entry_texts(office.ctx, office.says("administrator"), number=1, reason="nennt einen Dritten")
    with office.ctx.store.reading() as store:
        entry = next(iter(store.log()))
        assert "reason" not in entry.details
        assert [text.erased_why for text in entry.texts] == ["nennt einen Dritten"]
        assert verify(store.log()).intact
    for number in (1, 99):
        with pytest.raises(Conflict):
            erase_entry_texts(office.ctx, office.says("administrator"), number=number, reason="noch einmal")
    with pytest.raises(NotAllowed):
        erase_entry_texts(office.ctx, office.says("auditor"), number=1, reason="nein")


def locked(office: Office) -> None:
    lock_account(
        office.ctx,
        office.says("crisis_lead"),
        account_id="acc",
        posture=Posture.HOLD,
        reason="Herr Muster hat das Passwort",
    )


def test_names_are_unsealed_by_two_people_for_a_day(office: Office) -> None:
    object.__setattr__(office.ctx, "names_sealed", True)

    def read(reader: str, incident: str = "") -> str:
        with office.ctx.store.reading() as store:
            people = sealed_people(office.ctx, store, reader, incident_id=incident)
        return next(person.name for person in people if person.id == "co_manager")

    assert read("crisis_lead").startswith("Person ")
    with office.ctx.store.reading() as store:
        own = next(each for each in sealed_people(office.ctx, store, "auditor") if each.id == "auditor")
    assert own.name == "Auditor"
    with pytest.raises(BadInput):
        ask_unsealing(office.ctx, office.says("crisis_lead"), reason="")
    wish = ask_unsealing(office.ctx, office.says("crisis_lead"), reason="Verdacht auf Missbrauch")
    assert read("crisis_lead").startswith("Person ")
    with pytest.raises(NotAllowed):
        agree_unsealing(office.ctx, office.says("crisis_lead"), unsealing_id=wish)
    agree_unsealing(office.ctx, office.says("auditor"), unsealing_id=wish)
    assert (read("crisis_lead"), read("auditor"), read("crisis_lead", "i1")) == ("Co_Manager",) * 3
    assert read("administrator").startswith("Person ")
    with pytest.raises(Conflict):
        agree_unsealing(office.ctx, office.says("auditor"), unsealing_id=wish)
    office.later(hours=24)
    assert read("crisis_lead").startswith("Person ")
    assert office.actions() == ["names.unsealing_asked", "act.refused", "names.unsealed"]


def test_nobody_agrees_to_their_own_wish(office: Office) -> None:
    wish = ask_unsealing(office.ctx, office.says("auditor"), reason="Prüfung")
    with pytest.raises(NotAllowed) as refused:
        agree_unsealing(office.ctx, office.says("auditor"), unsealing_id=wish)
    assert refused.value.code == "privacy.other_person"


def test_pseudonyms_stay_short_and_never_meet() -> None:
    few = pseudonyms(f"p{number}" for number in range(3))
    many = pseudonyms(f"p{number}" for number in range(2_000))
    assert {len(name) for name in few.values()} == {4}
    assert len(set(many.values())) == 2_000
    assert all(many[identity].startswith(name) for identity, name in few.items())


def test_one_person_switches_the_mode_on_and_two_switch_it_off(office: Office) -> None:
    ctx = office.ctx

    def sealed() -> bool:
        with ctx.store.reading() as store:
            return names_are_sealed(ctx, store)

    assert not sealed()
    with pytest.raises(NotAllowed):
        seal_names(ctx, office.says("crisis_lead"))
    seal_names(ctx, office.says("administrator"))
    assert sealed()
    for verb, who in ((seal_names, "administrator"), (agree_to_show_names, "auditor")):
        with pytest.raises(Conflict):
            verb(ctx, office.says(who))
    with pytest.raises(BadInput):
        ask_to_show_names(ctx, office.says("administrator"), reason=" ")
    ask_to_show_names(ctx, office.says("administrator"), reason="Betriebsvereinbarung gekündigt")
    assert sealed()
    with pytest.raises(NotAllowed):
        agree_to_show_names(ctx, office.says("administrator"))
    seal_names(ctx, office.says("administrator"))
    with pytest.raises(Conflict):
        agree_to_show_names(ctx, office.says("auditor"))
    ask_to_show_names(ctx, office.says("administrator"), reason="Betriebsvereinbarung gekündigt")
    agree_to_show_names(ctx, office.says("auditor"))
    assert not sealed()
    assert [action for action in office.actions() if action != "act.refused"] == [
        "names.sealed",
        "names.end_asked",
        "names.sealed",
        "names.end_asked",
        "names.shown",
    ]


def test_nobody_agrees_to_their_own_wish_to_end_the_mode_whatever_they_may(office: Office) -> None:
    office.add(person("both", Role.ADMINISTRATOR, Role.AUDITOR))
    seal_names(office.ctx, office.says("both"))
    ask_to_show_names(office.ctx, office.says("both"), reason="lästig")
    with pytest.raises(NotAllowed) as refused:
        agree_to_show_names(office.ctx, office.says("both"))
    assert refused.value.code == "privacy.other_person"


def test_what_the_machine_says_about_the_mode_is_not_changed_on_the_screen(office: Office) -> None:
    object.__setattr__(office.ctx, "names_sealed", False)
    with pytest.raises(Conflict) as refused:
        seal_names(office.ctx, office.says("administrator"))
    assert refused.value.code == "privacy.mode_is_fixed"


@pytest.mark.parametrize("kind", sorted({*NAMED, *LISTED}, key=str), ids=lambda kind: kind.__name__)
def test_every_record_that_names_somebody_is_in_their_report(office: Office, kind: type[Any]) -> None:
    for name in NAMED.get(kind, ()):
        given: dict[str, Any] = {name: "vera"}
        record = example(kind, **given)
        office.add(person("vera", Role.ANALYST), record)
        with office.ctx.store.reading() as store:
            told = personal_data(store, store.find(Person, id="vera")[0])
        assert len(told[kind.__name__]) == 1, name
        for language in LANGUAGES:
            shown = as_html(language, "Europe/Berlin", "Nordwerk", told, {}, now=office.moment)
            words = {field for row in told[kind.__name__] for field in row}
            missing = [field for field in words if not any(texts.knows(language, code) for code in codes(field))]
            assert not missing
            assert texts.say(language, f"record.{kind.__name__}") in html.unescape(shown)


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        (Account, {"co_managers": ("vera",)}),
        (Incident, {"conflicted": ("x", "vera")}),
        (Alert, {"evidence": {"by": "vera"}}),
        (DutyPlan, {"steps": (DutyStep(after_minutes=0, people=("vera",)),)}),
        (Setting, {"value": {"on": True, "ending": {"asked_by": "vera"}}}),
    ],
)
def test_who_stands_in_a_list_is_in_the_report_too(office: Office, kind: type[Any], given: dict[str, Any]) -> None:
    office.add(person("vera", Role.ANALYST), example(kind, only_required=True, **given))
    with office.ctx.store.reading() as store:
        told = personal_data(store, store.find(Person, id="vera")[0])
    assert len(told[kind.__name__]) == 1
