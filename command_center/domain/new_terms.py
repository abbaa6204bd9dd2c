"""The stream of new terms: how many mentions of a bucket hold a term that bursts against its own past.

A second ear beside plain counts: near zero in quiet times whatever the hour, because a term is
compared by its share of the texts and not by its number. Bounded memory; the state is plain JSON.
"""

import heapq
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self

from command_center.domain.mentions import Mention
from command_center.domain.term_counts import in_order, speaker
from command_center.domain.terms import hosts, is_term, own_terms, tokens
from command_center.domain.topics import Topic

_NOW: Final = 30 * 60.0  # half-life of "now" in seconds: a handful of buckets
_PAST: Final = 14 * 86_400.0  # half-life of "usual": a term is old news after some weeks
_LEAST: Final = 3.0  # texts now, by as many authors: fewer is no topic
_RATIO: Final = 4.0  # times its usual share: less is a busy hour of an old topic
_EVIDENCE: Final = 9.0  # log likelihood ratio: about one false burst in eight thousand looks at a term
_LEARNT: Final = 5.0  # texts a bucket counts as at most in the past: a storm is not learnt as normal
_DOUBT: Final = 0.5  # texts a term never seen is believed to have been in ...
_DOUBT_TEXTS: Final = 50.0  # ... beside these: what makes the first hours cautious
_LEARNING: Final = 100.0  # texts of the past before anything can be new
_CAPACITY: Final = 3_000
_SLACK: Final = 1.25
_REMEMBERED: Final = 4_000
_NAMED: Final = 5
_VERSION: Final = 1

_Past = list[float]  # now, usual, when


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTermCount:
    """What was heard in one bucket: its mentions with a bursting term, and the strongest such terms, folded.

    While ``learning`` too little is known for anything to be new.
    """

    at: datetime
    mentions: int
    terms: tuple[str, ...]
    learning: bool


class NewTerms:
    """Listens to one topic's mentions, bucket by bucket in the order of time."""

    def __init__(self, topic: Topic, *, capacity: int = _CAPACITY) -> None:
        self._is_own = own_terms(topic)
        self._capacity = capacity
        self._terms: dict[str, _Past] = {}
        self._texts: _Past = [0.0, 0.0, 0.0]
        self._forgotten: _Past = [0.0, 0.0, 0.0]  # a term not in the table may have been as usual as this
        self._recent: dict[str, float] = {}  # copies and authors counted within the last half-life
        self._known: dict[str, bool] = {}

    def hear(self, at: datetime, mentions: Sequence[Mention]) -> NewTermCount:
        """Count a bucket's mentions with a bursting term and learn from them; ``at`` must rise.

        A copy, or a further text of an author within half an hour, is heard but is no evidence.
        """
        now = at.timestamp()
        if now <= self._texts[2]:
            raise ValueError("buckets come in the order of time")
        ordered = in_order(mentions)
        by_cluster: dict[str, frozenset[str]] = {}
        for mention in ordered:
            if (cluster := _cluster(mention)) not in by_cluster:
                by_cluster[cluster] = self._terms_of(mention.text)
        fresh = [by_cluster[_cluster(mention)] for mention in self._fresh(ordered, now)]
        self._texts = _aged(self._texts, now)
        self._forgotten = _aged(self._forgotten, now)
        self._texts[0] += len(fresh)
        evidence = self._evidence(Counter(term for terms in fresh for term in terms), by_cluster, now)
        if learning := self._texts[1] < _LEARNING:
            evidence.clear()
        self._learn(fresh)
        heard = sum(not evidence.keys().isdisjoint(by_cluster[_cluster(mention)]) for mention in ordered)
        strongest = heapq.nsmallest(_NAMED, evidence, key=lambda term: (-evidence[term], term))
        return NewTermCount(at=at.astimezone(UTC), mentions=heard, terms=tuple(strongest), learning=learning)

    def _terms_of(self, text: str) -> frozenset[str]:
        known, found = self._known, set(tokens(text))
        if len(known) > 20 * self._capacity:
            known.clear()
        for token in [token for token in found if token not in known]:
            known[token] = is_term(token) and not self._is_own(token)
        return frozenset([token for token in found if known[token]] + [f"//{host}" for host in hosts(text)])

    def _fresh(self, ordered: Sequence[Mention], now: float) -> list[Mention]:
        recent = {who: when for who, when in self._recent.items() if now - when < _NOW}
        fresh = []
        for mention in ordered:
            copy, author = f"={_cluster(mention)[:16]}", "@" + " ".join(speaker(mention))[:80]
            if copy not in recent and author not in recent:
                fresh.append(mention)
                recent[copy] = recent[author] = now
        self._recent = dict(list(recent.items())[-_REMEMBERED:])
        return fresh

    def _evidence(self, counts: Counter[str], heard: Mapping[str, frozenset[str]], now: float) -> dict[str, float]:
        """Age the terms of this bucket, add what is new of them, and weigh those that burst."""
        evidence = {}
        for term in frozenset().union(*heard.values()):
            past = self._terms.get(term)
            past = _aged(past, now) if past else [0.0, self._forgotten[1], now]
            past[0] += counts[term]
            self._terms[term] = past
            share = (past[1] + _DOUBT) / (self._texts[1] + _DOUBT_TEXTS)
            expected = self._texts[0] * share
            if past[0] < _LEAST or past[0] < _RATIO * expected:
                continue
            weight = past[0] * math.log(past[0] / expected) - (past[0] - expected)
            if weight >= _EVIDENCE:
                evidence[term] = weight
        return evidence

    def _learn(self, fresh: Sequence[frozenset[str]]) -> None:
        weight = min(1.0, _LEARNT / max(len(fresh), 1))
        self._texts[1] += weight * len(fresh)
        for term, texts in Counter(term for terms in fresh for term in terms).items():
            self._terms[term][1] += weight * texts
        if len(self._terms) > _SLACK * self._capacity:
            self._forget()

    def _forget(self) -> None:
        now = self._texts[2]
        aged = {term: _aged(past, now) for term, past in self._terms.items()}
        ranked = sorted(aged, key=lambda term: (-sum(aged[term][:2]), term))
        lost = max(aged[term][1] for term in ranked[self._capacity :])
        self._forgotten[1] = max(self._forgotten[1], lost)
        self._terms = {term: aged[term] for term in sorted(ranked[: self._capacity])}

    def state(self) -> dict[str, Any]:
        """Return everything learnt, as plain values for JSON."""
        return {
            "version": _VERSION,
            "capacity": self._capacity,
            "texts": list(self._texts),
            "forgotten": list(self._forgotten),
            "recent": dict(self._recent),
            "terms": {term: list(past) for term, past in sorted(self._terms.items())},
        }

    @classmethod
    def restore(cls, state: Mapping[str, Any], topic: Topic) -> Self:
        """Return a listener that goes on where ``state`` was taken."""
        if state["version"] != _VERSION:
            raise ValueError("the state is of another version")
        ear = cls(topic, capacity=state["capacity"])
        ear._texts, ear._forgotten = list(state["texts"]), list(state["forgotten"])
        ear._recent = dict(state["recent"])
        ear._terms = {term: list(past) for term, past in state["terms"].items()}
        return ear


def _cluster(mention: Mention) -> str:
    return mention.copy_key or mention.id


def _aged(past: _Past, now: float) -> _Past:
    """Return a past as it weighs now."""
    recent, usual, when = past
    gone = now - when
    return [recent * 0.5 ** (gone / _NOW), usual * 0.5 ** (gone / _PAST), now]
