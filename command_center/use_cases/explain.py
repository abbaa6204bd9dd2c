"""Say what a storm is about: what grew in it against the weeks before.

The rules are in ``domain/narratives.py``.
"""

from datetime import datetime, timedelta

from command_center.domain.mentions import Mention
from command_center.domain.narratives import About, about
from command_center.domain.people import Act
from command_center.domain.topics import Topic
from command_center.ports import Context, MentionFilter, Reading
from command_center.use_cases.command import looking

COMPARED = timedelta(days=21)
STORM_READ = 20_000
BEFORE_READ = 5_000


def explain(ctx: Context, person_id: str, *, topic: Topic, since: datetime, until: datetime) -> About:
    """Return what the mentions of a span are about, against up to three weeks before it.

    Of long spans the newest 20 000 mentions are read, of the time before the newest 5 000.
    """
    with looking(ctx, person_id, Act.READ_PICTURE) as store:
        storm = _between(store, topic, since, until, STORM_READ)
        before = _between(store, topic, since - COMPARED, since, BEFORE_READ)
    return about(storm, before, topic)


def _between(store: Reading, topic: Topic, since: datetime, until: datetime, most: int) -> tuple[Mention, ...]:
    wanted = MentionFilter(topic_id=topic.id, plane=topic.plane, since=since, until=until)
    return store.mentions(wanted, limit=most).mentions
