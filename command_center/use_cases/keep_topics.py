"""Keep what is watched: topics with their terms, exclusions, hashtags and handles."""

from collections.abc import Iterable
from dataclasses import replace

from command_center.domain.mentions import Plane
from command_center.domain.people import Act
from command_center.domain.response_log import Action
from command_center.domain.topics import Topic
from command_center.errors import BadInput
from command_center.use_cases.command import Work, command


@command(Act.WRITE_TOPIC)
def add_topic(work: Work, *, topic: Topic) -> str:
    """Store a new topic (its id is given by the house) and return its id."""
    named = replace(clean(topic), id=work.ctx.new_id())
    work.store.add(named)
    work.log(Action.TOPIC_ADDED, named.id, plane=named.plane, name=named.name, terms=named.terms)
    return named.id


@command(Act.WRITE_TOPIC)
def change_topic(work: Work, *, topic: Topic) -> str:
    """Store a changed topic; its plane never changes."""
    before = work.need(Topic, topic.id)
    after = replace(clean(topic), plane=before.plane)
    work.store.put(after)
    work.log(
        Action.TOPIC_CHANGED,
        after.id,
        plane=after.plane,
        name=after.name,
        terms=after.terms,
        exclusions=after.exclusions,
        hashtags=after.hashtags,
        handles=after.handles,
    )
    return after.id


def clean(topic: Topic) -> Topic:
    """Trim a topic's words, drop empty ones; raises ``BadInput`` when it has no name."""
    if not topic.name.strip():
        raise BadInput("topic.name_needed")
    return replace(
        topic,
        name=topic.name.strip(),
        terms=_words(topic.terms),
        exclusions=_words(topic.exclusions),
        hashtags=_words(word.lstrip("#") for word in topic.hashtags),
        handles=_words(word.lstrip("@") for word in topic.handles),
    )


def _words(words: Iterable[str]) -> tuple[str, ...]:
    trimmed = (word.strip() for word in words)
    return tuple(dict.fromkeys(word for word in trimmed if word))


def topic_named(work: Work, name: str, plane: Plane = Plane.REAL) -> Topic:
    """Return the topic of that name, made on the spot with its name as the one term."""
    found = work.store.find(Topic, plane=plane, name=name.strip())
    if found:
        return found[0]
    topic = clean(Topic(id=work.ctx.new_id(), name=name, plane=plane, terms=(name,)))
    work.store.add(topic)
    work.log(Action.TOPIC_ADDED, topic.id, plane=plane, name=topic.name, terms=topic.terms)
    return topic
