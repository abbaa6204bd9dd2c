"""Random walks through publishing with everything that can go wrong: lost answers, dead processes, locks, two workers.

A walk is one seed. It asks for posts, locks, unlocks, withdraws and approves the wording, releases, lets time pass and
lets workers run, which die between any two steps. ``check`` reads the log and the network afterwards: nothing twice,
nothing lost, nothing out under a lock that isn't approved, one outcome for each attempt, sealed only when quiet.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from command_center.domain.accounts import Lock, Posture
from command_center.domain.publications import IN_FLIGHT, OUT, Publication, PublicationState
from command_center.domain.statements import StatementState, content_hash
from command_center.errors import CommandCenterError
from command_center.networks import Access, Message, Outcome
from command_center.ports import Context
from command_center.use_cases.lock import ask_unlock, confirm_unlock, lock_account
from command_center.use_cases.publish import publish
from command_center.use_cases.quarantine import release_post
from command_center.use_cases.send import send_intended
from tests.domain import gate
from tests.fakes.memory_network import Killed
from tests.fakes.memory_reading import MemoryReading
from tests.fakes.memory_store import MemoryStore, MemoryWriting
from tests.use_cases.conftest import open_office
from tests.use_cases.networked import connect

APPROVED, FREE = "Wir prüfen das.", "Schönes Wochenende!"
FAULTS = (
    *("", "", "", "", "lost", "lost", "faulty_after", "dies_after", "dies_before"),
    *("before", "before", "limited", "faulty", "refused"),
)
ENDINGS = frozenset({"publication.sent", "publication.refused_by_network", "publication.failed", "publication.put_off"})


class FragileStore:
    """The store as one worker sees it: the process may die, or sleep for hours, at the edge of any transaction."""

    def __init__(self, store: MemoryStore, edge: Callable[[], None]) -> None:
        self._store, self._edge = store, edge

    @contextmanager
    def reading(self) -> Iterator[MemoryReading]:
        """Look at the store."""
        self._edge()
        with self._store.reading() as reading:
            yield reading

    @contextmanager
    def writing(self) -> Iterator[MemoryWriting]:
        """Change the store; the process may die before it or just after the commit."""
        self._edge()
        with self._store.writing() as writing:
            yield writing
        self._edge()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


class Walk:
    """One walk: its house, its network, and its dice."""

    def __init__(self, seed: int) -> None:
        self.dice = Random(seed)  # noqa: S311
        self.office = open_office([])
        self.network = connect(self.office)
        self.network.shows_after = timedelta(seconds=self.dice.choice((0, 50)))
        self.store: MemoryStore = self.office.ctx.store  # type: ignore[assignment]
        self.depth = 0
        self._wrap("publish")
        self._wrap("find")
        content = gate.content()
        variant = replace(content.variants[0], text=APPROVED, language="de")
        wording = replace(content, variants=(variant,), slots=())
        self.version = gate.version(content=wording, content_hash=content_hash(wording), incident_id="")
        self.office.add(self.version)

    def _wrap(self, name: str) -> None:
        """Let other things happen while the network is being asked, before and after it did what it does."""
        call = getattr(self.network, name)

        def asked(account: Any, message: Message, access: Access) -> Outcome | None:
            self._meanwhile()
            if name == "publish":
                self._may_leave(message)
            answer: Outcome | None = call(account, message, access)
            self._meanwhile()
            return answer

        setattr(self.network, name, asked)

    def _may_leave(self, message: Message) -> None:
        asked = self.publication(message.key)
        assert asked.state is PublicationState.INTENDED, "only what was just marked as begun may leave"
        assert message.parts == (asked.text,)

    def _meanwhile(self) -> None:
        if self.depth or self.dice.random() > 0.3:
            return
        self.depth += 1
        faults, self.network.faults = self.network.faults, []
        try:
            self.dice.choice((self.lock, self.withdraw, self.tick_a_little, self.work))()
        finally:
            self.network.faults = faults
            self.depth -= 1

    def publication(self, identity: str) -> Publication:
        with self.store.reading() as store:
            found = store.get(Publication, identity)
        assert found is not None
        return found

    def all(self, **equal: Any) -> list[Publication]:
        with self.store.reading() as store:
            return store.find(Publication, order="asked_at", **equal)

    # What can happen.

    def ask(self) -> None:
        text = self.dice.choice((APPROVED, FREE))
        due = self.office.moment + timedelta(minutes=5) if self.dice.random() < 0.2 else None
        publish(self.office.ctx, self.office.says("co_manager"), account_id="acc", text=text, due_at=due)

    def lock(self) -> None:
        posture = self.dice.choice((Posture.ONE_VOICE, Posture.ONE_VOICE, Posture.HOLD))
        lock_account(self.office.ctx, self.office.says("approver"), account_id="acc", posture=posture, reason="Sturm")

    def unlock(self) -> None:
        with self.store.reading() as store:
            locks = store.find(Lock, lifted_at=None)
        for lock in locks:
            ask_unlock(self.office.ctx, self.office.says("approver"), lock_id=lock.id, reason="ruhig")
            confirm_unlock(self.office.ctx, self.office.says("crisis_lead"), lock_id=lock.id)

    def withdraw(self) -> None:
        self.office.add(replace(self.version, state=StatementState.WITHDRAWN))

    def approve(self) -> None:
        self.office.add(self.version)

    def release(self) -> None:
        for item in self.all(state=(PublicationState.QUARANTINED, PublicationState.HELD))[:2]:
            with suppress(CommandCenterError):  # a standing lock holds it
                release_post(self.office.ctx, self.office.says("approver"), publication_id=item.id)

    def tick_a_little(self) -> None:
        self.office.later(seconds=self.dice.choice((1, 10, 40)))

    def tick(self) -> None:
        self.office.later(seconds=self.dice.choice((5, 20, 30, 61, 200, 4_000)))

    def go_blind(self) -> None:
        self.network.blind = not self.network.blind

    def work(self) -> None:
        """Let a worker run; it may die or sleep at any edge."""
        dies_at, sleeps_at = self.dice.randrange(1, 40), self.dice.randrange(1, 25)
        edges = iter(range(1, 10_000))

        def edge() -> None:
            at = next(edges)
            if at == sleeps_at:
                self._sleep()
            if at == dies_at:
                raise Killed

        ctx: Context = replace(self.office.ctx, store=FragileStore(self.store, edge))
        if not self.network.faults:
            self.network.faults = [fault for fault in (self.dice.choice(FAULTS),) if fault]
        with suppress(Killed):  # the next worker begins from what the store holds
            send_intended(ctx)

    def _sleep(self) -> None:
        """Stop this worker for a while, during which another one may take over; no network call lasts so long."""
        if self.depth:
            self.tick_a_little()
            return
        self.tick()
        if self.dice.random() < 0.7:
            self.depth += 1
            self.work()
            self.tick()
            self.work()
            self.depth -= 1

    def run(self, steps: int = 25) -> None:
        doings = (self.ask, self.work, self.work, self.work, self.tick, self.tick, self.lock, self.unlock)
        rare = (self.withdraw, self.approve, self.release, self.go_blind)
        self.ask()
        for _ in range(steps):
            self.dice.choice(rare if self.dice.random() < 0.25 else doings)()
            self.check_network()
        self.heal()
        self.check()

    def heal(self) -> None:
        """Let everything work again for some hours."""
        self.network.blind, self.network.faults, self.depth = False, [], 1
        for _ in range(14):
            self.network.faults = []
            self.office.later(minutes=40)
            send_intended(self.office.ctx)

    # What must hold.

    def check_network(self) -> None:
        keys = [(one.key, one.part) for one in self.network.posts]
        assert len(set(keys)) == len(keys), "posted twice"

    def check(self) -> None:
        self.check_network()
        standing = {one.key for one in self.network.posts}
        for item in self.all():
            assert item.state not in IN_FLIGHT, "nobody knows, though the network could be asked"
            assert item.state is not PublicationState.QUEUED, "waits for ever"
            assert (item.id in standing) == (item.state in OUT), f"{item.state} but it stands there: {item.id}"
        assert standing <= {item.id for item in self.all()}
        self.check_log()

    def check_log(self) -> None:
        texts = {item.id: item.text for item in self.all()}
        locks: set[str] = set()
        flying: set[str] = set()
        with self.store.reading() as store:
            entries = list(store.log())
        for entry in entries:
            action = entry.action.value
            if action == "account.locked":
                locks.add(str(entry.details["lock"]))
            elif action == "account.unlocked":
                locks.discard(str(entry.details["lock"]))
            elif action == "account.sealed":
                assert not flying, "sealed while something is in flight"
            elif action == "publication.intended":
                assert entry.subject not in flying, "an attempt without an outcome"
                assert not locks or texts[entry.subject] == APPROVED, "left under a lock without approval"
                flying.add(entry.subject)
            elif action in ENDINGS and entry.subject in flying:
                flying.discard(entry.subject)
            else:
                assert action not in ENDINGS - {"publication.failed"}, f"{action} without an attempt"
        assert not flying, "an attempt without an outcome"
