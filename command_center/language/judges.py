"""How a text speaks: negative, neutral or positive, where its language can be judged.

``JUDGES`` says who judges which language; replace an entry and everything else stays. English is
vaderSentiment (``english.py``); German is our own word list (``german_words.py``), because no package with a licence
we may use and without downloads at run time does better. Both are weak on one single post
(macro-F1 about 0.46): show shares over many posts, never a verdict on one.
"""

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Final, NamedTuple

from command_center.domain.folding import fold
from command_center.domain.mentions import Sentiment
from command_center.language import german_words
from command_center.language.english import english_score

_ENGLISH_LIMIT: Final = 0.05
_TEXT_CAP: Final = 5_000
_NEGATIVE_LIMIT: Final = -0.7
_POSITIVE_LIMIT: Final = 0.7

_WORD: Final = re.compile(r"[a-z0-9]+|[!?]+")
_LINK: Final = re.compile(r"https?://\S+")
_HANDLE: Final = re.compile(r"@(?<!\w@)\w+")
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_REACH_OF_NEGATION: Final = 3
_NEGATIONS: Final = frozenset(german_words.NEGATIONS.split())
_STRONGER: Final = frozenset(german_words.STRONGER.split())
_WEAKER: Final = frozenset(german_words.WEAKER.split())
_CONTRAST: Final = frozenset(german_words.CONTRAST.split())
_STEM_CHARS: Final = 4


def sentiment(text: str, language: str) -> Sentiment:
    """Return how a text speaks; ``UNKNOWN`` in languages nobody here can judge."""
    judge = JUDGES.get(language)
    return judge(text[:_TEXT_CAP]) if judge is not None and text.strip() else Sentiment.UNKNOWN


def judge_english(text: str) -> Sentiment:
    """Judge an English text by vaderSentiment's compound score."""
    return _named(english_score(text), -_ENGLISH_LIMIT, _ENGLISH_LIMIT)


def judge_german(text: str) -> Sentiment:
    """Judge a German text by our own words, negations and emphasis."""
    return _named(german_score(text), _NEGATIVE_LIMIT, _POSITIVE_LIMIT)


def _named(score: float, negative_limit: float, positive_limit: float) -> Sentiment:
    if score <= negative_limit:
        return Sentiment.NEGATIVE
    return Sentiment.POSITIVE if score >= positive_limit else Sentiment.NEUTRAL


def german_score(text: str) -> float:
    """Return the sum of a German text's judging words, damped by its length."""
    bare = _LINK.sub(" ", fold(text))  # a link is no word, and the ":/" in it no face
    total = _signs(bare)
    words = _WORD.findall(_HANDLE.sub(" ", bare))
    negated_until = -1
    emphasised = -1
    emphasis = 1.0
    for place, effect in enumerate(map(_effect, words)):
        if effect is None:
            continue
        if effect.negates:
            negated_until = place + _REACH_OF_NEGATION
            emphasised += emphasised == place  # "sehr nicht gut": the stress goes on to the word behind
            continue
        if effect.contrasts:
            total *= 0.7
            negated_until = -1
        if effect.weight:
            weight = _negated(effect.weight) if place <= negated_until else effect.weight
            total += emphasis * weight if place == emphasised else weight
        emphasised, emphasis = place + 1, effect.emphasis
    return total / (1.0 + len(words) / 60)


def _signs(text: str) -> float:
    total = 0.0
    if not text.isascii():
        signs = german_words.SIGNS
        total += sum([signs[character] for character in _NOT_ASCII.findall(text) if character in signs])
    for emoticon, weight in german_words.EMOTICONS.items():
        if emoticon in text:
            total += weight * text.count(emoticon)
    return total


def _negated(weight: float) -> float:
    """Return what "not" makes of a word: "not satisfied" is bad, "not bad" is only half good."""
    return -weight if weight > 0 else -0.5 * weight


class _Effect(NamedTuple):
    """What one German word does to a text's score; ``emphasis`` is what it does to the next word's weight."""

    negates: bool
    contrasts: bool
    weight: float
    emphasis: float


@lru_cache(maxsize=50_000)
def _effect(word: str) -> _Effect | None:
    """Return the effect of a word, None for one of the many without any."""
    emphasis = 1.4 if word in _STRONGER else 0.6 if word in _WEAKER else 1.0
    effect = _Effect(word in _NEGATIONS, word in _CONTRAST, _weight(word), emphasis)
    return None if effect == (False, False, 0.0, 1.0) else effect


@cache
def _german_lexicon() -> tuple[dict[str, float], dict[str, list[tuple[str, float]]]]:
    """Return whole words, and stems under their first letters."""
    whole: dict[str, float] = {}
    stems: dict[str, list[tuple[str, float]]] = {}
    for words, weight in (
        (german_words.POSITIVE, 1.0),
        (german_words.NEGATIVE, -1.0),
        (german_words.POSITIVE_STRONG, 2.0),
        (german_words.NEGATIVE_STRONG, -2.0),
    ):
        for word in words.split():
            stem = word.rstrip("*")
            if stem == word:
                whole[word] = weight
            else:
                stems.setdefault(stem[:_STEM_CHARS], []).append((stem, weight))
    return whole, stems


def _weight(word: str) -> float:
    whole, stems = _german_lexicon()
    if word in whole:
        return whole[word]
    fitting = [(len(stem), weight) for stem, weight in stems.get(word[:_STEM_CHARS], ()) if word.startswith(stem)]
    return max(fitting)[1] if fitting else 0.0


JUDGES: dict[str, Callable[[str], Sentiment]] = {"en": judge_english, "de": judge_german}
"""Language → who judges it."""
