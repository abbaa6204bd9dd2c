"""The terms that grew most from the weeks before to now, spelled and counted for people to read.

Ranking uses counts (``term_counts.py``); then the storm is read once more for the few terms that
are shown, so that their numbers are of every mention and not of a draw.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Final, NamedTuple

from command_center.domain.mentions import Mention
from command_center.domain.term_counts import PRIOR, Counts, Gathered, TermCounts, log_odds, speaker
from command_center.domain.terms import is_phrase, is_term, own_terms, spelled, tokens
from command_center.domain.topics import Topic

SHOWN: Final = 10
_CONSIDERED: Final = 4 * SHOWN
_LEAST_TEXTS: Final = 2
_LEAST_SHARE: Final = 1 / 500
_LEAST_SCORE: Final = 2.0  # standard deviations: growth that chance explains is not shown
_SURE: Final = 3.0  # a phrase of words that did not grow themselves must be this far from chance: there are many
_SAME: Final = 0.7
_SPELLINGS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class GrownTerm:
    """A term that grew, the way people write it; ``score`` is the growth in standard deviations.

    ``distinct`` counts distinct texts (of a link: authors), ``share`` is their share now and ``usual``
    before; ``mentions`` counts copies too. ``key`` is the folded term, for searching.
    """

    key: str
    text: str
    score: float
    distinct: int
    mentions: int
    share: float
    usual: float
    first_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GrownTerms:
    """The words, hashtags, hosts of links and phrases that grew most, strongest first."""

    words: tuple[GrownTerm, ...]
    hashtags: tuple[GrownTerm, ...]
    links: tuple[GrownTerm, ...]
    phrases: tuple[GrownTerm, ...]


_Ranked = Sequence[tuple[str, float]]


def grown_terms(storm: Gathered, now: TermCounts, usual: TermCounts, topic: Topic) -> GrownTerms:
    """Return the terms that grew most; ``now`` are the counts of ``storm``."""
    ranking = _ranked(now, usual, topic)
    texts, there = len(storm.firsts), usual.texts
    seen = _seen_texts(storm, ranking)
    seen_links = {host: _seen_link(storm.links[host]) for host, _ in ranking.links}
    terms = _Spread(sightings=seen, here=texts, before=usual.terms, there=there)
    phrases = _Spread(sightings=seen, here=texts, before=usual.phrases, there=there)
    links = _Spread(sightings=seen_links, here=now.authors, before=usual.links, there=usual.authors)
    return GrownTerms(
        words=terms.terms(ranking.words),
        hashtags=terms.terms(ranking.hashtags),
        links=links.terms(ranking.links),
        phrases=phrases.terms(ranking.phrases),
    )


class _Ranking(NamedTuple):
    words: _Ranked
    hashtags: _Ranked
    links: _Ranked
    phrases: _Ranked


def _ranked(now: TermCounts, usual: TermCounts, topic: Topic) -> _Ranking:
    is_own = own_terms(topic)
    terms = _scored(now.terms, usual.terms, now, usual)
    grown = {key for key, _ in terms if is_term(key) and not is_own(key)}

    def tells(key: str, score: float) -> bool:
        words = key.split()
        if not is_phrase(words) or is_own(key) or any(map(is_own, words)):
            return False
        return score >= _SURE or not grown.isdisjoint(words)

    phrases = (pair for pair in _scored(now.phrases, usual.phrases, now, usual) if tells(*pair))
    return _Ranking(
        words=[pair for pair in terms if pair[0] in grown and pair[0][0] != "#"][:SHOWN],
        hashtags=[pair for pair in terms if pair[0] in grown and pair[0][0] == "#"][:SHOWN],
        links=_scored(now.links, usual.links, now, usual)[:SHOWN],
        phrases=_telling(list(islice(phrases, _CONSIDERED)), now.phrases)[:SHOWN],
    )


def _scored(counts: Counts, before: Counts, now: TermCounts, usual: TermCounts) -> list[tuple[str, float]]:
    """Return the terms that grew beyond chance, strongest first."""
    least_texts = max(_LEAST_TEXTS, now.texts * _LEAST_SHARE)
    least_score = _LEAST_SCORE if usual.size >= PRIOR else 0.0  # a shorter past calls nothing chance
    scored = []
    for key, here in counts.items():
        there = before.get(key, 0)
        if here < least_texts or here * usual.size < there * now.size:
            continue
        score = log_odds(here, there, now.size, usual.size)
        if score >= least_score:
            scored.append((-score, -here, -len(key), key))  # of equals the longer word says more
    return [(key, -score) for score, _, _, key in sorted(scored)]


def _telling(ranked: _Ranked, counts: Counts) -> _Ranked:
    """Leave out phrases that another one says better: its longer form, or one that it overlaps with."""
    kept: list[tuple[str, float]] = []
    for key, score in ranked:
        enough = _SAME * counts[key]
        longer = any(other != key and _holds(other, key) and counts[other] >= enough for other, _ in ranked)
        told = any(_holds(key, other) or _overlap(key, other) for other, _ in kept)
        if not longer and not told:
            kept.append((key, score))
    return kept


def _holds(phrase: str, part: str) -> bool:
    return f" {part} " in f" {phrase} "


def _overlap(one: str, other: str) -> bool:
    first, second = one.split(), other.split()
    return len(first) == len(second) == 3 and (first[1:] == second[:2] or second[1:] == first[:2])


@dataclass(slots=True)
class _Sighting:
    """Where a term was seen: distinct texts or authors, mentions, the first time, and some texts."""

    distinct: int = 0
    mentions: int = 0
    first_at: datetime | None = None
    texts: list[str] = field(default_factory=list)

    def add(self, mention: Mention, mentions: int) -> None:
        if not self.distinct:
            self.first_at = mention.created_at
        self.distinct += 1
        self.mentions += mentions
        if len(self.texts) < _SPELLINGS:
            self.texts.append(mention.text)


def _seen_texts(storm: Gathered, ranking: _Ranking) -> dict[str, _Sighting]:
    """Count the shown terms in every distinct text, in the order of time."""
    single = {key for key, _ in (*ranking.words, *ranking.hashtags)}
    by_anchor: dict[str, list[str]] = {}
    for phrase, _ in ranking.phrases:
        by_anchor.setdefault(max(phrase.split(), key=len), []).append(phrase)
    seen = {key: _Sighting() for key in (*single, *(phrase for phrase, _ in ranking.phrases))}
    wanted = single | set(by_anchor)
    for cluster, mention in storm.firsts.items():
        words = storm.words.get(cluster) or tokens(mention.text)
        for hit in wanted.intersection(words):
            if hit in single:
                seen[hit].add(mention, storm.sizes[cluster])
            if hit in by_anchor:
                joined = " ".join(words)
                for phrase in by_anchor[hit]:
                    if _holds(joined, phrase):
                        seen[phrase].add(mention, storm.sizes[cluster])
    return seen


def _seen_link(linking: Sequence[Mention]) -> _Sighting:
    authors = len(set(map(speaker, linking)))
    return _Sighting(distinct=authors, mentions=len(linking), first_at=linking[0].created_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spread:
    """What the numbers of a kind of terms are shares of."""

    sightings: Mapping[str, _Sighting]
    here: int
    before: Counts
    there: int

    def terms(self, ranked: _Ranked) -> tuple[GrownTerm, ...]:
        """Return ranked terms with their numbers, in the same order."""
        return tuple(self._term(key, score) for key, score in ranked)

    def _term(self, key: str, score: float) -> GrownTerm:
        sighting = self.sightings[key]
        return GrownTerm(
            key=key,
            text=spelled(key, sighting.texts),
            score=score,
            distinct=sighting.distinct,
            mentions=sighting.mentions,
            share=sighting.distinct / max(self.here, 1),
            usual=self.before.get(key, 0) / max(self.there, 1),
            first_at=sighting.first_at,
        )
