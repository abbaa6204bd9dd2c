"""Everything that takes two people, done by random teams in random order, beside a plain account of who may.

Each matter says how it begins, how it is agreed to, and whether it is done. The world knows nothing of the rules' code:
it keeps its own list of who is here, in which role, for whom, and whom the case is about.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from command_center.bootstrap import shelf
from command_center.domain.accounts import Lock
from command_center.domain.clients import Client, Scope
from command_center.domain.duty import Deputy, DutyPlan
from command_center.domain.four_eyes import Proposal
from command_center.domain.incidents import Incident, IncidentState
from command_center.domain.mentions import Plane
from command_center.domain.people import Person, Role
from command_center.domain.pseudonyms import Unsealing
from command_center.domain.publications import Publication, PublicationState
from command_center.domain.reachability import Reachability
from command_center.domain.statements import Content, StatementState, StatementVersion, Variant
from command_center.errors import CommandCenterError
from command_center.use_cases import (
    activate,
    agree_plans,
    agree_proposals,
    approve,
    keep_clients,
    lock,
    quarantine,
    stand_down,
    unseal,
)
from command_center.use_cases import write_statement as write
from tests.use_cases.conftest import PLANS, open_office, person

Choose = Callable[[Sequence[Any]], Any]
TEAM = ("p0", "p1", "p2", "p3", "p4", "p5")
LEADS, APPROVES = frozenset({Role.CRISIS_LEAD}), frozenset({Role.CRISIS_LEAD, Role.APPROVER})
KEYS = frozenset({Role.CRISIS_LEAD, Role.ADMINISTRATOR})
READS, UNSEALS = frozenset({Role.CRISIS_LEAD, Role.AUDITOR}), frozenset({Role.AUDITOR})
CROWD = (Role.CRISIS_LEAD, Role.APPROVER, Role.ADMINISTRATOR, Role.AUDITOR, Role.EMPLOYEE)
HANDED_ON = {Role.CRISIS_LEAD, Role.APPROVER, Role.ANALYST}


@dataclass(frozen=True)
class Matter:
    """One thing that takes two: ``first`` and ``second`` hold the right roles; a ``fixed`` first can't change."""

    name: str
    first: frozenset[Role]
    second: frozenset[Role]
    begin: Callable[[str], object]
    agree: Callable[[str], object]
    done: Callable[[], bool]
    edit: Callable[[], object] = lambda: None
    begun_by: Callable[[], str] = lambda: ""
    fixed: str = ""
    about_case: bool = True


