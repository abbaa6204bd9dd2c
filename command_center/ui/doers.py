"""Names beside what was done: a colleague's, or while names are sealed a pseudonym.

The rule: a name stands beside what somebody still has to do, or must be asked about now (``parts.person_name``);
beside what was done stands whoever did it (``doer_name``).
"""

from collections.abc import Mapping

from command_center.domain.people import Person
from command_center.ui.page import Page
from command_center.ui.parts import person_name
from command_center.use_cases.unseal import seal, seals


def doer_name(
    page: Page, people: Mapping[str, Person], person_id: str, incident_id: str = "", *, over: bool = True
) -> str:
    """Return who did something, sealed once it is over; one's own name is no secret to oneself."""
    if not over or person_id not in people or person_id == page.person.id or not seals(page.names, incident_id):
        return person_name(page, people, person_id)
    sealed = seal(tuple(people.values()))
    return person_name(page, {person.id: person for person in sealed}, person_id)
