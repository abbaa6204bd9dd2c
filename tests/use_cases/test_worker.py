import threading
from datetime import timedelta

from command_center import worker
from command_center.domain.alerts import Alert, Notice
from command_center.domain.mentions import Plane
from command_center.domain.people import Person
from command_center.domain.topics import Topic
from command_center.ports import Teller
from command_center.use_cases.tell import acknowledge, tell_everybody
from tests.use_cases.conftest import Office


class Recorder:
    """A way to tell people that remembers what it told, or fails as told."""

    channel = "test"

    def __init__(self, trouble: str = "") -> None:
        self.told: list[str] = []
        self.trouble = trouble

    def address(self, person: Person) -> str:
        return "" if person.id == "analyst" else person.email

    def tell(self, person: Person, *, title: str, body: str) -> str:
        self.told.append(f"{person.id}: {title} {body}")
        return self.trouble


def raise_alert(office: Office, plane: Plane = Plane.REAL) -> None:
    office.add(
        Topic(id="t", name="Nordwerk", plane=plane),
        Alert(id="a", plane=plane, topic_id="t", at=office.moment, raised_at=office.moment, evidence={}),
    )


def outcomes(office: Office) -> dict[str, str]:
    with office.ctx.store.reading() as store:
        return {notice.person_id: notice.outcome for notice in store.find(Notice)}


def test_one_worker_holds_the_lease_and_another_takes_over_when_it_ends(office: Office) -> None:
    assert worker.hold_lease(office.ctx, "first")
    assert not worker.hold_lease(office.ctx, "second")
    office.later(seconds=5)
    assert worker.hold_lease(office.ctx, "first")
    office.later(seconds=11)
    assert worker.hold_lease(office.ctx, "second")
    assert not worker.hold_lease(office.ctx, "first")


def test_a_lease_from_a_clock_that_was_set_back_does_not_stop_the_work(office: Office) -> None:
    assert worker.hold_lease(office.ctx, "first")
    office.moment -= timedelta(days=1)
    assert worker.hold_lease(office.ctx, "second")


def test_the_worker_runs_and_stops_when_told(office: Office) -> None:
    raise_alert(office)
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(office.ctx, stop))
    thread.start()
    for _ in range(200):
        if outcomes(office):
            break
        stop.wait(0.02)
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive()
    assert outcomes(office)


def test_everybody_concerned_is_told_once_and_who_could_not_be_reached_is_kept(
    office: Office, tellers: list[Teller]
) -> None:
    recorder = Recorder()
    tellers.append(recorder)
    raise_alert(office)
    assert tell_everybody(office.ctx) == 1
    assert tell_everybody(office.ctx) == 0
    assert outcomes(office) == {
        "analyst": "no_address",
        "approver": "sent",
        "crisis_lead": "sent",
        "second_approver": "sent",
    }
    assert len(recorder.told) == 3
    assert office.actions().count("person.notified") == 3
    assert office.actions().count("person.not_reached") == 1


def test_a_failing_way_is_kept_with_its_reason(office: Office, tellers: list[Teller]) -> None:
    tellers.append(Recorder("not_accepted"))
    raise_alert(office)
    tell_everybody(office.ctx)
    assert outcomes(office)["approver"] == "failed"


def test_a_drill_pages_nobody_outside_the_app(office: Office, tellers: list[Teller]) -> None:
    recorder = Recorder()
    tellers.append(recorder)
    raise_alert(office, Plane.PRACTICE)
    tell_everybody(office.ctx)
    assert recorder.told == []
    assert set(outcomes(office).values()) == {"practice"}


def test_an_acknowledged_alert_is_told_to_nobody_else(office: Office, tellers: list[Teller]) -> None:
    recorder = Recorder()
    tellers.append(recorder)
    raise_alert(office)
    acknowledge(office.ctx, office.says("analyst"), alert_id="a")
    tell_everybody(office.ctx)
    assert recorder.told == []