class QuorumWorld:
    """One house with one matter open in each kind."""

    def __init__(self, choose: Choose, size: int) -> None:
        self.choose, self.office = choose, open_office([])
        self.team = {
            name: person(name, *sorted({choose(CROWD), choose(CROWD)}), active=choose((True, True, True, False)))
            for name in TEAM[:size]
        }
        self.away: set[str] = set()
        self.deputies = {one: choose(TEAM[:size]) for one in TEAM[:size] if choose((False, False, True))}
        self.conflicted = tuple(one for one in TEAM[:size] if choose((False, False, False, True)))
        pairs = tuple(Deputy(person_id=one, deputy_id=other) for one, other in self.deputies.items())
        self.office.add(*self.team.values(), DutyPlan(steps=(), deputies=pairs))
        self._open_case()
        self.edits = 0
        self.effects: list[tuple[str, str, str]] = []
        self.matters = [*self._of_the_case(), *self._of_the_house()]

    def _open_case(self) -> None:
        plan = next(plan for plan in shelf(PLANS).plans if plan.id == "service-outage")
        bare = replace(plan, tasks=(), clocks=(), statements=(), lock=replace(plan.lock, account_tags=("corporate",)))
        self.plan = replace(bare, stand_down=replace(plan.stand_down, criteria=plan.stand_down.criteria[:1]))
        # A plan file needs tasks and statements, which this world does without.
        self.office.ctx = replace(
            self.office.ctx,
            plans=lambda: (self.plan,),
            plan_from_snapshot=lambda data: replace(self.plan, version=data["version"]),
        )
        given = {"plan_id": plan.id, "plane": Plane.REAL, "reason": "Sturm", "conflicted": self.conflicted}
        says = self.office.says("crisis_lead")
        self.case = activate.activate(self.office.ctx, says, as_edited=True, break_glass=True, **given)  # type: ignore[arg-type]
        self.lock = self.all(Lock)[0].id
        content = Content(title="Lage", kind="holding", variants=(Variant(language="de", text="Wir prüfen das."),))
        self.version = write.draft_statement(
            self.office.ctx, self.office.says("analyst"), content=content, plane=Plane.REAL, incident_id=self.case
        )
        write.submit_statement(self.office.ctx, self.office.says("analyst"), version_id=self.version)
        for who in ("crisis_lead", "approver", "second_approver", "administrator", "auditor", "analyst"):
            (known,) = self.all(Person, id=who)
            self.office.add(replace(known, active=False))
        self.author = self.choose(tuple(self.team))
        (post,) = self.all(StatementVersion, id=self.version)
        self.office.add(replace(post, author_id=self.author))
        self.office.add(
            Publication(
                id="post",
                plane=Plane.REAL,
                account_id="acc",
                text="Hallo",
                state=PublicationState.QUARANTINED,
                asked_by=self.author,
                asked_at=self.office.moment,
                due_at=self.office.moment,
                incident_id=self.case,
            )
        )

    def _of_the_case(self) -> list[Matter]:
        criteria = tuple(one.code.value for one in self.plan.stand_down.criteria)
        return [
            Matter(
                "unlock",
                APPROVES,
                APPROVES,
                begin=lambda who: self.do(lock.ask_unlock, who, lock_id=self.lock, reason="ruhig"),
                agree=lambda who: self.do(lock.confirm_unlock, who, lock_id=self.lock),
                done=lambda: self.all(Lock, id=self.lock)[0].lifted_at is not None,
                begun_by=lambda: self.all(Lock, id=self.lock)[0].lift_asked_by,
            ),
            Matter(
                "stand_down",
                LEADS,
                APPROVES,
                begin=lambda who: self.do(
                    stand_down.propose_stand_down, who, incident_id=self.case, criteria_met=criteria, reason="ruhig"
                ),
                agree=lambda who: self.do(stand_down.confirm_stand_down, who, incident_id=self.case),
                done=lambda: self._case().state is IncidentState.CLOSED,
                edit=lambda: self.do(
                    stand_down.withdraw_stand_down, self.choose(tuple(self.team)), incident_id=self.case, reason="doch"
                ),
                begun_by=lambda: self._case().proposed_by,
            ),
            Matter(
                "release",
                frozenset(Role),
                APPROVES,
                begin=lambda _who: None,
                agree=lambda who: self.do(quarantine.take_out, who, publication_id="post"),
                done=lambda: self.all(Publication, id="post")[0].state is not PublicationState.QUARANTINED,
                begun_by=lambda: self.author,
                fixed="author",
            ),
            Matter(
                "unseal",
                READS,
                UNSEALS,
                begin=lambda who: self.do(unseal.ask_unsealing, who, reason="Prüfung", incident_id=self.case),
                agree=self._unseal,
                done=lambda: any(one.agreed_at for one in self.all(Unsealing)),
                begun_by=lambda: self.unsealed_for,
            ),
        ]

    def _of_the_house(self) -> list[Matter]:
        return [
            Matter(
                "plan",
                APPROVES,
                APPROVES,
                begin=self._agree_plan,
                agree=self._agree_plan,
                done=lambda: self._plan_state() == "agreed",
                edit=self._edit_plan,
                begun_by=lambda: self._proposed_by("plan"),
                about_case=False,
            ),
            Matter(
                "key",
                KEYS,
                KEYS,
                begin=lambda who: self.do(
                    lambda ctx, caller: keep_clients.add_client(
                        ctx, caller, name="Planer", scopes=(Scope.CHECK,), accounts=("acc",)
                    ),
                    who,
                ),
                agree=self._agree_key,
                done=lambda: bool(self.all(Client)),
                edit=lambda: [
                    self.do(agree_proposals.end_proposal, who, proposal_id=one.id)
                    for one in self.all(Proposal, matter="client", agreed_at=None, ended_at=None)
                    for who in (self.choose(tuple(self.team)),)
                ],
                begun_by=lambda: next(
                    (one.asked_by for one in self.all(Proposal, matter="client") if one.agreed_at), ""
                ),
                about_case=False,
            ),
        ]

    # What people do.

    def do(self, verb: Callable[..., Any], who: str, **given: Any) -> Any:
        """Let somebody try; a refusal is nothing special."""
        with suppress(CommandCenterError):
            return verb(self.office.ctx, self.office.says(who), **given)

    def _agree_plan(self, who: str) -> None:
        shown = agree_plans.plan_hash(self.office.ctx, self.plan)
        before = {one.id for one in self.all(Proposal, matter="plan") if one.agreed_at}
        self.do(agree_plans.agree_plan, who, plan_id=self.plan.id, content_hash=shown)
        for one in self.all(Proposal, matter="plan"):
            if one.agreed_at and one.id not in before:
                assert one.content_hash == shown, "plan: agreed to what nobody was shown"

    def _edit_plan(self) -> None:
        self.edits += 1
        self.plan = replace(self.plan, version=100 + self.edits % 3)

    def _plan_state(self) -> str:
        with self.office.ctx.store.reading() as store:
            return agree_plans.plan_standings(self.office.ctx, store)[0].state.value

    def _agree_key(self, who: str) -> None:
        for one in self.all(Proposal, matter="client", agreed_at=None, ended_at=None):
            given = {"proposal_id": one.id, "content_hash": self.choose((one.content_hash, one.content_hash, "0" * 64))}
            self.do(agree_proposals.agree_proposal, who, **given)

    def _proposed_by(self, matter: str) -> str:
        agreed = [one for one in self.all(Proposal, matter=matter) if one.agreed_at]
        return str(max(agreed, key=lambda one: one.id).asked_by) if agreed else ""

    unsealed_for = ""

    def _unseal(self, who: str) -> None:
        for one in self.all(Unsealing, agreed_at=None):
            if self.do(unseal.agree_unsealing, who, unsealing_id=one.id):
                self.unsealed_for = one.asked_by

    def approve(self, who: str) -> None:
        """Let somebody approve the statement."""
        (asked,) = self.all(StatementVersion, id=self.version)
        shown = self.choose((asked.content_hash, asked.content_hash, "0" * 64))
        self.do(approve.approve_statement, who, version_id=self.version, content_hash=shown)

    def is_valid(self) -> bool:
        """Tell whether the statement may be used."""
        return bool(self.all(StatementVersion, id=self.version)[0].state is StatementState.VALID)

    def come_and_go(self) -> None:
        """Let somebody leave, come back, change their role, or be away."""
        who = self.choose(tuple(self.team))
        change = self.choose(("active", "roles", "away", "away"))
        if change == "active":
            self.team[who] = replace(self.team[who], active=not self.team[who].active)
        elif change == "roles":
            self.team[who] = replace(self.team[who], roles=(self.choose(CROWD),))
        else:
            self.away ^= {who}
            until = self.office.moment.replace(year=2030) if who in self.away else None
            self.office.add(Reachability(id=who, changed_at=self.office.moment, away_until=until))
        self.office.add(self.team[who])

    # Who may, told without the rules' code.

    def may(self, who: str, roles: frozenset[Role]) -> bool:
        """Tell whether somebody holds one of the roles now, themselves or for who is away."""
        if who not in self.team or not self.team[who].active:
            return False
        held, asked, seen = set(self.team[who].roles), [who], {who}
        while asked:
            now = asked.pop()
            for one, deputy in self.deputies.items():
                if deputy == now and one in self.away and one not in seen:
                    seen.add(one)
                    asked.append(one)
                    if self.team[one].active:
                        held |= HANDED_ON & set(self.team[one].roles)
        return bool(held & roles)

    def eligible(self, matter: Matter, who: str, roles: frozenset[Role]) -> bool:
        """Tell whether somebody's word counts in a matter now."""
        return self.may(who, roles) and not (matter.about_case and who in self.conflicted)

    def all(self, kind: Any, **equal: Any) -> list[Any]:
        """Return records."""
        with self.office.ctx.store.reading() as store:
            return store.find(kind, **equal)

    def _case(self) -> Incident:
        return self.all(Incident, id=self.case)[0]  # type: ignore[no-any-return]
