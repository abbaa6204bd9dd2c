import threading
from datetime import timedelta

from command_center import worker
from command_center.domain.alerts import Alert, Notice
from command_center.domain.mentions import Plane
from command_center.domain.topics import Topic
from tests.use_cases.conftest import Office


def raise_alert(office: Office) -> None:
    office.add(
        Topic(id="t", name="Nordwerk", plane=Plane.REAL),
        Alert(id="a", plane=Plane.REAL, topic_id="t", at=office.moment, raised_at=office.moment, evidence={}),
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
