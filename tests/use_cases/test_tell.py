"""Alerts reach people by duty and preference until somebody acknowledges: the clock moves, and who is told follows."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from command_center.domain.alerts import Alert, Notice, NoticeOutcome
from command_center.domain.duty import DEFAULT_DUTY, Deputy, DutyStep
from command_center.domain.mentions import Plane
from command_center.domain.people import Person, Role
from command_center.domain.plans import Plan
from command_center.domain.reachability import ChannelChoice, QuietHours, Urgency
from command_center.domain.topics import Topic
from command_center.errors import StoreUnavailable
from command_center.telling import Teller
from command_center.use_cases.acknowledge import acknowledge, judge_alert
from command_center.use_cases.activate import activate
from command_center.use_cases.be_reached import set_reachability
from command_center.use_cases.keep_duty import change_duty
from command_center.use_cases.people import disable_person
from command_center.use_cases.tell import tell_everybody
from tests.use_cases.conftest import Office, person


class Phone:
    """A way to tell people that remembers whom it told; ``trouble`` is what it answers."""

    def __init__(self, channel: str = "mail", *, trouble: str = "", no_address: tuple[str, ...] = ()) -> None:
        self.channel = channel
        self.trouble = trouble
        self.no_address = no_address
        self.heard: list[str] = []
        self.bodies: list[str] = []
        self.while_telling: Callable[[], object] = lambda: None

    def address(self, person: Person) -> str:
        return "" if person.id in self.no_address else person.email

    def tell(self, person: Person, *, title: str, body: str) -> str:
        self.heard.append(f"{person.id}: {title}")
        self.bodies.append(body)
        self.while_telling()
        return self.trouble

    def rings(self) -> list[str]:
        """Return who was told since the last time one asked."""
        heard, self.heard = [line.split(":")[0] for line in self.heard], []
        return heard


@pytest.fixture
def phone(tellers: list[Teller]) -> Phone:
    made = Phone()
    tellers.append(made)
    return made


def raise_alert(office: Office, identity: str = "a", plane: Plane = Plane.REAL, **evidence: object) -> None:
    office.add(
        Topic(id=f"t-{plane.value}", name="Nordwerk", plane=plane),
        Alert(
            id=identity,
            plane=plane,
            topic_id=f"t-{plane.value}",
            at=office.moment,
            raised_at=office.moment,
            evidence=evidence,
        ),
    )


def notices(office: Office) -> list[Notice]:
    with office.ctx.store.reading() as store:
        return store.find(Notice, order="at")


def outcomes(office: Office) -> dict[str, NoticeOutcome]:
    return {notice.person_id: notice.outcome for notice in notices(office)}


def after(office: Office, phone: Phone, **span: int) -> list[str]:
    """Let time pass, let the worker do its work twice, and return whose phone rang."""
    office.later(**span)
    tell_everybody(office.ctx)
    assert tell_everybody(office.ctx) == 0
    return phone.rings()


def one_step(office: Office, *people: str, deputies: tuple[tuple[str, str], ...] = (), repeats: int = 0) -> None:
    change_duty(
        office.ctx,
        office.says("administrator"),
        steps=[DutyStep(after_minutes=0, people=people), DutyStep(after_minutes=10, roles=(Role.ADMINISTRATOR,))],
        deputies=[Deputy(person_id=one, deputy_id=other) for one, other in deputies],
        repeats=repeats,
    )


def test_it_goes_up_the_steps_until_somebody_acknowledges(office: Office, phone: Phone) -> None:
    raise_alert(office)
    assert after(office, phone) == ["analyst", "crisis_lead"]
    assert after(office, phone, minutes=9) == []
    assert after(office, phone, minutes=1) == ["approver", "second_approver"]
    office.later(minutes=2)
    acknowledge(office.ctx, office.says("approver"), alert_id="a")
    assert after(office, phone, minutes=18) == []
    assert after(office, phone, hours=3) == []
    assert outcomes(office)["administrator"] is NoticeOutcome.ACKNOWLEDGED
    assert office.actions().count("person.notified") == 4


def test_nobody_acknowledges_so_everybody_is_told_again_and_in_the_end_it_is_quiet(
    office: Office, phone: Phone
) -> None:
    raise_alert(office)
    after(office, phone, minutes=0)
    after(office, phone, minutes=10)
    assert after(office, phone, minutes=20) == ["administrator"]
    everybody = ["analyst", "crisis_lead", "approver", "second_approver", "administrator"]
    assert [after(office, phone, minutes=30) for _ in range(5)] == [everybody] * 4 + [[]]
    assert phone.bodies[-20].startswith("unacknowledged for 60 minutes")


def test_who_is_told_later_reads_for_how_long_nobody_has_acknowledged(office: Office, phone: Phone) -> None:
    raise_alert(office)
    after(office, phone)
    assert "unacknowledged" not in "".join(phone.bodies)
    after(office, phone, minutes=10)
    assert phone.bodies[-1].startswith("unacknowledged for 10 minutes\n")


def test_acknowledging_while_people_are_being_told_stops_at_once(office: Office, phone: Phone) -> None:
    raise_alert(office)
    phone.while_telling = lambda: acknowledge(office.ctx, office.says("analyst"), alert_id="a")
    assert after(office, phone) == ["analyst"]
    assert outcomes(office)["crisis_lead"] is NoticeOutcome.ACKNOWLEDGED


def test_an_acknowledged_alert_is_told_to_nobody_and_the_log_names_who_was_spared(office: Office, phone: Phone) -> None:
    raise_alert(office)
    acknowledge(office.ctx, office.says("analyst"), alert_id="a")
    assert after(office, phone) == []
    with office.ctx.store.reading() as store:
        (entry,) = store.log(action="alert.acknowledged")
    assert entry.details["not_told"] == ["crisis_lead", "approver", "second_approver", "administrator"]


def test_an_alert_that_became_an_incident_is_told_to_nobody_else(office: Office, phone: Phone) -> None:
    raise_alert(office)
    after(office, phone)
    plan: Plan = office.ctx.plans()[0]
    activate(
        office.ctx, office.says("crisis_lead"), plan_id=plan.id, plane=Plane.REAL, reason="Ernstfall", alert_id="a"
    )
    assert after(office, phone, minutes=30) == []
    assert outcomes(office)["approver"] is NoticeOutcome.ACKNOWLEDGED


def test_a_crash_between_telling_and_keeping_tells_again_but_loses_nothing(
    office: Office, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    raise_alert(office)

    def crash() -> None:
        monkeypatch.setattr(office.ctx.store, "broken", "store.locked")

    phone.while_telling = crash
    with pytest.raises(StoreUnavailable):
        tell_everybody(office.ctx)
    monkeypatch.setattr(office.ctx.store, "broken", "")
    phone.while_telling = lambda: None
    assert after(office, phone) == ["analyst", "analyst", "crisis_lead"]


def test_a_worker_that_slept_makes_up_for_every_step_once(office: Office, phone: Phone) -> None:
    raise_alert(office)
    after(office, phone)
    assert after(office, phone, minutes=50) == ["approver", "second_approver", "administrator"]
    assert after(office, phone, minutes=29) == []


def test_what_lay_for_a_day_wakes_nobody_but_what_nobody_was_told_is_still_told(office: Office, phone: Phone) -> None:
    raise_alert(office, "told")
    after(office, phone)
    raise_alert(office, "untold")
    office.later(hours=25)
    assert after(office, phone) == ["analyst", "crisis_lead"]
    assert {notice.alert_id for notice in notices(office) if notice.at == office.moment} == {"untold"}


def test_many_alerts_at_once_are_one_message_each(office: Office, phone: Phone) -> None:
    for number in range(5):
        raise_alert(office, f"a{number}")
    tell_everybody(office.ctx)
    assert phone.heard == ["analyst: many", "crisis_lead: many"]
    assert phone.bodies[0] == "a0 a1 a2 a3 a4"
    sent = [notice for notice in notices(office) if notice.person_id == "analyst"]
    assert len(sent) == 5
    assert len({notice.digest for notice in sent}) == 1


def test_the_fourth_alert_within_ten_minutes_brings_a_digest_and_the_fifth_waits_for_the_next(
    office: Office, phone: Phone
) -> None:
    one_step(office, "analyst")
    for number in range(3):
        raise_alert(office, f"a{number}")
        assert after(office, phone, minutes=1) == ["analyst"]
    raise_alert(office, "a3")
    assert after(office, phone) == ["analyst"]
    assert phone.bodies[-1] == "a0 a1 a2 a3"
    raise_alert(office, "a4")
    assert after(office, phone, minutes=1) == []
    assert NoticeOutcome.DIGEST in {notice.outcome for notice in notices(office) if notice.alert_id == "a4"}
    office.later(minutes=9)
    tell_everybody(office.ctx)
    assert ("analyst", "mail", NoticeOutcome.SENT) in {
        (notice.person_id, notice.channel, notice.outcome) for notice in notices(office) if notice.alert_id == "a4"
    }


def test_the_most_urgent_alert_does_not_wait_for_a_digest(office: Office, phone: Phone) -> None:
    one_step(office, "analyst")
    for number in range(4):
        raise_alert(office, f"a{number}")
    assert after(office, phone) == ["analyst"]
    raise_alert(office, "death", level=5)
    assert after(office, phone, minutes=1) == ["analyst"]
    assert phone.bodies[-1] == "death"


def test_in_quiet_hours_the_deputy_is_told_and_in_the_morning_the_sleeper_too(office: Office, phone: Phone) -> None:
    one_step(office, "analyst", deputies=(("analyst", "approver"),))
    set_reachability(
        office.ctx, office.says("analyst"), quiet=[QuietHours(begins="22:00", ends="11:00", zone="Europe/Berlin")]
    )
    raise_alert(office)
    assert after(office, phone) == ["approver"]
    assert [notice.outcome for notice in notices(office) if notice.person_id == "analyst"] == ["quiet_hours"]
    assert after(office, phone, minutes=10) == ["administrator"]
    assert after(office, phone, minutes=50) == ["analyst"]


def test_an_urgent_alert_breaks_quiet_hours(office: Office, phone: Phone) -> None:
    one_step(office, "analyst")
    set_reachability(
        office.ctx, office.says("analyst"), quiet=[QuietHours(begins="22:00", ends="11:00", zone="Europe/Berlin")]
    )
    raise_alert(office, kind="escalated")
    assert after(office, phone) == ["analyst"]


def test_an_empty_chain_of_deputies_makes_the_next_step_due_at_once_and_it_is_said(
    office: Office, phone: Phone
) -> None:
    one_step(office, "analyst", deputies=(("analyst", "approver"), ("approver", "analyst")))
    away = office.moment + timedelta(days=3)
    for name in ("analyst", "approver"):
        set_reachability(office.ctx, office.says(name), away_until=away)
    raise_alert(office)
    assert after(office, phone) == ["administrator"]
    assert outcomes(office) == {
        "analyst": NoticeOutcome.OFF_DUTY,
        "approver": NoticeOutcome.OFF_DUTY,
        "": NoticeOutcome.NOBODY,
        "administrator": NoticeOutcome.SENT,
    }
    assert office.actions().count("alert.reached_nobody") == 1


def test_a_step_whose_role_nobody_holds_does_not_cost_time(office: Office, phone: Phone) -> None:
    change_duty(
        office.ctx,
        office.says("crisis_lead"),
        steps=[DutyStep(after_minutes=0, people=("auditor",)), DutyStep(after_minutes=30, roles=(Role.APPROVER,))],
    )
    disable_person(office.ctx, office.says("administrator"), person_id="auditor")
    raise_alert(office)
    assert after(office, phone) == ["approver", "second_approver"]
    assert outcomes(office)["auditor"] is NoticeOutcome.DISABLED


def test_a_drill_goes_up_the_steps_too_but_nobody_is_told_outside(office: Office, phone: Phone) -> None:
    raise_alert(office, plane=Plane.PRACTICE)
    assert after(office, phone) == []
    assert outcomes(office) == dict.fromkeys(("analyst", "crisis_lead"), NoticeOutcome.PRACTICE)
    assert after(office, phone, minutes=10) == []
    assert set(outcomes(office)) == {"analyst", "crisis_lead", "approver", "second_approver"}


def test_a_disabled_person_is_told_nothing_any_more(office: Office, phone: Phone) -> None:
    raise_alert(office)
    disable_person(office.ctx, office.says("administrator"), person_id="analyst")
    assert after(office, phone) == ["crisis_lead"]


def test_a_failed_channel_falls_through_to_the_next_one_chosen(
    office: Office, phone: Phone, tellers: list[Teller]
) -> None:
    one_step(office, "analyst")
    text = Phone("text", trouble="not_accepted")
    tellers.append(text)
    choice = [ChannelChoice(channel="text"), ChannelChoice(channel="mail")]
    set_reachability(office.ctx, office.says("analyst"), channels=choice)
    raise_alert(office, "first")
    assert after(office, phone) == ["analyst"]
    assert [(notice.channel, notice.outcome, notice.detail) for notice in notices(office)] == [
        ("mail", "sent", ""),
        ("text", "failed", "not_accepted"),
    ]
    text.trouble = ""
    raise_alert(office, "second")
    assert after(office, phone) == []
    assert text.rings() == ["analyst", "analyst"]


def test_when_every_channel_fails_the_deputy_is_told(office: Office, tellers: list[Teller]) -> None:
    class Busy(Phone):
        def tell(self, person: Person, *, title: str, body: str) -> str:
            super().tell(person, title=title, body=body)
            return "not_accepted" if person.id == "analyst" else ""

    phone = Busy()
    tellers.append(phone)
    one_step(office, "analyst", deputies=(("analyst", "approver"),))
    raise_alert(office)
    assert after(office, phone) == ["analyst", "approver"]


def test_who_chose_nothing_is_told_on_every_channel_and_a_missing_address_is_kept(
    office: Office, phone: Phone, tellers: list[Teller]
) -> None:
    one_step(office, "analyst", "approver")
    text = Phone("text", no_address=("approver",))
    tellers.append(text)
    raise_alert(office)
    assert after(office, phone) == ["analyst", "approver"]
    assert text.rings() == ["analyst"]
    missing = [notice for notice in notices(office) if notice.outcome is NoticeOutcome.NO_ADDRESS]
    assert [(notice.person_id, notice.channel) for notice in missing] == [("approver", "text")]


def test_by_preference_a_usual_alert_stays_away_and_an_urgent_one_comes(office: Office, phone: Phone) -> None:
    one_step(office, "analyst")
    choice = [ChannelChoice(channel="mail", from_urgency=Urgency.HIGH)]
    set_reachability(office.ctx, office.says("analyst"), channels=choice)
    raise_alert(office, "usual", ratio=4.0)
    assert after(office, phone) == ["administrator"]
    assert outcomes(office)["analyst"] is NoticeOutcome.PREFERENCE
    raise_alert(office, "sudden", ratio=12.0)
    assert after(office, phone) == ["analyst"]


def test_a_place_that_is_the_same_for_all_hears_an_alert_once(office: Office, tellers: list[Teller]) -> None:
    class Room(Phone):
        def address(self, person: Person) -> str:
            return self.channel

    room = Room("room")
    tellers.append(room)
    raise_alert(office)
    assert after(office, room) == ["analyst"]
    assert set(outcomes(office)) == {"analyst", "crisis_lead"}


def test_two_ways_of_the_same_kind_are_both_used(office: Office, phone: Phone, tellers: list[Teller]) -> None:
    second = Phone("mail")
    tellers.append(second)
    raise_alert(office)
    assert after(office, phone) == second.rings() == ["analyst", "crisis_lead"]


def test_why_somebody_is_not_told_is_kept_once_not_every_second(office: Office) -> None:
    raise_alert(office)
    assert tell_everybody(office.ctx) == 1
    before = len(notices(office))
    for _ in range(30):
        office.later(seconds=1)
        assert tell_everybody(office.ctx) == 0
    assert len(notices(office)) == before
    assert outcomes(office)["analyst"] is NoticeOutcome.NO_CHANNEL
    assert office.actions().count("alert.reached_nobody") == len(DEFAULT_DUTY.steps)
    assert office.actions().count("person.not_reached") == 5


def test_a_new_lead_is_told_about_what_still_waits(office: Office, phone: Phone) -> None:
    raise_alert(office)
    after(office, phone)
    office.add(person("newcomer", Role.CRISIS_LEAD))
    assert after(office, phone, minutes=1) == ["newcomer"]


def test_acknowledging_one_alert_of_a_storm_takes_the_others_along(office: Office, phone: Phone) -> None:
    raise_alert(office, "first", run="live", kind="spike")
    raise_alert(office, "higher", run="live", kind="keywords", escalates="first")
    raise_alert(office, "silent", kind="silence")
    raise_alert(office, "passed on", kind="escalated")
    after(office, phone)
    acknowledge(office.ctx, office.says("analyst"), alert_id="first")
    with office.ctx.store.reading() as store:
        taken = {alert.id for alert in store.find(Alert, acknowledged_by="analyst")}
        entries = [entry.details for entry in store.log(action="alert.acknowledged")]
    assert taken == {"first", "higher"}
    assert [entry.get("same_storm_as", "") for entry in entries] == ["", "first"]
    judge_alert(office.ctx, office.says("analyst"), alert_id="higher", was_real=True)
    with office.ctx.store.reading() as store:
        assert {alert.id for alert in store.find(Alert, was_real=True)} == {"first", "higher"}


def test_a_higher_alert_of_a_storm_somebody_took_is_told_anew(office: Office, phone: Phone) -> None:
    raise_alert(office, "first", run="live", kind="spike")
    acknowledge(office.ctx, office.says("analyst"), alert_id="first")
    raise_alert(office, "higher", run="live", kind="spike", escalates="first")
    assert after(office, phone) == ["analyst", "crisis_lead"]


def test_an_alert_without_a_topic_of_its_own_is_told_like_any_other(office: Office, phone: Phone) -> None:
    raise_alert(office)
    silent = {"kind": "silence", "source": "Bluesky live"}
    office.add(Alert(id="b", plane=Plane.REAL, topic_id="", at=office.moment, raised_at=office.moment, evidence=silent))
    tell_everybody(office.ctx)
    assert {line.split(": ")[1] for line in phone.heard} >= {"Nordwerk a"}
    assert any(line.endswith(" b") for line in phone.heard)
