"""The page People, its parts duty and own access: who is on duty, how I am reached, what an alert told."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from command_center.domain.duty import DutyPlan
from command_center.domain.people import Role
from command_center.domain.reachability import Reachability, Urgency
from command_center.domain.rota import Shift
from command_center.ports import MentionFilter
from command_center.telling import Teller
from command_center.use_cases.duty_roster import duty_plan
from command_center.use_cases.keep_rota import change_rota
from command_center.use_cases.people import add_person
from command_center.use_cases.tell import tell_everybody
from command_center.use_cases.triage import escalate_mention
from tests.pages.conftest import PASSWORD, House, OpenPage, labels_of, quiet_days, words_on
from tests.use_cases.test_tell import Phone

ALL_DAYS = tuple(range(7))


@pytest.fixture
def phone(house: House) -> Phone:
    """Give the house a way to tell people."""
    made = Phone("mailto")
    tellers: tuple[Teller, ...] = (made,)
    object.__setattr__(house.ctx, "tellers", tellers)
    return made


@pytest.fixture
def admin(house: House) -> str:
    """Add somebody who only administers."""
    add_person(
        house.ctx,
        house.caller(),
        login="ed",
        name="Ed Min",
        roles=[Role.ADMINISTRATOR],
        password=PASSWORD,
        email="ed@example.org",
    )
    return "ed"


def keep(house: House, *shifts: Shift) -> None:
    change_rota(house.ctx, house.caller(), shifts=shifts, exchanges=(), zone="Europe/Berlin")


def always(house: House, login: str, days: tuple[int, ...] = ALL_DAYS) -> Shift:
    return Shift(person_id=house.person(login).id, days=days, begins="00:00", ends="00:00")


def plan_of(house: House) -> DutyPlan:
    with house.ctx.store.reading() as store:
        return duty_plan(store)


def said_by(house: House, login: str) -> Reachability:
    with house.ctx.store.reading() as store:
        said = store.get(Reachability, house.person(login).id)
    assert said is not None
    return said


def key(at: object, ending: str) -> str:
    kinds = (
        "selectbox",
        "toggle",
        "time_input",
        "datetime_input",
        "button_group",
        "number_input",
        "multiselect",
        "checkbox",
    )
    found = [str(item.key) for kind in kinds for item in getattr(at, kind)]
    return next(one for one in found if one.endswith(ending))


def test_without_a_rota_the_page_says_so_and_who_would_be_told(house: House, page_of: OpenPage) -> None:
    at = page_of("people", part="duty")
    assert not at.exception
    said = words_on(at)
    assert "Es gibt keinen Dienstplan." in said
    assert "Dieses Haus hat keinen Weg nach außen" in said
    assert "Ana" in said


def test_a_rota_is_entered_line_by_line_and_shows_who_has_duty(house: House, page_of: OpenPage) -> None:
    at = page_of("people", part="duty")
    at.selectbox(key=key(at, "_0_person")).set_value(house.person("ana").id)
    at.button_group(key=key(at, "_0_days")).set_value(list(ALL_DAYS))
    at.time_input(key=key(at, "_0_begins")).set_value(time(0, 0))
    at.time_input(key=key(at, "_0_ends")).set_value(time(0, 0))
    at.button(key="rota_save").click().run()
    assert not at.exception
    assert plan_of(house).shifts == (always(house, "ana"),)
    said = words_on(at)
    assert "Keine Lücke in den nächsten 14 Tagen." in said
    assert plan_of(house).steps[0].rota


def test_a_gap_is_named_loudly(house: House, page_of: OpenPage) -> None:
    tomorrow = (datetime.now(UTC) + timedelta(days=2)).weekday()
    keep(house, Shift(person_id=house.person("ana").id, days=(tomorrow,), begins="10:00", ends="12:00"))
    said = words_on(page_of("people", "ana", part="duty"))
    assert "Gerade hat niemand Dienst" in said
    assert "Danach: Ana" in said
    assert "ist in den nächsten 14 Tagen niemand im Dienst" in said


def test_an_exchange_is_entered_and_counts(house: House, page_of: OpenPage) -> None:
    keep(house, always(house, "ana"))
    at = page_of("people", part="duty")
    line = next(str(item.key) for item in at.selectbox if "exchange_" in str(item.key)).rsplit("_", 1)[0]
    start = datetime.now(UTC).replace(tzinfo=None, microsecond=0)
    at.selectbox(key=f"{line}_person").set_value(house.person("kim").id)
    at.selectbox(key=f"{line}_instead").set_value(house.person("ana").id)
    at.datetime_input(key=f"{line}_begins").set_value(start - timedelta(days=1))
    at.datetime_input(key=f"{line}_ends").set_value(start + timedelta(days=1))
    at.button(key="exchange_save").click().run()
    assert not at.exception
    [exchange] = plan_of(house).exchanges
    assert (exchange.person_id, exchange.instead_of) == (house.person("kim").id, house.person("ana").id)
    assert "Kim Brandt" in words_on(at).split("Jetzt im Dienst")[1].split("Danach")[0]


def test_steps_and_deputies_are_changed_and_keep_the_rota(house: House, page_of: OpenPage) -> None:
    keep(house, always(house, "ana"))
    at = page_of("people", part="duty")
    roles = next(str(item.key) for item in at.multiselect if str(item.key).endswith("_0_roles"))
    at.multiselect(key=roles).set_value([])
    deputy = next(str(item.key) for item in at.selectbox if str(item.key).endswith(house.person("ana").id))
    at.selectbox(key=deputy).set_value(house.person("kim").id)
    at.button(key="steps_save").click().run()
    assert not at.exception
    plan = plan_of(house)
    assert (plan.steps[0].roles, plan.steps[0].rota, plan.shifts) == ((), True, (always(house, "ana"),))
    assert [(one.person_id, one.deputy_id) for one in plan.deputies] == [
        (house.person("ana").id, house.person("kim").id)
    ]


def test_who_may_not_change_the_plan_sees_duty_but_no_form_and_nobody_elses_settings(
    house: House, page_of: OpenPage
) -> None:
    keep(house, always(house, "ana"))
    at = page_of("people", "audit", part="duty")
    assert "Jetzt im Dienst" in words_on(at)
    assert "Stufen speichern" not in labels_of(at)
    assert "Testnachricht" not in labels_of(at)


def test_everybody_says_how_alerts_reach_them(house: House, phone: Phone, page_of: OpenPage) -> None:
    at = page_of("people", "ana", part="own")
    assert "Zu Ihnen führt kein Weg" in words_on(at)
    at.toggle(key=key(at, "_every")).set_value(False)
    at.selectbox(key=key(at, "_way0")).set_value("high")
    at.toggle(key=key(at, "_quiet")).set_value(True)
    at.selectbox(key=key(at, "_disturb")).set_value(Urgency.HIGHEST)
    back = datetime.now(ZoneInfo("Europe/Berlin")).replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(
        days=9
    )
    at.datetime_input(key=key(at, "_away_until")).set_value(back.replace(tzinfo=None))
    at.selectbox(key=key(at, "_digest_minutes")).set_value(60)
    at.selectbox(key=key(at, "_language")).set_value("en")
    at.button(key="reach_save").click().run()
    assert not at.exception
    said = said_by(house, "ana")
    assert [(one.channel, one.from_urgency) for one in said.channels] == [("mailto", Urgency.HIGH)]
    assert [(one.begins, one.ends) for one in said.quiet] == [("22:00", "07:00")]
    assert (said.disturb_from, said.digest_minutes) == (Urgency.HIGHEST, 60)
    assert said.away_until == back.astimezone(UTC)
    assert house.person("ana").language == "en"
    lead = words_on(page_of("people", part="duty"))
    assert "Der Reihe nach: E-Mail (ab hoher Dringlichkeit)" in lead
    assert "Abwesend: jetzt bis " in lead


def test_to_be_told_on_no_way_at_all_is_refused(house: House, phone: Phone, page_of: OpenPage) -> None:
    at = page_of("people", "ana", part="own")
    at.toggle(key=key(at, "_every")).set_value(False)
    at.selectbox(key=key(at, "_way0")).set_value("never")
    at.button(key="reach_save").click().run()
    assert at.error[0].value.startswith("Wählen Sie mindestens einen Weg.")


def test_a_test_message_goes_out_at_the_click(house: House, phone: Phone, page_of: OpenPage) -> None:
    at = page_of("people", part="own")
    at.button(key="own_try").click().run()
    assert not at.exception
    assert phone.heard == [f"{house.person('kim').id}: Testnachricht von One Voice"]


def test_next_to_an_alert_stands_who_was_told_and_who_was_not_and_why(
    house: House, phone: Phone, page_of: OpenPage
) -> None:
    raise_one(house)
    tell_everybody(house.ctx)
    at = page_of("situation", "ana")
    assert not at.exception
    said = words_on(at)
    assert "Kim Brandt</b> Benachrichtigt, E-Mail" in said
    assert "Ana</b> Keine Adresse hinterlegt" in said
    assert "Übernimmt niemand, werden weitere benachrichtigt" in said


def test_an_administrator_reads_what_waits_and_whom_to_call(
    house: House, phone: Phone, admin: str, page_of: OpenPage
) -> None:
    raise_one(house)
    said = words_on(page_of("people", admin, part="duty"))
    assert "Niemand hat diesen Alarm übernommen" in said
    assert "Bitte rufen Sie jemanden an, der es kann: " in said
    assert "Kim Brandt (kim@example.org)" in said


def raise_one(house: House) -> None:
    house.import_raws(quiet_days()[:3])
    with house.ctx.store.reading() as store:
        [mention, *_] = store.mentions(MentionFilter()).mentions
    escalate_mention(house.ctx, house.caller(), mention_id=mention.id)
