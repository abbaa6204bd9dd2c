"""The gate reads little and still answers as if it had read everything."""

from datetime import timedelta

import pytest

from command_center.domain.accounts import Posture
from command_center.domain.incidents import Fact, FactState
from command_center.domain.mentions import Plane
from command_center.domain.one_voice import Draft, Reason, decide
from command_center.domain.people import Role
from command_center.domain.statements import StatementState
from command_center.use_cases.ask_gate import ask, house_of
from tests.domain.gate import APPROVED, FACT, NOW, account, lock, version
from tests.use_cases.conftest import Office, person

VERSIONS = [
    version(
        id=state.value, statement_id=state.value, state=state, ended_at=None if state is StatementState.VALID else NOW
    )
    for state in StatementState
]
OVER = version(id="over", statement_id="over", valid_until=NOW - timedelta(seconds=1))
FACT_KNOWN = Fact(
    id="fact",
    incident_id="inc",
    plane=Plane.REAL,
    text=FACT,
    state=FactState.CONFIRMED,
    source="Labor",
    recorded_by="lead",
    recorded_at=NOW,
)
ELSEWHERE = version(id="elsewhere", statement_id="elsewhere", plane=Plane.PRACTICE)


@pytest.mark.parametrize("posture", Posture)
@pytest.mark.parametrize("text", [APPROVED, APPROVED + " Wirklich.", "Kein Kommentar.", ""])
@pytest.mark.parametrize("states", [(), *((state,) for state in StatementState), tuple(StatementState)])
def test_the_answer_is_the_one_over_everything_ever_written(
    office: Office, posture: Posture, text: str, states: tuple[StatementState, ...]
) -> None:
    office.add(account(), *(each for each in VERSIONS if each.state in states), OVER, ELSEWHERE)
    office.add(FACT_KNOWN)
    if posture is not Posture.OPEN:
        office.add(lock(posture))
    anna = person("anna", Role.CO_MANAGER)
    draft = Draft(text=text, person_id="anna")
    with office.ctx.store.reading() as store:
        answer = ask(store, draft, account(), anna, NOW)
        assert answer == decide(draft, house_of(store, account(), anna, NOW, past=True))
    if posture is Posture.ONE_VOICE and text == APPROVED and states == (StatementState.WITHDRAWN,):
        assert answer.reason is Reason.WITHDRAWN
    if posture is Posture.ONE_VOICE and text == APPROVED and StatementState.VALID in states:
        assert answer.reason is Reason.APPROVED
