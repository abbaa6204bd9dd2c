"""The second person in a drill: where one person tries the house alone, a partner says yes for them.

The partner exists only in the practice plane: every function here refuses anything real.
"""

from collections.abc import Callable

from command_center.domain.accounts import Lock
from command_center.domain.incidents import Incident
from command_center.domain.mentions import Plane
from command_center.domain.people import DRILL_PARTNER, Act, Person, Role
from command_center.domain.response_log import Action
from command_center.domain.statements import StatementVersion
from command_center.errors import BadInput
from command_center.ports import Caller, Context
from command_center.use_cases.approve import approve_statement
from command_center.use_cases.command import Work, command, looking, need
from command_center.use_cases.lock import confirm_unlock
from command_center.use_cases.stand_down import confirm_stand_down


@command(Act.REPLAY)
def invite_partner(work: Work) -> str:
    """Make sure the partner exists; returns its id. It has no password, so nobody can sign in as it."""
    if work.store.get(Person, DRILL_PARTNER) is None:
        partner = Person(
            id=DRILL_PARTNER,
            login=DRILL_PARTNER,
            name="Drill partner",
            roles=(Role.APPROVER, Role.CRISIS_LEAD),
            created_at=work.now,
        )
        work.store.add(partner)
        work.log(Action.PERSON_ADDED, DRILL_PARTNER, plane=Plane.PRACTICE, roles=[role.value for role in partner.roles])
    return DRILL_PARTNER


def partner_approves(ctx: Context, caller: Caller, *, version_id: str) -> str:
    """Let the partner approve a practice statement."""
    with looking(ctx, caller.person_id, Act.DRAFT) as store:
        version = need(store, StatementVersion, version_id)
    _only_practice(version.plane)
    shown = version.content_hash
    return _as_partner(
        ctx,
        caller,
        lambda partner: approve_statement(ctx, partner, version_id=version_id, content_hash=shown),
    )


def partner_confirms_unlock(ctx: Context, caller: Caller, *, lock_id: str) -> str:
    """Let the partner be the second person who unlocks a practice account."""
    with looking(ctx, caller.person_id, Act.UNLOCK) as store:
        _only_practice(need(store, Lock, lock_id).plane)
    return _as_partner(ctx, caller, lambda partner: confirm_unlock(ctx, partner, lock_id=lock_id))


def partner_confirms_stand_down(ctx: Context, caller: Caller, *, incident_id: str) -> str:
    """Let the partner be the second person who stands a drill down."""
    with looking(ctx, caller.person_id, Act.UNLOCK) as store:
        _only_practice(need(store, Incident, incident_id).plane)
    return _as_partner(ctx, caller, lambda partner: confirm_stand_down(ctx, partner, incident_id=incident_id))


def _only_practice(plane: Plane) -> None:
    if plane is not Plane.PRACTICE:
        raise BadInput("drill.partner_only_practises")


def _as_partner(ctx: Context, caller: Caller, act: Callable[[Caller], str]) -> str:
    invite_partner(ctx, Caller(caller.person_id, f"{caller.request_id}:invite"))
    return act(Caller(DRILL_PARTNER, f"{caller.request_id}:partner"))
