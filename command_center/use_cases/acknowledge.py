"""Take an alert, with every other of the same storm, and say afterwards whether it was worth it."""

from dataclasses import replace

from command_center.domain.alerts import Alert, AlertState
from command_center.domain.people import Act
from command_center.domain.response_log import Action
from command_center.errors import Conflict
from command_center.use_cases.command import Work, command
from command_center.use_cases.duty_roster import stop_telling
from command_center.use_cases.one_storm import same_storm


@command(Act.ACKNOWLEDGE)
def acknowledge(work: Work, *, alert_id: str) -> str:
    """Say *I have seen it and I am on it*, about the whole storm; telling further people stops."""
    alert = work.need(Alert, alert_id)
    if alert.state is not AlertState.RAISED:
        raise Conflict("alert.not_waiting")
    for one in same_storm(work.store, alert):
        if one.state is not AlertState.RAISED:
            continue
        spared = stop_telling(work, one)
        taken = replace(one, state=AlertState.ACKNOWLEDGED, acknowledged_by=work.who.id, acknowledged_at=work.now)
        work.store.put(taken)
        work.log(
            Action.ALERT_ACKNOWLEDGED,
            one.id,
            plane=one.plane,
            not_told=spared,
            **({} if one.id == alert.id else {"same_storm_as": alert.id}),
        )
    return alert.id


@command(Act.ACKNOWLEDGE)
def judge_alert(work: Work, *, alert_id: str, was_real: bool) -> str:
    """Keep whether an alert was worth it, so that rules can be chosen by what they cost.

    It holds for the alerts of the same storm that were taken with it and that nobody has judged yet.
    """
    alert = work.need(Alert, alert_id)
    along = [one for one in same_storm(work.store, alert) if one.was_real is None and taken_together(alert, one)]
    for one in {each.id: each for each in (alert, *along)}.values():
        work.store.put(replace(one, was_real=was_real))
        work.log(Action.ALERT_JUDGED, one.id, plane=one.plane, was_real=was_real)
    return alert.id


def taken_together(alert: Alert, other: Alert) -> bool:
    """Tell whether two alerts were taken by one click."""
    taken = alert.state is AlertState.ACKNOWLEDGED and other.state is AlertState.ACKNOWLEDGED
    return taken and alert.acknowledged_at == other.acknowledged_at
