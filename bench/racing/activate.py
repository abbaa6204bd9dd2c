"""*activate*: two people activate the same plan."""

from collections.abc import Sequence

from bench.racing import Act, Race
from command_center.domain.incidents import Incident
from command_center.domain.mentions import Plane
from command_center.domain.response_log import LogEntry
from command_center.ports import Caller, Context
from command_center.use_cases.activate import activate


def _by(who: str) -> Act:
    def act(ctx: Context, number: int) -> None:
        caller = Caller(who, f"activate-{who}-{number}")
        topic = f"topic-{number}"
        activate(ctx, caller, plan_id="service-outage", plane=Plane.PRACTICE, topic_id=topic, reason="Sturm")

    return act


def judge(ctx: Context, _entries: Sequence[LogEntry], rounds: int) -> tuple[list[str], str]:
    """One incident a round."""
    with ctx.store.reading() as store:
        topics = [incident.topic_id for incident in store.find(Incident)]
    return [f"activate {n}" for n in range(rounds) if topics.count(f"topic-{n}") != 1], f"{len(topics)} incidents"


RACE = Race(sides=((_by("lead"), 10), (_by("other"), 10)), judge=judge)
