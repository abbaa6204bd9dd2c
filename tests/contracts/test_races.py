"""What two people do at the same moment, on each real engine."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import count
from pathlib import Path
from threading import Barrier

import pytest

from command_center.bootstrap import build
from command_center.domain.accounts import Account, Lock, Posture
from command_center.domain.connections import Connection, KeyKind
from command_center.domain.incidents import Incident, Task
from command_center.domain.mentions import Plane
from command_center.domain.people import Person, Role
from command_center.domain.publications import Publication, PublicationState
from command_center.domain.response_log import Action
from command_center.domain.verifying import verify
from command_center.errors import CommandCenterError
from command_center.ports import Caller, Context
from command_center.settings import Settings
from command_center.use_cases.activate import activate
from command_center.use_cases.lock import lock_account
from command_center.use_cases.publish import publish
from command_center.use_cases.send import send_intended
from tests.fakes.memory_network import MemoryNetwork

AT_ONCE = 8


@pytest.fixture
def ctx(url: str, tmp_path: Path) -> Iterator[Context]:
    """Open a house on this engine with two leads, a co-manager and an account."""
    ctx = replace(build(Settings(data=tmp_path, database_url=url)), hash_password=lambda text: text)
    with ctx.store.writing() as store:
        for name, role in (("lead", Role.CRISIS_LEAD), ("other", Role.CRISIS_LEAD), ("anna", Role.CO_MANAGER)):
            store.add(Person(id=name, login=name, name=name, roles=(role,), created_at=ctx.now()))
        store.add(Account(id="acc", network="x", handle="@a", name="a", tags=("corporate",), co_managers=("anna",)))
    yield ctx
    ctx.store.close()


def all_at_once(acts: list[Callable[[], object]]) -> list[object]:
    """Run every act in a thread of its own, started together; return results and expected errors."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return act()
        except CommandCenterError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_many_browsers_activate_and_one_incident_opens(ctx: Context) -> None:
    def press(number: int) -> Callable[[], object]:
        who = "lead" if number % 2 else "other"
        return lambda: activate(
            ctx, Caller(who, f"press-{number}"), plan_id="service-outage", plane=Plane.REAL, reason="Störung"
        )

    answers = all_at_once([press(number) for number in range(AT_ONCE)])
    opened = [answer for answer in answers if isinstance(answer, str)]
    refused = [answer for answer in answers if isinstance(answer, CommandCenterError)]
    assert len(opened) == 1
    assert {error.code for error in refused} == {"incident.already_active"}
    with ctx.store.reading() as store:
        assert len(store.find(Incident)) == 1
        tasks = store.find(Task)
        assert len({task.plan_task for task in tasks}) == len(tasks)
        assert verify(store.log()).intact


def test_one_wish_sent_many_times_does_one_thing(ctx: Context) -> None:
    def press() -> object:
        return activate(ctx, Caller("lead", "one wish"), plan_id="service-outage", plane=Plane.REAL, reason="Störung")

    answers = all_at_once([press] * AT_ONCE)
    assert len(set(answers)) == 1
    with ctx.store.reading() as store:
        assert len(store.find(Incident)) == 1


def test_no_post_is_intended_after_the_lock_has_committed(ctx: Context) -> None:
    numbers = count()

    def post() -> object:
        number = next(numbers)
        return publish(ctx, Caller("anna", f"post-{number}"), account_id="acc", text=f"Guten Morgen {number}!")

    def lock() -> object:
        return lock_account(ctx, Caller("lead", "lock"), account_id="acc", posture=Posture.ONE_VOICE, reason="Sturm")

    all_at_once([*([post] * AT_ONCE), lock, *([post] * AT_ONCE)])
    with ctx.store.reading() as store:
        entries = list(store.log())
        publications = store.find(Publication)
    locked = next(entry.number for entry in entries if entry.action == "account.locked")
    intended = [entry.number for entry in entries if entry.action == "publication.intended"]
    assert all(number < locked for number in intended)
    assert len(publications) == 2 * AT_ONCE
    refused = [item for item in publications if item.state is PublicationState.REFUSED]
    assert len(intended) + len(refused) == 2 * AT_ONCE
    assert verify(entries).intact


def test_no_post_starts_for_a_network_after_its_lock_has_committed(ctx: Context) -> None:
    network = MemoryNetwork(now=ctx.now)
    ctx = replace(ctx, networks={"memory": network}, publishers={**ctx.publishers, "memory": network})
    key = Connection(
        id="key",
        network="memory",
        handle="@a",
        kind=KeyKind.TOKEN,
        connected_by="lead",
        connected_at=ctx.now(),
        sealed=ctx.vault.seal("key", {"token": "t"}),
    )
    accounts = [f"acc-{number}" for number in range(8)]
    with ctx.store.writing() as writing:
        writing.add(key)
        for name in accounts:
            writing.add(
                Account(
                    id=name,
                    network="memory",
                    handle=name,
                    name=name,
                    co_managers=("anna",),
                    publisher="memory",
                    connection_id="key",
                )
            )
    for name in accounts:
        publish(ctx, Caller("anna", f"ask-{name}"), account_id=name, text="Guten Morgen!")

    def lock(name: str) -> Callable[[], object]:
        return lambda: lock_account(
            ctx, Caller("lead", f"lock-{name}"), account_id=name, posture=Posture.HOLD, reason="Sturm"
        )

    all_at_once([*map(lock, accounts), *[lambda: send_intended(ctx)] * 3])
    with ctx.store.reading() as store:
        entries = list(store.log())
        states = {item.account_id: item.state for item in store.find(Publication)}
        sealed = {item.account_id for item in store.find(Lock) if item.sealed_at is not None}
    locked = {entry.subject: entry.number for entry in entries if entry.action is Action.ACCOUNT_LOCKED}
    begun = {str(entry.details["account"]): entry.number for entry in entries if entry.action is Action.POST_INTENDED}
    assert all(number < locked[account] for account, number in begun.items())
    assert {one.account_id for one in network.posts} == begun.keys()
    assert len(network.posts) == len(begun)
    assert states == {name: PublicationState.SENT if name in begun else PublicationState.HELD for name in accounts}
    assert sealed == set(accounts)
