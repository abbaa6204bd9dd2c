"""Triage answers stay with the incident, with who and when, and keep the least level up."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from command_center.domain.alerts import JudgedBucket
from command_center.domain.incidents import Incident, TriageAnswer
from command_center.domain.mentions import Plane
from command_center.domain.signs import Severity
from command_center.errors import BadInput, CommandCenterError, NotAllowed
from command_center.texts import LANGUAGES, knows
from command_center.use_cases.activate import activate
from command_center.use_cases.answer_triage import answer_question, answers_of
from command_center.use_cases.lead import set_level
from command_center.use_cases.propose_level import outlook
from tests.use_cases.conftest import Office
from tests.use_cases.hearing import TOPIC


def start(office: Office, *, plan: str = "product-recall", **given: object) -> str:
    values = {"plan_id": plan, "plane": Plane.REAL, "reason": "Rauch", "topic_id": "t", **given}
    return activate(office.ctx, office.says("crisis_lead"), **values)  # type: ignore[arg-type]


def level(office: Office, incident_id: str) -> int:
    with office.ctx.store.reading() as store:
        incident = store.get(Incident, incident_id)
    assert incident is not None
    return incident.level


def answers(office: Office, incident_id: str) -> dict[str, TriageAnswer]:
    with office.ctx.store.reading() as store:
        return answers_of(store, incident_id)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(CommandCenterError) as raised:
        act()
    assert all(knows(language, raised.value.code) for language in LANGUAGES)
    return raised.value.code


def test_answers_given_at_activation_are_stored_and_lift_the_level(office: Office) -> None:
    incident_id = start(office, answers={"persons_harmed": "yes", "source_verified": "no"})
    kept = answers(office, incident_id)
    assert {question: one.answer for question, one in kept.items()} == {
        "persons_harmed": "yes",
        "source_verified": "no",
    }
    assert {(one.answered_by, one.answered_at) for one in kept.values()} == {("crisis_lead", office.moment)}
    assert level(office, incident_id) == 5, "the plan asks for at least this after a yes"
    assert office.actions().count("incident.question_answered") == 2


def test_a_later_yes_lifts_the_level_at_once_and_a_no_never_lowers_it(office: Office) -> None:
    incident_id = start(office)
    before = level(office, incident_id)
    office.later(minutes=5)
    answer_question(
        office.ctx, office.says("analyst"), incident_id=incident_id, question="severity.death", answer="yes"
    )
    assert (before, level(office, incident_id)) == (3, 4)
    answer_question(office.ctx, office.says("analyst"), incident_id=incident_id, question="severity.death", answer="no")
    assert level(office, incident_id) == 4
    assert answers(office, incident_id)["severity.death"].answer == "no"
    assert office.actions().count("incident.level_set") == 1


def test_the_same_answer_again_changes_nothing(office: Office) -> None:
    incident_id = start(office, answers={"persons_harmed": "no"})
    office.later(minutes=5)
    answer_question(office.ctx, office.says("analyst"), incident_id=incident_id, question="persons_harmed", answer="no")
    assert answers(office, incident_id)["persons_harmed"].answered_by == "crisis_lead"


def test_below_the_least_level_it_goes_only_when_somebody_says_so(office: Office) -> None:
    incident_id = start(office, answers={"persons_harmed": "yes"})

    def lower(**given: bool) -> str:
        return set_level(
            office.ctx, office.says("crisis_lead"), incident_id=incident_id, level=2, reason="Es ist ruhig", **given
        )

    assert refused(lower) == "incident.level_below_least"
    lower(below_least=True)
    assert level(office, incident_id) == 2
    with office.ctx.store.reading() as store:
        [*_, entry] = store.log(action="incident.level_set")
    assert entry.details["least"] == 5


@pytest.mark.parametrize(
    ("question", "answer", "code"),
    [
        ("no_such", "yes", "triage.no_such_question"),
        ("persons_harmed", "maybe", "triage.no_such_answer"),
        ("severity.death", "perhaps", "triage.no_such_answer"),
    ],
)
def test_what_is_no_answer_is_refused(office: Office, question: str, answer: str, code: str) -> None:
    incident_id = start(office)
    given = {"incident_id": incident_id, "question": question, "answer": answer}
    assert refused(lambda: answer_question(office.ctx, office.says("analyst"), **given)) == code


def test_a_choice_takes_only_its_choices_and_a_bad_answer_activates_nothing(office: Office) -> None:
    with pytest.raises(BadInput):
        start(office, plan="hostile-campaign", answers={"claim_status": "yes"})
    with office.ctx.store.reading() as store:
        assert store.find(Incident) == []


def test_who_records_no_facts_answers_nothing(office: Office) -> None:
    incident_id = start(office)
    with pytest.raises(NotAllowed):
        answer_question(
            office.ctx, office.says("co_manager"), incident_id=incident_id, question="persons_harmed", answer="yes"
        )


def test_the_proposal_stays_up_however_quiet_it_gets(office: Office) -> None:
    quiet = JudgedBucket(
        id="b",
        topic_id="t",
        at=office.moment,
        count=0,
        expected=1.0,
        low=0.0,
        high=4.0,
        score=0.0,
        ratio=0.0,
        lasting=0,
        learning=False,
        alert=False,
    )
    office.add(TOPIC, quiet)
    incident_id = start(office, answers={"persons_harmed": "yes"})
    answer_question(
        office.ctx, office.says("analyst"), incident_id=incident_id, question="severity.injury", answer="yes"
    )
    later = office.moment + timedelta(minutes=10)
    seen = outlook(office.ctx, "analyst", topic=TOPIC, at=later, language="en")
    assert seen is not None
    assert (seen.proposal.by_signs, seen.proposal.level) == (0, 5)
    assert [(floor.level, floor.severity, floor.answer) for floor in seen.proposal.floors] == [
        (5, None, "Has anyone been injured or fallen ill?"),
        (3, Severity.INJURY, ""),
    ]
