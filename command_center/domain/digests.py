"""When many alerts wait for one person: one message instead of many, and not another one right after it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from command_center.domain.alerts import Alert, Notice, NoticeOutcome
from command_center.domain.reachability import DIGEST_MINUTES, MOST_SINGLE, Urgency, urgency_of

WITHIN: Final = timedelta(minutes=DIGEST_MINUTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """How a person is told about the alerts due for them: one by one, together, or with the next digest."""

    single: tuple[Alert, ...] = ()
    together: tuple[Alert, ...] = ()
    held: tuple[Alert, ...] = ()


def bundle(
    due: Sequence[Alert],
    told: Iterable[Notice],
    now: datetime,
    *,
    most_single: int = MOST_SINGLE,
    within: timedelta = WITHIN,
) -> Bundle:
    """Decide how to tell somebody; ``told`` is what they were told about alerts that still wait.

    The most urgent alerts never wait for the next digest.
    """
    recent = [notice for notice in told if notice.outcome is NoticeOutcome.SENT and now - notice.at < within]
    waiting = {alert.id for alert in due} | {notice.alert_id for notice in recent}
    if len(waiting) <= most_single:
        return Bundle(single=tuple(due))
    if not any(notice.digest for notice in recent):
        return Bundle(together=tuple(due))
    urgent = tuple(alert for alert in due if urgency_of(alert) is Urgency.HIGHEST)
    return Bundle(single=urgent, held=tuple(alert for alert in due if alert not in urgent))
