"""A house in which everything about the gate happens, in any order, audited at each step.

Processes die and wishes are repeated. ``World.step`` asks ``choose`` for everything it decides, so that Hypothesis,
dice or a person may lead it. The moves offered lean to where mistakes would show: what is approved is withdrawn while a
post of it waits, what is locked is posted to, whoever asked is offered as the one who confirms.
"""

import unicodedata
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from command_center.bootstrap import shelf
from command_center.domain.accounts import Account, Lock, Posture
from command_center.domain.incidents import Fact, FactState, Incident, IncidentState
from command_center.domain.mentions import Plane
from command_center.domain.people import Person
from command_center.domain.plan_words import SlotType
from command_center.domain.publications import Publication, PublicationState
from command_center.domain.statements import Content, Slot, StatementState, StatementVersion, Variant, content_hash
from command_center.domain.verifying import verify
from command_center.errors import CommandCenterError, NotAllowed
from command_center.networks import Access, Message, Outcome
from command_center.ports import Caller, Store
from command_center.use_cases import (
    activate,
    agree_plans,
    approve,
    keep_accounts,
    lead,
    lock,
    outcome,
    publish,
    quarantine,
    send,
    stand_down,
)
from command_center.use_cases import write_statement as write
from tests.contracts.audit import Audit, Wording
from tests.fakes.memory_network import Killed
from tests.use_cases.conftest import PLANS, account, open_office
from tests.use_cases.fault_walk import FragileStore
from tests.use_cases.networked import connect, connection, networked

Choose = Callable[[Sequence[Any]], Any]
NETWORKS = {"acc": "memory", "own": "memory", "hand": "x"}
WORDINGS = (
    Wording("Wir prüfen das: {risk}."),
    Wording("Wir prüfen das weiter: {risk}."),
    Wording("Wir prüfen alles."),
    Wording("Nur hier, auf X: {risk}.", network="x"),
    Wording("Das ist nur eine Übung.", plane="practice"),
)
RISKS = ("ein Netzteil fiel aus", "zwei Netzteile fielen aus")
FREE = ("Schönes Wochenende!", "Guten Morgen!")
APPROVERS = ("approver", "second_approver", "crisis_lead", "second_lead")
FAULTS = ("", "", "", "lost", "faulty_after", "dies_after", "dies_before", "before", "limited", "refused")
MOST_LATE = 3
S = PublicationState


def content_of(wording: Wording) -> Content:
    """Return the wording as content, with its gap for a confirmed fact."""
    slots = (Slot(name="risk", type=SlotType.FACT, label={"de": "Lage"}, max_length=60),) if "{" in wording.text else ()
    variant = Variant(language="de", text=wording.text, network=wording.network)
    return Content(title="Lage", kind="holding", variants=(variant,), slots=slots)


