"""Names in the log and its exports: pseudonyms while the works council's mode is on, unsealed by two people for a day.

The second one holds the right of an auditor, which a house gives its works council or data protection officer.
"""

from collections.abc import Sequence
from dataclasses import replace

from command_center.domain.incidents import Incident
from command_center.domain.people import Act, Person
from command_center.domain.pseudonyms import Unsealing, pseudonyms, reads_names
from command_center.domain.response_log import Action
from command_center.errors import Conflict
from command_center.ports import Context, Reading
from command_center.use_cases.command import Work, command
from command_center.use_cases.two_people import be_second
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
    if not ctx.names_sealed or reads_names(store.find(Unsealing), reader_id, incident_id, ctx.now()):
        return people
    return [person if person.id == reader_id else sealed for person, sealed in zip(people, seal(people), strict=True)]


def seal(people: Sequence[Person]) -> list[Person]:
    """Return the people under their pseudonyms, without anything that names them."""
    names = pseudonyms(person.id for person in people)
    return [
        replace(person, name=f"Person {names[person.id]}", login=names[person.id], email="", phone="")
        for person in people
    ]
