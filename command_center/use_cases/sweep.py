"""Look through a stretch of mentions for hard words and for people many listen to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from command_center.domain.alert_rules import Find, Voice
from command_center.domain.buckets import floor
from command_center.domain.mentions import Mention, Sentiment
from command_center.domain.rules import AuthorityRule, KeywordRule, Rules
from command_center.domain.topics import Topic, compile_topic
from command_center.ports import MentionFilter, Reading

_PAGE: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What was found, by the bucket it was said in."""

    finds: dict[datetime, list[Find]] = field(default_factory=dict)
    voices: dict[datetime, list[Voice]] = field(default_factory=dict)


def sweep(store: Reading, topic: Topic, rules: Rules, *, since: datetime, until: datetime) -> Swept:
    """Find the mentions of a span that the keyword and authority rules ask about; the store filters them."""
    swept = Swept()
    if rules.keywords.active and rules.keywords.words:
        for at, find in _finds(store, topic, rules.keywords, since, until):
            swept.finds.setdefault(at, []).append(find)
    if rules.authority.active:
        for mention in _loud(store, topic, rules.authority, since, until):
            voice = Voice(
                author=mention.author or mention.author_name,
                mention_id=mention.id,
                reach=mention.reach,
                negative=mention.sentiment is Sentiment.NEGATIVE,
            )
            swept.voices.setdefault(_bucket(mention), []).append(voice)
    return swept


def _finds(
    store: Reading, topic: Topic, rule: KeywordRule, since: datetime, until: datetime
) -> Iterator[tuple[datetime, Find]]:
    # The store knows parts of texts; only whole words count, written the way topics are matched.
    words = [(word, compile_topic(Topic(id="", name="", terms=(word.word,)))) for word in rule.words]
    # A phrase is looked for by its longest word, because its words may be apart by hyphens.
    parts = tuple(dict.fromkeys(max(word.word.split(), key=len) for word in rule.words if word.word.split()))
    wanted = MentionFilter(topic_id=topic.id, plane=topic.plane, any_of=parts, since=since, until=until)
    for mention in _oldest_first(store, wanted):
        for word, matches in words:
            if matches(mention.text):
                yield _bucket(mention), Find(word=word.word, mention_id=mention.id, severity=word.severity)


def _loud(store: Reading, topic: Topic, rule: AuthorityRule, since: datetime, until: datetime) -> Iterator[Mention]:
    wanted = MentionFilter(topic_id=topic.id, plane=topic.plane, least_reach=rule.reach, since=since, until=until)
    yield from _oldest_first(store, wanted)
    if rule.handles:
        names = tuple(name for handle in rule.handles for name in (handle.lstrip("@"), "@" + handle.lstrip("@")))
        listed = MentionFilter(topic_id=topic.id, plane=topic.plane, any_author=names, since=since, until=until)
        yield from (mention for mention in _oldest_first(store, listed) if mention.reach < rule.reach)


def _oldest_first(store: Reading, wanted: MentionFilter) -> list[Mention]:
    found: list[Mention] = []
    while True:
        page = store.mentions(wanted, limit=_PAGE, offset=len(found))
        found += page.mentions
        if len(page.mentions) < _PAGE:
            return found[::-1]


def _bucket(mention: Mention) -> datetime:
    return floor(mention.created_at or mention.seen_at)
