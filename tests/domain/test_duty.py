"""Who is told now, and why others are not: quiet hours, preferences, deputies, steps."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from command_center.domain.alerts import Alert, AlertState, Notice, NoticeOutcome
from command_center.domain.digests import bundle
from command_center.domain.duty import (
    DEFAULT_DUTY,
    Deputy,
    DutyPlan,
    DutyStep,
    Roster,
    next_due,
    next_step,
    outlook,
    way_to,
)
from command_center.domain.mentions import Plane
from command_center.domain.people import Person, Role
from command_center.domain.reachability import ChannelChoice, QuietHours, Reachability, Urgency, urgency_of

NOW = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)  # a Wednesday
NIGHT = QuietHours(begins="22:00", ends="07:00", zone="Europe/Berlin")


def alert(identity: str = "a", **evidence: Any) -> Alert:
    return Alert(id=identity, plane=Plane.REAL, topic_id="t", at=NOW, raised_at=NOW, evidence=evidence)


def reach(identity: str, **said: Any) -> Reachability:
    return Reachability(id=identity, changed_at=NOW, **said)


def roster(plan: DutyPlan = DEFAULT_DUTY, *said: Reachability, channels: tuple[str, ...] = ("mail", "text")) -> Roster:
    people = {
        name: Person(id=name, login=name, name=name.title(), roles=(role,), created_at=NOW)
        for name, role in (("lea", Role.CRISIS_LEAD), ("ana", Role.ANALYST), ("abe", Role.APPROVER))
    }
    return Roster(
        plan=plan,
        people=people,
        reach={one.id: one for one in said},
        channels=channels,
        ways=dict.fromkeys(people, channels),
    )


def told(person: str, outcome: NoticeOutcome = NoticeOutcome.SENT, **given: Any) -> Notice:
    values: dict[str, Any] = {"alert_id": "a", "channel": "mail", "at": NOW, "step": 0}
    values |= given
    identity = f"{person}:{values['step']}:{values['channel']}:{outcome}"
    return Notice(id=identity, plane=Plane.REAL, person_id=person, outcome=outcome, **values)


def rung(roster: Roster, *notices: Notice, at: datetime = NOW) -> list[str]:
    step = next_step(roster, alert(), notices, at)
    return [way.person_id for way in step.tell] if step else []


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        ("2026-07-01T19:59:00+00:00", False),
        ("2026-07-01T20:00:00+00:00", True),
        ("2026-07-02T04:59:00+00:00", True),
        ("2026-07-02T05:00:00+00:00", False),
        # In winter the same hours are another hour later in UTC, also in the night the clock goes back.
        ("2026-12-01T20:30:00+00:00", False),
        ("2026-10-24T20:00:00+00:00", True),
        ("2026-10-25T05:59:00+00:00", True),
        ("2026-10-25T06:00:00+00:00", False),
    ],
)
def test_quiet_hours_hold_in_the_persons_own_zone_over_midnight(moment: str, quiet: bool) -> None:
    assert NIGHT.hold(datetime.fromisoformat(moment)) is quiet


def test_quiet_hours_belong_to_the_day_they_begin_on() -> None:
    friday_night = replace(NIGHT, days=(4,))
    assert friday_night.hold(datetime(2026, 7, 4, 1, 0, tzinfo=UTC))
    assert not friday_night.hold(datetime(2026, 7, 5, 1, 0, tzinfo=UTC))
    noon = QuietHours(begins="13:00", ends="15:00", zone="Europe/Berlin", days=(2,))
    assert noon.hold(NOW)
    assert not noon.hold(NOW + timedelta(days=1))


def test_a_zone_nobody_knows_keeps_nobody_from_being_told() -> None:
    assert not replace(NIGHT, zone="Atlantis/Capital").hold(datetime(2026, 7, 1, 22, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("evidence", "urgency"),
    [
        ({"kind": "spike", "ratio": 4.0}, Urgency.USUAL),
        ({"kind": "spike", "ratio": 10.0}, Urgency.HIGH),
        ({"kind": "escalated"}, Urgency.HIGH),
        ({"kind": "spike", "level": 4}, Urgency.HIGHEST),
        ({"kind": "keywords"}, Urgency.HIGHEST),
        ({"ratio": "much"}, Urgency.USUAL),
    ],
)
def test_urgency_is_not_volume_alone(evidence: dict[str, Any], urgency: Urgency) -> None:
    assert urgency_of(alert(**evidence)) is urgency


def test_a_channel_chosen_that_the_house_no_longer_has_does_not_silence_anybody() -> None:
    said = reach("lea", channels=(ChannelChoice(channel="fax"),))
    way = way_to(roster(DEFAULT_DUTY, said), "lea", urgency=Urgency.USUAL, now=NOW)
    assert (way.channels, way.every, way.reason) == (("mail", "text"), True, None)


def test_chosen_channels_are_tried_in_the_order_chosen_from_their_urgency() -> None:
    said = reach(
        "lea", channels=(ChannelChoice(channel="text", from_urgency=Urgency.HIGH), ChannelChoice(channel="mail"))
    )
    known = roster(DEFAULT_DUTY, said)
    assert way_to(known, "lea", urgency=Urgency.USUAL, now=NOW).channels == ("mail",)
    assert way_to(known, "lea", urgency=Urgency.HIGH, now=NOW).channels == ("text", "mail")


def test_steps_follow_the_clock_from_the_first_notice() -> None:
    first = (told("ana"), told("ana", channel="text"), told("lea"), told("lea", channel="text"))
    assert rung(roster()) == ["ana", "lea"]
    assert rung(roster(), *first, at=NOW + timedelta(minutes=9, seconds=59)) == []
    assert rung(roster(), *first, at=NOW + timedelta(minutes=10)) == ["abe"]
    assert next_due(roster(), alert(), first) == NOW + timedelta(minutes=10)
    assert next_due(roster(), alert(), ()) == NOW


def test_a_step_begun_before_a_crash_is_finished() -> None:
    assert rung(roster(), told("ana"), at=NOW + timedelta(seconds=5)) == ["ana", "lea"]
    step = next_step(roster(), alert(), (told("ana"),), NOW)
    assert step is not None
    assert [way.channels for way in step.tell] == [("text",), ("mail", "text")]


def test_after_the_last_repeat_nobody_is_due() -> None:
    plan = DutyPlan(steps=(DutyStep(after_minutes=0, people=("lea",)),), repeats=1, repeat_minutes=30)
    first = (told("lea"), told("lea", channel="text"))
    assert next_due(roster(plan), alert(), first) == NOW + timedelta(minutes=30)
    again = (*first, *(replace(one, step=1, at=NOW + timedelta(minutes=30)) for one in first))
    assert next_due(roster(plan), alert(), again) is None
    assert next_due(roster(plan), replace(alert(), state=AlertState.ACKNOWLEDGED), first) is None


def test_a_repeat_tells_the_deputies_too() -> None:
    plan = DutyPlan(
        steps=(DutyStep(after_minutes=0, people=("lea",)),), deputies=(Deputy(person_id="lea", deputy_id="abe"),)
    )
    first = (told("lea"), told("lea", channel="text"))
    assert rung(roster(plan), *first, at=NOW + timedelta(minutes=30)) == ["lea", "abe"]


def test_a_deputy_told_in_somebodys_place_is_not_told_again_for_them_at_the_next_step() -> None:
    plan = DutyPlan(
        steps=(DutyStep(after_minutes=0, people=("lea",)), DutyStep(after_minutes=10, people=("ana",))),
        deputies=(Deputy(person_id="lea", deputy_id="abe"),),
    )
    known = roster(plan, reach("lea", away_until=NOW + timedelta(days=1)))
    assert rung(known) == ["abe"]
    kept = (told("lea", NoticeOutcome.OFF_DUTY, channel=""), told("abe"), told("abe", channel="text"))
    assert rung(known, *kept, at=NOW + timedelta(minutes=10)) == ["ana"]


def test_who_is_back_on_duty_while_the_alert_waits_is_told() -> None:
    known = roster(DEFAULT_DUTY, reach("lea", away_until=NOW + timedelta(minutes=5)))
    kept = (told("lea", NoticeOutcome.OFF_DUTY, channel=""), told("ana"), told("ana", channel="text"))
    assert rung(known, *kept, at=NOW + timedelta(minutes=4)) == []
    assert rung(known, *kept, at=NOW + timedelta(minutes=5)) == ["lea"]


def test_the_outlook_shows_who_would_be_told_and_why_others_would_not() -> None:
    plan = replace(DEFAULT_DUTY, deputies=(Deputy(person_id="lea", deputy_id="abe"),))
    shown = outlook(roster(plan, reach("lea", quiet=(replace(NIGHT, begins="13:00"),))), urgency=Urgency.USUAL, now=NOW)
    named = [[(way.person_id, way.reason) for way in ways] for _step, ways in shown]
    assert named == [
        [("ana", None), ("lea", NoticeOutcome.QUIET_HOURS), ("abe", None)],
        [("abe", None)],
        [],
    ]


def test_up_to_three_alerts_come_one_by_one() -> None:
    due = [alert(str(number)) for number in range(3)]
    assert bundle(due, (), NOW).single == tuple(due)
    assert bundle([*due, alert("3")], (), NOW).together == (*due, alert("3"))


def test_what_was_told_long_ago_does_not_count_for_a_digest() -> None:
    old = [told("ana", alert_id=str(number)) for number in range(5)]
    assert bundle([alert()], old, NOW + timedelta(minutes=9)).together == (alert(),)
    assert bundle([alert()], old, NOW + timedelta(minutes=10)).single == (alert(),)
