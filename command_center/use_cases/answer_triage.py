"""Answer what sorts a case: kept with who and when, and from then on part of the least level."""

from collections.abc import Mapping
from dataclasses import replace

from command_center.domain.incidents import Incident, IncidentState, TriageAnswer
from command_center.domain.mentions import Plane
from command_center.domain.people import Act
from command_center.domain.plans import Plan
from command_center.domain.response_log import Action
from command_center.domain.triage import SEVERE, check_answer, least_level
from command_center.ports import Reading
from command_center.texts import say
from command_center.use_cases.command import Work, command
from command_center.use_cases.lead import running


def answers_of(store: Reading, incident_id: str) -> dict[str, TriageAnswer]:
    """Return the answers of an incident by question."""
    return {one.question: one for one in store.find(TriageAnswer, incident_id=incident_id, order="answered_at")}


def as_words(answers: Mapping[str, TriageAnswer]) -> dict[str, str]:
    """Return what was answered, by question."""
    return {question: one.answer for question, one in answers.items()}


def topic_incidents(store: Reading, topic_id: str, plane: Plane) -> list[Incident]:
    """Return the incidents about a topic that are not over."""
    going = (IncidentState.ACTIVE, IncidentState.STANDING_DOWN)
    return store.find(Incident, topic_id=topic_id, plane=plane, state=going) if topic_id else []


@command(Act.RECORD_FACT)
def answer_question(work: Work, *, incident_id: str, question: str, answer: str) -> str:
    """Answer a triage question; an answer that demands a higher level sets it at once, as the plan says.

    An empty answer means that nobody knows (any more). Never lowers the level: that takes a lead and a reason.

    Raises:
        BadInput: ``triage.…``: no such question, or one that doesn't take this answer.
        Conflict: the incident is over.
    """
    incident = running(work, incident_id)
    plan = work.ctx.plan_from_snapshot(incident.plan)
    keep_answers(work, incident, plan, {question: answer})
    least = least_level(plan, as_words(answers_of(work.store, incident.id)))
    if incident.level < least:
        work.store.put(replace(incident, level=least))
        work.log(
            Action.LEVEL_SET,
            incident.id,
            plane=incident.plane,
            incident_id=incident.id,
            before=incident.level,
            level=least,
            reason=question_text(plan, question, work.who.language),
        )
    return incident.id


def keep_answers(work: Work, incident: Incident, plan: Plan, given: Mapping[str, str]) -> None:
    """Keep answers of an incident, logged; what was answered the same before stays as it was."""
    known = as_words(answers_of(work.store, incident.id))
    for question, said in given.items():
        answer = check_answer(plan, question, said)
        if known.get(question, "") == answer:
            continue
        work.store.put(
            TriageAnswer(
                id=f"{incident.id}:{question}",
                incident_id=incident.id,
                plane=incident.plane,
                question=question,
                answer=answer,
                answered_by=work.who.id,
                answered_at=work.now,
            )
        )
        work.log(
            Action.QUESTION_ANSWERED,
            incident.id,
            plane=incident.plane,
            incident_id=incident.id,
            question=question_text(plan, question, work.who.language),
            answer=answer,
            before=known.get(question, ""),
        )


def question_text(plan: Plan, question: str, language: str) -> str:
    """Return a question as it is asked."""
    if question in SEVERE:
        return say(language or "de", f"triage.{question}")
    found = next((item for item in plan.triage_questions if item.id == question), None)
    return found.text.in_language(language or "de") if found else question
