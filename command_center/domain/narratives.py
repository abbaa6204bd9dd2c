"""What a storm is about: what people say now that they did not say before, who says it, and how.

``about`` answers for the mentions of a spike against a sample of the weeks before. Nothing is
clustered: short posts cluster badly, while terms that grow (``growth.py``) and copies name a
narrative by themselves.
"""

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from command_center.domain.growth import SHOWN, GrownTerm, grown_terms
from command_center.domain.mentions import Mention, Sentiment
from command_center.domain.term_counts import Counts, Gathered, TermCounts, gather, speaker
from command_center.domain.topics import Topic

_VOICES: Final = 5
_TYPICAL: Final = 3
_CANDIDATES: Final = 2_000
_TEXT_DAMPING: Final = 8  # words added to a text's length, so that shouting a single word is not typical
_ALIKE: Final = 0.6  # share of common words from which two posts are told apart by nobody
_SAID_ALREADY: Final = 0.3  # what a term is still worth when another typical post has it


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyCluster:
    """One text said by several mentions; ``first`` is the earliest we know."""

    copy_key: str
    mentions: int
    authors: int
    reach: int
    first: Mention
    last_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """An author within the storm; ``reach`` is the most followers seen, not a sum over posts."""

    network: str
    author: str
    author_name: str
    mentions: int
    negative: int
    reach: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A network, language or sentiment: its mentions, their share now and before."""

    value: str
    mentions: int
    share: float
    usual: float


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a storm is about; every list begins with what matters most.

    ``texts`` are distinct ones, copies counted once; ``usual_texts`` is how many the weeks before gave.
    """

    topic_id: str
    mentions: int
    texts: int
    authors: int
    usual_texts: int
    words: tuple[GrownTerm, ...]
    hashtags: tuple[GrownTerm, ...]
    links: tuple[GrownTerm, ...]
    phrases: tuple[GrownTerm, ...]
    copies: tuple[CopyCluster, ...]
    loudest: tuple[Voice, ...]
    furthest: tuple[Voice, ...]
    networks: tuple[Share, ...]
    languages: tuple[Share, ...]
    sentiments: tuple[Share, ...]
    typical: tuple[Mention, ...]


def about(storm: Iterable[Mention], background: Iterable[Mention] | TermCounts, topic: Topic) -> About:
    """Say what a storm's mentions are about, against mentions (or counts) of the weeks before.

    The order of the mentions makes no difference. Growth is ranked on at most 5 000 distinct
    texts; whatever is shown is counted in all of them. Without a background the most frequent
    terms are given, with a score of 0.
    """
    gathered = gather(storm)
    usual = background if isinstance(background, TermCounts) else TermCounts.of(background)
    now = TermCounts.of_gathered(gathered)
    grown = grown_terms(gathered, now, usual, topic)
    loudest, furthest = _voices(gathered)
    return About(
        topic_id=topic.id,
        mentions=now.mentions,
        texts=len(gathered.firsts),
        authors=now.authors,
        usual_texts=usual.texts,
        words=grown.words,
        hashtags=grown.hashtags,
        links=grown.links,
        phrases=grown.phrases,
        copies=_copies(gathered),
        loudest=loudest,
        furthest=furthest,
        networks=_shares(now.networks, usual.networks),
        languages=_shares(now.languages, usual.languages),
        sentiments=_shares(now.sentiments, usual.sentiments),
        typical=_typical(gathered, (*grown.words, *grown.hashtags)),
    )


def _copies(storm: Gathered) -> tuple[CopyCluster, ...]:
    largest = heapq.nsmallest(SHOWN, storm.sizes.items(), key=lambda item: (-item[1], item[0]))
    members: dict[str, list[Mention]] = {key: [] for key, size in largest if size > 1}
    for mention in storm.ordered:
        if mention.copy_key in members:
            members[mention.copy_key].append(mention)
    return tuple(
        CopyCluster(
            copy_key=key,
            mentions=len(copies),
            authors=len(set(map(speaker, copies))),
            reach=sum(mention.reach for mention in copies),
            first=copies[0],
            last_at=max((mention.created_at for mention in copies if mention.created_at), default=None),
        )
        for key, copies in members.items()
    )


def _voices(storm: Gathered) -> tuple[tuple[Voice, ...], tuple[Voice, ...]]:
    """Return who speaks most often, and who is followed by most."""
    named = [pair for pair in zip(storm.speakers, storm.ordered, strict=True) if pair[1].author]
    often = Counter(who for who, _ in named)
    reach: dict[tuple[str, str], int] = {}
    for who, mention in named:
        if mention.reach > reach.get(who, 0):
            reach[who] = mention.reach
    loudest = heapq.nsmallest(_VOICES, often, key=lambda who: (-often[who], -reach.get(who, 0), who))
    furthest = heapq.nsmallest(_VOICES, reach, key=lambda who: (-reach[who], who))
    said: dict[tuple[str, str], list[Mention]] = {who: [] for who in (*loudest, *furthest)}
    for who, mention in named:
        if who in said:
            said[who].append(mention)
    voices = {who: _voice(mentions) for who, mentions in said.items()}
    return tuple(map(voices.__getitem__, loudest)), tuple(map(voices.__getitem__, furthest))


def _voice(mentions: Sequence[Mention]) -> Voice:
    return Voice(
        network=mentions[0].network,
        author=mentions[0].author,
        author_name=next((each.author_name for each in reversed(mentions) if each.author_name), ""),
        mentions=len(mentions),
        negative=sum(mention.sentiment is Sentiment.NEGATIVE for mention in mentions),
        reach=max(mention.reach for mention in mentions),
    )


def _shares(now: Counts, usual: Counts) -> tuple[Share, ...]:
    total, before = max(sum(now.values()), 1), max(sum(usual.values()), 1)
    ranked = sorted(now.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        Share(value=value, mentions=n, share=n / total, usual=usual.get(value, 0) / before) for value, n in ranked
    )


def _typical(storm: Gathered, terms: Iterable[GrownTerm]) -> tuple[Mention, ...]:
    """Return posts that hold much of what grew in few words, each telling something the others do not."""
    worth = {term.key: max(term.score, 0.0) + 1.0 for term in terms}
    firsts = ((storm.firsts[cluster], words) for cluster, words in storm.words.items())
    originals = ((first, words) for first, words in firsts if not (first.is_repost or first.text.startswith("RT @")))
    candidates = [(mention, set(words)) for mention, words in islice(originals, _CANDIDATES)]

    def closeness(candidate: tuple[Mention, set[str]]) -> float:
        words = candidate[1]
        return sum([worth[key] for key in sorted(worth.keys() & words)]) / math.sqrt(len(words) + _TEXT_DAMPING)

    chosen: list[Mention] = []
    while candidates and len(chosen) < _TYPICAL:
        best, words = max(candidates, key=closeness)
        chosen.append(best)
        worth.update({key: worth[key] * _SAID_ALREADY for key in worth.keys() & words})
        candidates = [each for each in candidates if len(each[1] & words) < _ALIKE * len(each[1] | words)]
    return tuple(chosen)
