"""Decide what becomes of a mention: assign it, ignore it, escalate it, answer it."""

from command_center.domain.alerts import Alert, Triage, TriageState
from command_center.domain.mentions import Mention
from command_center.domain.people import Act, Person
from command_center.domain.publications import Publication
from command_center.domain.response_log import Action
from command_center.errors import BadInput, NotFound
from command_center.use_cases.command import Work, command


@command(Act.TRIAGE)
def assign_mention(work: Work, *, mention_id: str, person_id: str) -> str:
    """Give a mention to somebody to deal with."""
    person = work.need(Person, person_id)
    if not person.active:
        raise BadInput("people.not_active")
    return _set(work, _mention(work, mention_id), TriageState.ASSIGNED, person_id=person.id)


@command(Act.TRIAGE)
def ignore_mention(work: Work, *, mention_id: str, note: str = "") -> str:
    """Decide not to react to a mention."""
    return _set(work, _mention(work, mention_id), TriageState.IGNORED, note=note)


@command(Act.TRIAGE)
def escalate_mention(work: Work, *, mention_id: str, note: str = "") -> str:
    """Raise an alert over a single mention: severity is not volume. Returns the alert's id."""
    mention = _mention(work, mention_id)
    _set(work, mention, TriageState.ESCALATED, note=note)
    alert = Alert(
        id=work.ctx.new_id(),
        plane=mention.plane,
        topic_id=mention.topic_id,
        at=mention.created_at or work.now,
        raised_at=work.now,
        evidence={"kind": "escalated", "mention": mention.id, "note": note, "by": work.who.id},
    )
    work.store.add(alert)
    work.log(Action.ALERT_RAISED, alert.id, plane=alert.plane, kind="escalated", mention=mention.id, note=note)
    return alert.id


def mark_answered(work: Work, publication: Publication) -> None:
    """Note on a mention that our answer to it is out."""
    mention = work.store.mention(publication.reply_to)
    if mention is not None:
        _set(work, mention, TriageState.ANSWERED, person_id=publication.asked_by, incident_id=publication.incident_id)


def _mention(work: Work, mention_id: str) -> Mention:
    mention = work.store.mention(mention_id)
    if mention is None:
        raise NotFound("store.not_found", kind="Mention", id=mention_id)
    return mention


def _set(
    work: Work, mention: Mention, state: TriageState, *, person_id: str = "", note: str = "", incident_id: str = ""
) -> str:
    work.store.put(
        Triage(
            id=mention.id,
            plane=mention.plane,
            topic_id=mention.topic_id,
            state=state,
            person_id=person_id,
            note=note,
            changed_by=work.who.id,
            changed_at=work.now,
        )
    )
    work.log(
        Action.MENTION_TRIAGED,
        mention.id,
        plane=mention.plane,
        incident_id=incident_id,
        state=state.value,
        person=person_id,
        note=note,
    )
    return mention.id
