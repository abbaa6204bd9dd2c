"""Which mentions a person asked for, and what is known about them: pages, copies and triage."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from command_center.domain.alerts import Triage
from command_center.domain.mentions import Mention
from command_center.domain.people import DRILL_PARTNER, Act, Person, may
from command_center.domain.topics import Topic
from command_center.ports import MentionFilter, Reading, TopicExtent
from command_center.ui.picture import Moment, moment_of

PER_PAGE: Final = 50
TIMES: Final[Mapping[str, timedelta]] = {
    "all": timedelta(0),
    "1h": timedelta(hours=1),
    "24h": timedelta(hours=24),
    "7d": timedelta(days=7),
    "days": timedelta(0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What can be asked for in a topic, and the moment it is seen from."""

    topic: Topic
    extent: TopicExtent
    moment: Moment
    networks: tuple[str, ...]
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """One text: the newest mention that says it on this page, its copies there, and how many there are in all."""

    mention: Mention
    copies: tuple[Mention, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One page of what was found, with who decided what about it."""

    clusters: tuple[Cluster, ...]
    triages: Mapping[str, Triage]
    people: Mapping[str, Person]


def read_choices(store: Reading, topic: Topic) -> Choices:
    """Read what can be asked for in a topic."""
    extent = store.extent(topic.id)
    first, last = extent.first, extent.last
    networks: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    if first is not None and last is not None:
        span = {"since": first, "until": last + timedelta(minutes=1)}
        networks = tuple(tally.value for tally in store.tally(topic.id, "network", limit=30, **span))
        languages = tuple(tally.value for tally in store.tally(topic.id, "language", limit=30, **span))
    return Choices(
        topic=topic,
        extent=extent,
        moment=moment_of(store, topic.id, extent),
        networks=networks,
        languages=languages,
    )


def between(choices: Choices, wanted: str, days: Sequence[date], zone: str) -> tuple[datetime | None, datetime | None]:
    """Return the first and last moment asked for; while history is played, what is to come stays hidden."""
    now = choices.moment.as_of
    until = now if choices.moment.playing else None
    if wanted == "days" and len(days) == 2:
        place = ZoneInfo(zone)
        first = datetime.combine(days[0], time.min, place)
        end = datetime.combine(days[1] + timedelta(days=1), time.min, place)
        return first, min(end, until) if until else end
    length = TIMES.get(wanted, timedelta(0))
    if not length or now is None:
        return None, until
    return now - length, now


def read_found(store: Reading, wanted: MentionFilter, number: int) -> Found:
    """Read one page of mentions, grouped by text unless one text is what was asked for."""
    mentions = store.mentions(wanted, limit=PER_PAGE, offset=(number - 1) * PER_PAGE).mentions
    ids = tuple(mention.id for mention in mentions)
    triages = store.find(Triage, id=ids) if ids else []
    grouped = clusters(mentions) if not wanted.copy_key else [(mention,) for mention in mentions]
    return Found(
        clusters=tuple(
            Cluster(mention=group[0], copies=group[1:], total=_total(store, wanted, group)) for group in grouped
        ),
        triages={triage.id: triage for triage in triages},
        people={person.id: person for person in store.find(Person)},
    )


def clusters(mentions: Iterable[Mention]) -> list[tuple[Mention, ...]]:
    """Group mentions by their text, in the order in which each text first occurs."""
    groups: dict[str, list[Mention]] = {}
    for mention in mentions:
        groups.setdefault(mention.copy_key or mention.id, []).append(mention)
    return [tuple(group) for group in groups.values()]


def _total(store: Reading, wanted: MentionFilter, group: tuple[Mention, ...]) -> int:
    key = group[0].copy_key
    if not key or wanted.copy_key:
        return 1
    return store.mentions(replace(wanted, copy_key=key), limit=0).total


def who_may_deal(people: Iterable[Person], mention: Mention, myself: str) -> list[Person]:
    """Return the people a mention can be given to, oneself first."""
    able = [
        person
        for person in people
        if may(person, Act.TRIAGE) and (person.id != DRILL_PARTNER or mention.plane.value == "practice")
    ]
    return sorted(able, key=lambda person: (person.id != myself, person.name))
