"""A clock that is set on or back opens nothing, sends nothing twice and leaves the log whole."""

from dataclasses import replace
from datetime import timedelta

import pytest

from command_center.domain.accounts import Lock, Posture
from command_center.domain.publications import PublicationState
from command_center.domain.statements import StatementState, StatementVersion, content_hash
from command_center.domain.verifying import verify
from command_center.use_cases.approve import expire_statements
from command_center.use_cases.lock import lock_account
from command_center.use_cases.publish import publish
from command_center.use_cases.send import send_intended
from tests.domain import gate
from tests.use_cases.conftest import Office
from tests.use_cases.networked import connect, now_of

TEXT = "Wir prüfen das."


def locked(office: Office) -> str:
    given = {"account_id": "acc", "posture": Posture.ONE_VOICE}
    return lock_account(office.ctx, office.says("approver"), reason="Sturm", **given)  # type: ignore[arg-type]


def approved(office: Office, *, hours: int) -> StatementVersion:
    content = gate.content()
    wording = replace(content, variants=(replace(content.variants[0], text=TEXT),), slots=())
    until = office.moment + timedelta(hours=hours)
    made = gate.version(content=wording, content_hash=content_hash(wording), valid_until=until)
    office.add(made)
    return made


def says(office: Office, text: str = TEXT) -> PublicationState:
    return publish(office.ctx, office.says("co_manager"), account_id="acc", text=text).state


@pytest.mark.parametrize("days", [-400, -1, 1, 400])
def test_no_clock_lifts_a_lock(office: Office, days: int) -> None:
    lock_id = locked(office)
    office.later(days=days)
    assert says(office, "Guten Morgen!") is PublicationState.REFUSED
    with office.ctx.store.reading() as store:
        lock = store.get(Lock, lock_id)
    assert lock is not None
    assert lock.lifted_at is None


def test_what_has_been_marked_as_expired_stays_so_when_the_clock_goes_back(office: Office) -> None:
    locked(office)
    version = approved(office, hours=1)
    assert says(office) is PublicationState.INTENDED
    office.later(hours=2)
    assert says(office) is PublicationState.REFUSED
    expire_statements(office.ctx, "minute")
    office.later(days=-1)
    assert says(office) is PublicationState.REFUSED
    with office.ctx.store.reading() as store:
        assert store.find(StatementVersion, id=version.id)[0].state is StatementState.EXPIRED


@pytest.mark.parametrize("days", [-1, 1])
def test_a_post_in_flight_is_looked_for_and_never_sent_twice(office: Office, days: int) -> None:
    network = connect(office)
    made = publish(office.ctx, office.says("co_manager"), account_id="acc", text="Guten Morgen!")
    network.faults = ["lost"]
    send_intended(office.ctx)
    office.later(days=days)
    for _ in range(30):
        send_intended(office.ctx)
        office.later(hours=1)
    assert now_of(office, made.id).state is PublicationState.VERIFIED
    assert (len(network.posts), network.calls) == (1, 1)


def test_the_log_tells_the_order_by_number_whatever_the_clock_says(office: Office) -> None:
    for days in (3, -5, 1):
        office.later(days=days)
        locked(office)
    with office.ctx.store.reading() as store:
        entries = list(store.log())
        assert verify(entries).intact
    times = [entry.at for entry in entries if entry.action.value == "account.locked"]
    assert times != sorted(times)
