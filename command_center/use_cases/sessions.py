"""One's own sessions, listed and ended one by one, and what an administrator ends for somebody else."""

from dataclasses import replace

from command_center.domain.people import Act, Person, Session
from command_center.domain.response_log import Action
from command_center.errors import Conflict
from command_center.ports import Context
from command_center.use_cases.command import Work, command, looking
from command_center.use_cases.sign_in import DEFAULT_LIMITS, SessionLimits, end_sessions, lasts


def list_sessions(ctx: Context, person_id: str, *, limits: SessionLimits = DEFAULT_LIMITS) -> list[Session]:
    """Return the sessions one holds now, the one used last first."""
    with looking(ctx, person_id, Act.OWN_SETTINGS) as store:
        own = store.find(Session, order="seen_at", descending=True, person_id=person_id, ended_at=None)
        return [session for session in own if lasts(session, ctx.now(), limits)]


@command(Act.OWN_SETTINGS)
def end_session(work: Work, *, session_id: str) -> str:
    """End one of one's own sessions; somebody else's is as unknown as one that is over (``Conflict``)."""
    session = work.store.get(Session, session_id)
    if session is None or session.person_id != work.who.id or session.ended_at is not None:
        raise Conflict("sessions.over")
    work.store.put(replace(session, ended_at=work.now))
    work.log(Action.SESSION_CLOSED, work.who.id, since=session.created_at, way=session.way.value)
    return work.who.id


@command(Act.OWN_SETTINGS)
def sign_out_everywhere(work: Work) -> str:
    """End every session of one's own, this one too."""
    ended = end_sessions(work.store, work.who.id, work.now)
    work.log(Action.SIGNED_OUT_EVERYWHERE, work.who.id, sessions_ended=ended)
    return work.who.id


@command(Act.WRITE_PEOPLE)
def end_all_sessions(work: Work, *, person_id: str) -> str:
    """End every session of somebody, who may sign in again; raises ``Conflict`` when there is none."""
    person = work.need(Person, person_id)
    ended = end_sessions(work.store, person.id, work.now)
    if not ended:
        raise Conflict("sessions.none", name=person.name)
    work.log(Action.SESSIONS_ENDED, person.id, sessions_ended=ended)
    return person.id
