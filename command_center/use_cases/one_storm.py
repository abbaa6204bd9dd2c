"""Which alerts are about the same storm: they are taken into an incident together, and acknowledged together."""

from datetime import timedelta
from typing import Final

from command_center.domain.alerts import Alert
from command_center.domain.rules import RuleKind
from command_center.ports import Reading

ONE_STORM: Final = timedelta(hours=6)
_ALONE: Final = frozenset({RuleKind.DROP.value, RuleKind.SILENCE.value, "escalated"})


def same_storm(store: Reading, alert: Alert) -> list[Alert]:
    """Return the alert and those of the same storm, lower or higher, that nobody has taken into an incident."""
    if not _of_a_storm(alert):
        return [alert]
    others = store.find(Alert, topic_id=alert.topic_id, plane=alert.plane, incident_id="", order="at")
    run = alert.evidence.get("run")
    told = [one for one in others if one.id != alert.id and _of_a_storm(one) and one.evidence.get("run") == run]
    found = [alert, *(one for one in told if abs(one.at - alert.at) <= ONE_STORM)]
    for one in found:  # grows while it is walked: a long storm is told again when it gets worse
        found += [other for other in told if other not in found and _linked(one, other)]
    return sorted(found, key=lambda one: (one.at, one.id))


def _of_a_storm(alert: Alert) -> bool:
    """Tell whether an alert is one of a storm at all: a silent source, a drop, a mention passed on are not."""
    return "run" in alert.evidence and alert.evidence.get("kind") not in _ALONE


def _linked(one: Alert, other: Alert) -> bool:
    return other.evidence.get("escalates") == one.id or one.evidence.get("escalates") == other.id
