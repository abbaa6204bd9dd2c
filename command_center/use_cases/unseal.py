"""Names in the log and its exports: pseudonyms while the works council's mode is on, unsealed by two people for a day.

The second one holds the right of an auditor, which a house gives its works council or data protection officer.
"""

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace

from command_center.domain.incidents import Incident
from command_center.domain.log_texts import LogText, withhold
from command_center.domain.people import Act, Person
from command_center.domain.pseudonyms import Unsealing, is_open, pseudonyms
from command_center.domain.response_log import Action, LogEntry
from command_center.errors import Conflict
from command_center.ports import Context, Reading
from command_center.use_cases.command import Work, command
from command_center.use_cases.two_people import be_second
from command_center.use_cases.works_council import names_are_sealed
from command_center.use_cases.write_statement import require_reason


@command(Act.READ_LOG)
def ask_unsealing(work: Work, *, reason: str, incident_id: str = "") -> str:
    """Ask to read names in an incident's log, or in all of it; returns the wish's id."""
    require_reason(reason)
    if incident_id:
        work.need(Incident, incident_id)
    wish = Unsealing(
        id=work.ctx.new_id(),
        incident_id=incident_id,
        reason=reason.strip(),
        asked_by=work.who.id,
        asked_at=work.now,
    )
    work.store.add(wish)
    work.log(Action.UNSEALING_ASKED, incident_id or "log", incident_id=incident_id, reason=wish.reason)
    return wish.id


@command(Act.UNSEAL_NAMES)
def agree_unsealing(work: Work, *, unsealing_id: str) -> str:
    """Agree as the second person; both read names for a day.

    Raises:
        NotAllowed: ``privacy.other_person`` - nobody agrees to their own wish; nor does who the case is about.
        Conflict: ``privacy.already_unsealed``, or who asked has left (``four_eyes.first_gone``).
    """
    wish = work.need(Unsealing, unsealing_id)
    if wish.agreed_at is not None:
        raise Conflict("privacy.already_unsealed")
    be_second(work, wish.asked_by, Act.READ_LOG, same="privacy.other_person", conflicted=_conflicted(work, wish))
    work.store.put(replace(wish, agreed_by=work.who.id, agreed_at=work.now))
    work.log(
        Action.NAMES_UNSEALED,
        wish.incident_id or "log",
        incident_id=wish.incident_id,
        person=wish.asked_by,
        reason=wish.reason,
    )
    return wish.id


def _conflicted(work: Work, wish: Unsealing) -> tuple[str, ...]:
    incident = work.store.get(Incident, wish.incident_id) if wish.incident_id else None
    return incident.conflicted if incident else ()


def sealed_people(ctx: Context, store: Reading, reader_id: str, *, incident_id: str = "") -> list[Person]:
    """Return the people as a reader of acts may name them: by pseudonym, unless sealing is off or was lifted."""
    people = store.find(Person)
    if not seals(names_read(ctx, store, reader_id), incident_id):
        return people
    return [person if person.id == reader_id else sealed for person, sealed in zip(people, seal(people), strict=True)]


def names_read(ctx: Context, store: Reading, reader_id: str) -> frozenset[str]:
    """Return the incidents in whose past somebody reads names now; an empty id among them stands for everything."""
    if not names_are_sealed(ctx, store):
        return frozenset({""})
    now = ctx.now()
    return frozenset(
        one.incident_id
        for one in store.find(Unsealing)
        if is_open(one, now) and reader_id in (one.asked_by, one.agreed_by)
    )


def seals(read: Set[str], incident_id: str = "") -> bool:
    """Tell whether names stand sealed in the past of an incident, or (without one) of the house."""
    return "" not in read and (not incident_id or incident_id not in read)


@dataclass(frozen=True, slots=True)
class NamesInFiles:
    """How a copy that leaves the house names colleagues: ``people`` as they may be read in it."""

    people: Sequence[Person]
    sealed: bool
    names: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()

    def entry(self, entry: LogEntry) -> LogEntry:
        """Return a log entry without the texts that name somebody; its body, hash and proofs stay as they are."""
        return replace(entry, texts=self.texts(entry.texts))

    def texts(self, texts: tuple[LogText, ...]) -> tuple[LogText, ...]:
        """Return an entry's texts without what names somebody."""
        return tuple(withhold(text) if self.sealed and self._tells(text) else text for text in texts)

    def _tells(self, text: LogText) -> bool:
        said = text.value.casefold()
        return text.field == "login" or said.strip() in self.names or any(address in said for address in self.addresses)


def names_in_files(ctx: Context, store: Reading, reader_id: str, *, incident_id: str = "") -> NamesInFiles:
    """Return how a copy names colleagues; it is handed on, so even who makes it stands under a pseudonym.

    What people wrote keeps the names they wrote into it: only texts that are nothing but a name or a login, or that
    hold an address or number of somebody, are withheld.
    """
    people = store.find(Person)
    if not seals(names_read(ctx, store, reader_id), incident_id):
        return NamesInFiles(people, sealed=False)
    told = [each.casefold() for person in people for each in (person.name, person.login)]
    reached = [each.casefold() for person in people for each in (person.email, person.phone)]
    return NamesInFiles(seal(people), True, frozenset(filter(None, told)), frozenset(filter(None, reached)))


def seal(people: Sequence[Person]) -> list[Person]:
    """Return the people under their pseudonyms, without anything that names them."""
    names = pseudonyms(person.id for person in people)
    return [
        replace(person, name=f"Person {names[person.id]}", login=names[person.id], email="", phone="")
        for person in people
    ]
