"""Reach somebody at once about something that isn't an alert: by the first of their ways that works."""

from collections.abc import Mapping

from command_center.domain.alerts import Notice, NoticeOutcome
from command_center.domain.mentions import Plane
from command_center.domain.people import Person
from command_center.ports import Context
from command_center.use_cases.duty_roster import channels
from command_center.use_cases.tell import keep_notices


def reach(ctx: Context, person: Person, about: Mapping[str, Plane], *, title: str, body: str) -> None:
    """Try one way after another, whatever the hour; each try is kept for every one of ``about`` (id to plane)."""
    ways = {name: teller for name, teller in channels(ctx).items() if teller.address(person)}
    if not ways:
        _keep(ctx, person, about, "", NoticeOutcome.NO_ADDRESS if ctx.tellers else NoticeOutcome.NO_CHANNEL, "")
    for channel, teller in ways.items():
        trouble = teller.tell(person, title=title, body=body)
        _keep(ctx, person, about, channel, NoticeOutcome.FAILED if trouble else NoticeOutcome.SENT, trouble)
        if not trouble:
            return


def _keep(
    ctx: Context, person: Person, about: Mapping[str, Plane], channel: str, outcome: NoticeOutcome, detail: str
) -> None:
    notices = [
        Notice(
            id=f"{identity}:{person.id}:{channel}",
            alert_id=identity,
            plane=plane,
            person_id=person.id,
            channel=channel,
            at=ctx.now(),
            outcome=outcome,
            detail=detail,
        )
        for identity, plane in about.items()
    ]
    keep_notices(ctx, ctx.new_id(), notices=notices)