class World:
    """One house on one store."""

    def __init__(self, choose: Choose, store: Store | None = None) -> None:
        self.choose = choose
        self.office = open_office([])
        if store is not None:
            with self.office.ctx.store.reading() as reading:
                people = reading.find(Person)
            self.office.ctx = replace(self.office.ctx, store=store)
            self.office.add(*people)
        self.network = connect(self.office)
        self._plans()
        approver = self._all(Person, id="crisis_lead")[0]
        self.office.add(
            replace(approver, id="second_lead", login="second_lead"),
            connection(self.office, id="own", handle="@own"),
            networked("own", handle="@own", connection_id="own", tags=("service",)),
        )
        self.wordings: dict[str, Wording] = {}
        self.late: list[str] = []
        self.audit = Audit(dict(NETWORKS), self.wordings, frozenset(APPROVERS))
        self.steps = 0
        self._publish = self.network.publish
        self.network.publish = self._watched  # type: ignore[method-assign, assignment]

    def _plans(self) -> None:
        """Let the shelf hold one plan: lock two accounts, ask nothing else; nobody has agreed on it yet."""
        plan = next(plan for plan in shelf(PLANS).plans if plan.id == "service-outage")
        bare = replace(plan, tasks=(), clocks=(), statements=())
        bare = replace(bare, lock=replace(plan.lock, posture="one_voice", account_tags=("corporate",)))
        self.plan = replace(bare, stand_down=replace(plan.stand_down, criteria=plan.stand_down.criteria[:1]))
        self.office.ctx = replace(
            self.office.ctx,
            plans=lambda: (self.plan,),
            # A file needs tasks and statements, which this world does without.
            plan_from_snapshot=lambda data: replace(self.plan, version=data["version"]),
        )
        self.criteria = tuple(one.code.value for one in self.plan.stand_down.criteria)

    def _watched(self, where: Any, message: Message, access: Access | None) -> Outcome:
        """See what leaves for the network, the moment it leaves."""
        asked = self._all(Publication, id=message.key)[0]
        self._audit()
        assert self.audit.posts[message.key].flying, "left without an intent"
        assert message.parts == (asked.text,)
        return self._publish(where, message, access)

    def _all(self, kind: Any, **equal: Any) -> list[Any]:
        with self.office.ctx.store.reading() as store:
            return store.find(kind, **equal)

    # How a wish is carried out: the process may die in it, and it may be sent again.

    def _do(self, verb: Callable[..., Any], who: str, **given: Any) -> Any:
        caller, before, refused = self.office.says(who), self._length(), self._refused()
        dies_at = self.choose((0, 0, 0, 0, 1, 2, 3))
        edges = iter(range(1, 100))

        def edge() -> None:
            if next(edges) == dies_at:
                raise Killed

        fragile = replace(self.office.ctx, store=FragileStore(self.office.ctx.store, edge))  # type: ignore[arg-type]
        try:
            try:
                result = verb(fragile, caller, **given)
            except Killed:
                done = self._length() - self._refused() > before - refused
                result = self._again(verb, caller, **given) if done else verb(self.office.ctx, caller, **given)
        except CommandCenterError as error:
            said = self._refused() - refused
            assert self._length() - said == before, "refused, and yet something was done"
            self._compare_refusal(said, error)
            return None
        after = self._length()
        assert after > before, "done, and nothing was logged"
        if self.choose((False, False, True)):
            assert self._again(verb, caller, **given) == result, "the same wish, another answer"
            assert self._length() == after, "the same wish did something twice"
        return result

    def _again(self, verb: Callable[..., Any], caller: Caller, **given: Any) -> Any:
        """Send a wish again that was carried out."""
        try:
            return verb(self.office.ctx, caller, **given)
        except CommandCenterError as error:
            raise AssertionError(f"the same wish, refused now: {error}") from error

    def _length(self) -> int:
        with self.office.ctx.store.reading() as store:
            return next((entry.number for entry in store.log(descending=True, limit=1)), 0)

    def _compare_refusal(self, said: int, error: CommandCenterError) -> None:
        assert said <= isinstance(error, NotAllowed), "refused once, and more than one entry"

    def _refused(self) -> int:
        """Count the entries about refused acts; each is one a minute at most for its person, act and reason."""
        with self.office.ctx.store.reading() as store:
            return sum(1 for _ in store.log(action="act.refused"))

    # What can happen.

    def open_crisis(self) -> None:
        """Begin where it gets interesting: an incident runs, a fact is confirmed, a wording is approved."""
        self.activate()
        for incident in self._running():
            self._do(
                lead.record_fact,
                "analyst",
                incident_id=incident.id,
                text=RISKS[0],
                state=FactState.CONFIRMED,
                source="x",
            )
            for wording in self.choose(
                (
                    WORDINGS[:1],
                    WORDINGS[2:3],
                    (WORDINGS[0], WORDINGS[2]),
                    (WORDINGS[2], WORDINGS[4]),
                    (WORDINGS[0], WORDINGS[3]),
                )
            ):
                given = {
                    "plane": Plane(wording.plane),
                    "incident_id": incident.id if wording.plane == "real" else "",
                    "valid_for": timedelta(seconds=self.choose((0, 300, 300))),
                }
                self._drafted(self._do(write.draft_statement, "analyst", content=content_of(wording), **given), wording)
        for version in self._versions(StatementState.SUBMITTED):
            for who in ("approver", "crisis_lead"):
                self._do(approve.approve_statement, who, version_id=version.id, content_hash=version.content_hash)

    def draft(self) -> None:
        wording = self.choose(WORDINGS)
        plane = Plane(wording.plane)
        incident = self.choose(["", *(one.id for one in self._running())]) if plane is Plane.REAL else ""
        valid_for = timedelta(seconds=self.choose((0, 300, 300)))
        who = self.choose(("analyst", "approver", "crisis_lead"))
        given = {"plane": plane, "incident_id": incident, "valid_for": valid_for}
        self._drafted(self._do(write.draft_statement, who, content=content_of(wording), **given), wording)

    def revise(self) -> None:
        version = self.choose(self._versions())
        wording = self.choose([one for one in WORDINGS if one.plane == version.plane.value])
        who = self.choose(("analyst", "second_approver"))
        given = {"version_id": version.id, "content": content_of(wording)}
        self._drafted(self._do(write.revise_statement, who, **given), wording)

    def _drafted(self, version_id: str | None, wording: Wording) -> None:
        if version_id:
            self.wordings[version_id] = wording
            self._do(write.submit_statement, "analyst", version_id=version_id)

    def approve(self) -> None:
        version = self.choose(self._versions(StatementState.SUBMITTED))
        shown = self.choose((version.content_hash, version.content_hash, version.content_hash, "0" * 64))
        who = self.choose((*APPROVERS, *APPROVERS[:2], version.author_id))
        self._do(approve.approve_statement, who, version_id=version.id, content_hash=shown)

    def withdraw(self) -> None:
        version = self.choose(self._versions(StatementState.VALID))
        self._do(approve.withdraw_statement, "approver", version_id=version.id, reason="überholt")

    def fact(self) -> None:
        incident, text = self.choose(self._running()), self.choose(RISKS)
        given = {"incident_id": incident.id, "text": text, "source": "Leitwarte"}
        self._do(lead.record_fact, "analyst", state=self.choose((FactState.CONFIRMED, FactState.UNCONFIRMED)), **given)

    def change_fact(self) -> None:
        fact = self.choose(self._all(Fact))
        self._do(lead.change_fact, "analyst", fact_id=fact.id, state=self.choose(list(FactState)), source="Leitwarte")

    def ask(self) -> None:
        where, text = self.choose(("acc", "acc", "acc", "own", "hand", *self.late[-2:])), self._text()
        due = self.office.moment + timedelta(minutes=self.choose((1, 5))) if self.choose((0, 0, 0, 0, 1)) else None
        who = self.choose(("co_manager",) * 5 + ("crisis_lead", "employee"))
        self._do(publish.ask_to_publish, who, account_id=where, text=text, reply_to="", due_at=due)

    def _text(self) -> str:
        """Return what somebody types: mostly a rendering of some wording, or what only looks like one."""
        valid = self._drafted_wordings()
        wording = self.choose((*(valid * 4), *WORDINGS, None))
        if wording is None:
            return str(self.choose(FREE))
        confirmed = [fact.text for fact in self._all(Fact, state=FactState.CONFIRMED)]
        text = wording.text.replace("{risk}", self.choose((*(confirmed * 3), *RISKS)))
        disguises = (
            *((lambda each: each,) * 8),
            lambda each: each.replace(" ", "\u00a0", 1),
            lambda each: unicodedata.normalize("NFD", each),
            lambda each: each.replace("i", "i\u200b", 1),
            lambda each: each.replace("e", "\u0435", 1),
            lambda each: each + " Versprochen.",
            lambda each: each + "\u2028Wirklich.",
            str.upper,
        )
        return str(self.choose(disguises)(text))

    def _drafted_wordings(self) -> list[Wording]:
        return [self.wordings[version.id] for version in self._versions(StatementState.VALID)]

    def review(self) -> None:
        post = self.choose(self._posts(S.AWAITING_REVIEW))
        who = self.choose((post.asked_by, "approver", "co_manager"))
        self._do(publish.review_post, who, publication_id=post.id, agree=self.choose((True, True, True, False)))

    def release(self) -> None:
        post = self.choose(self._posts(S.QUARANTINED, S.HELD))
        who = self.choose(("approver", "crisis_lead", "co_manager"))
        self._do(self.choose((quarantine.take_out, quarantine.take_out, discard)), who, publication_id=post.id)

    def lock(self) -> None:
        where = self.choose(("acc", "acc", "own", "hand"))
        locked = self.audit.posture(where) != "open"
        usual = (Posture.REVIEW,) * 4 if locked else (Posture.ONE_VOICE, Posture.ONE_VOICE, Posture.REVIEW)
        given = {"account_id": where, "posture": self.choose((*usual, Posture.ONE_VOICE, Posture.HOLD))}
        self._do(lock.lock_account, self.choose(("approver", "employee", "crisis_lead")), reason="Sturm", **given)

    def unlock(self) -> None:
        one = self.choose(self._all(Lock, lifted_at=None))
        if not one.lift_asked_by:
            self._do(lock.ask_unlock, self.choose(APPROVERS), lock_id=one.id, reason="ruhig")
        else:
            self._do(lock.confirm_unlock, self.choose((one.lift_asked_by, *APPROVERS)), lock_id=one.id)

    def activate(self) -> None:
        conflicted = self.choose(((), (), ("second_approver",)))
        given = {"plan_id": "service-outage", "plane": Plane.REAL, "conflicted": conflicted}
        edited = self.choose((False, True, True))
        given |= {"as_edited": edited, "break_glass": self.choose((edited, edited, True))}
        self._do(activate.activate, self.choose(("crisis_lead", "second_lead")), reason="Sturm", **given)

    def edit_plan(self) -> None:
        """Let somebody change the file."""
        self.plan = replace(self.plan, version=self.choose((1, 2)))

    def agree_plan(self) -> None:
        shown = agree_plans.plan_hash(self.office.ctx, self.plan)
        given = {"plan_id": self.plan.id, "content_hash": self.choose((shown, shown, shown, "0" * 64))}
        self._do(agree_plans.agree_plan, self.choose((*APPROVERS, "employee")), **given)

    def late_account(self) -> None:
        """Let an account come while a crisis may be running; it speaks through a key of its own."""
        number = len(self._all(Account)) + 1
        wanted = account(f"late{number}", handle=f"@late{number}", tags=self.choose((("corporate",), ("service",))))
        before = {one.id for one in self._all(Account)}
        self._do(keep_accounts.add_account, "administrator", account=wanted)
        for one in self._all(Account):
            if one.id not in before:
                self.audit.networks[one.id] = "x"
                self.late.append(one.id)

    def tag_account(self) -> None:
        """Let an account get the tag that a plan covers, or lose it."""
        one = self.choose([one for one in self._all(Account) if one.id in self.late])
        tags = self.choose((("corporate",), ("service",)))
        self._do(keep_accounts.change_account, "administrator", account=replace(one, tags=tags))

    def stand_down(self) -> None:
        incident = self.choose(self._running())
        who = self.choose((incident.proposed_by or "crisis_lead", "crisis_lead", "second_lead"))
        if incident.state is IncidentState.ACTIVE:
            given = {"criteria_met": self.criteria, "reason": "ruhig"}
            self._do(stand_down.propose_stand_down, who, incident_id=incident.id, **given)
        else:
            self._do(stand_down.confirm_stand_down, who, incident_id=incident.id)

    def by_hand(self) -> None:
        post = self.choose(self._posts(S.INTENDED, S.UNKNOWN))
        who, posted = self.choose(("co_manager", "crisis_lead")), self.choose((True, False))
        if post.account_id not in {"acc", "own"}:
            self._do(outcome.record_posted, who, publication_id=post.id, posted=posted)

    def tick(self) -> None:
        self.office.later(seconds=self.choose((1, 20, 61, 200, 400, 400)))
        if self.choose((False, False, True)):  # the gate doesn't wait for this
            approve.expire_statements(self.office.ctx, self.office.says("system").request_id)

    def jump(self) -> None:
        """Let the clock be set, an hour or a day on or back."""
        self.office.later(seconds=self.choose((-86_400, -3_600, 3_600, 86_400)))

    def work(self) -> None:
        """Let a worker run; the network or its own process may fail it."""
        fault = self.choose(FAULTS)
        self.network.faults = [fault] if fault else []
        dies_at, edges = self.choose((0, 0, 0, 2, 4, 6)), iter(range(1, 10_000))

        def edge() -> None:
            if next(edges) == dies_at:
                raise Killed

        ctx = replace(self.office.ctx, store=FragileStore(self.office.ctx.store, edge))  # type: ignore[arg-type]
        with suppress(Killed):
            send.send_intended(ctx)
        publish.run_queue(self.office.ctx)

    # What is offered, and what must hold.

    def moves(self) -> list[Callable[[], None]]:
        """List what can happen now, what might hurt more often than the rest."""
        locked, running, posts = self._all(Lock, lifted_at=None), self._running(), self._posts()
        states = {post.state for post in posts}
        waiting = states & {S.QUEUED, S.UNKNOWN}
        offered = [(self.ask, 12), (self.draft, 2), (self.lock, 2 if locked else 5), (self.tick, 3), (self.jump, 1)]
        offered += [(self.work, 14)] if waiting else []
        offered += [(self.unlock, 5 if self._all(Lock, lifted_at=None, posture=Posture.HOLD) else 3)] if locked else []
        offered += [(self.activate, 2)] if not running else [(self.fact, 2), (self.stand_down, 2)]
        offered += [(self.agree_plan, 2), (self.edit_plan, 1)]
        offered += [(self.late_account, 1)] if len(self.late) < MOST_LATE else [(self.tag_account, 1)]
        offered += [(self.approve, 8)] if self._versions(StatementState.SUBMITTED) else []
        offered += [(self.revise, 1)] if self._versions() else []
        offered += [(self.withdraw, 3 if waiting else 1)] if self._versions(StatementState.VALID) else []
        offered += [(self.change_fact, 2)] if running and self._all(Fact) else []
        offered += [(self.review, 4)] if S.AWAITING_REVIEW in states else []
        offered += [(self.release, 3)] if states & {S.QUARANTINED, S.HELD} else []
        offered += (
            [(self.by_hand, 3)]
            if any(post.account_id not in {"acc", "own"} for post in self._posts(S.INTENDED))
            else []
        )
        return [move for move, weight in offered for _ in range(weight)]

    def step(self) -> None:
        """Let one thing happen and look at everything."""
        if not self.steps and self.choose((True, True, False)):
            self.open_crisis()
        self.choose(self.moves())()
        self.steps += 1
        self._audit()
        self._compare()

    def _audit(self) -> None:
        with self.office.ctx.store.reading() as store:
            entries = list(store.log(after=self.audit.read))
        for entry in entries:
            self.audit.take(entry)

    def _compare(self) -> None:
        """Hold the records and the network against what the log says."""
        covered = {one.id for one in self._all(Account) if one.active and "corporate" in one.tags}
        self.audit.must_be_locked(covered, [one.id for one in self._running()])
        for post in self._posts():
            known = self.audit.posts[post.id]
            assert post.state.value in known.states, f"{post.state} and the log says {known.states}"
            assert post.account_id not in {"acc", "own"} or post.attempts == known.begun
        for version in self._versions():
            assert content_hash(version.content) == version.content_hash, "the content changed"
            assert content_of(self.wordings[version.id]) == version.content
        keys = [(one.key, one.part) for one in self.network.posts]
        assert len(set(keys)) == len(keys), "posted twice"

    def end(self) -> None:
        """Verify the log from its first entry."""
        with self.office.ctx.store.reading() as store:
            assert verify(store.log()).intact

    def _running(self) -> list[Incident]:
        return [one for one in self._all(Incident) if one.state is not IncidentState.CLOSED]

    def _versions(self, *states: StatementState) -> list[StatementVersion]:
        return self._all(StatementVersion, state=states) if states else self._all(StatementVersion)

    def _posts(self, *states: PublicationState) -> list[Publication]:
        return self._all(Publication, state=states, order="asked_at") if states else self._all(Publication)


def discard(ctx: Any, caller: Caller, *, publication_id: str) -> str:
    """Throw a held post away."""
    return quarantine.discard_post(ctx, caller, publication_id=publication_id, reason="überholt")
