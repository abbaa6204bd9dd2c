"""Where two people are needed: the second is another one, and the first is still here and still entitled."""

from collections.abc import Collection

from command_center.domain.four_eyes import still_counts, why_not_second
from command_center.domain.people import Act, Person
from command_center.errors import Conflict, NotAllowed
from command_center.use_cases.command import Work
from command_center.use_cases.stand_in import stand_in


def first_counts(work: Work, first: str, act: Act, conflicted: Collection[str] = ()) -> bool:
    """Tell whether the first word still stands; one that doesn't may be given anew by anybody entitled."""
    person = work.store.get(Person, first)
    as_now = stand_in(work.store, first, work.now).as_now(person) if person else None
    return still_counts(as_now, act, conflicted=conflicted)


def be_second(work: Work, first: str, act: Act, *, same: str, conflicted: Collection[str] = ()) -> None:
    """Refuse a second word that doesn't make two people; ``same`` is the code where it is the first one's again.

    Raises:
        NotAllowed: it is the first person again, or the case is about them.
        Conflict: ``four_eyes.first_gone`` - who asked has left or lost the right, so somebody has to ask anew.
    """
    hindrance = why_not_second(first, work.who.id, conflicted=conflicted)
    if hindrance:
        raise NotAllowed(same if hindrance == "four_eyes.other_person" else hindrance)
    if not first_counts(work, first, act, conflicted):
        raise Conflict("four_eyes.first_gone")
