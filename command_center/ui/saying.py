"""What somebody may say through an account now: read once, shown by the page *What may I say?*.

The story goes on in ``ui/saying_cards.py``, which shows it, and ``ui/composing.py``, which fills a wording.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from command_center.domain.accounts import STRICTNESS, Account, Lock, Posture, effective_posture
from command_center.domain.incidents import Incident
from command_center.domain.mentions import Mention, Plane
from command_center.domain.one_voice import Draft, House, Reason, usable_wordings
from command_center.domain.people import DRILL_PARTNER, Act, Person, Role
from command_center.domain.plans import Plan
from command_center.domain.publications import IN_FLIGHT, Publication, PublicationState
from command_center.domain.statements import StatementState, StatementVersion, Variant
from command_center.errors import CommandCenterError
from command_center.ports import Reading
from command_center.ui.frame import Page
from command_center.ui.wordings import gate_words
from command_center.use_cases.ask_gate import ask, house_of, may_use_every_account
from command_center.use_cases.command import looking


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One account as those who speak through it see it; ``locks`` the strictest first, ``valid`` the wordings' ids."""

    account: Account
    posture: Posture
    locks: tuple[Lock, ...]
    incidents: tuple[Incident, ...]
    contacts: tuple[Person, ...]
    in_flight: tuple[Publication, ...]
    queued: tuple[Publication, ...] = ()
    valid: tuple[str, ...] = ()

    @property
    def lock(self) -> Lock | None:
        """The lock that decides, where one does."""
        return self.locks[0] if self.locks and self.locks[0].posture is self.posture else None

    @property
    def incident(self) -> Incident | None:
        """The incident behind the deciding lock."""
        lock = self.lock
        return next((item for item in self.incidents if lock and item.id == lock.incident_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An approved statement usable on an account now, with the variants that fit it, the best first."""

    version: StatementVersion
    variants: tuple[Variant, ...]


def read_desks(page: Page) -> list[Desk]:
    """Read every account this person may use in this plane, the one that speaks first before the others."""
    with looking(page.ctx, page.person.id, Act.CHECK_TEXT) as store:
        accounts = usable_accounts(store, page.person, page.plane)
        people = store.find(Person, active=True, order="name")
        wordings = store.find(StatementVersion, plane=page.plane, state=StatementState.VALID)
        valid = tuple(sorted(version.id for version in wordings))
        return [replace(_desk(store, account, people), valid=valid) for account in accounts]


def usable_accounts(store: Reading, person: Person, plane: Plane) -> list[Account]:
    """Return the accounts somebody may speak through."""
    accounts = store.find(Account, plane=plane, active=True, order="name")
    mine = [item for item in accounts if may_use_every_account(person) or person.id in item.co_managers]
    return sorted(mine, key=lambda account: not account.primary)


def _desk(store: Reading, account: Account, people: Sequence[Person]) -> Desk:
    locks = store.find(Lock, account_id=account.id, lifted_at=None, order="locked_at")
    incidents = [store.get(Incident, lock.incident_id) for lock in locks if lock.incident_id]
    known = tuple(incident for incident in incidents if incident is not None)
    return Desk(
        account=account,
        posture=effective_posture(account, locks),
        locks=tuple(sorted(locks, key=lambda lock: -STRICTNESS[lock.posture])),
        incidents=known,
        contacts=contacts(people, known),
        in_flight=tuple(store.find(Publication, account_id=account.id, state=tuple(IN_FLIGHT), order="asked_at")),
        queued=tuple(store.find(Publication, account_id=account.id, state=PublicationState.QUEUED, order="asked_at")),
    )


def contacts(people: Iterable[Person], incidents: Sequence[Incident]) -> tuple[Person, ...]:
    """Return whom to call: the crisis leads, who opened the incident first; nobody the case is about."""
    opened = {incident.opened_by for incident in incidents}
    out = {DRILL_PARTNER}.union(*(incident.conflicted for incident in incidents))
    leads = [person for person in people if Role.CRISIS_LEAD in person.roles and person.id not in out]
    return tuple(sorted(leads, key=lambda person: person.id not in opened))[:2]


def read_house(page: Page, account: Account) -> House:
    """Read everything the gate looks at for this account."""
    with looking(page.ctx, page.person.id, Act.CHECK_TEXT) as store:
        return house_of(store, account, page.person, page.ctx.now())


def refused_by_now(page: Page, account: Account, item: Publication) -> str:
    """Say why the gate would no longer let out a text that waits to be posted by hand; empty while it would.

    Between the gate and somebody's hands a wording may end and an account be locked; a network is asked again, too.
    """
    draft = Draft(text=item.text, person_id=item.asked_by, reviewed_by=item.reviewed_by)
    with looking(page.ctx, page.person.id, Act.CHECK_TEXT) as store:
        decision = ask(store, draft, account, page.person, page.ctx.now())
    if decision.allowed or decision.reason in {Reason.NEEDS_REVIEW, Reason.SAID_ELSEWHERE}:
        return ""
    return gate_words(page, decision.reason.value, decision.detail)


def offers(house: House, language: str) -> list[Offer]:
    """Group the usable wordings by statement; variants for this network and in the reader's language first."""
    by_version: dict[str, tuple[StatementVersion, list[Variant]]] = {}
    for version, variant in usable_wordings(house):
        by_version.setdefault(version.id, (version, []))[1].append(variant)
    return [
        Offer(
            version=version,
            variants=tuple(sorted(found, key=lambda item: (item.language != language, not item.network))),
        )
        for version, found in by_version.values()
    ]


def read_mention(page: Page, mention_id: str) -> Mention | None:
    """Read the mention somebody answers; one of the other plane is not found."""
    if not mention_id:
        return None
    with looking(page.ctx, page.person.id, Act.CHECK_TEXT) as store:
        mention = store.mention(mention_id)
    return mention if mention is not None and mention.plane is page.plane else None


def read_publication(page: Page, publication_id: str) -> Publication | None:
    """Read what became of a text."""
    if not publication_id:
        return None
    with looking(page.ctx, page.person.id, Act.CHECK_TEXT) as store:
        return store.get(Publication, publication_id)


def plan_of(page: Page, incident: Incident) -> Plan | None:
    """Return the plan an incident was activated with; None when its snapshot can't be read."""
    try:
        return page.ctx.plan_from_snapshot(incident.plan)
    except CommandCenterError:
        return None


def by_hand(page: Page, account: Account) -> bool:
    """Tell whether a person posts through this account themselves."""
    publisher = page.ctx.publishers.get(account.publisher)
    return publisher is None or publisher.by_hand


def sends_itself(page: Page, account: Account) -> bool:
    """Tell whether the house sends to a real network for this account."""
    return account.publisher in page.ctx.networks


def signature(desks: Iterable[Desk]) -> tuple[object, ...]:
    """Return what must not change unseen: postures, locks, what is on its way and which wordings are valid."""
    return tuple(
        (
            desk.account.id,
            desk.posture,
            tuple((lock.id, lock.sealed_at) for lock in desk.locks),
            tuple((item.id, item.state, item.attempts) for item in (*desk.in_flight, *desk.queued)),
            desk.valid,
        )
        for desk in desks
    )
