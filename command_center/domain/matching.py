"""Which topics a text is about, asked for many topics at once."""

from collections.abc import Iterable

from command_center.domain.topics import Topic, compile_topic


class Matcher:
    """Every topic of a plane, compiled once."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        self._topics = tuple((topic.id, compile_topic(topic)) for topic in topics)

    def matching(self, text: str) -> tuple[str, ...]:
        """Return the ids of the topics the text is about, in the order they were given."""
        return tuple(identity for identity, matches in self._topics if matches(text))
