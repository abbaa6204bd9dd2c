"""Tell people about an alert, and keep who was told, who could not be reached, and why."""

from collections.abc import Sequence
from dataclasses import replace

from command_center.domain.alerts import Alert, AlertState, Notice
from command_center.domain.mentions import Plane
from command_center.domain.people import DRILL_PARTNER, Act, Person, Role
from command_center.domain.response_log import Action
from command_center.domain.topics import Topic
from command_center.errors import Conflict
from command_center.ports import Context, Teller
from command_center.use_cases.command import Work, command, housework

TOLD_ROLES = (Role.CRISIS_LEAD, Role.ANALYST, Role.APPROVER)


def tell_everybody(ctx: Context) -> int:
    """Tell the people on duty about every alert nobody was told about yet; returns how many alerts."""
    with ctx.store.reading() as store:
        told = {notice.alert_id for notice in store.find(Notice)}
        alerts = [alert for alert in store.find(Alert, state=AlertState.RAISED) if alert.id not in told]
        people = [
            person
            for person in store.find(Person, active=True)
            if set(TOLD_ROLES) & set(person.roles) and person.id != DRILL_PARTNER
        ]
        topics = {topic.id: topic for topic in store.find(Topic)}
    for alert in alerts:
        notices = [
            _tell(ctx, alert, topics[alert.topic_id], person, teller)
            for person in people
            for teller in ctx.tellers or (None,)
        ]
        keep_notices(ctx, f"tell:{alert.id}", alert_id=alert.id, notices=notices)
    return len(alerts)


def _tell(ctx: Context, alert: Alert, topic: Topic, person: Person, teller: Teller | None) -> Notice:
    outcome, detail, channel = "no_channel", "", "app"
    if alert.plane is Plane.PRACTICE:
        # A drill never pages anybody outside the app.
        outcome = "practice"
    elif teller is not None:
        channel = teller.channel
        if not teller.address(person):
            outcome = "no_address"
        else:
            detail = teller.tell(
                person,
                title=ctx.alert_words.title(alert, topic, person.language),
                body=ctx.alert_words.body(alert, topic, person.language),
            )
            outcome = "failed" if detail else "sent"
    return Notice(
        id=ctx.new_id(),
        alert_id=alert.id,
        plane=alert.plane,
        person_id=person.id,
        channel=channel,
        at=ctx.now(),
        outcome=outcome,
        detail=detail,
    )


@housework
def keep_notices(work: Work, *, alert_id: str, notices: Sequence[Notice]) -> str:
    """Keep what became of each attempt to tell somebody, logged."""
    for notice in notices:
        work.store.add(notice)
        work.log(
            Action.PERSON_NOTIFIED if notice.outcome in {"sent", "practice"} else Action.NOTICE_FAILED,
            alert_id,
            plane=notice.plane,
            person=notice.person_id,
            channel=notice.channel,
            outcome=notice.outcome,
            detail=notice.detail,
        )
    return str(len(notices))


@command(Act.ACKNOWLEDGE)
def acknowledge(work: Work, *, alert_id: str) -> str:
    """Say *I have seen it and I am on it*; telling further people stops."""
    alert = work.need(Alert, alert_id)
    if alert.state is not AlertState.RAISED:
        raise Conflict("alert.not_waiting")
    work.store.put(replace(alert, state=AlertState.ACKNOWLEDGED, acknowledged_by=work.who.id, acknowledged_at=work.now))
    work.log(Action.ALERT_ACKNOWLEDGED, alert.id, plane=alert.plane)
    return alert.id


@command(Act.ACKNOWLEDGE)
def judge_alert(work: Work, *, alert_id: str, was_real: bool) -> str:
    """Keep whether an alert was worth it, so that rules can be chosen by what they cost."""
    alert = work.need(Alert, alert_id)
    work.store.put(replace(alert, was_real=was_real))
    work.log(Action.ALERT_JUDGED, alert.id, plane=alert.plane, was_real=was_real)
    return alert.id
