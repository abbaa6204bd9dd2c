"""Everything the page of an incident shows, read in one look at the store."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from command_center.domain.accounts import Account, Lock
from command_center.domain.incidents import (
    Clock,
    Decision,
    Fact,
    Incident,
    IncidentState,
    Task,
    TaskState,
    TriageAnswer,
)
from command_center.domain.mentions import Plane
from command_center.domain.people import DRILL_PARTNER, Act, Person, may
from command_center.domain.plans import Plan
from command_center.domain.publications import IN_FLIGHT, Publication, PublicationState
from command_center.domain.statements import (
    Approval,
    Statement,
    StatementVersion,
    approvals_needed,
    approvals_that_count,
)
from command_center.ports import Reading
from command_center.ui.frame import Page
from command_center.use_cases.answer_triage import answers_of, as_words
from command_center.use_cases.command import looking, need
from command_center.use_cases.stand_down import not_yet
from command_center.use_cases.stand_in import people_now


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A statement of the incident: its newest version and how many said yes to it."""

    statement: Statement
    version: StatementVersion
    approvals: int
    needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One incident at one moment; ``entry`` is the number of its newest log entry."""

    incident: Incident
    plan: Plan
    people: Mapping[str, Person]
    tasks: tuple[Task, ...]
    clocks: tuple[Clock, ...]
    facts: tuple[Fact, ...]
    decisions: tuple[Decision, ...]
    accounts: tuple[Account, ...]
    locks: tuple[Lock, ...]
    wordings: tuple[Wording, ...]
    in_flight: Mapping[str, int]
    quarantined: int
    unmet: Mapping[str, str]
    entry: int
    answers: Mapping[str, TriageAnswer]

    @property
    def answered(self) -> dict[str, str]:
        """What was answered in triage, by question."""
        return as_words(self.answers)

    @property
    def closed(self) -> bool:
        """Tell whether the incident is over."""
        return self.incident.state is IncidentState.CLOSED

    def own_locks(self) -> list[Lock]:
        """Return the locks this incident set."""
        return [lock for lock in self.locks if lock.incident_id == self.incident.id]

    def standing(self, account_id: str) -> list[Lock]:
        """Return what locks an account now."""
        return [lock for lock in self.locks if lock.account_id == account_id and lock.lifted_at is None]

    def able(self, act: Act) -> list[Person]:
        """Return the people who may do the act here: nobody the case is about, no drill partner."""
        out = {*self.incident.conflicted, DRILL_PARTNER}
        return [person for person in self.people.values() if may(person, act) and person.id not in out]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What is due next: a task or a running clock."""

    kind: str
    title: str
    person_id: str
    duty: str
    at: datetime


def read_scene(page: Page, incident_id: str) -> Scene:
    """Read an incident with everything around it."""
    with looking(page.ctx, page.person.id, Act.READ_PICTURE) as store:
        incident = need(store, Incident, incident_id)
        plan = page.ctx.plan_from_snapshot(incident.plan)
        accounts = store.find(Account, plane=incident.plane, active=True, order="name")
        flying = store.find(Publication, plane=incident.plane, state=tuple(IN_FLIGHT))
        return Scene(
            incident=incident,
            plan=plan,
            people={person.id: person for person in store.find(Person, order="name")},
            tasks=tuple(store.find(Task, incident_id=incident.id, order="due_at")),
            clocks=tuple(store.find(Clock, incident_id=incident.id)),
            facts=tuple(store.find(Fact, incident_id=incident.id, order="recorded_at")),
            decisions=tuple(store.find(Decision, incident_id=incident.id, order="decided_at", descending=True)),
            accounts=tuple(accounts),
            locks=tuple(_locks(store, incident)),
            wordings=tuple(_wordings(store, incident, page.now)),
            in_flight=_by_account(flying),
            quarantined=_quarantined(store, incident),
            unmet={} if incident.state is IncidentState.CLOSED else not_yet(store, incident, plan),
            entry=newest_entry(store, incident.id),
            answers=answers_of(store, incident.id),
        )


def newest_entry(store: Reading, incident_id: str) -> int:
    """Return the number of an incident's newest log entry."""
    return next((entry.number for entry in store.log(incident_id=incident_id, descending=True, limit=1)), 0)


def _locks(store: Reading, incident: Incident) -> list[Lock]:
    standing = store.find(Lock, plane=incident.plane, lifted_at=None, order="locked_at")
    own = store.find(Lock, incident_id=incident.id, order="locked_at")
    return list({lock.id: lock for lock in (*own, *standing)}.values())


def _wordings(store: Reading, incident: Incident, now: datetime) -> Iterable[Wording]:
    people = people_now(store, now)
    versions = store.find(StatementVersion, incident_id=incident.id, order="number")
    newest = {version.statement_id: version for version in versions}
    for statement in store.find(Statement, incident_id=incident.id, order="created_at"):
        version = newest.get(statement.id)
        if version is None:
            continue
        given = store.find(Approval, version_id=version.id)
        count = len(approvals_that_count(version, given, people, incident.conflicted))
        needed = approvals_needed(version, people, incident.conflicted)
        yield Wording(statement=statement, version=version, approvals=count, needed=needed)


def _by_account(publications: Iterable[Publication]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for publication in publications:
        counts[publication.account_id] = counts.get(publication.account_id, 0) + 1
    return counts


def _quarantined(store: Reading, incident: Incident) -> int:
    return len(store.find(Publication, plane=incident.plane, state=PublicationState.QUARANTINED))


def running_incidents(store: Reading, plane: Plane) -> list[Incident]:
    """Return what is not over, the newest first."""
    found = store.find(Incident, plane=plane, order="opened_at", descending=True)
    return [incident for incident in found if incident.state is not IncidentState.CLOSED]


def past_incidents(store: Reading, plane: Plane) -> list[Incident]:
    """Return what is over, the newest first."""
    return store.find(Incident, plane=plane, state=IncidentState.CLOSED, order="opened_at", descending=True, limit=50)


def in_words(texts: Mapping[str, str], language: str) -> str:
    """Return a text in a language, else in any."""
    return texts.get(language) or next(iter(texts.values()), "")


def is_running(clock: Clock) -> bool:
    """Tell whether a clock counts down now."""
    return clock.started_at is not None and clock.stopped_at is None


def sorted_tasks(tasks: Iterable[Task], person_id: str) -> list[Task]:
    """Sort open tasks: one's own first, then by due time."""
    still_open = [task for task in tasks if task.state is TaskState.OPEN]
    return sorted(still_open, key=lambda task: (task.person_id != person_id, task.due_at))


def due_next(scene: Scene, language: str, limit: int = 4) -> list[Due]:
    """Return what is due next of tasks and clocks, the latest first to fall."""
    tasks = [
        Due(kind="task", title=in_words(task.title, language), person_id=task.person_id, duty=task.duty, at=task.due_at)
        for task in scene.tasks
        if task.state is TaskState.OPEN
    ]
    clocks = [
        Due(kind="clock", title=in_words(clock.title, language), person_id="", duty=clock.duty, at=clock.due_at)
        for clock in scene.clocks
        if is_running(clock) and clock.due_at is not None
    ]
    return sorted([*tasks, *clocks], key=lambda due: due.at)[:limit]
