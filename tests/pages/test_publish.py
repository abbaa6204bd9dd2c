"""The page Publish: what waits, is held, on its way, out, and not in our hands."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from command_center.domain.accounts import Lock, Posture
from command_center.domain.publications import Publication, PublicationState
from command_center.ui.queue import GROUPS, local_moment, schedule_fault
from command_center.use_cases.lock import ask_unlock, confirm_unlock, lock_account
from command_center.use_cases.publish import publish
from tests.pages.crisis import Crisis, crisis_house, words_on


@pytest.fixture
def crisis(tmp_path: Path) -> Iterator[Crisis]:
    with crisis_house(tmp_path / "house") as house:
        yield house


def ask(crisis: Crisis, text: str = "Guten Morgen, Bremen!", *, later: bool = False) -> Publication:
    due = crisis.ctx.now() + timedelta(hours=3) if later else None
    return publish(crisis.ctx, crisis.says("leo"), account_id=crisis.accounts["x"], text=text, due_at=due)


def lock(crisis: Crisis, posture: Posture) -> str:
    account = crisis.accounts["x"]
    return lock_account(crisis.ctx, crisis.says("kim"), account_id=account, posture=posture, reason="Lage unklar")


def put_in_quarantine(crisis: Crisis) -> Publication:
    waiting = ask(crisis, later=True)
    identity = lock(crisis, Posture.HOLD)
    ask_unlock(crisis.ctx, crisis.says("kim"), lock_id=identity, reason="vorbei")
    confirm_unlock(crisis.ctx, crisis.says("jana"), lock_id=identity)
    with crisis.ctx.store.reading() as store:
        lifted = store.get(Lock, identity)
    assert lifted is not None
    assert lifted.lifted_at is not None
    return waiting


def show(at: AppTest, group: str) -> AppTest:
    return at.button_group(key="queue_group").set_value(group).run()


def test_the_four_honest_states_are_named(crisis: Crisis) -> None:
    words = words_on(crisis.page("publish", "leo"))
    for name in ("Gehalten", "Unterwegs", "Draußen", "Nicht in unserer Hand"):
        assert name in words


def test_a_second_person_lets_a_post_out_and_its_author_cannot(crisis: Crisis) -> None:
    lock(crisis, Posture.REVIEW)
    waiting = ask(crisis)
    own = crisis.page("publish", "leo")
    assert "Jemand anders liest gegen." in words_on(own)
    assert f"queue_agree_{waiting.id}" not in [button.key for button in own.button]
    other = crisis.page("publish", "jana")
    other.button(key=f"queue_agree_{waiting.id}").click().run()
    assert not other.exception
    assert crisis.publications()[0].state is PublicationState.INTENDED
    assert crisis.publications()[0].reviewed_by == crisis.people["jana"]


def test_a_second_person_can_decline(crisis: Crisis) -> None:
    lock(crisis, Posture.REVIEW)
    waiting = ask(crisis)
    crisis.page("publish", "jana").button(key=f"queue_decline_{waiting.id}").click().run()
    assert crisis.publications()[0].state is PublicationState.DISCARDED


def test_a_post_is_planned_in_the_zone_that_is_named(crisis: Crisis) -> None:
    at = crisis.page("publish", "leo")
    day = (crisis.ctx.now() + timedelta(days=2)).date()
    at.date_input(key="plan_day").set_value(day)
    at.time_input(key="plan_time").set_value(time(9, 30))
    at.text_area(key="plan_text").input("Morgen ist Tag der offenen Tür.").run()
    assert "Europe/Berlin" in words_on(at)
    at.button(key="queue_plan").click().run()
    assert not at.exception
    planned = crisis.publications()[0]
    assert planned.state is PublicationState.QUEUED
    assert planned.due_at == local_moment(day, time(9, 30), "Europe/Berlin")
    assert "Eingeplant." in words_on(at)


def test_a_text_the_gate_refuses_is_not_planned_and_says_why(crisis: Crisis) -> None:
    crisis.switch_on()
    at = crisis.page("publish", "leo")
    at.text_area(key="plan_text").input("Alles halb so wild.").run()
    at.date_input(key="plan_day").set_value((crisis.ctx.now() + timedelta(days=2)).date()).run()
    at.button(key="queue_plan").click().run()
    assert crisis.publications()[0].state is PublicationState.REFUSED
    assert "Zurzeit gelten nur freigegebene Texte" in words_on(at)


def test_a_held_post_stays_until_somebody_looks_at_it(crisis: Crisis) -> None:
    held = ask(crisis, later=True)
    lock(crisis, Posture.ONE_VOICE)
    at = show(crisis.page("publish", "jana"), "held")
    assert "nie von selbst hinaus" in words_on(at)
    assert f"queue_release_{held.id}" not in [button.key for button in at.button]


def test_quarantine_releases_one_post_through_the_gate(crisis: Crisis) -> None:
    waiting = put_in_quarantine(crisis)
    at = show(crisis.page("publish", "jana"), "held")
    at.button(key=f"queue_release_{waiting.id}").click().run()
    assert not at.exception
    assert crisis.publications()[0].state is PublicationState.QUEUED


def test_discarding_needs_a_reason(crisis: Crisis) -> None:
    waiting = put_in_quarantine(crisis)
    at = show(crisis.page("publish", "jana"), "held")
    at.button(key=f"queue_discard_now_{waiting.id}").click().run()
    assert at.error
    assert crisis.publications()[0].state is PublicationState.QUARANTINED
    at.text_input(key=f"queue_why_{waiting.id}").input("Passt nicht mehr")
    at.button(key=f"queue_discard_now_{waiting.id}").click().run()
    assert crisis.publications()[0].state is PublicationState.DISCARDED
    assert "Passt nicht mehr" in words_on(show(at, "not_out"))


def test_a_co_manager_gets_no_buttons_of_the_quarantine(crisis: Crisis) -> None:
    waiting = put_in_quarantine(crisis)
    at = show(crisis.page("publish", "leo"), "held")
    assert not [button.key for button in at.button if waiting.id in str(button.key)]


def test_the_outcome_of_a_post_made_by_hand_is_recorded(crisis: Crisis) -> None:
    made = ask(crisis)
    at = crisis.page("publish", "jana")
    at.text_input(key=f"queue_link_{made.id}").input("https://x.com/nordwerk/2")
    at.button(key=f"queue_posted_{made.id}").click().run()
    assert crisis.publications()[0].state is PublicationState.SENT
    assert 'href="https://x.com/nordwerk/2"' in words_on(show(at, "out"))


def test_a_refused_text_is_shown_escaped_with_its_reason(crisis: Crisis) -> None:
    crisis.switch_on()
    ask(crisis, "Alles <i>gut</i>")
    words = words_on(show(crisis.page("publish", "leo"), "not_out"))
    assert "Alles &lt;i&gt;gut" in words
    assert "Zurzeit gelten nur freigegebene Texte" in words


def test_every_state_of_a_post_stands_in_one_group() -> None:
    grouped = [state for states in GROUPS.values() for state in states]
    assert sorted(grouped) == sorted(PublicationState)


@pytest.mark.parametrize(
    ("day", "at", "moment"),
    [
        (date(2026, 3, 29), time(2, 30), None),
        (date(2026, 3, 29), time(3, 30), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 30), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_time_the_clocks_jump_over_does_not_exist(day: date, at: time, moment: datetime | None) -> None:
    assert local_moment(day, at, "Europe/Berlin") == moment


def test_what_keeps_a_text_from_being_planned_is_named() -> None:
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    later = now + timedelta(hours=1)
    assert schedule_fault(" ", later, now, "x") == "queue.plan.no_text"
    assert schedule_fault("a" * 281, later, now, "x") == "queue.plan.too_long"
    assert schedule_fault("a", None, now, "x") == "queue.plan.no_such_time"
    assert schedule_fault("a", now, now, "x") == "queue.plan.past"
    assert schedule_fault("a", later, now, "x") == ""
