"""Which topics a text is about, asked for many topics at once, with the answers of ``compile_topic``.

A term can only occur where one of its words does. So every term is kept under its longest word, a text is cut
into words once, and only terms whose word is among them are looked at; most texts end there.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from command_center.domain.folding import fold, fold_to_spellings
from command_center.domain.topics import Topic, term_pattern, wanted_terms

_WORD: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class _Term:
    """One term of a topic (its place in the list); ``pattern`` is None where the word alone proves the term."""

    topic: int
    unwanted: bool
    pattern: re.Pattern[str] | None


class Matcher:
    """Every topic of a plane, compiled once; exactly as strict as ``compile_topic``."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        self._ids: list[str] = []
        self._by_word: defaultdict[str, list[_Term]] = defaultdict(list)
        self._without_word: list[_Term] = []
        for place, topic in enumerate(topics):
            self._ids.append(topic.id)
            for term in dict.fromkeys(wanted_terms(topic)):
                self._keep(place, term, unwanted=False)
            for term in dict.fromkeys(topic.exclusions):
                self._keep(place, term, unwanted=True)

    def matching(self, text: str) -> tuple[str, ...]:
        """Return the ids of the topics the text is about, in the order they were given."""
        folded = fold(text)
        known = self._by_word.keys() & set(_WORD.findall(folded))
        if not known and not self._without_word:
            return ()
        found: set[int] = set()
        spoilt: set[int] = set()
        for terms in (*(self._by_word[word] for word in known), self._without_word):
            for term in terms:
                side = spoilt if term.unwanted else found
                if term.topic not in side and (term.pattern is None or term.pattern.search(folded)):
                    side.add(term.topic)
        return tuple(self._ids[place] for place in sorted(found - spoilt))

    def _keep(self, place: int, term: str, *, unwanted: bool) -> None:
        pattern = term_pattern(term)
        if not pattern:
            return
        words, alone = _words_of(term)
        kept = _Term(place, unwanted, None if alone else re.compile(pattern))
        for word in words:
            self._by_word[word].append(kept)
        if not words:
            self._without_word.append(kept)


def _words_of(term: str) -> tuple[frozenset[str], bool]:
    """Return the spellings of the term's longest word, and whether the term is nothing but that word.

    In a text the word stands between characters that are no letters, as it does in the term, so cutting the
    text into words finds it whole. Signs alone ("🔥", "C" in "++") or too many umlauts give no word.
    """
    best: tuple[str, ...] = ()
    parts = term.split()
    for part in parts:
        spellings = fold_to_spellings(part)
        for same in zip(*(_WORD.findall(spelling) for spelling in spellings), strict=True):
            if not best or min(map(len, same)) > min(map(len, best)):
                best = same
    alone = len(parts) == 1 and bool(best) and set(best) == set(fold_to_spellings(parts[0]))
    return frozenset(best), alone
