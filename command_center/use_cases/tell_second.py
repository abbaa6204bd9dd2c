"""Tell those who may agree that something waits for a second person, or was done by one alone; each of them once.

As with alerts, telling and keeping are two things: a crash in between may tell somebody twice, but loses nothing.
"""

from command_center.domain.alerts import Notice
from command_center.domain.four_eyes import NEEDS, Proposal, is_a_person
from command_center.domain.mentions import Plane
from command_center.domain.people import Person, Role, may
from command_center.ports import Context
from command_center.use_cases.proposing import open_proposals
from command_center.use_cases.reach import reach
from command_center.use_cases.stand_in import people_now


def tell_second(ctx: Context) -> int:
    """Tell whoever could be the second person; of what was done alone every administrator and lead. Returns how many.

    Quiet hours don't count for what was done already.
    """
    with ctx.store.reading() as store:
        waiting = open_proposals(store)
        notices = store.find(Notice, alert_id=tuple(one.id for one in waiting)) if waiting else []
        people = people_now(store, ctx.now()) if waiting else []
    heard = {(notice.alert_id, notice.person_id) for notice in notices}
    told = 0
    for proposal in waiting:
        for person in people:
            if _concerned(proposal, person) and (proposal.id, person.id) not in heard:
                title, body = ctx.alert_words.second(proposal, person.language)
                reach(ctx, person, {proposal.id: Plane.REAL}, title=title, body=body)
                told += 1
    return told


def _concerned(proposal: Proposal, person: Person) -> bool:
    if not person.active or not is_a_person(person.id) or person.id == proposal.asked_by:
        return False
    loud = proposal.done_at is not None and bool({Role.ADMINISTRATOR, Role.CRISIS_LEAD}.intersection(person.roles))
    return loud or may(person, NEEDS[proposal.matter])
